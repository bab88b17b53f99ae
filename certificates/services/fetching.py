"""Many profiles' CAs fetched at the same time, their transcripts written as they happen.

The threads of the pool talk to servers and to nothing else. What they learn goes through a queue
to the one thread that may write: no connection of a thread can be left open, and SQLite never
sees two writers.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Final, TypeAlias

from audit.services import TranscriptStart
from certificates.services import authority
from certificates.services.authority import Inquiry
from certificates.services.exchange import Exchange, TranscriptWriter
from scep.client import FetchedCa
from scep.errors import ScepError
from scep.transcript import Step

PARALLEL: Final = 8
"""Servers asked at the same time."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why a server's CA could not be had.

    Attributes:
        fact: what happened.
        hint: what to try; may be empty.
    """

    fact: str
    hint: str


Answer: TypeAlias = FetchedCa | Unanswered
_Ended: TypeAlias = FetchedCa | BaseException
_Inbox: TypeAlias = "SimpleQueue[tuple[int, Step | _Ended]]"
_log: Final = logging.getLogger(__name__)


def fetch_all(
    inquiries: Sequence[Inquiry],
    exchange: Exchange,
    *,
    job_id: int,
    done: Callable[[Inquiry, Answer], None],
) -> None:
    """Ask every server, several at once; call back in this thread as each one has answered.

    Args:
        inquiries: whom to ask.
        exchange: how.
        job_id: the job that the transcripts belong to.
        done: called with each inquiry and its answer, in the order of the answers.
    """
    inbox: _Inbox = SimpleQueue()
    writers = [_transcript(asked, exchange, job_id) for asked in inquiries]
    pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="fetch-ca")
    try:
        for number, asked in enumerate(inquiries):
            pool.submit(_ask, number, asked, exchange, inbox)
        waiting = len(inquiries)
        while waiting:
            number, event = inbox.get()
            if isinstance(event, Step):
                writers[number](event)
                continue
            waiting -= 1
            answer = _answer(event)
            writers[number].close(failed=isinstance(answer, Unanswered))
            done(inquiries[number], answer)
    finally:
        # Whatever ends this early waits for no server; an answer under way goes to nobody.
        pool.shutdown(wait=False, cancel_futures=True)


def _ask(number: int, asked: Inquiry, exchange: Exchange, inbox: _Inbox) -> None:
    def record(step: Step) -> None:
        inbox.put((number, step))

    answer: _Ended
    try:
        answer = authority.fetch(asked, exchange, record)
    except BaseException as error:  # noqa: BLE001 - judged by the thread that waits for it
        answer = error
    inbox.put((number, answer))


def _answer(event: _Ended) -> Answer:
    """Put what ended a fetch into words; a bug met by one server's answer stops no commit."""
    match event:
        case FetchedCa():
            return event
        case ScepError():
            return Unanswered(event.fact, event.hint)
        case Exception():
            _log.error("fetching a CA certificate failed", exc_info=event)
            fact = f"An internal error stopped the fetch ({type(event).__name__})."
            return Unanswered(fact, "The program's log has the details. Please report it.")
        case _:
            raise event


def _transcript(asked: Inquiry, exchange: Exchange, job_id: int) -> TranscriptWriter:
    profile = asked.profile
    start = TranscriptStart(
        kind="fetch-ca",
        profile_uuid=profile.uuid,
        profile_name=profile.spec.name,
        location=profile.spec.location,
        job_id=job_id,
    )
    return TranscriptWriter(start, exchange.clock)

"""Threads that carry out many orders, each over connections of its own.

Threads do: key generation and network, where the time goes, run without the interpreter's lock.
"""

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from scep.commands.endings import Ending
from scep.commands.enrollment import Lines
from scep.commands.journal import Journal
from scep.commands.order import Order
from scep.commands.pace import Pace
from scep.commands.turns import Turns
from scep.errors import AnswerBroken, ChallengeRefused, NotTrusted, ScepError, TransportFailed


@dataclass(frozen=True)
class Member:
    """One enrollment among many.

    Attributes:
        name: of its folder, such as ``0001``.
        order: what is wanted.
    """

    name: str
    order: Order


@dataclass(frozen=True)
class Finished:
    """How it ended, and what happened on the way."""

    member: Member
    ending: Ending
    journal: Journal


class Crew:
    """Works through the members, so many at once.

    It begins nothing new once one of them has failed for a reason that all share: a server that is
    not reached or not trusted, a challenge page that gives nothing (asking it again and again with
    a wrong password locks the account).
    """

    def __init__(
        self,
        members: Sequence[Member],
        *,
        work: Callable[[Member, Lines], Finished],
        pace: Pace,
        turns: Turns,
    ) -> None:
        self._members = iter(members)
        self._order = members[0].order
        self._work = work
        self._pace = pace
        self._turns = turns
        self._lock = Lock()
        self._done: queue.SimpleQueue[Finished | None] = queue.SimpleQueue()

    def run(self, parallel: int) -> Iterator[Finished]:
        """Give each result as soon as it is there; raise at the end what went wrong in a thread."""
        with ThreadPoolExecutor(parallel, thread_name_prefix="scep-enroll") as pool:
            threads = [pool.submit(self._thread) for _ in range(parallel)]
            at_work = parallel
            while at_work:
                finished = self._done.get()
                if finished is None:
                    at_work -= 1
                else:
                    yield finished
            for thread in threads:
                thread.result()

    def _thread(self) -> None:
        try:
            with Lines(self._order, self._pace, waiting=self._turns.waiting) as lines:
                while (member := self._next()) is not None:
                    with self._turns:
                        finished = self._work(member, lines)
                    if _is_shared(finished.ending.cause):
                        self._pace.stop()
                    self._done.put(finished)
        except BaseException:
            self._pace.stop()
            raise
        finally:
            self._done.put(None)

    def _next(self) -> Member | None:
        with self._lock:
            return None if self._pace.stopped else next(self._members, None)


def _is_shared(cause: ScepError | None) -> bool:
    if isinstance(cause, AnswerBroken):
        # One answer got lost; the next may come.
        return False
    return isinstance(cause, TransportFailed | ChallengeRefused | NotTrusted)

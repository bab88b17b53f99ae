"""The pace a server sets: who asks for patience (HTTP 429, 503) gets it, from everybody at once."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from threading import Event, Lock
from typing import Final, TypeVar

from scep.commands.journal import Journal
from scep.errors import HttpRefused
from scep.transcript import Outcome, Step
from scep.transport import Waiting

ResultT = TypeVar("ResultT")

MAX_WAIT_S: Final = 600.0
"""Who asks for more is not waited for."""

MAX_ATTEMPTS: Final = 6
"""How often one request is made before its refusal is taken."""

_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503


class Pace:
    """Holds everybody back while the server asks for it.

    A request that was refused this way was not looked at, so it is simply made again. A server that
    does not say how long is given 1, 2, 4 ... seconds after 429; after 503 it is taken to be down.
    """

    def __init__(
        self,
        *,
        patient: bool = True,
        pause: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        waiting: Waiting = nullcontext,
    ) -> None:
        """Begin without waiting.

        Args:
            patient: False takes the first refusal.
            pause: waits some seconds, or less when :meth:`stop` is called; None waits for real.
            clock: seconds, monotonic.
            waiting: gives a block to pause in.
        """
        self._attempts = MAX_ATTEMPTS if patient else 1
        self._stopped = Event()
        self._pause = pause or self._stopped.wait
        self._clock = clock
        self._waiting = waiting
        self._lock = Lock()
        self._resume_at = 0.0

    @property
    def stopped(self) -> bool:
        """Whether nothing new shall be begun."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Begin nothing new, and wait no longer."""
        self._stopped.set()

    def keep(self, attempt: Callable[[], ResultT], journal: Journal) -> ResultT:
        """Make an attempt when its time has come, and again after a refusal that asks for it.

        Raises:
            ScepError: the attempt failed, or was refused once too often.
        """
        for attempts in range(1, self._attempts):
            self._take_turn()
            try:
                return attempt()
            except HttpRefused as refused:
                wait_s = _wanted_s(refused, attempts)
                if wait_s is None or self.stopped:
                    raise
                self._hold_back(wait_s)
                fact = f"The server takes nothing more for now; it is asked again in {wait_s:g} s."
                journal.record(Step(refused.stage, Outcome.WARNED, fact))
        self._take_turn()
        return attempt()

    def _take_turn(self) -> None:
        while not self.stopped and (wait_s := self._resume_at - self._clock()) > 0:
            with self._waiting():
                self._pause(wait_s)

    def _hold_back(self, wait_s: float) -> None:
        with self._lock:
            self._resume_at = max(self._resume_at, self._clock() + wait_s)


def _wanted_s(refused: HttpRefused, attempts: int) -> float | None:
    if refused.status not in {_TOO_MANY, _UNAVAILABLE}:
        return None
    if refused.retry_after_s is not None:
        return refused.retry_after_s if refused.retry_after_s <= MAX_WAIT_S else None
    return float(2 ** (attempts - 1)) if refused.status == _TOO_MANY else None

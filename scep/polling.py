"""When to ask again about a request that waits for approval (RFC 8894 sections 2.5 and 3.3.3).

The RFC leaves interval and limits to the client. Ours backs off, because whoever approves by hand
takes minutes or days; and it ends, because a request that nobody decides is none (the state
CERT-NONEXISTENT of the RFC's figures). After that its key goes into another request only where
somebody says so: :attr:`scep.prepare.EnrollmentKey.used_before`.
"""

from dataclasses import dataclass
from datetime import timedelta

_DOUBLINGS = 24
"""A second doubled so often is half a year: longer than any wait."""


@dataclass(frozen=True, slots=True)
class Polling:
    """Back-off and limits.

    Attributes:
        first: how long to wait before the first poll; doubles with each one.
        longest: the wait never grows beyond this.
        give_up_after: no poll is made later than this after the request.
        most: most polls.
    """

    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=1)
    give_up_after: timedelta = timedelta(days=30)
    most: int = 1000

    def wait(self, polls: int, waited: timedelta) -> timedelta | None:
        """Return how long to wait before the next poll; None: ask no more.

        Args:
            polls: polls made already.
            waited: time since the request.
        """
        wait = min(self.first * (1 << min(polls, _DOUBLINGS)), self.longest)
        if polls >= self.most or waited + wait > self.give_up_after:
            return None
        return wait

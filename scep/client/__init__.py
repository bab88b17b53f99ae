"""The client's sessions: each hands out the requests it wants made and takes the replies.

No session opens a socket or reads a clock. :func:`scep.transport.drive` runs them over HTTP, tests
run them against :mod:`scep.server` in memory. The steps of an exchange are recorded as they happen;
a failed step is recorded before its error is raised.
"""

from scep.client.enroll import Enroll, EnrollmentResult, Issued, Pending, Poll
from scep.client.fetch_ca import FetchCa, FetchedCa
from scep.client.fetch_challenge import FetchChallenge
from scep.client.session import Session

__all__ = [
    "Enroll",
    "EnrollmentResult",
    "FetchCa",
    "FetchChallenge",
    "FetchedCa",
    "Issued",
    "Pending",
    "Poll",
    "Session",
]

"""The client's sessions: each hands out the requests it wants made and takes the replies.

No session opens a socket or reads a clock. :func:`scep.transport.drive` runs them over HTTP, tests
run them against :mod:`scep.server` in memory. The steps of an exchange are recorded as they happen;
a failed step is recorded before its error is raised.
"""

from scep.client.ask_ocsp import AskOcsp
from scep.client.download_crl import DownloadCrl
from scep.client.enroll import Enroll, EnrollmentResult, Issued, Pending, Poll
from scep.client.fetch_ca import FetchCa, FetchedCa
from scep.client.fetch_challenge import FetchChallenge
from scep.client.get_cert import FoundCertificate, GetCert
from scep.client.get_crl import FetchedCrl, GetCrl, Search
from scep.client.next_ca import FetchNextCa, NextCa
from scep.client.operation import KnownCa
from scep.client.probe_challenge import ProbeChallenge
from scep.client.session import Session

__all__ = [
    "AskOcsp",
    "DownloadCrl",
    "Enroll",
    "EnrollmentResult",
    "FetchCa",
    "FetchChallenge",
    "FetchNextCa",
    "FetchedCa",
    "FetchedCrl",
    "FoundCertificate",
    "GetCert",
    "GetCrl",
    "Issued",
    "KnownCa",
    "NextCa",
    "Pending",
    "Poll",
    "ProbeChallenge",
    "Search",
    "Session",
]

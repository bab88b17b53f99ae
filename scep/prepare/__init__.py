"""Everything that must be kept before the first byte of an enrollment or a renewal is sent."""

from scep.prepare.enrollment import prepare
from scep.prepare.prepared import EnrollmentKey, PreparedRequest, request_of
from scep.prepare.renewal import Renewal, prepare_renewal
from scep.prepare.telling import csr_step

__all__ = [
    "EnrollmentKey",
    "PreparedRequest",
    "Renewal",
    "csr_step",
    "prepare",
    "prepare_renewal",
    "request_of",
]

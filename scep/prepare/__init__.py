"""Everything that must be kept before the first byte of an enrollment or a renewal is sent."""

from scep.prepare.enrollment import prepare
from scep.prepare.prepared import EnrollmentKey, PreparedRequest, request_of
from scep.prepare.renewal import Renewal, prepare_renewal

__all__ = [
    "EnrollmentKey",
    "PreparedRequest",
    "Renewal",
    "prepare",
    "prepare_renewal",
    "request_of",
]

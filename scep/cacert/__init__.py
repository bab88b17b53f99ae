"""The CA's certificates: the GetCACert reply, which one does what, and whether to trust them."""

from scep.cacert.bundle import CaBundle, CaCertificate, CaCertificateFacts, Role, sort_out
from scep.cacert.checks import (
    check_chain,
    check_fingerprint,
    check_keys,
    check_validity,
    fingerprint_digits,
    leave_out_expired,
    read_fingerprint,
    spell,
    weak_signatures,
)
from scep.cacert.reading import read_bundle

__all__ = [
    "CaBundle",
    "CaCertificate",
    "CaCertificateFacts",
    "Role",
    "check_chain",
    "check_fingerprint",
    "check_keys",
    "check_validity",
    "fingerprint_digits",
    "leave_out_expired",
    "read_bundle",
    "read_fingerprint",
    "sort_out",
    "spell",
    "weak_signatures",
]

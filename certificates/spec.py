"""What a certificate entry says beyond its name. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

PRIVATE_KEY: Final = "private key"
"""What the secret of a certificate is for, as its sealed row says."""


class Usage(StrEnum):
    """What the device uses a certificate for; values are element names of the product."""

    FORWARD_TRUST = "forward-trust-certificate"
    FORWARD_UNTRUST = "forward-untrust-certificate"
    TRUSTED_ROOT = "trusted-root-CA"
    SECURE_SYSLOG = "secure-syslog"

    @property
    def label(self) -> str:
        """The words of the dialog and of the Usage column."""
        return _LABELS[self]

    @property
    def is_unique(self) -> bool:
        """Whether one certificate of a location has it at most."""
        return self is not Usage.TRUSTED_ROOT


_LABELS: Final[Mapping[Usage, str]] = {
    Usage.FORWARD_TRUST: "Forward Trust Certificate",
    Usage.FORWARD_UNTRUST: "Forward Untrust Certificate",
    Usage.TRUSTED_ROOT: "Trusted Root CA",
    Usage.SECURE_SYSLOG: "Certificate for Secure Syslog",
}

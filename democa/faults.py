"""What may be wrong with a SCEP server: faults that the demo CA can be given. Pure.

Each is a lesson: what a client meets when a real server is in this state (docs/labs/).
"""

from enum import StrEnum
from typing import Final

from scep.vocabulary import FailInfo

SLOW_S: Final = 25.0
"""How long a slow server takes: longer than the firewall waits (20 s)."""


class Fault(StrEnum):
    """A fault that is switched on, or none."""

    NONE = "none"
    DOWN = "down"
    """503, as from IIS whose application pool has stopped."""
    SLOW = "slow"
    """Every answer comes after :data:`SLOW_S`."""
    NO_AES = "no-aes"
    """The list of capabilities is that of an old server: 3DES and SHA-1."""
    EXPIRED_RA = "expired-ra"
    """The certificates of the registration authority ended yesterday."""
    WRONG_USAGE = "wrong-usage"
    """The certificates of the registration authority are for signing CRLs."""
    CACHE_FULL = "cache-full"
    """There is no room for another one-time password."""
    PENDING = "pending"
    """Each request waits for somebody to approve it."""
    BAD_ALG = "bad-alg"
    BAD_MESSAGE_CHECK = "bad-message-check"
    BAD_REQUEST = "bad-request"
    BAD_TIME = "bad-time"
    BAD_CERT_ID = "bad-cert-id"

    @property
    def label(self) -> str:
        """The fault as people read it."""
        return _LABELS.get(self) or f"FAILURE with {self.value}"

    @property
    def fail_info(self) -> FailInfo | None:
        """The reason with which each request is refused; ``None`` when none is."""
        return _FAIL_INFOS.get(self)


_LABELS: Final = {
    Fault.NONE: "None: it works",
    Fault.DOWN: "Down (HTTP 503)",
    Fault.SLOW: "Slow (answers take 25 s)",
    Fault.NO_AES: "No AES (3DES and SHA-1 only)",
    Fault.EXPIRED_RA: "RA certificates expired",
    Fault.WRONG_USAGE: "RA certificates with the wrong key usage",
    Fault.CACHE_FULL: "Password cache full",
    Fault.PENDING: "PENDING: each request waits",
}
_FAIL_INFOS: Final = {
    Fault.BAD_ALG: FailInfo.BAD_ALG,
    Fault.BAD_MESSAGE_CHECK: FailInfo.BAD_MESSAGE_CHECK,
    Fault.BAD_REQUEST: FailInfo.BAD_REQUEST,
    Fault.BAD_TIME: FailInfo.BAD_TIME,
    Fault.BAD_CERT_ID: FailInfo.BAD_CERT_ID,
}

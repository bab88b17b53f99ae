"""What names fetched certificates get, how often is polled, what a validity means. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from domain.names import CERTIFICATE_NAME_MAX
from pki.certinfo import CertificateFacts
from pki.crl_writing import Reason
from scep.polling import Polling

RevocationReason: TypeAlias = Reason
"""Why a certificate is revoked."""

EXPIRING: Final = timedelta(days=30)
"""How long before its end a certificate is marked as expiring."""

POLLING: Final = Polling()
"""A pending request is polled after 1, 2, 4 ... minutes, at most an hour apart. After a month it
is polled on demand only."""

_RESEND_AFTER_S: Final = (2, 5, 15, 45, 120, 300)
"""Waits before a request that got no answer is sent again; about eight minutes in all."""

_DAY: Final = 86_400
_SPANS: Final = (
    (2 * 365 * _DAY, 365 * _DAY, "year"),
    (_DAY, _DAY, "day"),
    (3600, 3600, "hour"),
    (60, 60, "minute"),
)
"""From how many seconds on a span is told in which unit; below two years in days."""


class Status(StrEnum):
    """The word in the Status column."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    PENDING = "pending"
    REFUSED = "refused"
    REVOKED = "revoked"


class RenewalMethod(StrEnum):
    """How a certificate that came over SCEP gets its successor (RFC 8894 section 2.4)."""

    AUTO = "auto"
    """RenewalReq if the server offers it; compatible if not, or if refused. Enrolled anew when
    that is refused too and there is a challenge password, and when the old one has expired."""
    COMPATIBLE = "compatible"
    """PKCSReq signed with the old certificate, which servers take that know no RenewalReq."""
    ENROLL = "enroll"
    """As for the first time, with a challenge password."""


def validity(not_before: datetime, not_after: datetime, at: datetime) -> Status:
    """Say in one word what a validity period means at a moment."""
    if at < not_before:
        return Status.NOT_YET_VALID
    if at > not_after:
        return Status.EXPIRED
    return Status.EXPIRING if not_after - at <= EXPIRING else Status.VALID


def fits_fips_cc(facts: CertificateFacts) -> bool:
    """Tell whether FIPS-CC mode takes a certificate: key and digest are strong enough."""
    least = {"RSA": 2048, "EC": 256}.get(facts.algorithm)
    is_weak = any(name in facts.signature_algorithm for name in ("SHA-1", "MD5", "MD2"))
    return least is not None and facts.key_bits >= least and not is_weak


def fetched_name(profile_name: str, suffix: str, taken: Collection[str]) -> str:
    """Name the entry of a certificate that came with a profile: ``<profile>-ca`` and the like.

    Ours, because the product emulated does not document its own. Spaces, which a profile's name
    may have and a certificate's may not, become hyphens.

    Args:
        profile_name: the profile's name.
        suffix: ``"ca"``, ``"ra-1"`` ...
        taken: names that other certificates of the location have.
    """
    return free_name(f"{profile_name.replace(' ', '-')}-{suffix}", taken)


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return the name, with ``-2``, ``-3`` ... behind it when it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        tail = f"-{number}"
        name = wanted[: CERTIFICATE_NAME_MAX - len(tail)] + tail
    return name


def resend_delay(resends: int) -> timedelta | None:
    """Return how long to wait before a stored request is sent again; ``None``: give it up."""
    if resends >= len(_RESEND_AFTER_S):
        return None
    return timedelta(seconds=_RESEND_AFTER_S[resends])


def relative(moment: datetime, at: datetime) -> str:
    """Say how far a moment is from now: ``"in 27 days"``, ``"3 hours ago"``."""
    seconds = (moment - at).total_seconds()
    amount = abs(seconds)
    for least, length, word in _SPANS:
        if amount >= least:
            count = int(amount // length)
            words = f"{count} {word}" if count == 1 else f"{count} {word}s"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "in less than a minute" if seconds > 0 else "just now"

"""Which certificates of the candidate are wanted, in SQL: search, filters, and what they offer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from certificates.models import EnrollmentState, ListedCertificate, MaterialStatus
from certificates.rules import EXPIRING, Status
from domain.locations import Location

MOST_CHOICES: Final = 100
"""Most issuers, or other values, that a filter offers; the most frequent ones come first."""

_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row, in UTC; both ends are meant too."""

    first: date
    last: date

    @property
    def end(self) -> datetime:
        """The last moment."""
        return datetime.combine(self.last, time.max, UTC)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a certificate must be to be listed; an empty value wants nothing.

    Attributes:
        text: stands anywhere in name, subject, issuer, serial, fingerprint or alternative names;
            colons and spaces between hexadecimal digits do not count.
        issuer: exact text.
        algorithm: as shown: ``"RSA 2048"``.
        has_key: whether the device has the private key.
        within_days: the certificate ends within so many days from now; it is valid still.
        ends_in: the certificate ends on one of these days, unless it was revoked.
        is_weak: :mod:`pki.weaknesses` found something.
        seen: in one of these locations; ``None`` for any.
    """

    text: str = ""
    status: Status | None = None
    issuer: str = ""
    profile_uuid: UUID | None = None
    algorithm: str = ""
    has_key: bool | None = None
    within_days: int | None = None
    ends_in: Days | None = None
    is_weak: bool = False
    seen: frozenset[Location] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether every certificate passes that the admin looks at."""
        return replace(self, seen=None) == Filter()


@dataclass(frozen=True, slots=True)
class Offered:
    """The values that occur, for the filters to offer.

    Attributes:
        profiles: UUIDs of SCEP profiles that brought certificates.
    """

    issuers: tuple[str, ...] = field(default=())
    algorithms: tuple[str, ...] = field(default=())
    profiles: tuple[UUID, ...] = field(default=())


def narrowed(wanted: Filter, at: datetime) -> QuerySet[ListedCertificate]:
    """Return the rows that pass a filter, in no order."""
    rows = ListedCertificate.objects.all()
    for one in _conditions(wanted, at):
        rows = rows.filter(one)
    return rows


def condition(wanted: Filter, at: datetime) -> Q:
    """Return what a filter asks of a row."""
    return Q(*_conditions(wanted, at))


def offered(seen: frozenset[Location] | None = None) -> Offered:
    """Return what occurs among the certificates in the locations seen, ``None`` for any; one query.

    Among all of them it reads one index only.
    """
    rows = ListedCertificate.objects.order_by()
    if seen is not None:
        rows = rows.filter(location__in=[location.key for location in seen])
    groups = (
        rows.values_list("issuer", "algorithm", "key_bits", "profile_uuid")
        .annotate(count=Count("*"))
        .order_by("-count")
    )
    issuers: set[str] = set()
    algorithms: set[str] = set()
    profiles: set[UUID] = set()
    for issuer, algorithm, bits, profile, _ in groups[: MOST_CHOICES * 10]:
        if issuer and len(issuers) < MOST_CHOICES:
            issuers.add(issuer)
        if algorithm:
            algorithms.add(f"{algorithm} {bits}")
        if profile and len(profiles) < MOST_CHOICES:
            profiles.add(profile)
    return Offered(tuple(sorted(issuers)), tuple(sorted(algorithms)), tuple(profiles))


def _conditions(wanted: Filter, at: datetime) -> list[Q]:
    found: list[Q] = []
    if wanted.seen is not None:
        found.append(Q(location__in=[location.key for location in wanted.seen]))
    if wanted.text:
        found.append(_matches(wanted.text))
    if wanted.issuer:
        found.append(Q(issuer=wanted.issuer))
    if wanted.algorithm:
        found.append(_algorithm(wanted.algorithm))
    return [*found, *_kinds(wanted, at)]


def _kinds(wanted: Filter, at: datetime) -> list[Q]:
    found = [~Q(weaknesses="")] if wanted.is_weak else []
    if wanted.status is not None:
        found.append(_STATUS[wanted.status](at))
    if wanted.profile_uuid is not None:
        found.append(Q(profile_uuid=wanted.profile_uuid))
    if wanted.has_key is not None:
        found.append(_HAS_KEY if wanted.has_key else ~_HAS_KEY)
    if wanted.within_days is not None:
        until = at + timedelta(days=wanted.within_days)
        found.append(_LIVES & Q(not_after__gte=at, not_after__lte=until))
    if wanted.ends_in is not None:
        begin = datetime.combine(wanted.ends_in.first, time.min, UTC)
        found.append(_LIVES & Q(not_after__gte=begin, not_after__lte=wanted.ends_in.end))
    return found


def _matches(text: str) -> Q:
    plain = text.strip().casefold()
    digits = plain.replace(":", "").replace(" ", "")
    found = Q(search_text__contains=plain)
    if digits != plain and len(digits) > 1 and _HEX.issuperset(digits):
        found |= Q(search_text__contains=digits)
    return found


def _algorithm(words: str) -> Q:
    name, _, bits = words.rpartition(" ")
    # What is no number is no algorithm of ours; nobody's key has so many digits.
    return (
        Q(algorithm=name, key_bits=int(bits)) if bits.isdecimal() and len(bits) < 7 else Q(pk=None)
    )


# The key of a certificate that is not issued yet is the enrollment's.
_HAS_KEY: Final = Q(has_key=True) | Q(
    status=MaterialStatus.PENDING, enrollment__key_secret__isnull=False
)

# Without an enrollment it is a request that the admin takes to another CA.
_WAITS: Final = Q(status=MaterialStatus.PENDING) & (
    Q(enrollment=None) | Q(enrollment__state=EnrollmentState.PENDING)
)
_LIVES: Final = Q(status=MaterialStatus.VALID)

_STATUS: Final[dict[Status, Callable[[datetime], Q]]] = {
    Status.VALID: lambda at: _LIVES & Q(not_before__lte=at, not_after__gt=at + EXPIRING),
    Status.EXPIRING: lambda at: (
        _LIVES & Q(not_before__lte=at, not_after__gte=at, not_after__lte=at + EXPIRING)
    ),
    Status.EXPIRED: lambda at: _LIVES & Q(not_after__lt=at),
    Status.NOT_YET_VALID: lambda at: _LIVES & Q(not_before__gt=at),
    Status.PENDING: lambda _: _WAITS,
    Status.REFUSED: lambda _: Q(status=MaterialStatus.PENDING) & ~_WAITS,
    Status.REVOKED: lambda _: Q(status=MaterialStatus.REVOKED),
}

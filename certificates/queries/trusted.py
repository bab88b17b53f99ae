"""The default trusted certificate authorities, and which of them are disabled.

The list comes with the program; what an admin disables is configuration: an entry with the CA's
name in Shared. One that was disabled and that a new version of the list has no more stays as an
entry, which enabling it removes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from certificates import rules
from certificates.queries.paper import Paper, paper_of
from certificates.queries.rows import TONES
from certificates.rules import Status
from configuration import queries as configuration
from domain.errors import NotFound
from domain.locations import SHARED
from pki.default_cas import DefaultCa, DefaultCas, default_cas

KIND: Final = "excluded-root-ca"
"""The kind under which the disabled ones stand in the configuration."""

PLACE: Final = SHARED
"""Where they stand: the list is the whole device's."""

PAGE_SIZE: Final = 50


class TrustState(StrEnum):
    """Whether a default CA is trusted, as a filter wants it."""

    ENABLED = "enabled"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class TrustedRow:
    """One default CA.

    Attributes:
        uuid: of the CA; of the entry that disables it when it is on the list no more.
        expires: ``None`` when it is on the list no more; then it has no subject and status either.
        is_enabled: in the candidate.
        is_committed: whether the running configuration has it like this.
    """

    uuid: UUID
    name: str
    subject: str
    issuer: str
    expires: datetime | None
    remaining: str
    status: Status | None
    algorithm: str
    fingerprint: str
    is_enabled: bool
    is_committed: bool

    @property
    def is_listed(self) -> bool:
        """Whether the list that comes with the program has it."""
        return self.status is not None

    @property
    def tone(self) -> str:
        """Which of the page's status shapes goes with the status."""
        return TONES[self.status] if self.status else "neutral"


@dataclass(frozen=True, slots=True)
class TrustedPage:
    """A part of the list.

    Attributes:
        number: of the page, from 1.
        count: rows that pass the filter.
        total: rows in all.
        disabled: how many are disabled in the candidate.
    """

    number: int
    count: int
    total: int
    disabled: int
    rows: tuple[TrustedRow, ...]

    @property
    def before(self) -> int | None:
        """The page before this one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """The page after this one."""
        return self.number + 1 if self.number * PAGE_SIZE < self.count else None


@dataclass(frozen=True, slots=True)
class TrustedDetail:
    """One default CA in full."""

    row: TrustedRow
    paper: Paper


def trusted_page(
    at: datetime, *, text: str = "", state: TrustState | None = None, number: int = 1
) -> TrustedPage:
    """Return a page of the default CAs that a filter lets through; two queries.

    Args:
        at: the time, for their status.
        text: stands in name, subject or SHA-256 fingerprint; case and colons do not count.
        state: enabled or disabled in the candidate.
        number: of the page; one beyond the end is the last.
    """
    every = trusted_rows(at)
    passing = [row for row in every if _passes(row, text, state)]
    last = max(1, -(-len(passing) // PAGE_SIZE))
    number = max(1, min(number, last))
    start = (number - 1) * PAGE_SIZE
    disabled = sum(not row.is_enabled for row in every)
    shown = tuple(passing[start : start + PAGE_SIZE])
    return TrustedPage(number, len(passing), len(every), disabled, shown)


def trusted_rows(at: datetime, *, known: DefaultCas | None = None) -> list[TrustedRow]:
    """List the default CAs by name, and those disabled ones that are on the list no more.

    Args:
        at: the time, for their status.
        known: the list; that of the program unless given.
    """
    known = known or default_cas()
    candidate = {entry.name: entry.uuid for entry in configuration.candidates(KIND)}
    running = disabled_names()
    rows = [_row(ca, candidate, running, at) for ca in known.cas]
    gone = [name for name in candidate if name not in known.by_name]
    return [*(_gone(name, candidate[name], running) for name in gone), *rows]


def disabled_names() -> frozenset[str]:
    """Return the names of the CAs that the running configuration disables."""
    return frozenset(entry.name for entry in configuration.running_objects(KIND))


def trusted_detail(uuid: UUID, at: datetime) -> TrustedDetail:
    """Return one default CA in full.

    Raises:
        NotFound: the list has no such CA.
    """
    row = next((row for row in trusted_rows(at) if row.uuid == uuid and row.is_listed), None)
    if row is None:
        raise not_found()
    return TrustedDetail(row, paper_of(default_cas().by_uuid[uuid].der, at))


def uuid_of_entry(entry: UUID) -> UUID | None:
    """Return which CA of the list an entry of the candidate disables; ``None`` for none."""
    found = configuration.candidate(entry)
    ca = default_cas().by_name.get(found.name) if found else None
    return ca.uuid if ca else None


def chosen(uuids: Collection[UUID]) -> list[DefaultCa]:
    """Return some CAs of the list by name.

    Raises:
        NotFound: one of them is not on it, or none is wanted.
    """
    known = default_cas().by_uuid
    if not uuids or not known.keys() >= set(uuids):
        raise not_found()
    return sorted((known[uuid] for uuid in set(uuids)), key=lambda ca: ca.name)


def not_found() -> NotFound:
    """Say that a CA is not on the list, or that none was chosen."""
    return NotFound(
        "No default trusted CA is selected that is on the list.",
        hint="Tick at least one, then choose again.",
    )


def _passes(row: TrustedRow, text: str, state: TrustState | None) -> bool:
    wanted = text.strip().casefold()
    digits = wanted.replace(":", "").replace(" ", "")
    found = wanted in row.name.casefold() or wanted in row.subject.casefold()
    is_fingerprint = len(digits) > 3 and digits in row.fingerprint
    fits = state is None or row.is_enabled is (state is TrustState.ENABLED)
    return fits and (found or is_fingerprint)


def _row(
    ca: DefaultCa, candidate: Iterable[str], running: Iterable[str], at: datetime
) -> TrustedRow:
    is_enabled = ca.name not in candidate
    return TrustedRow(
        uuid=ca.uuid,
        name=ca.name,
        subject=ca.subject,
        issuer=ca.issuer,
        expires=ca.not_after,
        remaining=rules.relative(ca.not_after, at),
        status=rules.validity(ca.not_before, ca.not_after, at),
        algorithm=f"{ca.algorithm} {ca.key_bits}",
        fingerprint=ca.fingerprint_sha256,
        is_enabled=is_enabled,
        is_committed=is_enabled is (ca.name not in running),
    )


def _gone(name: str, entry: UUID, running: Iterable[str]) -> TrustedRow:
    return TrustedRow(
        uuid=entry,
        name=name,
        subject="",
        issuer="",
        expires=None,
        remaining="",
        status=None,
        algorithm="",
        fingerprint="",
        is_enabled=False,
        is_committed=name in running,
    )

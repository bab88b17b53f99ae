"""Check that nobody has changed, added or removed entries of the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit import chain, head, registry
from audit.head import HeadUnreadable
from audit.models import AuditEvent
from audit.services import facts
from domain.errors import Refused

_CHUNK: Final = 1000


class LogBroken(Refused):
    """The log is not what the device wrote; the message names the first entry concerned."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A log that is whole.

    Attributes:
        count: number of entries.
    """

    count: int


def verify(*, at: datetime) -> Verified:
    """Check the chain from the first entry to the last, and the last one against the head file.

    Args:
        at: the time.

    Raises:
        LogBroken: an entry was changed, added, removed or cut off.
    """
    key = registry.chain_key(at)
    known = _head()
    previous, count = chain.BEGINNING, 0
    for row in AuditEvent.objects.order_by("sequence").iterator(chunk_size=_CHUNK):
        count += 1
        if row.sequence != count:
            raise _broken(f"Entry {count} is missing; entry {row.sequence} follows.")
        if row.mac != chain.mac(key, previous, facts(row)):
            raise _broken(
                f"Entry {count} was changed, or put in, or the entry before it was: {row.text}"
            )
        previous = row.mac
        if count == known.count and row.mac != known.mac:
            raise _broken(f"Entry {count} is not the one that {head.path()} knows.")
    if count < known.count:
        raise _broken(
            f"The log ends with entry {count}; {known.count - count} entries after it are missing."
        )
    return Verified(count)


def _head() -> head.Head:
    try:
        known = head.read()
    except HeadUnreadable as error:
        raise _broken(str(error)) from error
    if not known.count and AuditEvent.objects.exists():
        raise _broken(f"The file {head.path()}, which says how the log ends, is missing.")
    return known


def _broken(fact: str) -> LogBroken:
    hint = "Compare with a backup of the data folder: everything after this place may be wrong."
    return LogBroken(fact, hint=hint)

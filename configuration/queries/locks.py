"""The locks that admins hold."""

from configuration.locking import HeldLock, LockKind
from configuration.models import LifeCycleSettings, Lock
from domain.locations import Location


def locks(kind: LockKind | None = None) -> list[HeldLock]:
    """List the locks, or those of one kind, the oldest first."""
    rows = Lock.objects.order_by("taken_at", "pk")
    return [lock_value(row) for row in (rows if kind is None else rows.filter(kind=kind))]


def lock_count() -> int:
    """Count the locks."""
    return Lock.objects.count()


def automatic_commit_lock() -> bool:
    """Tell whether an admin's first edit takes a commit lock."""
    return LifeCycleSettings.objects.filter(automatic_commit_lock=True).exists()


def lock_value(row: Lock) -> HeldLock:
    """Return a row as a value."""
    return HeldLock(
        id=row.pk,
        kind=LockKind(row.kind),
        location=Location(row.location),
        owner=row.owner,
        comment=row.comment,
        taken_at=row.taken_at,
        automatic=row.automatic,
    )

"""The locks that admins hold, and how the device treats edits and commits."""

from django.db import models
from django.db.models import Q

from configuration.locking import LockKind
from configuration.models.limits import ADMIN_MAX, LOCATION_MAX, LOCK_COMMENT_MAX


class Lock(models.Model):
    """A lock that an admin holds; see :class:`configuration.locking.HeldLock`."""

    kind = models.CharField(max_length=8)
    location = models.CharField(max_length=LOCATION_MAX)
    owner = models.CharField(max_length=ADMIN_MAX)
    comment = models.CharField(max_length=LOCK_COMMENT_MAX, blank=True)
    taken_at = models.DateTimeField()
    automatic = models.BooleanField(default=False)

    class Meta:
        """One config lock per location; of commit locks one per location and admin."""

        constraints = (
            models.UniqueConstraint(
                fields=("location",), condition=Q(kind=LockKind.CONFIG.value), name="config_lock"
            ),
            models.UniqueConstraint(
                fields=("location", "owner"),
                condition=Q(kind=LockKind.COMMIT.value),
                name="commit_lock",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in LockKind]), name="lock_kind_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} lock of {self.owner} on {self.location}"


class LifeCycleSettings(models.Model):
    """How the device treats edits and commits: one row, which also puts takers of locks in line.

    Attributes:
        automatic_commit_lock: whether an admin's first edit takes a commit lock.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    automatic_commit_lock = models.BooleanField(default=False)

    class Meta:
        """There is one device."""

        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="life_cycle_settings_one_row"),
        )

    def __str__(self) -> str:
        return "life cycle settings"

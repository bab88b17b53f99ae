"""Revisions as intervals, the commit that makes one, and the one that waits to be confirmed."""

from django.db import models
from django.db.models import F, Q

from configuration.confirming import Outcome
from configuration.models.candidate import ObjectText
from configuration.models.limits import (
    ADMIN_MAX,
    DESCRIPTION_MAX,
    KIND_MAX,
    LOCATION_MAX,
    NAME_MAX,
)


class Revision(models.Model):
    """One committed configuration; immutable but for giving up ``running`` to its successor.

    Revision 0 is what the device had before anybody committed, see ``services.founding``.
    """

    number = models.PositiveIntegerField(primary_key=True)
    created_at = models.DateTimeField()
    by = models.CharField(max_length=ADMIN_MAX)
    description = models.CharField(max_length=DESCRIPTION_MAX, blank=True)
    job_id = models.PositiveBigIntegerField(unique=True)
    warnings = models.PositiveIntegerField(default=0)
    running = models.BooleanField()

    class Meta:
        """At most one revision is running, and the first committed has the number 1."""

        constraints = (
            models.UniqueConstraint(
                fields=("running",), condition=Q(running=True), name="one_running_revision"
            ),
            models.CheckConstraint(condition=Q(number__gte=0), name="revision_number_natural"),
        )

    def __str__(self) -> str:
        return f"revision {self.number}"


class RevisionEntry(models.Model):
    """An object as it stood in every revision from ``since`` on, up to but not in ``until``.

    Revision N is the rows with ``since <= N`` and ``until`` empty or above N; the running one is
    the open rows.
    """

    object_uuid = models.UUIDField()
    kind = models.CharField(max_length=KIND_MAX)
    location = models.CharField(max_length=LOCATION_MAX)
    name = models.CharField(max_length=NAME_MAX)
    text = models.ForeignKey(
        ObjectText, on_delete=models.PROTECT, db_column="digest", db_index=False
    )
    since = models.ForeignKey(
        Revision, on_delete=models.PROTECT, related_name="opened", db_column="since"
    )
    until = models.ForeignKey(
        Revision,
        on_delete=models.PROTECT,
        related_name="closed",
        db_column="until",
        db_index=False,
        null=True,
    )

    class Meta:
        """The running configuration has each object, and each name, at most once."""

        constraints = (
            models.UniqueConstraint(
                fields=("object_uuid",), condition=Q(until=None), name="running_object"
            ),
            models.UniqueConstraint(
                fields=("kind", "location", "name"), condition=Q(until=None), name="running_name"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="interval_not_empty"
            ),
        )
        indexes = (
            models.Index(fields=("object_uuid", "since"), name="object_history"),
            # Most intervals are open: an index of their ends would mislead the query planner.
            models.Index(fields=("until",), condition=~Q(until=None), name="interval_end"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.location}/{self.name} since {self.since_id}"


class Confirmation(models.Model):
    """The confirmation that a revision needs by a deadline, lest the one before be restored.

    Attributes:
        revision: the revision committed; the one before has the number below.
        job_id: the job that restores at the deadline.
        outcome: ``open``, then ``confirmed`` or ``rolled-back``.
        ended_by: who confirmed or rolled back; the device itself at the deadline.
    """

    revision = models.OneToOneField(
        Revision, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField()
    deadline_at = models.DateTimeField()
    job_id = models.PositiveBigIntegerField()
    outcome = models.CharField(max_length=16, default=Outcome.OPEN.value)
    ended_by = models.CharField(max_length=ADMIN_MAX, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One revision at a time waits to be confirmed."""

        constraints = (
            models.UniqueConstraint(
                fields=("outcome",),
                condition=Q(outcome=Outcome.OPEN.value),
                name="one_open_confirmation",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in Outcome]),
                name="confirmation_outcome_known",
            ),
        )

    def __str__(self) -> str:
        return f"revision {self.revision_id} {self.outcome}"


class FrozenDocument(models.Model):
    """What a commit job is publishing: fixed when it starts, taken up again after a crash.

    ``entries`` lists the changes against revision ``base`` (0: before the first), each a pair
    of the entry before and after; together with the immutable base they are the whole document.
    ``last_load`` is the last load that a full commit takes along; 0 when there was none.
    """

    job_id = models.PositiveBigIntegerField(primary_key=True)
    base = models.PositiveIntegerField()
    entries = models.JSONField()
    last_load = models.PositiveBigIntegerField(default=0)
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"document of job {self.job_id}"

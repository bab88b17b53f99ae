"""The configuration's rows: the candidate, the texts, and the revisions as intervals.

The design follows git. Texts are content-addressed and immutable. A revision is an immutable list
of entries (object, place, digest). Lists of neighbouring revisions are nearly equal, so they are
stored as intervals: a :class:`RevisionEntry` says from which revision on it holds and which one
ended it. Committing one profile beside 10,000 certificates writes two rows instead of 10,001, and
the list of any revision, old or running, is one indexed query. A row's content never changes; all
that is ever written to it later is its end, once.
"""

from django.db import models
from django.db.models import F, Q

from configuration.confirming import Outcome
from configuration.document import DIGEST_LENGTH, Operation
from configuration.locking import LockKind
from configuration.sources import NAME_MAX as SNAPSHOT_NAME_MAX

KIND_MAX = 40
LOCATION_MAX = 16
NAME_MAX = 255
DESCRIPTION_MAX = 512
LOCK_COMMENT_MAX = 512
LOADED_MAX = 300


class ObjectText(models.Model):
    """The canonical XML of an object; immutable, shared by all entries that have its digest."""

    digest = models.CharField(primary_key=True, max_length=DIGEST_LENGTH)
    xml = models.TextField()

    def __str__(self) -> str:
        return self.digest


class CandidateObject(models.Model):
    """One object of the candidate configuration.

    The app that owns the kind keeps the typed fields in a row of its own, joined by the same UUID.
    """

    uuid = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=KIND_MAX)
    location = models.CharField(max_length=LOCATION_MAX)
    name = models.CharField(max_length=NAME_MAX)
    text = models.ForeignKey(
        ObjectText, on_delete=models.PROTECT, db_column="digest", db_index=False
    )
    version = models.PositiveIntegerField()

    class Meta:
        """One name per kind and location."""

        constraints = (
            models.UniqueConstraint(fields=("kind", "location", "name"), name="candidate_name"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.location}/{self.name}"


class ChangeRecord(models.Model):
    """One edit of the candidate, deletions included; append-only.

    Attributes:
        version: the object's version that the edit made.
        digest: the text it left; empty for deletions.
        revision: the commit that settled it, because it published the edit or because afterwards
            nothing of the object was pending. Only objects with unsettled records can differ from
            the running configuration, so comparing those is enough; and unsettled records tell
            whose changes are pending.
    """

    object_uuid = models.UUIDField()
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=KIND_MAX)
    location = models.CharField(max_length=LOCATION_MAX)
    name = models.CharField(max_length=NAME_MAX)
    operation = models.CharField(
        max_length=16, choices=[(operation.value, operation.value) for operation in Operation]
    )
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    revision = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True)

    class Meta:
        """Each version has one record: two edits cannot both have made it."""

        constraints = (
            models.UniqueConstraint(fields=("object_uuid", "version"), name="change_version"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.operation} by {self.by}"


class Revision(models.Model):
    """One committed configuration; immutable but for giving up ``running`` to its successor."""

    number = models.PositiveIntegerField(primary_key=True)
    created_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    description = models.CharField(max_length=DESCRIPTION_MAX, blank=True)
    job_id = models.PositiveBigIntegerField(unique=True)
    warnings = models.PositiveIntegerField(default=0)
    running = models.BooleanField()

    class Meta:
        """At most one revision is running, and the first has the number 1."""

        constraints = (
            models.UniqueConstraint(
                fields=("running",), condition=Q(running=True), name="one_running_revision"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_positive"),
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
    ended_by = models.CharField(max_length=150, blank=True)
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


class CandidateLoad(models.Model):
    """A configuration that was loaded; until it is settled, all changes are committed together.

    Attributes:
        what: what was loaded, in words.
        revision: the full commit that settled it, as with change records.
    """

    what = models.CharField(max_length=LOADED_MAX)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.what} loaded by {self.by}"


class Snapshot(models.Model):
    """The candidate as an admin saved it, under a name.

    ``entries`` are its changes against revision ``base`` (0: before the first), as in a
    :class:`FrozenDocument`: saving 10,000 objects of which three are pending stores three.

    Attributes:
        objects_count: how many objects it has.
    """

    name = models.CharField(primary_key=True, max_length=SNAPSHOT_NAME_MAX)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    base = models.PositiveIntegerField()
    entries = models.JSONField()
    objects_count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"snapshot {self.name}"


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


class Lock(models.Model):
    """A lock that an admin holds; see :class:`configuration.locking.HeldLock`."""

    kind = models.CharField(max_length=8)
    location = models.CharField(max_length=LOCATION_MAX)
    owner = models.CharField(max_length=150)
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

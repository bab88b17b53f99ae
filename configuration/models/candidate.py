"""The candidate: texts, objects, change records; what was loaded and what was saved."""

from django.db import models

from configuration.document import DIGEST_LENGTH, Operation
from configuration.models.limits import ADMIN_MAX, KIND_MAX, LOADED_MAX, LOCATION_MAX, NAME_MAX
from configuration.sources import NAME_MAX as SNAPSHOT_NAME_MAX


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
    by = models.CharField(max_length=ADMIN_MAX)
    at = models.DateTimeField()
    revision = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True)

    class Meta:
        """Each version has one record: two edits cannot both have made it."""

        constraints = (
            models.UniqueConstraint(fields=("object_uuid", "version"), name="change_version"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.operation} by {self.by}"


class CandidateLoad(models.Model):
    """A configuration that was loaded; until it is settled, all changes are committed together.

    Attributes:
        what: what was loaded, in words.
        revision: the full commit that settled it, as with change records.
    """

    what = models.CharField(max_length=LOADED_MAX)
    by = models.CharField(max_length=ADMIN_MAX)
    at = models.DateTimeField()
    revision = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True, related_name="+")

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
    by = models.CharField(max_length=ADMIN_MAX)
    at = models.DateTimeField()
    base = models.PositiveIntegerField()
    entries = models.JSONField()
    objects_count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"snapshot {self.name}"

"""What was told already, and each message on its way to a server."""

import uuid

from django.db import models


class Told(models.Model):
    """Something that was told once, and never is again.

    Attributes:
        key: what: ``"expiry:<certificate>:<days>"``.
    """

    key = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Cursor(models.Model):
    """How far the log has been read: one row, only while something of it is to be told.

    Attributes:
        sequence: number of the last entry read.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField()

    class Meta:
        """There is one log."""

        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="alerts_cursor_one_row"),
        )

    def __str__(self) -> str:
        return f"log read up to {self.sequence}"


class DeliveryState(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Given up: after the last attempt, or because its server profile is gone."""


class Delivery(models.Model):
    """A message to one server. What it says never changes.

    Attributes:
        items: what it lists, as JSON.
        target: UUID of the server profile.
        is_test: sent with the candidate's profile, once.
        result: what the server said, or why the last attempt failed; never a secret.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField()
    event = models.CharField(max_length=24)
    headline = models.TextField()
    items = models.JSONField(default=list)
    count = models.PositiveIntegerField()
    target_kind = models.CharField(max_length=40)
    target = models.UUIDField()
    target_name = models.CharField(max_length=31)
    is_test = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.TextField(default="", blank=True)
    job_id = models.BigIntegerField(null=True)

    class Meta:
        """The log is read newest first."""

        indexes = (models.Index(fields=["-created_at"], name="alerts_delivery_newest"),)

    def __str__(self) -> str:
        return f"{self.event} to {self.target_name}: {self.state}"

"""Tables of the logs: what was done, and what was said to SCEP servers.

Rows are added and never changed, but for a transcript's end.
"""

import uuid

from django.db import models


class AuditEvent(models.Model):
    """One thing that happened on the device. Immutable.

    Attributes:
        sequence: its place in the log: 1, 2, 3 without gaps.
        mac: ties it to the entry before it; see :mod:`audit.chain`.
        kind: stable word for filters: ``"sign-in"``, ``"commit"``, ``"certificate"``...
        actor: name of the admin, or ``"system"``.
        object_name: the object concerned, as admins name it; may be empty.
        outcome: ``"ok"`` or ``"failed"``.
        text: one English sentence; never a secret.
        detail: further facts, text to text; never a secret.
        changes: fields an edit changed, a list of ``[field, before, after]``.
    """

    sequence = models.PositiveBigIntegerField(unique=True)
    mac = models.CharField(max_length=64)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    actor = models.CharField(max_length=64)
    address = models.CharField(max_length=64, blank=True)
    object_name = models.CharField(max_length=255, blank=True)
    outcome = models.CharField(max_length=16)
    text = models.TextField()
    detail = models.JSONField(default=dict)
    changes = models.JSONField(default=list)

    class Meta:
        """Indexes for the newest first, of all kinds or of one."""

        indexes = (
            models.Index(fields=["-at"], name="audit_event_at"),
            models.Index(fields=["kind", "-at"], name="audit_event_kind"),
        )

    def __str__(self) -> str:
        return self.text


class AuditHead(models.Model):
    """The end of the log: one row, locked while an entry is added.

    Attributes:
        count: the last entry's sequence number.
        mac: its MAC.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    count = models.PositiveBigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)

    class Meta:
        """There is one log."""

        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="audit_head_one_row"),)

    def __str__(self) -> str:
        return f"{self.count} entries"


class Transcript(models.Model):
    """One exchange with a SCEP server, kept as steps.

    Attributes:
        kind: what was wanted: ``"fetch-ca"``, ``"enroll"``, ``"renew"``, ``"poll"``,
            ``"test"``, ``"rehearse"``.
        location: key of the profile's location.
        subject: subject asked for; empty when no certificate was.
        job_id: number of the job that ran it; ``None`` outside jobs.
        ended_at: ``None`` while it runs.
        outcome: ``""`` while it runs, then a word of :class:`scep.transcript.Outcome`.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    profile_uuid = models.UUIDField(null=True)
    profile_name = models.CharField(max_length=64, blank=True)
    location = models.CharField(max_length=16, blank=True)
    subject = models.TextField(blank=True)
    job_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)

    class Meta:
        """Indexes for the newest first, and for the transcripts of one job or one profile."""

        indexes = (
            models.Index(fields=["-started_at"], name="audit_transcript_started"),
            models.Index(fields=["job_id", "started_at"], name="audit_transcript_job"),
            models.Index(fields=["profile_uuid", "-started_at"], name="audit_transcript_profile"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.profile_name}"


class TranscriptStep(models.Model):
    """One step of an exchange. Immutable.

    Attributes:
        sequence: order within the transcript, from 1.
        details: decoded facts in order, a list of ``[label, value]``; redacted.
        sent: the message sent, DER; empty when there was none.
        received: the body received, as far as it is kept; empty when there was none.
    """

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="steps")
    sequence = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    outcome = models.CharField(max_length=16)
    fact = models.TextField()
    hint = models.TextField(blank=True)
    details = models.JSONField(default=list)
    duration_ms = models.FloatField()
    sent = models.BinaryField(default=b"")
    received = models.BinaryField(default=b"")
    at = models.DateTimeField()

    class Meta:
        """A step's place in its transcript is its own; those that failed are counted."""

        indexes = (
            models.Index(
                fields=["name", "transcript"],
                condition=models.Q(outcome="failed"),
                name="audit_step_failed",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["transcript", "sequence"], name="audit_step_sequence_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.name}: {self.outcome}"

"""The job table: the truth about background work, whatever moves it."""

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"


class Result(models.TextChoices):
    """How a finished job ended; empty until then."""

    NONE = ""
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Queue(models.TextChoices):
    """Lines in which jobs wait. ``commit`` runs one at a time, in order of id."""

    DEFAULT = "default"
    COMMIT = "commit"


class Job(models.Model):
    """A piece of background work; ``id`` is the number admins see.

    Attributes:
        kind: key of the handler in ``settings.JOB_HANDLERS``.
        arguments: JSON for the handler; never secrets.
        admin: name of who asked for it.
        by: the same as JSON: role, scope and address.
        run_at: not before this moment; ``None`` means at once.
        attempts: how often it was started.
        lease_owner: who runs it; empty unless running.
        lease_until: when it counts as abandoned unless renewed.
        dedupe_key: at most one unfinished job has it; empty means any number.
        result_url: where the outcome can be seen, as a path.
        retry_of: the failed job that it does once more.
        announced: whether its admin has been told of its end, or has looked at it.
    """

    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    description = models.TextField(blank=True)
    queue = models.CharField(max_length=16, choices=Queue, default=Queue.DEFAULT)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    result = models.CharField(max_length=16, choices=Result, default=Result.NONE, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    admin = models.CharField(max_length=64)
    by = models.JSONField()
    enqueued_at = models.DateTimeField()
    run_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    dedupe_key = models.CharField(max_length=200, blank=True)
    result_text = models.TextField(blank=True)
    result_hint = models.TextField(blank=True)
    result_url = models.CharField(max_length=200, blank=True)
    result_url_label = models.CharField(max_length=60, blank=True)
    retry_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="retries"
    )
    announced = models.BooleanField(default=False)

    class Meta:
        """What the database guarantees about jobs."""

        constraints = (
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=~Q(state=State.FINISHED) & ~Q(dedupe_key=""),
                name="jobs_job_dedupe_unique",
            ),
            models.UniqueConstraint(
                fields=["queue"],
                condition=Q(state=State.RUNNING, queue=Queue.COMMIT),
                name="jobs_job_commit_serial",
            ),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease_until__isnull=False) & ~Q(lease_owner="")
                | ~Q(state=State.RUNNING) & Q(lease_until__isnull=True, lease_owner=""),
                name="jobs_job_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state=State.FINISHED, finished_at__isnull=False) & ~Q(result="")
                | ~Q(state=State.FINISHED) & Q(finished_at__isnull=True, result=""),
                name="jobs_job_result_when_finished",
            ),
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=100), name="jobs_job_progress_percent"
            ),
        )
        indexes = (
            models.Index(fields=["state", "queue", "id"], name="jobs_job_waiting"),
            models.Index(fields=["state", "lease_until"], name="jobs_job_lease"),
            models.Index(fields=["finished_at"], name="jobs_job_finished"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class JobLine(models.Model):
    """A line of a job's log. Immutable.

    Attributes:
        sequence: order within the job, from 1.
        level: ``"info"``, ``"warning"`` or ``"error"``.
        url: path of a dialog that shows what the line is about; may be empty.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    level = models.CharField(max_length=16)
    text = models.TextField()
    hint = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        """A line's place in its job is its own."""

        constraints = (
            models.UniqueConstraint(fields=["job", "sequence"], name="jobs_line_sequence_unique"),
        )

    def __str__(self) -> str:
        return self.text

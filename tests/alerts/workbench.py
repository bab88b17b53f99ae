"""Short ways to set up alerts, commit, and let messages be sent by a fake."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from alerts import delivery_jobs
from alerts.fields import KINDS
from alerts.messages import Event, Item, Message
from alerts.models import Delivery
from alerts.queries import profiles as queries
from alerts.services import profiles
from alerts.services.profiles import Draft
from alerts.spec import (
    EMAIL,
    HTTP,
    SYSLOG,
    AlertSettings,
    EmailServer,
    HttpServer,
    Server,
    SyslogServer,
)
from alerts.transport import Reach, SendFailed, Sent
from configuration import pipeline
from configuration import queries as configuration
from domain.actors import Actor
from jobs import services as jobs
from jobs.handlers import JobResult
from tests.committing import Committing
from tests.configuration.fakes import FakeJob

MARIA: Final = Actor("maria")
MAIL: Final = EmailServer(
    gateway="mail.example.com", sender="fw@example.com", recipients="pki@example.com"
)
SYSLOGGER: Final = SyslogServer(server="log.example.com")
HOOK: Final = HttpServer(address="hooks.example.com", path="/in")
KEY: Final = "0123456789abcdef"


def a_message(**changes: Any) -> Message:  # noqa: ANN401 - fields of a message
    """A message about one certificate."""
    usual = Message(
        id="11111111-2222-4333-8444-555555555555",
        event=Event.EXPIRY,
        headline="1 certificate expires within 7 days.",
        items=(Item("fw-1", "Shared", "expires in 3 days.", "2026-11-26T12:00:00+00:00", "0a1b"),),
        count=1,
        at=datetime.fromisoformat("2026-11-23T12:00:00.250+00:00"),
        hostname="fw-lab-1",
        serial="007951000000",
    )
    return replace(usual, **changes)


@dataclass
class Post:
    """Takes messages in the place of servers, or refuses them.

    Attributes:
        refusal: why the next ones are refused; empty to take them.
        taken: profile, secrets and message of each.
    """

    refusal: str = ""
    taken: list[tuple[Server, Mapping[str, bytes], Message]] = field(default_factory=list)

    def send(
        self,
        profile: Server,
        secrets: Mapping[str, bytes],
        message: Message,
        at: datetime,
        reach: Reach,
    ) -> Sent:
        """Take a message."""
        del at, reach
        if self.refusal:
            raise SendFailed(self.refusal)
        self.taken.append((profile, secrets, message))
        return Sent("Taken.")


class Workbench(Committing):
    """Sets up alerts.

    Attributes:
        post: takes what is sent.
    """

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.post = Post()

    def profile(
        self, value: Server = MAIL, name: str = "ops", *, uuid: UUID | None = None, **typed: str
    ) -> UUID:
        """Save a server profile."""
        kinds = {EmailServer: EMAIL, SyslogServer: SYSLOG, HttpServer: HTTP}
        draft = Draft(KINDS[kinds[type(value)]], name, value, typed)
        return profiles.save(draft=draft, uuid=uuid, by=MARIA, at=self.tick())

    def settings(self, **values: Any) -> None:  # noqa: ANN401 - fields of the settings
        """Save the alert settings."""
        version = queries.settings().version
        profiles.save_settings(
            value=AlertSettings(**values), expected_version=version, by=MARIA, at=self.tick()
        )

    def watch(self, **values: Any) -> UUID:  # noqa: ANN401 - fields of the settings
        """Let alerts go to one e-mail server, and commit."""
        uuid = self.profile()
        self.settings(email="ops", **values)
        self.commit()
        return uuid

    def commit(self) -> FakeJob:
        """Commit everything, as a job of its own number."""
        arguments = {"description": ""}
        number = jobs.enqueue(kind="commit", arguments=arguments, by=MARIA, at=self.tick())
        job = FakeJob(id=number, by=MARIA, arguments=arguments)
        pipeline.run(job)
        assert configuration.pending_count() == 0, job.lines
        return job

    def run(self, row: Delivery) -> JobResult:
        """Run the job of a delivery."""
        job = FakeJob(id=row.job_id or 0, by=MARIA, arguments={"delivery": str(row.uuid)})
        return delivery_jobs.deliver(job, send_with=self.post.send)


def deliveries() -> list[Delivery]:
    """Every delivery, oldest first."""
    return list(Delivery.objects.order_by("created_at", "target_name"))

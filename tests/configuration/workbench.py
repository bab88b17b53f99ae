"""Short ways to edit and commit notes, each a minute after the one before."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from configuration import pipeline, queries, services, validating
from configuration.document import Document
from configuration.scope import ALL, CommitScope
from configuration.services import ObjectRef
from domain.actors import Actor
from domain.locations import SHARED, Location
from jobs.handlers import JobResult
from tests.configuration.fakes import MARIA, FakeJob, note


class Workbench:
    """Edits and commits.

    Attributes:
        now: time of the last edit.
        jobs: every commit job so far.
    """

    def __init__(self, start: datetime) -> None:
        self.now = start
        self.jobs: list[FakeJob] = []

    def put(
        self,
        name: str,
        text: str = "",
        *,
        by: Actor = MARIA,
        location: Location = SHARED,
        uuid: UUID | None = None,
        seen: int | None = None,
    ) -> ObjectRef:
        """Write a note."""
        return services.put(
            kind="note",
            location=location,
            name=name,
            xml=note(name, text),
            by=by,
            at=self.tick(),
            uuid=uuid,
            expected_version=seen,
        )

    def delete(self, uuid: UUID, *, by: Actor = MARIA, seen: int | None = None) -> None:
        """Delete a note."""
        services.delete(uuid=uuid, by=by, at=self.tick(), expected_version=seen)

    def job(self, *, by: Actor = MARIA, description: str = "", scope: CommitScope = ALL) -> FakeJob:
        """A commit job that has not run yet."""
        arguments = {"description": description, "scope": scope.to_json()}
        job = FakeJob(id=len(self.jobs) + 1, by=by, arguments=arguments)
        self.jobs.append(job)
        return job

    def commit(
        self,
        hooks: Mapping[str, Callable[[], object]] | None = None,
        *,
        scope: CommitScope = ALL,
    ) -> JobResult:
        """Run a commit job to its end."""
        job = self.job(scope=scope)
        job.hooks.update(hooks or {})
        return self.run(job)

    def run(self, job: FakeJob) -> JobResult:
        """Run a commit job that was made before."""
        return pipeline.run(job)

    def validate(self, scope: CommitScope = ALL) -> JobResult:
        """Run a validation to its end."""
        job = self.job(scope=scope)
        return validating.run(job)

    def tick(self) -> datetime:
        """Return the next minute."""
        self.now += timedelta(minutes=1)
        return self.now


def pending() -> list[tuple[str, str, tuple[str, ...]]]:
    """What is pending: operation, name and admins."""
    return [(c.operation.value, c.name, c.admins) for c in queries.pending_changes()]


def running() -> dict[str, str]:
    """The running notes and stamps by name."""
    revision = queries.running_revision()
    return contents(revision.number if revision else 0)


def candidate() -> dict[str, str]:
    """The candidate's texts by location and name."""
    return _by_name(queries.candidate_document())


def contents(number: int) -> dict[str, str]:
    """The texts of a revision by location and name."""
    return _by_name(queries.document_of(number))


def _by_name(document: Document) -> dict[str, str]:
    return {f"{e.location.key}/{e.name}": _text(document.text(e.digest)) for e in document.entries}


def _text(xml: str) -> str:
    return xml.partition("<text>")[2].partition("</text>")[0]

"""The base of short ways to edit and commit: a clock that goes on by a minute, and full commits."""

from datetime import datetime, timedelta

from configuration import pipeline
from configuration import queries as configuration
from domain.actors import Actor
from tests.configuration.fakes import FakeJob


class Committing:
    """Edits and commits, each a minute after the one before.

    Attributes:
        now: time of the last edit.
    """

    def __init__(self, start: datetime) -> None:
        self.now = start
        self._commits = 0

    def tick(self) -> datetime:
        """Let a minute pass."""
        self.now += timedelta(minutes=1)
        return self.now

    def commit(self) -> FakeJob:
        """Commit everything; nothing is pending afterwards."""
        self._commits += 1
        job = FakeJob(id=self._commits, by=Actor("maria"), arguments={"description": ""})
        pipeline.run(job)
        assert configuration.pending_count() == 0
        return job

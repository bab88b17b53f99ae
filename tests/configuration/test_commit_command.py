"""``manage.py commit``."""

from datetime import UTC, datetime
from io import StringIO

import pytest

from django.core.management import CommandError, call_command

from configuration import queries, services
from configuration.management.commands.commit import Command
from jobs import leases
from jobs.models import Job
from tests.configuration.fakes import MARIA
from tests.configuration.workbench import Workbench, running

pytestmark = pytest.mark.django_db(transaction=True)


def call(*arguments: str) -> str:
    out = StringIO()
    call_command("commit", *arguments, stdout=out)
    return out.getvalue()


def test_it_commits_and_prints_the_lines_of_the_job(bench: Workbench) -> None:
    bench.put("a", "odd")

    printed = call("--description", "nightly", "--admin", "cron")

    assert printed.splitlines()[1:] == [
        "info: Objects to commit: 1",
        "warning: Note a in Shared: text: It says odd.",
        "info: Validation passed",
        "info: Stamp notes",
        "info: Configuration committed successfully",
    ]
    revision = queries.running_revision()
    assert revision is not None
    assert (revision.by, revision.description) == ("cron", "nightly")


def test_it_fails_when_there_is_nothing_to_commit() -> None:
    with pytest.raises(CommandError, match="There are no changes to commit"):
        call()


def test_it_fails_with_the_reason_when_the_job_fails(bench: Workbench) -> None:
    bench.put("a", "wrong")

    with pytest.raises(CommandError, match="It says wrong"):
        call()

    assert running() == {}


def test_it_runs_the_commits_queued_before_its_own(bench: Workbench) -> None:
    bench.put("a", "1")
    services.commit(by=MARIA, description="first", at=bench.now)

    with pytest.raises(CommandError, match="at most 512"):
        call("--description", "x" * 600)
    printed = call()

    assert "info: There are no changes to commit." in printed
    assert Job.objects.filter(state="finished").count() == 2


def test_it_waits_while_another_process_runs_commits(bench: Workbench) -> None:
    bench.put("a", "1")
    earlier = services.commit(by=MARIA, description="first", at=bench.now)
    claim = leases.claim(earlier, owner="another process", now=datetime.now(UTC))
    assert claim is not None
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        leases.release_owner("another process", now=datetime.now(UTC))

    command = Command(stdout=StringIO())
    command.pause = pause
    call_command(command)

    assert waited == [0.2]
    assert running() == {"shared/a": "1"}

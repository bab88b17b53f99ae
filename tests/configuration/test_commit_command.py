"""``manage.py commit``."""

from datetime import UTC, datetime
from io import StringIO

import pytest

from django.core.management import CommandError, call_command

from configuration import queries, services
from configuration.management.commands.commit import Command
from domain.actors import Actor
from domain.locations import VSYS1
from jobs import leases
from jobs.models import Job
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench, running

pytestmark = pytest.mark.django_db(transaction=True)


def call(*arguments: str) -> str:
    out = StringIO()
    call_command("commit", *arguments, stdout=out)
    return out.getvalue()


def test_it_commits_and_prints_the_lines_of_the_job(bench: Workbench) -> None:
    bench.put("a", "odd")

    printed = call("--description", "nightly", "--by", "cron")

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


def test_it_commits_only_what_some_admins_changed_in_some_places(bench: Workbench) -> None:
    bench.put("hers")
    bench.put("his", by=PAUL)
    bench.put("branch", location=VSYS1)
    bench.put("veras", location=VSYS1, by=Actor(name="vera"))

    printed = call("--admin", "maria", "--admin", "vera", "--location", "VSYS1")

    assert (
        "info: Scope: changes made by maria, vera in vsys1; other changes stay pending" in printed
    )
    assert set(running()) == {"vsys1/branch", "vsys1/veras"}


def test_it_says_what_cannot_go_without_others(bench: Workbench) -> None:
    bench.put("a", by=PAUL)
    bench.put("b", "see a")

    with pytest.raises(CommandError, match=r"without others[\s\S]*added by paul"):
        call("--admin", "maria")


def test_a_place_that_cannot_be_is_refused() -> None:
    with pytest.raises(CommandError, match="argument --location: invalid"):
        call("--location", "everywhere")


def test_it_validates_without_committing(bench: Workbench) -> None:
    bench.put("a", "odd")

    printed = call("--validate")

    assert printed.startswith("Validate job ")
    assert "warning: Note a in Shared: text: It says odd." in printed
    assert running() == {}
    bench.put("b", "wrong")
    with pytest.raises(CommandError, match="It says wrong"):
        call("--validate")

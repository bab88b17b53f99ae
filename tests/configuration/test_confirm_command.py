"""``manage.py commit --confirm-within`` and ``manage.py commit_confirm``."""

from io import StringIO

import pytest
from pytest_django.fixtures import Settings

from django.core.management import CommandError, call_command

from configuration import queries
from configuration.management.commands.commit_confirm import Command
from jobs.handlers import JobFailed, JobResult, RunningJob
from tests.configuration.workbench import Workbench, running

pytestmark = pytest.mark.django_db(transaction=True)


def call(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def fail(job: RunningJob) -> JobResult:
    """A job handler that fails."""
    raise JobFailed(f"Job {job.id} failed.", "Try again.")


def test_a_commit_that_must_be_confirmed_says_so_and_is_confirmed(bench: Workbench) -> None:
    bench.put("a")

    printed = call("commit", "--confirm-within", "5")

    assert "unless commit_confirm is run" in printed.splitlines()[-1]
    assert call("commit_confirm", "--by", "cron") == "Revision 1 confirmed.\n"
    assert queries.open_confirmation() is None


def test_it_is_rolled_back_at_once(bench: Workbench) -> None:
    bench.put("a")
    call("commit", "--confirm-within", "5")

    printed = call("commit_confirm", "--roll-back")

    assert printed == "Rolled back: revision 2 runs, equal to revision 0.\n"
    assert running() == {}


def test_a_rollback_that_fails_is_told(bench: Workbench, settings: Settings) -> None:
    bench.put("a")
    call("commit", "--confirm-within", "5")
    settings.JOB_HANDLERS = {"roll_back": f"{__name__}.fail"}

    with pytest.raises(CommandError, match=r"Job \d+ failed. Try again."):
        call("commit_confirm", "--roll-back")


def test_what_is_refused_is_told(bench: Workbench) -> None:
    bench.put("a")

    with pytest.raises(CommandError, match="1 to 60 minutes"):
        call("commit", "--confirm-within", "99")
    with pytest.raises(CommandError, match="No commit waits to be confirmed"):
        call("commit_confirm")
    assert Command().help

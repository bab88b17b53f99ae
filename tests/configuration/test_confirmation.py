"""Commits that must be confirmed, and what happens when nobody does."""

from datetime import timedelta

import pytest
import time_machine

from audit import queries as audit
from configuration import queries, rollback, services
from configuration.confirming import AwaitsConfirmation, OpenConfirmation
from configuration.locking import LockKind
from configuration.models import Confirmation, Revision
from configuration.services import confirmation, locks
from domain.actors import SYSTEM, Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from domain.locations import SHARED, VSYS1
from jobs import queries as jobs
from jobs import runner
from jobs import services as job_services
from jobs.models import Job
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench, contents, pending, running

pytestmark = pytest.mark.django_db

VERA = Actor(name="vera", role=Role.VSYSADMIN, scope=(VSYS1,))
READER = Actor(name="rita", role=Role.SUPERREADER)
WAITS = "Revision 1, committed by maria, is not confirmed yet. Nothing was committed."


def work(bench: Workbench, job_id: int, *, later_min: int = 0) -> str:
    """Run a job with the clock moved; return how it ended."""
    bench.now += timedelta(minutes=later_min)
    with time_machine.travel(bench.now, tick=False):
        assert runner.run_now(job_id)
    return jobs.job(job_id).result_text


def commit(bench: Workbench, within_min: int | None = 10, by: Actor = MARIA) -> int:
    """Commit what is pending; return the job."""
    job_id = services.commit(by=by, description="", confirm_within_min=within_min, at=bench.now)
    work(bench, job_id)
    return job_id


def waiting() -> OpenConfirmation:
    found = queries.open_confirmation()
    assert found is not None
    return found


def may_end(bench: Workbench, by: Actor) -> bool:
    shown = queries.confirmation_bar(by, bench.now)
    assert shown is not None
    return shown.may_end


def test_a_commit_that_must_be_confirmed_runs_until_its_deadline(bench: Workbench) -> None:
    bench.put("a")

    commit(bench, within_min=7)

    found = waiting()
    assert running() == {"shared/a": ""}
    assert (found.number, found.by, found.minutes, found.locations) == (1, "maria", 7, (SHARED,))
    assert found.deadline_at == bench.now + timedelta(minutes=7)
    row = Job.objects.get(pk=found.job_id)
    assert (row.kind, row.run_at, row.admin) == ("roll_back", found.deadline_at, "system")
    assert found.left_s(found.deadline_at - timedelta(seconds=3)) == 3
    assert found.left_s(found.deadline_at + timedelta(seconds=3)) == 0


def test_nobody_confirms_and_the_revision_before_runs_again(bench: Workbench) -> None:
    first, gone = bench.put("a", "1"), bench.put("gone")
    commit(bench, within_min=None)
    bench.put("a2", "2", uuid=first.uuid)
    bench.put("b", "stamp me", by=PAUL)
    bench.delete(gone.uuid, by=PAUL)
    before = pending()
    commit(bench)
    after = running()

    text = work(bench, waiting().job_id, later_min=10)

    assert text == "Rolled back: revision 3 runs, equal to revision 1."
    assert running() == contents(1) == {"shared/a": "1", "shared/gone": ""}
    assert contents(2) == after
    assert pending() == [*before, ("added", "b-stamp", ("maria",))]
    assert queries.open_confirmation() is None
    revision = Revision.objects.get(running=True)
    assert (revision.number, revision.by) == (3, "system")
    assert revision.description.startswith("Revision 1 restored: revision 2 was not confirmed by")
    assert "they are pending again" in audit.events(kind="commit")[0].text


def test_a_rollback_of_the_first_commit_leaves_nothing_running(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)

    assert work(bench, waiting().job_id, later_min=10).endswith("equal to revision 0.")

    assert running() == {}
    assert pending() == [("added", "a", ("maria",))]


def test_a_confirmed_commit_stays_and_its_job_is_withdrawn(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)
    job_id = waiting().job_id

    assert confirmation.confirm(by=PAUL, at=bench.now) == 1

    job = jobs.job(job_id)
    assert (job.result, job.result_text) == ("cancelled", "Revision 1 was confirmed by paul.")
    assert running() == {"shared/a": ""}
    assert audit.events(kind="commit")[0].text == "Revision 1 confirmed."
    assert services.roll_back(number=1, job_id=job_id, by=SYSTEM, at=bench.now) is None
    with pytest.raises(NotFound, match="confirmed or rolled back meanwhile"):
        confirmation.confirm(by=PAUL, at=bench.now)
    with pytest.raises(NotFound):
        confirmation.roll_back_now(by=PAUL, at=bench.now)


def test_a_confirmation_after_the_deadline_is_too_late(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)

    with pytest.raises(Refused, match="The time to confirm revision 1 is over"):
        confirmation.confirm(by=MARIA, at=waiting().deadline_at)


def test_an_admin_rolls_back_at_once(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)
    scheduled = waiting().job_id

    job_id = confirmation.roll_back_now(by=PAUL, at=bench.now)
    work(bench, job_id)

    revision = Revision.objects.get(running=True)
    assert (revision.by, revision.job_id) == ("paul", job_id)
    assert revision.description == ("Revision 0 restored: paul rolled revision 1 back.")
    assert jobs.job(scheduled).result_text == "Revision 1 was rolled back by paul."
    assert services.roll_back(number=1, job_id=job_id, by=PAUL, at=bench.now) == 2
    assert Revision.objects.count() == 2


def test_a_rollback_that_comes_second_does_nothing(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)
    jobs_asked = [confirmation.roll_back_now(by=by, at=bench.now) for by in (MARIA, PAUL)]

    work(bench, jobs_asked[0])

    assert work(bench, jobs_asked[1]) == (
        "Nothing to do: revision 1 was confirmed or rolled back before."
    )
    assert Revision.objects.count() == 2


def test_edits_stay_possible_meanwhile_and_survive_the_rollback(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    commit(bench)

    bench.put("a", "2", uuid=ref.uuid, by=PAUL)
    bench.put("b", by=PAUL)
    work(bench, waiting().job_id, later_min=10)

    assert pending() == [("added", "a", ("maria", "paul")), ("added", "b", ("paul",))]
    found = queries.candidate(ref.uuid)
    assert found is not None
    assert "<text>2</text>" in found.xml


def test_what_equals_the_restored_revision_is_not_pending(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    commit(bench, within_min=None)
    bench.put("a", "2", uuid=ref.uuid)
    commit(bench)
    bench.put("a", "1", uuid=ref.uuid)

    work(bench, waiting().job_id, later_min=10)

    assert queries.pending_count() == 0
    assert running() == {"shared/a": "1"}


def test_another_commit_is_refused_until_then(bench: Workbench) -> None:
    bench.put("a")
    queued = [
        services.commit(by=by, description="", confirm_within_min=minutes, at=bench.now)
        for by, minutes in ((MARIA, 5), (PAUL, None))
    ]
    work(bench, queued[0])
    bench.put("b")

    assert work(bench, queued[1]) == WAITS
    with pytest.raises(AwaitsConfirmation) as refusal:
        services.commit(by=MARIA, description="", at=bench.now)

    assert refusal.value.hint.startswith("Confirm it or roll it back first; it is rolled back at")
    assert running() == {"shared/a": ""}


@pytest.mark.parametrize("minutes", [0, 61, -1])
def test_the_time_to_confirm_is_1_to_60_minutes(bench: Workbench, minutes: int) -> None:
    bench.put("a")

    with pytest.raises(Refused) as refusal:
        services.commit(by=MARIA, description="", confirm_within_min=minutes, at=bench.now)

    assert [problem.field for problem in refusal.value.problems] == ["confirm_within"]


def test_who_could_not_have_committed_it_cannot_end_the_waiting(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)

    for by in (VERA, READER):
        assert not may_end(bench, by)
        with pytest.raises(Forbidden):
            confirmation.confirm(by=by, at=bench.now)
        with pytest.raises(Forbidden):
            confirmation.roll_back_now(by=by, at=bench.now)
    assert may_end(bench, PAUL)


def test_a_vsys_admin_confirms_what_concerns_his_vsys_only(bench: Workbench) -> None:
    bench.put("a", location=VSYS1)
    commit(bench)

    assert may_end(bench, VERA)
    assert confirmation.confirm(by=VERA, at=bench.now) == 1


def test_commit_locks_are_kept_until_the_commit_is_confirmed(bench: Workbench) -> None:
    bench.put("a")
    locks.take(kind=LockKind.COMMIT, location=SHARED, by=MARIA, at=bench.now)
    commit(bench)
    kept = queries.lock_count()

    confirmation.confirm(by=PAUL, at=bench.now)

    assert (kept, queries.lock_count()) == (1, 0)


def test_who_cancels_the_waiting_job_confirms(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)

    job_services.cancel(job_id=waiting().job_id, by=PAUL, at=bench.now)

    assert queries.open_confirmation() is None
    assert Confirmation.objects.get().outcome == "confirmed"


def test_who_cancels_a_rollback_asked_for_leaves_the_deadline_standing(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)
    job_id = confirmation.roll_back_now(by=PAUL, at=bench.now)

    job_services.cancel(job_id=job_id, by=PAUL, at=bench.now)
    rollback.cancel({"revision": 9, "at_deadline": True}, PAUL, bench.now)

    assert not jobs.job(waiting().job_id).is_finished


@pytest.mark.parametrize("lost", ["row", "run"])
def test_the_sweep_asks_again_for_a_rollback_that_was_lost(bench: Workbench, lost: str) -> None:
    bench.put("a")
    commit(bench)
    first = waiting().job_id
    rollback.sweep(waiting().deadline_at - timedelta(seconds=1))
    rollback.sweep(waiting().deadline_at)
    unchanged = waiting().job_id
    if lost == "row":
        Job.objects.filter(pk=first).delete()
    else:
        job_services.withdraw(job_id=first, text="given up", at=bench.now)

    rollback.sweep(waiting().deadline_at)

    assert unchanged == first
    assert waiting().job_id != first
    work(bench, waiting().job_id, later_min=10)
    rollback.sweep(bench.now)
    assert running() == {}


def test_a_revision_that_runs_no_longer_is_not_rolled_back(bench: Workbench) -> None:
    bench.put("a")
    commit(bench)
    Revision.objects.update(running=False)

    assert "is not running any more" in work(bench, waiting().job_id, later_min=10)

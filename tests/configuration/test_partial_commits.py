"""Commits of some changes: only those run afterwards, the others stay pending as they were."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid5

import pytest

from audit.models import AuditEvent
from configuration import pipeline, queries, services
from configuration.locking import LockHeld, LockKind
from configuration.models import ChangeRecord, FrozenDocument
from configuration.scope import CommitScope
from configuration.services import PartialCommitRefused, commits, locks
from domain.actions import Action
from domain.actors import Actor, Role
from domain.errors import Forbidden, Refused
from domain.locations import SHARED, VSYS1, Location
from jobs.handlers import JobFailed
from jobs.models import Job
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench, contents, pending, running

pytestmark = pytest.mark.django_db

MARIAS = CommitScope(admins=frozenset({"maria"}))
PAULS = CommitScope(admins=frozenset({"paul"}))
IN_VSYS1 = CommitScope(locations=frozenset({VSYS1}))


def unsettled() -> list[tuple[str, int]]:
    """The change records that no commit has settled: object and version."""
    rows = ChangeRecord.objects.filter(revision=None).order_by("name", "version")
    return list(rows.values_list("name", "version"))


def test_only_the_changes_of_the_chosen_admin_run_afterwards(bench: Workbench) -> None:
    kept, gone = bench.put("edited", "1"), bench.put("gone", "1")
    bench.commit()
    bench.put("edited", "2", uuid=kept.uuid, by=PAUL)
    bench.delete(gone.uuid, by=PAUL)
    bench.put("hers", "1")
    bench.put("his", "1", by=PAUL)
    before = unsettled()

    bench.commit(scope=MARIAS)

    assert running() == {"shared/edited": "1", "shared/gone": "1", "shared/hers": "1"}
    assert pending() == [
        ("edited", "edited", ("paul",)),
        ("deleted", "gone", ("paul",)),
        ("added", "his", ("paul",)),
    ]
    assert unsettled() == [one for one in before if one[0] != "hers"]


def test_what_was_left_out_goes_with_the_next_commit(bench: Workbench) -> None:
    bench.put("hers")
    bench.put("his", by=PAUL)
    bench.commit(scope=MARIAS)

    bench.commit(scope=PAULS)

    assert set(running()) == {"shared/hers", "shared/his"}
    assert pending() == []
    assert set(contents(1)) == {"shared/hers"}


def test_only_the_changes_of_the_chosen_location_run_afterwards(bench: Workbench) -> None:
    bench.put("shared")
    bench.put("branch", location=VSYS1)

    bench.commit(scope=IN_VSYS1)

    assert running() == {"vsys1/branch": ""}
    assert pending() == [("added", "shared", ("maria",))]


def test_an_object_that_two_admins_changed_goes_whole_with_either(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.put("a", "2", uuid=ref.uuid, by=PAUL)

    bench.commit(scope=MARIAS)

    assert running() == {"shared/a": "2"}
    assert pending() == []


def test_edits_after_the_freeze_stay_pending_with_their_admins(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.put("his", by=PAUL)

    def meanwhile() -> None:
        bench.put("a", "2", uuid=ref.uuid, by=PAUL)

    bench.commit({"Validation passed": meanwhile}, scope=MARIAS)

    assert running() == {"shared/a": "1"}
    assert pending() == [("edited", "a", ("paul",)), ("added", "his", ("paul",))]


def test_a_partial_commit_run_again_publishes_what_it_froze(bench: Workbench) -> None:
    bench.put("hers")
    job = bench.job(scope=MARIAS)
    job.hooks["Validation passed"] = _stop
    with pytest.raises(InterruptedError):
        pipeline.run(job)
    bench.put("late")
    bench.put("his", by=PAUL)

    pipeline.run(job)

    assert set(running()) == {"shared/hers"}
    assert pending() == [("added", "his", ("paul",)), ("added", "late", ("maria",))]


def _stop() -> None:
    raise InterruptedError


def test_what_a_step_adds_joins_the_candidate_and_nothing_else_does(bench: Workbench) -> None:
    ref = bench.put("a", "stamp me")
    bench.put("b", "stamp me", by=PAUL)

    bench.commit(scope=MARIAS)

    assert running() == {"shared/a": "stamp me", "shared/a-stamp": "attempt 1"}
    assert queries.candidate(uuid5(ref.uuid, "stamp")) is not None
    assert pending() == [("added", "b", ("paul",))]


def test_a_step_may_add_to_the_running_configuration_what_somebody_deletes(
    bench: Workbench,
) -> None:
    ref = bench.put("a", "stamp me")
    bench.commit()
    bench.delete(uuid5(ref.uuid, "stamp"), by=PAUL)
    bench.put("b", "stamp me", uuid=ref.uuid)

    bench.commit(scope=MARIAS)

    assert running() == {"shared/b": "stamp me", "shared/b-stamp": "attempt 1"}
    assert pending() == [("deleted", "b-stamp", ("paul",))]


def test_what_would_dangle_is_refused_when_it_is_asked_for(bench: Workbench) -> None:
    bench.put("a", by=PAUL)
    bench.put("b", "see a")

    with pytest.raises(PartialCommitRefused) as refusal:
        services.commit(by=MARIA, description="", scope=MARIAS, at=bench.now)

    assert [problem.message for problem in refusal.value.problems] == [
        (
            "Note b in Shared: text: a is not there without: Note a in Shared (added by paul). "
            "Commit it, too, or commit all changes."
        )
    ]
    assert not Job.objects.exists()


def test_what_dangles_only_when_the_job_starts_is_refused_there(bench: Workbench) -> None:
    bench.put("a", by=PAUL)
    ref = bench.put("b", "see a")

    with pytest.raises(JobFailed, match="cannot be committed without others"):
        bench.commit(scope=MARIAS)

    [(line, url)] = bench.jobs[-1].links.items()
    assert "a is not there without: Note a in Shared (added by paul)" in line
    assert url == f"/notes/{ref.uuid}/"
    assert running() == {}
    assert not FrozenDocument.objects.exists()


def test_names_that_change_hands_are_refused_in_parts_and_go_together(bench: Workbench) -> None:
    a, b = bench.put("a", "1"), bench.put("b", "2")
    bench.commit()
    bench.put("x", "1", uuid=a.uuid)
    bench.put("a", "2", uuid=b.uuid, by=PAUL)
    bench.put("b", "1", uuid=a.uuid)

    for scope in (MARIAS, PAULS):
        with pytest.raises(PartialCommitRefused, match="without others"):
            services.commit(by=MARIA, description="", scope=scope, at=bench.now)
    bench.commit()

    assert running() == {"shared/a": "2", "shared/b": "1"}


def test_many_reasons_are_counted(bench: Workbench) -> None:
    bench.put("a", by=PAUL)
    for number in range(commits.PROBLEMS_MAX + 2):
        bench.put(f"n{number}", "see a")

    with pytest.raises(PartialCommitRefused) as refusal:
        services.commit(by=MARIA, description="", scope=MARIAS, at=bench.now)

    assert len(refusal.value.problems) == commits.PROBLEMS_MAX + 1
    assert refusal.value.problems[-1].message == "And 2 more."


def test_a_scope_without_changes_says_that_others_are_pending(bench: Workbench) -> None:
    bench.put("hers")

    with pytest.raises(Refused, match="There are no changes to commit") as refusal:
        services.commit(by=PAUL, description="", scope=PAULS, at=bench.now)

    assert refusal.value.hint == "Other changes are pending: choose them, too."


def test_rights_and_locks_are_asked_where_the_scope_changes_something(bench: Workbench) -> None:
    bench.put("shared", by=PAUL)
    bench.put("branch", location=VSYS1)
    vera = Actor(name="vera", role=Role.VSYSADMIN, scope=(VSYS1,))
    locks.take(kind=LockKind.COMMIT, location=Location("vsys1"), by=PAUL, at=bench.now)

    with pytest.raises(LockHeld):
        services.commit(by=vera, description="", scope=IN_VSYS1, at=bench.now)
    services.commit(by=MARIA, description="", scope=PAULS, at=bench.now)
    with pytest.raises(Forbidden):
        services.commit(by=vera, description="", scope=PAULS, at=bench.now)


def test_an_object_that_moves_needs_rights_in_both_places(bench: Workbench) -> None:
    ref = bench.put("a", location=SHARED)
    bench.commit()
    bench.put("a", uuid=ref.uuid, location=VSYS1)
    vera = Actor(name="vera", role=Role.VSYSADMIN, scope=(VSYS1,))

    with pytest.raises(Forbidden):
        services.commit(by=vera, description="", at=bench.now)


def test_committing_for_others_is_a_right_of_its_own(bench: Workbench) -> None:
    bench.put("hers")
    bench.put("his", by=PAUL)
    permitted = frozenset({Action.COMMIT})
    paul = replace(PAUL, role=Role.CUSTOM, permitted=permitted)

    with pytest.raises(Forbidden, match="committing what other admins changed"):
        services.commit(by=paul, description="", at=bench.now)
    services.commit(by=paul, description="", scope=PAULS, at=bench.now)


def test_the_job_and_the_log_say_what_the_scope_was(bench: Workbench) -> None:
    bench.put("hers")

    job_id = services.commit(by=MARIA, description="why", scope=MARIAS, at=bench.now)
    again = commits.commit_again(Job.objects.get(pk=job_id).arguments, MARIA, bench.now)
    bench.commit(scope=MARIAS)

    for number in (job_id, again):
        arguments = Job.objects.get(pk=number).arguments
        assert arguments == {"description": "why", "scope": {"admins": ["maria"]}}
    event = AuditEvent.objects.filter(kind="commit").order_by("pk")[0]
    assert event.detail["scope"] == "changes made by maria"
    line = "info: Scope: changes made by maria; other changes stay pending"
    assert line in bench.jobs[-1].lines


def test_a_partial_commit_that_nobody_confirms_is_rolled_back_alone(
    bench: Workbench, now: datetime
) -> None:
    bench.put("his", by=PAUL)
    bench.put("hers")
    job = bench.job(scope=MARIAS)
    job.arguments = {**job.arguments, "confirm_within_min": 5}
    pipeline.run(job)

    services.roll_back(number=1, job_id=99, by=MARIA, at=now)

    assert running() == {}
    assert pending() == [("added", "hers", ("maria",)), ("added", "his", ("paul",))]

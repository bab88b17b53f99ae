"""Validate Commit: what a commit would find, without a commit."""

import pytest

from configuration import queries, registry, services, validating
from configuration.models import FrozenDocument, Revision
from configuration.scope import CommitScope
from configuration.services import commits
from domain.actors import Actor, Role
from domain.errors import Forbidden
from domain.locations import SHARED, VSYS1
from jobs.handlers import JobFailed
from jobs.models import Job
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench, pending

pytestmark = pytest.mark.django_db

MARIAS = CommitScope(admins=frozenset({"maria"}))


def test_a_validation_publishes_and_freezes_nothing(bench: Workbench) -> None:
    bench.put("a", "fine")

    result = bench.validate()

    assert (result.text, result.warning) == ("Validation passed. Nothing was committed.", False)
    assert bench.jobs[-1].lines == ["info: Objects to commit: 1", "info: Validation passed"]
    assert not Revision.objects.exists()
    assert not FrozenDocument.objects.exists()
    assert pending() == [("added", "a", ("maria",))]


def test_errors_come_first_and_each_leads_to_its_object(bench: Workbench) -> None:
    odd, wrong = bench.put("a", "odd"), bench.put("b", "wrong")

    with pytest.raises(JobFailed) as failure:
        bench.validate()

    assert failure.value.message == "Validation failed. Note b in Shared: text: It says wrong."
    assert list(bench.jobs[-1].links.items()) == [
        ("Note b in Shared: text: It says wrong.", f"/notes/{wrong.uuid}/"),
        ("Note a in Shared: text: It says odd.", f"/notes/{odd.uuid}/"),
    ]


def test_warnings_do_not_fail_it(bench: Workbench) -> None:
    bench.put("a", "odd")

    assert bench.validate().warning


def test_only_the_scope_is_validated(bench: Workbench) -> None:
    bench.put("hers", "fine")
    bench.put("his", "wrong", by=PAUL)

    bench.validate(MARIAS)

    assert bench.jobs[-1].lines[0] == (
        "info: Scope: changes made by maria; changed objects that stay pending: 1"
    )
    with pytest.raises(JobFailed):
        bench.validate()


def test_what_would_dangle_fails_it(bench: Workbench) -> None:
    bench.put("a", by=PAUL)
    ref = bench.put("b", "see a")

    with pytest.raises(JobFailed, match="cannot be committed without others"):
        bench.validate(MARIAS)

    assert list(bench.jobs[-1].links.values()) == [f"/notes/{ref.uuid}/"]


def test_an_object_that_the_candidate_has_no_more_is_not_linked(bench: Workbench) -> None:
    ref = bench.put("a", "odd")
    bench.commit()
    bench.delete(ref.uuid, by=PAUL)
    bench.put("b")

    bench.validate(MARIAS)

    assert bench.jobs[-1].links == {}
    assert "warning: Note a in Shared: text: It says odd." in bench.jobs[-1].lines


def test_a_problem_of_an_object_that_is_nowhere_leads_nowhere(bench: Workbench) -> None:
    ref = bench.put("a", "wrong")
    [problem] = registry.section("note").validate(queries.candidate_document())
    bench.put("b", "wrong", uuid=ref.uuid)

    assert queries.problem_url(problem, queries.candidate_document()) == ""


def test_very_many_problems_are_counted(bench: Workbench) -> None:
    for number in range(validating.LINES_MAX + 3):
        bench.put(f"n{number}", "odd")

    bench.validate()

    lines = bench.jobs[-1].lines
    assert len([line for line in lines if line.startswith("warning")]) == validating.LINES_MAX
    assert "info: 103 problems in all; the first 100 are listed. " in "\n".join(lines)


def test_a_validation_is_a_job_that_can_be_asked_for_again(bench: Workbench) -> None:
    bench.put("a")

    job_id = services.validate(by=MARIA, scope=MARIAS, at=bench.now)
    commits.validate_again(Job.objects.get(pk=job_id).arguments, MARIA, bench.now)

    first, second = Job.objects.order_by("pk")
    assert (first.kind, first.queue) == ("validate", "default")
    assert first.arguments == second.arguments == {"scope": {"admins": ["maria"]}}
    assert first.description == "changes made by maria"


def test_validating_needs_its_right_where_something_changed(bench: Workbench) -> None:
    vera = Actor(name="vera", role=Role.VSYSADMIN, scope=(VSYS1,))
    reader = Actor(name="rita", role=Role.SUPERREADER)
    bench.put("a", location=VSYS1)
    services.validate(by=vera, at=bench.now)
    bench.put("b", location=SHARED)

    for actor in (vera, reader):
        with pytest.raises(Forbidden):
            services.validate(by=actor, at=bench.now)

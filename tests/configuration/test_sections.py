"""What a commit step is given."""

from uuid import uuid4

import pytest

from configuration.document import Document, Entry
from configuration.sections import Addition, CommitRun, problems_of
from domain.locations import SHARED, VSYS1
from tests.configuration.fakes import MARIA, FakeJob, NoteSection, StampSection, note

TAKEN = Entry(uuid4(), "note", SHARED, "taken", "d")


@pytest.fixture
def run() -> CommitRun:
    document = Document((TAKEN,), lambda digests: dict.fromkeys(digests, note("taken", "wrong")))
    return CommitRun(FakeJob(), document, (), MARIA)


def test_a_name_is_free_until_the_document_or_an_addition_has_it(run: CommitRun) -> None:
    assert not run.is_free(kind="note", location=SHARED, name="taken")
    assert run.is_free(kind="note", location=VSYS1, name="taken")
    assert run.is_free(kind="note", location=SHARED, name="new")

    run.add(Addition(uuid4(), "note", SHARED, "new", note("new")))

    assert not run.is_free(kind="note", location=SHARED, name="new")


def test_a_warning_is_a_line_of_the_job_and_is_counted(run: CommitRun) -> None:
    run.warn("It rains.", "Take an umbrella.")

    assert run.warnings == 1
    assert isinstance(run.job, FakeJob)
    assert run.job.lines == ["warning: It rains. Take an umbrella."]


def test_callbacks_wait_for_the_publishing(run: CommitRun) -> None:
    called: list[str] = []

    run.on_publish(lambda: called.append("published"))

    assert called == []
    assert len(run.callbacks) == 1


def test_every_section_is_asked_for_problems(run: CommitRun) -> None:
    problems = problems_of((NoteSection(), StampSection()), run.document)

    assert [(p.kind, p.name, p.message) for p in problems] == [("note", "taken", "It says wrong.")]

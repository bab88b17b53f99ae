"""What the database guarantees by itself."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from django.db import IntegrityError

from configuration.models import (
    CandidateObject,
    ChangeRecord,
    FrozenDocument,
    ObjectText,
    Revision,
    RevisionEntry,
)

pytestmark = pytest.mark.django_db


def revision(number: int, at: datetime, *, running: bool = False) -> Revision:
    return Revision.objects.create(
        number=number, created_at=at, by="maria", job_id=number, running=running
    )


def interval(uuid: UUID, name: str, since: int, until: int | None = None) -> RevisionEntry:
    text, _ = ObjectText.objects.get_or_create(digest="d" * 64, defaults={"xml": "<entry/>"})
    return RevisionEntry.objects.create(
        object_uuid=uuid,
        kind="note",
        location="shared",
        name=name,
        text=text,
        since_id=since,
        until_id=until,
    )


def test_two_revisions_cannot_be_running(now: datetime) -> None:
    revision(1, now, running=True)
    revision(2, now)

    with pytest.raises(IntegrityError):
        revision(3, now, running=True)


def test_a_job_cannot_publish_twice(now: datetime) -> None:
    first = revision(1, now)

    with pytest.raises(IntegrityError):
        Revision.objects.create(
            number=2, created_at=now, by="maria", job_id=first.job_id, running=False
        )


def test_revisions_count_from_zero(now: datetime) -> None:
    with pytest.raises(IntegrityError):
        revision(-1, now)


def test_an_object_runs_at_most_once(now: datetime) -> None:
    revision(1, now)
    revision(2, now)
    uuid = uuid4()
    interval(uuid, "a", since=1, until=2)
    interval(uuid, "a", since=2)

    with pytest.raises(IntegrityError):
        interval(uuid, "b", since=2)


def test_a_name_runs_at_most_once_per_kind_and_location(now: datetime) -> None:
    revision(1, now)
    interval(uuid4(), "a", since=1)

    with pytest.raises(IntegrityError):
        interval(uuid4(), "a", since=1)


def test_an_interval_cannot_end_before_it_begins(now: datetime) -> None:
    revision(1, now)

    with pytest.raises(IntegrityError):
        interval(uuid4(), "a", since=1, until=1)


def test_an_object_has_one_record_per_version(now: datetime) -> None:
    values = {"kind": "note", "location": "shared", "name": "a", "by": "maria", "at": now}
    uuid = uuid4()
    ChangeRecord.objects.create(object_uuid=uuid, version=1, operation="added", **values)

    with pytest.raises(IntegrityError):
        ChangeRecord.objects.create(object_uuid=uuid, version=1, operation="edited", **values)


def test_rows_say_what_they_are() -> None:
    text = ObjectText(digest="d" * 64, xml="<entry/>")
    candidate = CandidateObject(uuid=uuid4(), kind="note", location="shared", name="a")
    record = ChangeRecord(name="a", operation="edited", by="maria")
    entry = RevisionEntry(kind="note", location="shared", name="a", since_id=3)

    shown = [str(row) for row in (text, candidate, record, Revision(number=3), entry)]

    assert shown == [
        "d" * 64,
        "note shared/a",
        "a edited by maria",
        "revision 3",
        "note shared/a since 3",
    ]
    assert str(FrozenDocument(job_id=7)) == "document of job 7"

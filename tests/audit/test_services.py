"""Writing the logs."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from audit import queries, services
from audit.models import AuditEvent
from domain.actors import SYSTEM, Actor, Role
from domain.errors import NotFound
from domain.locations import VSYS1
from scep.transcript import Outcome, Step, StepName

ALICE = Actor("alice", Role.SUPERUSER, address="192.0.2.7")


def start(job_id: int | None = None) -> services.TranscriptStart:
    return services.TranscriptStart(
        kind="enroll",
        profile_uuid=uuid4(),
        profile_name="ndes",
        location=VSYS1,
        subject="CN=a",
        job_id=job_id,
    )


@pytest.mark.django_db
def test_an_event_keeps_who_did_what_from_where(now: datetime) -> None:
    services.record(
        kind="certificate",
        actor=ALICE,
        text="Certificate a was deleted.",
        at=now,
        object_name="a",
        detail={"serial": "01"},
    )

    (event,) = queries.events()
    assert (event.actor, event.address, event.kind) == ("alice", "192.0.2.7", "certificate")
    assert (event.text, event.object_name) == ("Certificate a was deleted.", "a")
    assert (event.outcome, event.detail, event.at) == ("ok", {"serial": "01"}, now)


@pytest.mark.django_db
def test_events_come_newest_first_and_can_be_limited_to_a_kind(now: datetime) -> None:
    services.record(kind="a", actor=SYSTEM, text="first", at=now)
    services.record(kind="b", actor=SYSTEM, text="second", at=now)
    services.record(kind="a", actor=SYSTEM, text="third", at=now + timedelta(seconds=1))

    assert [event.text for event in queries.events()] == ["third", "second", "first"]
    assert [event.text for event in queries.events(kind="a")] == ["third", "first"]
    assert [event.text for event in queries.events(limit=1)] == ["third"]


@pytest.mark.django_db
def test_steps_are_kept_in_the_order_they_happened(now: datetime) -> None:
    uuid = services.open_transcript(start(job_id=7), now)
    caps = Step(StepName.CAPS, Outcome.PASSED, "Read.", details=(("AES", "yes"),), duration_ms=2.5)
    refused = Step(StepName.PKIOPERATION, Outcome.FAILED, "badRequest (2)", hint="Look there.")
    services.add_step(uuid, 1, caps, now)
    services.add_step(uuid, 2, refused, now)
    services.close_transcript(uuid, Outcome.FAILED, now)

    (kept,) = queries.transcripts_of_job(7)
    first, second = kept.steps
    assert (first.name, first.outcome, first.details) == ("GetCACaps", "passed", (("AES", "yes"),))
    assert (second.fact, second.hint, second.tone) == ("badRequest (2)", "Look there.", "error")
    assert first.key != second.key
    assert (kept.outcome, kept.ended_at, kept.location) == ("failed", now, VSYS1)


@pytest.mark.django_db
def test_what_went_over_the_wire_is_kept_with_its_step(now: datetime) -> None:
    uuid = services.open_transcript(start(), now)
    step = Step(StepName.PKIOPERATION, Outcome.PASSED, "Read.", sent=b"request", received=b"reply")
    services.add_step(uuid, 1, step, now)

    messages = queries.step_messages(uuid, 1)

    assert (messages.sent, messages.received) == (b"request", b"reply")
    assert "reply" not in repr(messages) + repr(step)
    with pytest.raises(NotFound):
        queries.step_messages(uuid, 2)


@pytest.mark.django_db
def test_a_transcript_ends_once(now: datetime) -> None:
    uuid = services.open_transcript(start(), now)

    services.close_transcript(uuid, "passed", now)
    services.close_transcript(uuid, "failed", now + timedelta(seconds=5))

    kept = queries.transcript(uuid)
    assert (kept.outcome, kept.ended_at) == ("passed", now)


@pytest.mark.django_db
def test_what_a_killed_job_left_open_is_closed_as_failed(now: datetime) -> None:
    mine = services.open_transcript(start(job_id=7), now)
    other = services.open_transcript(start(job_id=8), now)

    services.abandon_transcripts(job_id=7, at=now)

    assert queries.transcript(mine).outcome == "failed"
    assert queries.transcript(other).outcome == ""


def test_there_is_no_way_to_change_or_remove_an_event() -> None:
    public = {name for name in dir(services) if not name.startswith("_")}

    assert not {name for name in public if "delete" in name or "update" in name}
    assert "save" not in vars(AuditEvent)

"""One message: sent, tried again, given up; the same words each time."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from alerts.messages import Event, Item
from alerts.models import Delivery, DeliveryState
from alerts.queries import profiles as queries
from alerts.services import delivering, outbox, profiles
from alerts.services.outbox import Notice
from device import secrets
from device.models import Secret
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound
from jobs.handlers import JobFailed, TryAgain
from tests.alerts.workbench import HOOK, KEY, MAIL, MARIA, Workbench, deliveries

NOTICE = Notice(Event.EXPIRY, "1 certificate expires within 7 days.", [Item("fw-1", "Shared", "x")])


def posted(device: Workbench) -> Delivery:
    """A message on its way to a server that runs."""
    device.watch()
    outbox.post(NOTICE, queries.in_force()[1], at=device.now)
    return deliveries()[0]


def test_a_message_that_is_taken_is_sent_once(device: Workbench) -> None:
    row = posted(device)

    assert device.run(row).text == "Taken."
    assert device.run(row).text == "Taken."

    row.refresh_from_db()
    assert (row.state, row.attempts, row.result) == (DeliveryState.SENT, 1, "Taken.")
    assert row.finished_at is not None
    assert len(device.post.taken) == 1
    _, _, message = device.post.taken[0]
    assert (message.headline, message.items) == (NOTICE.headline, tuple(NOTICE.items))


def test_a_server_that_is_away_is_tried_again_less_and_less_often(device: Workbench) -> None:
    row = posted(device)
    device.post.refusal = "mail.example.com did not answer in time."

    waits = []
    for _ in delivering.WAITS:
        with pytest.raises(TryAgain) as again:
            device.run(row)
        waits.append(again.value.after)
    row.refresh_from_db()
    assert row.next_at is not None
    with pytest.raises(JobFailed, match="did not answer"):
        device.run(row)

    assert waits == sorted(waits)
    assert sum(waits, timedelta()) > timedelta(hours=20)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.FAILED, 8)
    assert row.next_at is None


def test_after_a_failure_the_same_message_is_sent(device: Workbench) -> None:
    row = posted(device)
    device.post.refusal = "away"
    with pytest.raises(TryAgain):
        device.run(row)
    device.post.refusal = ""

    device.run(row)

    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.SENT, 2)
    assert device.post.taken[0][2].id == str(row.uuid)


def test_a_profile_that_is_gone_ends_its_messages(device: Workbench) -> None:
    row = posted(device)
    device.settings()
    found = queries.items(queries.kind_of("email"))[0]
    assert found.uuid is not None
    profiles.delete(uuids=[found.uuid], by=MARIA, at=device.tick())
    device.commit()

    with pytest.raises(JobFailed, match="gone"):
        device.run(row)


def test_secrets_are_unsealed_for_the_server_only(device: Workbench) -> None:
    uuid = device.profile(HOOK, "hook", key=KEY)
    outbox.send_test(uuid=uuid, by=MARIA, at=device.now)
    row = deliveries()[0]

    device.run(row)

    assert device.post.taken[0][1] == {"key": KEY.encode()}
    assert KEY not in repr(device.post.taken[0][0])
    row.refresh_from_db()
    assert KEY not in str(row.__dict__)


def test_a_secret_that_cannot_be_read_is_told(device: Workbench) -> None:
    uuid = device.profile(HOOK, "hook", key=KEY)
    outbox.send_test(uuid=uuid, by=MARIA, at=device.now)
    Secret.objects.all().delete()

    with pytest.raises(JobFailed, match="no longer exists"):
        device.run(deliveries()[0])


def test_a_test_uses_the_candidate_and_is_tried_once(device: Workbench) -> None:
    uuid = device.profile()
    device.post.refusal = "away"

    outbox.send_test(uuid=uuid, by=MARIA, at=device.now)
    with pytest.raises(JobFailed, match="away"):
        device.run(deliveries()[0])

    assert deliveries()[0].headline == "Test of the server profile ops, sent by maria."


def test_a_test_needs_a_profile_and_the_right(device: Workbench) -> None:
    uuid = device.profile()
    with pytest.raises(Forbidden):
        outbox.send_test(uuid=uuid, by=Actor("rita", Role.SUPERREADER), at=device.now)
    with pytest.raises(NotFound):
        outbox.send_test(uuid=uuid4(), by=MARIA, at=device.now)


def test_a_message_that_was_removed_fails_its_job(device: Workbench) -> None:
    row = posted(device)
    Delivery.objects.all().delete()

    with pytest.raises(JobFailed, match="removed"):
        device.run(row)


def test_old_messages_are_forgotten_but_not_those_on_their_way(device: Workbench) -> None:
    row = posted(device)
    Delivery.objects.update(created_at=device.now - timedelta(days=91), next_at=device.now)
    outbox.prune(device.now)
    assert deliveries() == [row]

    Delivery.objects.update(next_at=None)
    outbox.prune(device.now)

    assert deliveries() == []


def test_a_password_is_sealed_and_kept_until_another_is_typed(device: Workbench) -> None:
    value = replace(MAIL, username="fw")
    uuid = device.profile(value, password="first-password")
    device.profile(value, uuid=uuid)
    kept = queries.item(queries.kind_of("email"), uuid).value
    assert secrets.unseal(kept.password) == b"first-password"  # type: ignore[union-attr,arg-type]

    device.profile(value, uuid=uuid, password="second-password")
    typed = queries.item(queries.kind_of("email"), uuid).value
    assert secrets.unseal(typed.password) == b"second-password"  # type: ignore[union-attr,arg-type]

    device.profile(MAIL, uuid=uuid)
    assert queries.item(queries.kind_of("email"), uuid).value == MAIL

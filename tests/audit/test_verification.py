"""Is the log still what the device wrote?"""

import json
import stat
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from django.core.management import CommandError, call_command
from django.db import transaction

from audit import head, services, verification
from audit.models import AuditEvent, AuditHead
from audit.services import FieldChange
from audit.verification import LogBroken
from device import master_key, secrets
from device import services as device
from domain.actors import SYSTEM

NOW = datetime.fromisoformat("2026-11-23T12:00:00+00:00")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def log(settings: Settings, tmp_path: Path, now: datetime) -> None:
    """A log of five entries in a data folder of the test's own, under a real master key."""
    settings.DATA_DIR = tmp_path
    settings.AUDIT_CHAIN_KEY = "device.secrets.audit_chain_key"
    secrets.forget_unwrapped_keys()
    for number in range(1, 6):
        services.record(
            kind="config",
            actor=SYSTEM,
            text=f"Event {number}.",
            at=now + timedelta(microseconds=number),
            detail={"serial": "01", "é": "ü"},
            changes=[FieldChange("digest", "sha1", "sha256")],
        )


def test_a_log_that_nobody_touched_is_whole() -> None:
    assert verification.verify(at=NOW).count == 5
    assert head.read().count == 5
    assert stat.S_IMODE(head.path().stat().st_mode) == 0o600


def test_the_command_says_how_many_entries_there_are() -> None:
    said = StringIO()

    call_command("audit", "verify", stdout=said)

    assert said.getvalue() == "The log is whole: 5 entries.\n"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "Nothing happened."),
        ("actor", "nobody"),
        ("address", "192.0.2.9"),
        ("kind", "sign-in"),
        ("object_name", "x"),
        ("outcome", "failed"),
        ("detail", {}),
        ("changes", []),
        ("mac", "0" * 64),
        ("at", datetime.fromisoformat("2026-01-01T00:00:00+00:00")),
    ],
)
def test_a_changed_entry_is_found_and_named(field: str, value: object) -> None:
    AuditEvent.objects.filter(sequence=3).update(**{field: value})

    with pytest.raises(LogBroken, match="Entry 3 was changed"):
        verification.verify(at=NOW)


def test_a_removed_entry_is_found_and_named() -> None:
    AuditEvent.objects.filter(sequence=3).delete()

    with pytest.raises(LogBroken, match="Entry 3 is missing; entry 4 follows"):
        verification.verify(at=NOW)


def test_a_removed_entry_whose_place_was_closed_is_found() -> None:
    AuditEvent.objects.filter(sequence=3).delete()
    AuditEvent.objects.filter(sequence=4).update(sequence=3)
    AuditEvent.objects.filter(sequence=5).update(sequence=4)

    with pytest.raises(LogBroken, match="Entry 3 was changed, or put in"):
        verification.verify(at=NOW)


def test_a_tail_that_was_cut_off_is_found_and_counted() -> None:
    AuditEvent.objects.filter(sequence__gt=3).delete()
    AuditHead.objects.update(count=3, mac=AuditEvent.objects.get(sequence=3).mac)

    with pytest.raises(LogBroken, match="ends with entry 3; 2 entries after it are missing"):
        verification.verify(at=NOW)


def test_a_log_that_was_cut_and_written_on_is_found(now: datetime) -> None:
    AuditEvent.objects.filter(sequence__gt=3).delete()
    AuditHead.objects.update(count=3, mac=AuditEvent.objects.get(sequence=3).mac)
    for _ in range(3):
        services.record(kind="config", actor=SYSTEM, text="Other.", at=now)
    head.path().write_text(json.dumps({"count": 5, "mac": "f" * 64}))

    with pytest.raises(LogBroken, match="Entry 5 is not the one that"):
        verification.verify(at=NOW)


def test_an_emptied_log_is_found() -> None:
    AuditEvent.objects.all().delete()
    AuditHead.objects.all().delete()

    with pytest.raises(LogBroken, match="5 entries after it are missing"):
        verification.verify(at=NOW)


def test_a_head_file_that_was_removed_is_missed() -> None:
    head.path().unlink()

    with pytest.raises(LogBroken, match="which says how the log ends, is missing"):
        verification.verify(at=NOW)


def test_a_damaged_head_file_is_said_and_not_covered_up(now: datetime) -> None:
    head.path().write_text("[]")
    services.record(kind="config", actor=SYSTEM, text="Later.", at=now)

    with pytest.raises(LogBroken, match="cannot be read"):
        verification.verify(at=NOW)


def test_the_log_of_another_master_key_cannot_be_verified() -> None:
    master_key.path().write_text("ab" * 32)
    secrets.forget_unwrapped_keys()

    with pytest.raises(CommandError, match="is not the one that protects"):
        call_command("audit", "verify")


def test_the_log_stays_whole_when_the_master_key_is_changed() -> None:
    device.initialise(at=NOW)
    device.change_master_key(at=NOW)
    secrets.forget_unwrapped_keys()

    assert verification.verify(at=NOW).count == 7


def test_another_chain_is_found_at_its_first_entry(settings: Settings) -> None:
    settings.AUDIT_CHAIN_KEY = "tests.conftest.audit_chain_key"

    with pytest.raises(LogBroken, match="Entry 1 was changed"):
        verification.verify(at=NOW)


def test_after_a_crash_the_head_file_may_lag_behind() -> None:
    first = AuditEvent.objects.get(sequence=1)
    head.path().write_text(json.dumps({"count": 1, "mac": first.mac}))

    assert verification.verify(at=NOW).count == 5


def test_what_is_rolled_back_leaves_no_trace(now: datetime) -> None:
    with transaction.atomic():
        services.record(kind="config", actor=SYSTEM, text="Undone.", at=now)
        transaction.set_rollback(True)

    assert head.read().count == 5
    services.record(kind="config", actor=SYSTEM, text="Done.", at=now)
    assert verification.verify(at=NOW).count == 6


def test_an_earlier_end_never_replaces_a_later_one() -> None:
    head.write(head.Head(2, "a" * 64))

    assert head.read().count == 5


def test_the_log_counts_its_entries_in_the_shell() -> None:
    assert str(AuditHead.objects.get()) == "5 entries"

"""Changing the master key, and being killed in the middle of it."""

from datetime import datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from django.core.management import CommandError, call_command
from django.db import transaction

from device import master_key, secrets, services
from device.models import DataKey, Secret

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed(folder: Path, now: datetime) -> UUID:  # noqa: ARG001 - the data folder
    """A secret of a device that has been started."""
    services.initialise(at=now)
    return secrets.seal(b"hunter2", purpose="password", at=now)


def read_by_a_new_process(uuid: UUID) -> bytes:
    secrets.forget_unwrapped_keys()
    return secrets.unseal(uuid)


def test_secrets_are_read_with_the_new_key_and_the_old_one_is_gone(
    sealed: UUID, folder: Path, now: datetime
) -> None:
    old, before = master_key.load(), bytes(Secret.objects.get(uuid=sealed).sealed)

    fresh = services.change_master_key(at=now)

    assert master_key.load().id == fresh != old.id
    assert read_by_a_new_process(sealed) == b"hunter2"
    assert bytes(Secret.objects.get(uuid=sealed).sealed) == before
    assert {row.master_key_id for row in DataKey.objects.all()} == {fresh}
    assert [file.name for file in folder.glob("master.key*")] == ["master.key"]
    assert (folder / "master.key").stat().st_mode & 0o777 == 0o600


def test_killed_before_the_database_uses_the_new_key_the_old_one_stays(
    sealed: UUID, folder: Path, now: datetime
) -> None:
    old = master_key.load().id
    with transaction.atomic():
        secrets.rewrap(master_key.write_next())
        transaction.set_rollback(True)

    assert read_by_a_new_process(sealed) == b"hunter2"
    services.initialise(at=now)

    assert master_key.load().id == old
    assert not master_key.next_path().exists()
    assert read_by_a_new_process(sealed) == b"hunter2"
    assert folder.exists()


def test_killed_after_the_database_uses_the_new_key_it_is_found_and_takes_its_place(
    sealed: UUID, now: datetime
) -> None:
    with transaction.atomic():
        fresh = master_key.write_next()
        secrets.rewrap(fresh)

    assert read_by_a_new_process(sealed) == b"hunter2"
    services.initialise(at=now)

    assert master_key.load().id == fresh.id
    assert not master_key.next_path().exists()
    assert read_by_a_new_process(sealed) == b"hunter2"


def test_the_next_change_after_a_killed_one_loses_nothing(sealed: UUID, now: datetime) -> None:
    with transaction.atomic():
        secrets.rewrap(master_key.write_next())

    fresh = services.change_master_key(at=now)

    assert master_key.load().id == fresh
    assert read_by_a_new_process(sealed) == b"hunter2"


def test_killed_while_the_new_file_was_written_the_old_one_stays(
    sealed: UUID, now: datetime
) -> None:
    master_key.next_path().write_text("ab")

    assert read_by_a_new_process(sealed) == b"hunter2"
    services.initialise(at=now)

    assert not master_key.next_path().exists()


def test_a_new_key_finds_its_place_when_the_old_file_is_gone(
    sealed: UUID, folder: Path, now: datetime
) -> None:
    with transaction.atomic():
        secrets.rewrap(master_key.write_next())
    (folder / "master.key").unlink()

    services.initialise(at=now)

    assert read_by_a_new_process(sealed) == b"hunter2"


def test_a_process_that_runs_meanwhile_goes_on(sealed: UUID, now: datetime) -> None:
    assert secrets.unseal(sealed) == b"hunter2"

    services.change_master_key(at=now)

    later = secrets.seal(b"more", purpose="password", at=now)
    assert (secrets.unseal(sealed), read_by_a_new_process(later)) == (b"hunter2", b"more")


def test_the_command_says_what_to_back_up(sealed: UUID) -> None:
    said = StringIO()

    call_command("rotate_master_key", stdout=said)

    assert f"now {master_key.load().id}, in " in said.getvalue()
    assert read_by_a_new_process(sealed) == b"hunter2"


def test_without_the_present_key_nothing_is_changed(sealed: UUID, folder: Path) -> None:
    kept = (folder / "master.key").read_text()
    (folder / "master.key").unlink()
    secrets.forget_unwrapped_keys()

    with pytest.raises(CommandError, match="is missing"):
        call_command("rotate_master_key")

    (folder / "master.key").write_text(kept)
    assert read_by_a_new_process(sealed) == b"hunter2"

"""Secrets that go to another device in a file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings

from device import master_key, portable, secrets
from device.master_key import MasterKey
from device.models import DataKey, Secret
from device.sealed import SealedSecret, SealedSecrets
from tests.devices import factory_reset

PASSWORD = b"correct horse battery"
Change = Callable[[SealedSecret], SealedSecret]


@pytest.fixture
def uuid(folder: Path, db: None, now: datetime) -> UUID:  # noqa: ARG001  a fixture asks for fixtures
    return secrets.seal(PASSWORD, purpose="challenge password", at=now)


def copies(*uuids: UUID) -> SealedSecrets:
    found = portable.sealed_copies(uuids)
    assert found is not None
    return found


def wanted(uuid: UUID) -> dict[str, str]:
    return {secrets.placeholder(uuid): "challenge password"}


def test_a_device_knows_its_own_secrets_again(uuid: UUID) -> None:
    text = secrets.placeholder(uuid)

    assert portable.own(wanted(uuid)) == {text: uuid}


def test_a_secret_is_not_taken_for_something_else(uuid: UUID) -> None:
    assert portable.own({secrets.placeholder(uuid): "private key"}) == {}


def test_texts_that_are_no_placeholders_of_this_device_are_not_known(uuid: UUID) -> None:
    text = secrets.placeholder(uuid)
    changed = f"-AQ==AAAA{text[9:]}"

    assert portable.own(dict.fromkeys(["", "abc", "-AQ==", changed], "challenge password")) == {}


def test_there_is_no_table_without_secrets(uuid: UUID) -> None:
    assert portable.sealed_copies([]) is None
    assert portable.sealed_copies([uuid4()]) is None
    assert copies(uuid, uuid4()) == copies(uuid)


def test_a_table_says_nothing_of_a_secret(uuid: UUID) -> None:
    table = copies(uuid)

    assert PASSWORD not in table.secrets[0].sealed
    assert repr(table.secrets[0].sealed) not in repr(table)


def test_the_same_device_keeps_its_secret(uuid: UUID, now: datetime) -> None:
    table = copies(uuid)

    assert portable.take_over(wanted(uuid), table, given=None, at=now) == {
        secrets.placeholder(uuid): uuid
    }
    assert Secret.objects.count() == 1


def test_another_device_with_the_same_master_key_reads_the_secret(
    uuid: UUID, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    table, asked, key = copies(uuid), wanted(uuid), master_key.load()
    factory_reset(settings, tmp_path / "other", key)

    assert portable.own(asked) == {}
    assert portable.take_over(asked, table, given=None, at=now) == dict.fromkeys(asked, uuid)
    assert secrets.unseal(uuid) == PASSWORD
    assert DataKey.objects.get().uuid != table.secrets[0].data_key


def test_another_device_is_given_the_master_key(
    uuid: UUID, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    table, asked, key = copies(uuid), wanted(uuid), master_key.load()
    factory_reset(settings, tmp_path / "other", MasterKey(bytes(32)))

    portable.take_over(asked, table, given=key, at=now)

    assert secrets.unseal(uuid) == PASSWORD
    assert DataKey.objects.get().master_key_id == MasterKey(bytes(32)).id


@pytest.mark.parametrize("has_own", [True, False])
def test_without_the_master_key_it_is_named(
    uuid: UUID, settings: Settings, tmp_path: Path, now: datetime, *, has_own: bool
) -> None:
    table, asked, key = copies(uuid), wanted(uuid), master_key.load()
    factory_reset(settings, tmp_path / "other", MasterKey(bytes(32)) if has_own else None)

    with pytest.raises(portable.MasterKeyNeeded) as refusal:
        portable.take_over(asked, table, given=MasterKey(b"\x01" * 32), at=now)

    assert key.id in refusal.value.message
    assert key.key.hex() not in f"{refusal.value.message}{refusal.value.hint}"
    assert not Secret.objects.exists()


def test_a_secret_that_came_once_stays_as_it_is_the_second_time(
    uuid: UUID, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    table, asked, key = copies(uuid), wanted(uuid), master_key.load()
    factory_reset(settings, tmp_path / "other", key)
    portable.take_over(asked, table, given=None, at=now)
    sealed = Secret.objects.get().sealed

    portable.take_over(asked, table, given=None, at=now)

    assert Secret.objects.get().sealed == sealed


def test_a_placeholder_that_the_table_does_not_have_is_left_to_the_caller(
    uuid: UUID, now: datetime
) -> None:
    other = secrets.seal(b"b", purpose="challenge password", at=now)

    assert portable.take_over(wanted(other), copies(uuid), given=None, at=now) == {}


def _flipped(octets: bytes, place: int = -1) -> bytes:
    changed = bytearray(octets)
    changed[place] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda one: replace(one, sealed=_flipped(one.sealed)), id="tag"),
        pytest.param(lambda one: replace(one, sealed=_flipped(one.sealed, 0)), id="nonce"),
        pytest.param(lambda one: replace(one, sealed=b""), id="empty"),
        pytest.param(lambda one: replace(one, mac=_flipped(one.mac)), id="MAC"),
        pytest.param(lambda one: replace(one, purpose="private key"), id="purpose"),
        pytest.param(lambda one: replace(one, data_key=uuid4()), id="data key"),
    ],
)
def test_a_changed_table_is_refused(uuid: UUID, now: datetime, change: Change) -> None:
    table, asked = copies(uuid), wanted(uuid)
    changed = replace(table, secrets=(change(table.secrets[0]),))

    with pytest.raises(portable.SealBroken):
        portable.take_over(asked, changed, given=None, at=now)


def test_a_changed_data_key_is_refused(uuid: UUID, now: datetime) -> None:
    table = copies(uuid)
    (key, wrapped), *_ = table.data_keys.items()
    changed = replace(table, data_keys={key: _flipped(wrapped)})

    with pytest.raises(portable.SealBroken, match="data key was changed"):
        portable.take_over(wanted(uuid), changed, given=None, at=now)


def test_a_private_key_cannot_stand_where_a_password_is_sent(uuid: UUID, now: datetime) -> None:
    key = secrets.seal(b"key", purpose="private key", at=now)
    table = copies(uuid, key)

    with pytest.raises(portable.SealBroken, match="does not belong"):
        portable.take_over(wanted(key), table, given=None, at=now)


def test_a_secret_here_with_another_purpose_is_not_taken_for_it(uuid: UUID, now: datetime) -> None:
    table, asked = copies(uuid), wanted(uuid)
    Secret.objects.update(purpose="private key")

    with pytest.raises(portable.SealBroken, match="something else"):
        portable.take_over(asked, table, given=None, at=now)


def test_changing_the_master_key_leaves_a_file_readable_with_the_old_one(
    uuid: UUID, now: datetime
) -> None:
    table, asked, old = copies(uuid), wanted(uuid), master_key.load()
    fresh = master_key.write_next()
    secrets.rewrap(fresh)
    master_key.settle(fresh.id)
    secrets.forget_unwrapped_keys()

    assert portable.own(asked) == dict.fromkeys(asked, uuid)
    with pytest.raises(portable.MasterKeyNeeded, match=old.id):
        portable.take_over(asked, table, given=None, at=now)
    assert portable.take_over(asked, table, given=old, at=now) == dict.fromkeys(asked, uuid)
    assert copies(uuid).master_key_id == fresh.id


def test_a_master_key_is_read_as_it_stands_in_its_file() -> None:
    assert master_key.from_text(f" {bytes(32).hex()}\n") == MasterKey(bytes(32))


@pytest.mark.parametrize("text", ["", "0" * 63, "g" * 64])
def test_other_texts_are_no_master_keys_and_not_repeated(text: str) -> None:
    with pytest.raises(master_key.MasterKeyMissing) as refusal:
        master_key.from_text(text)

    assert str(refusal.value) == "This is not a master key."

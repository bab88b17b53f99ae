"""Secrets at rest."""

import base64
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from device import master_key, secrets
from device.models import DataKey, Secret

SHORT = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestAnyBytes(TestCase):
    """Hypothesis gives every example a transaction of its own here."""

    @SHORT
    @given(st.binary(max_size=5000))
    def test_a_sealed_secret_comes_back(self, plaintext: bytes) -> None:
        now = datetime.fromisoformat("2026-11-23T12:00:00+00:00")

        uuid = secrets.seal(plaintext, purpose="test", at=now)

        assert secrets.unseal(uuid) == plaintext
        assert len(plaintext) < 8 or plaintext not in bytes(Secret.objects.get().sealed)

    @SHORT
    @given(st.binary(min_size=1, max_size=100), st.data())
    def test_a_changed_secret_is_refused(self, plaintext: bytes, data: st.DataObject) -> None:
        now = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
        uuid = secrets.seal(plaintext, purpose="test", at=now)
        sealed = bytearray(Secret.objects.get().sealed)
        sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        Secret.objects.update(sealed=bytes(sealed))

        with pytest.raises(secrets.SecretUnreadable):
            secrets.unseal(uuid)

    @given(st.text(max_size=120))
    def test_no_text_of_others_is_taken_for_a_placeholder(self, text: str) -> None:
        with pytest.raises(secrets.PlaceholderForeign):
            secrets.from_placeholder("-AQ==" + text)


@pytest.mark.django_db
def test_the_first_secret_makes_master_key_and_data_key(folder: Path, now: datetime) -> None:
    secrets.seal(b"a", purpose="password", at=now)
    secrets.seal(b"b", purpose="password", at=now)

    assert (folder / "master.key").exists()
    assert DataKey.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_a_secret_swapped_into_another_row_is_refused(now: datetime) -> None:
    mine = secrets.seal(b"mine", purpose="password", at=now)
    theirs = secrets.seal(b"theirs", purpose="password", at=now)
    Secret.objects.filter(uuid=theirs).update(sealed=Secret.objects.get(uuid=mine).sealed)

    with pytest.raises(secrets.SecretUnreadable):
        secrets.unseal(theirs)
    assert secrets.unseal(mine) == b"mine"


@pytest.mark.django_db
def test_without_the_master_key_file_nothing_is_read_and_no_new_key_is_made(
    folder: Path, now: datetime
) -> None:
    uuid = secrets.seal(b"a", purpose="password", at=now)
    (folder / "master.key").unlink()
    secrets.forget_unwrapped_keys()

    with pytest.raises(master_key.MasterKeyMissing):
        secrets.unseal(uuid)
    with pytest.raises(master_key.MasterKeyMissing):
        secrets.seal(b"b", purpose="password", at=now)
    assert not (folder / "master.key").exists()


@pytest.mark.django_db
def test_another_master_key_file_is_refused(folder: Path, now: datetime) -> None:
    uuid = secrets.seal(b"a", purpose="password", at=now)
    (folder / "master.key").write_text("ab" * 32)
    secrets.forget_unwrapped_keys()

    with pytest.raises(master_key.MasterKeyWrong):
        secrets.unseal(uuid)


@pytest.mark.django_db
def test_unwrapped_keys_are_kept_in_memory(folder: Path, now: datetime) -> None:
    uuid = secrets.seal(b"a", purpose="password", at=now)
    (folder / "master.key").unlink()

    assert secrets.unseal(uuid) == b"a"


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_without_a_current_key_a_second_one_is_made(now: datetime) -> None:
    old = secrets.seal(b"old", purpose="password", at=now)
    DataKey.objects.update(is_current=False)

    new = secrets.seal(b"new", purpose="password", at=now)

    assert DataKey.objects.count() == 2
    assert (secrets.unseal(old), secrets.unseal(new)) == (b"old", b"new")


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_a_forgotten_secret_is_gone(now: datetime) -> None:
    uuid = secrets.seal(b"a", purpose="password", at=now)

    secrets.forget(uuid)
    secrets.forget(uuid)

    with pytest.raises(secrets.SecretUnreadable):
        secrets.unseal(uuid)
    with pytest.raises(secrets.SecretUnreadable):
        secrets.placeholder(uuid)


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_a_placeholder_has_the_shape_of_the_product_emulated(now: datetime) -> None:
    text = secrets.placeholder(secrets.seal(b"a", purpose="password", at=now))

    assert text.startswith("-AQ==")
    assert len(base64.b64decode(text[5:33], validate=True)) == 20
    assert base64.b64decode(text[33:], validate=True)
    assert secrets.is_placeholder(text)
    assert not secrets.is_placeholder("a")


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_a_placeholder_is_stable_and_leads_back(now: datetime) -> None:
    uuid = secrets.seal(b"a", purpose="password", at=now)
    text = secrets.placeholder(uuid)
    secrets.forget_unwrapped_keys()

    assert secrets.placeholder(uuid) == text
    assert secrets.from_placeholder(text) == uuid


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_equal_secrets_have_different_placeholders(now: datetime) -> None:
    first = secrets.placeholder(secrets.seal(b"a", purpose="password", at=now))
    second = secrets.placeholder(secrets.seal(b"a", purpose="password", at=now))

    assert first[:33] != second[:33]
    assert len(first) == len(second)


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_a_placeholder_with_a_forged_digest_is_refused(now: datetime) -> None:
    text = secrets.placeholder(secrets.seal(b"a", purpose="password", at=now))
    forged = "-AQ==" + base64.b64encode(bytes(20)).decode() + text[33:]

    with pytest.raises(secrets.PlaceholderForeign) as caught:
        secrets.from_placeholder(forged)
    assert "itself" in caught.value.hint


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_a_placeholder_of_another_device_is_refused() -> None:
    digest = base64.b64encode(bytes(20)).decode()

    with pytest.raises(secrets.PlaceholderForeign):
        secrets.from_placeholder("-AQ==" + digest + base64.b64encode(uuid4().bytes).decode())


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_rows_describe_themselves_without_the_secret(now: datetime) -> None:
    uuid = secrets.seal(b"hunter2", purpose="password", at=now)

    assert str(Secret.objects.get()) == f"password {uuid}"
    assert str(DataKey.objects.get()) == str(DataKey.objects.get().uuid)

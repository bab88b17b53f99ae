"""The master key's file."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from device import master_key

KEY = bytes(range(32))


def test_the_file_is_made_once_and_readable_by_its_owner_only(folder: Path) -> None:
    master_key.create_if_missing()
    first = (folder / "master.key").read_text()
    master_key.create_if_missing()

    assert (folder / "master.key").read_text() == first
    assert (folder / "master.key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in folder.iterdir()] == ["master.key"]
    assert master_key.load().key.hex() == first.strip()


def test_a_missing_file_is_named_with_what_to_do(folder: Path) -> None:
    with pytest.raises(master_key.MasterKeyMissing) as caught:
        master_key.load()

    assert str(folder / "master.key") in caught.value.message
    assert "backup" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"0" * 63, id="a digit short"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b"z" * 64, id="not hexadecimal"),
    ],
)
def test_a_file_without_a_key_is_refused(folder: Path, content: bytes) -> None:
    (folder / "master.key").write_bytes(content)

    with pytest.raises(master_key.MasterKeyMissing):
        master_key.load()


def test_a_file_that_cannot_be_read_is_refused(folder: Path) -> None:
    (folder / "master.key").mkdir()

    with pytest.raises(master_key.MasterKeyMissing):
        master_key.load()


def test_a_key_made_by_another_process_at_the_same_moment_is_kept(folder: Path) -> None:
    (folder / "master.key").symlink_to(folder / "elsewhere")  # exists() says no, link() says yes

    master_key.create_if_missing()

    assert [file.name for file in folder.iterdir()] == ["master.key"]


@pytest.mark.usefixtures("folder")
def test_a_wrapped_key_comes_back() -> None:
    master = master_key.MasterKey(KEY)

    wrapped = master.wrap(b"data key", associated=b"row")

    assert master.unwrap(wrapped, key_id=master.id, associated=b"row") == b"data key"


def test_another_master_key_is_recognised(folder: Path) -> None:
    master, other = master_key.MasterKey(KEY), master_key.MasterKey(KEY[::-1])
    wrapped = master.wrap(b"data key", associated=b"row")

    with pytest.raises(master_key.MasterKeyWrong) as caught:
        other.unwrap(wrapped, key_id=master.id, associated=b"row")

    assert str(folder / "master.key") in caught.value.message


@pytest.mark.usefixtures("folder")
def test_a_wrapped_key_of_another_row_is_refused() -> None:
    master = master_key.MasterKey(KEY)
    wrapped = master.wrap(b"data key", associated=b"row")

    with pytest.raises(master_key.MasterKeyWrong):
        master.unwrap(wrapped, key_id=master.id, associated=b"another row")


def test_the_key_is_in_no_repr() -> None:
    assert KEY.hex() not in repr(master_key.MasterKey(KEY))
    assert repr(KEY) not in repr(master_key.MasterKey(KEY))
    assert len(master_key.MasterKey(KEY).id) == 16


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_encrypted_comes_back(plaintext: bytes, associated: bytes) -> None:
    sealed = master_key.encrypt(KEY, plaintext, associated=associated)

    assert master_key.decrypt(KEY, sealed, associated=associated) == plaintext


@given(st.binary(max_size=60), st.data())
def test_a_single_changed_bit_is_noticed(plaintext: bytes, data: st.DataObject) -> None:
    sealed = bytearray(master_key.encrypt(KEY, plaintext, associated=b""))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(InvalidTag):
        master_key.decrypt(KEY, bytes(sealed), associated=b"")


@given(st.binary(max_size=40))
def test_any_bytes_that_were_never_encrypted_are_refused(junk: bytes) -> None:
    with pytest.raises(InvalidTag):
        master_key.decrypt(KEY, junk, associated=b"")

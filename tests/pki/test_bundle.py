"""PEM and DER."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki import bundle
from pki.errors import CertificateUnreadable


@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=4))
def test_pem_gives_the_same_bytes_back(ders: list[bytes]) -> None:
    assert bundle.from_pem(bundle.chain_to_pem(*ders).encode()) == tuple(ders)


def test_pem_is_written_in_lines_of_64_with_its_label() -> None:
    text = bundle.to_pem(b"x" * 60, "CERTIFICATE REQUEST")

    lines = text.splitlines()
    assert lines[0] == "-----BEGIN CERTIFICATE REQUEST-----"
    assert (len(lines[1]), len(lines[2])) == (64, 16)
    assert text.endswith("-----END CERTIFICATE REQUEST-----\n")


def test_words_between_the_blocks_and_other_blocks_are_skipped() -> None:
    pem = f"Root:\r\n{bundle.to_pem(b'a')}{bundle.to_pem(b'key', 'PRIVATE KEY')}".encode()

    assert bundle.from_pem(pem) == (b"a",)
    assert bundle.from_pem(pem, "PRIVATE KEY") == (b"key",)


def test_a_file_is_pem_or_one_der_value() -> None:
    assert bundle.to_ders(bundle.to_pem(b"a").encode()) == (b"a",)
    assert bundle.to_ders(b"\x30\x03") == (b"\x30\x03",)


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        (b"nothing", "There is no CERTIFICATE block"),
        (b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----", "not valid base64"),
        (b"x" * (bundle.MAX_PEM_BYTES + 1), "bytes; at most"),
        (bundle.to_pem(b"a").encode() * 1025, "blocks; at most"),
    ],
    ids=["none", "broken", "large", "many"],
)
def test_pem_that_cannot_be_read_is_refused(pem: bytes, words: str) -> None:
    with pytest.raises(CertificateUnreadable, match=words):
        bundle.from_pem(pem)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(CertificateUnreadable, match="empty"):
        bundle.to_ders(b"")

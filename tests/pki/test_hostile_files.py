"""Files made to hurt: they are refused within moments."""

import base64
import contextlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki import der, formats
from pki.errors import FileTooLarge, FileUnusable, PkiError
from pki.formats.pkcs12_work import pkcs12_work
from tests.issuing import Wanted, issue, rsa_key

LEAF: Final = issue(Wanted("hostile", key=rsa_key("files")))
PLAIN: Final = formats.pkcs12(formats.Bag("x", LEAF.der, LEAF.rsa), "x")


PBE: Final = "1.2.840.113549.1.12.1.3"
DATA: Final = "1.2.840.113549.1.7.1"


def _algorithm(iterations: int) -> bytes:
    return der.sequence(
        der.oid(PBE), der.sequence(der.octet_string(b"salt"), der.integer(iterations))
    )


def _pfx(part: bytes, *mac: bytes) -> bytes:
    safe = der.sequence(der.oid(DATA), der.tagged(0, der.octet_string(der.sequence(part))))
    return der.sequence(der.integer(3), safe, *mac)


def _encrypted(iterations: int) -> bytes:
    info = der.sequence(der.oid(DATA), _algorithm(iterations), b"\x80\x01x")
    return der.sequence(
        der.oid("1.2.840.113549.1.7.6"), der.tagged(0, der.sequence(der.integer(0), info))
    )


def _shrouded(iterations: int) -> bytes:
    key = der.sequence(_algorithm(iterations), der.octet_string(b"x"))
    bag = der.sequence(der.oid("1.2.840.113549.1.12.10.1.2"), der.tagged(0, key))
    other = der.sequence(der.oid("1.2.840.113549.1.12.10.1.3"), der.tagged(0, der.sequence()))
    return der.sequence(der.oid(DATA), der.tagged(0, der.octet_string(der.sequence(other, bag))))


def _mac(iterations: int) -> bytes:
    return der.sequence(der.sequence(), der.octet_string(b"salt"), der.integer(iterations))


@pytest.mark.parametrize(
    "pfx",
    [
        _pfx(_encrypted(2_000_001)),
        _pfx(_shrouded(2_000_001)),
        _pfx(_encrypted(1), _mac(2_000_001)),
    ],
    ids=["certificates", "key", "MAC"],
)
def test_a_passphrase_that_takes_hours_to_try_is_not_tried(pfx: bytes) -> None:
    with pytest.raises(FileTooLarge, match="2,000,000 iterations"):
        formats.read(pfx, "x")


def test_parts_that_need_no_passphrase_make_no_work() -> None:
    public = der.sequence(der.oid("1.2.840.113549.1.7.3"), der.tagged(0, der.sequence()))

    assert pkcs12_work(_pfx(public)) == 0
    assert pkcs12_work(_pfx(_shrouded(7), _mac(9))) == 9


def test_octets_in_pieces_are_joined_and_pieces_in_pieces_refused() -> None:
    safe = der.sequence(_shrouded(7))
    for content, opens in (
        (der.element(0x24, der.octet_string(safe[:9]) + der.octet_string(safe[9:])), True),
        (der.element(0x24, der.element(0x24, der.octet_string(safe))), False),
    ):
        pfx = der.sequence(der.integer(3), der.sequence(der.oid(DATA), der.tagged(0, content)))
        if opens:
            assert pkcs12_work(pfx) == 7
        else:
            with pytest.raises(FileUnusable, match="The PKCS#12 file cannot be read"):
                formats.read(pfx, "x")


def test_a_pkcs12_file_with_nothing_in_it_is_named() -> None:
    safe = der.sequence(der.oid(DATA), der.tagged(0, der.octet_string(der.sequence())))

    with pytest.raises(FileUnusable, match="holds neither certificates nor keys"):
        formats.read(der.sequence(der.integer(3), safe))


def test_a_pkcs7_file_with_nothing_usable_in_it_is_named() -> None:
    signed = der.sequence(der.integer(1), b"\x31\x00", der.sequence(der.oid(DATA)), b"\x31\x00")
    empty = der.sequence(der.oid("1.2.840.113549.1.7.2"), der.tagged(0, signed))
    other = der.sequence(der.oid(DATA), der.tagged(0, der.octet_string(b"x")))

    for data in (empty, other):
        with pytest.raises(FileUnusable, match="PKCS#7"):
            formats.read(data)


def test_an_encrypted_key_that_says_nothing_of_a_passphrase_is_named() -> None:
    key = der.sequence(der.sequence(der.oid(PBE), der.sequence()), der.octet_string(b"x"))

    with pytest.raises(FileUnusable, match="encrypted private key cannot be read"):
        formats.read(key, "x")


def test_a_key_larger_than_any_key_is_refused() -> None:
    huge = der.sequence(der.integer(0), der.sequence(), der.octet_string(bytes(70_000)))

    with pytest.raises(FileTooLarge, match="too many for a private key"):
        formats.read(huge)


def test_thousands_of_blocks_are_refused() -> None:
    with pytest.raises(FileTooLarge, match="more than 1,024 blocks"):
        formats.read(b"-----BEGIN X-----" * 1100)


def test_hundreds_of_certificates_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pki.formats.reading.MAX_CERTIFICATES", 1)
    other = issue(Wanted("other", key=rsa_key("files")))

    with pytest.raises(FileTooLarge, match="2 certificates; at most 1"):
        formats.read(LEAF.pem + other.pem)


def test_millions_of_begins_without_an_end_take_a_moment() -> None:
    with pytest.raises(FileTooLarge):
        formats.read(b"-----BEGIN " * (4 * 1024 * 1024 // 11))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_typed_error(data: bytes) -> None:
    blocks = (b"CERTIFICATE", b"PRIVATE KEY", b"ENCRYPTED PRIVATE KEY", b"PKCS7")
    text = base64.b64encode(data)
    for file in (
        data,
        b"\x30\x80" + data,
        *(b"-----BEGIN %b-----%b-----END %b-----" % (name, text, name) for name in blocks),
    ):
        with contextlib.suppress(PkiError):
            formats.read(file, "x")


@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 255))
def test_a_damaged_pkcs12_file_is_read_or_refused(position: int, octet: int) -> None:
    damaged = PLAIN[:position] + bytes([octet]) + PLAIN[position + 1 :]

    with contextlib.suppress(PkiError):
        formats.read(damaged, "x")

"""What a file is, told from its first octets, before anything is decoded."""

from enum import Enum, auto
from typing import Final

from pki import asn1
from pki.errors import AnotherKind, FileTruncated, FileUnusable

_SEQUENCE: Final = 0x30
_TEXT: Final = frozenset(b"\t\n\r\x0c") | frozenset(range(0x20, 0x7F))

_MAGIC: Final = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xfe\xed\xfe\xed", "a Java keystore"),
    (b"\xce\xce\xce\xce", "a Java keystore"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PuTTY-User-Key-File", "a PuTTY key"),
    (b"---- BEGIN SSH2", "an SSH key"),
    (b"ssh-", "an SSH key"),
    (b"ecdsa-sha2-", "an SSH key"),
    (b"<", "a web page or XML"),
)


class Der(Enum):
    """What a DER value looks like from outside."""

    SIGNED = auto()
    """A certificate, a request or a CRL."""
    PKCS7 = auto()
    PKCS12 = auto()
    KEY = auto()
    """PKCS#8, PKCS#1 or SEC 1."""
    ENCRYPTED_KEY = auto()


def der_kind(der: bytes) -> Der:
    """Tell what a DER value is.

    Raises:
        AnotherKind: it is something else.
    """
    try:
        tags = [member[0] for member in asn1.children(der)]
    except (ValueError, IndexError) as error:
        raise AnotherKind(f"The file is {NEITHER}.") from error
    match tags:
        case [0x30, 0x30, 0x03]:
            return Der.SIGNED
        case [0x06, 0xA0]:
            return Der.PKCS7
        case [0x30, 0x04 | 0x24]:
            return Der.ENCRYPTED_KEY
        case [0x02, 0x30, 0x04, *_] | [0x02, 0x02, 0x02, *_] | [0x02, 0x04, *_]:
            return Der.KEY
        case [0x02, 0x30] | [0x02, 0x30, 0x30]:
            return Der.PKCS12
        case _:
            raise AnotherKind(f"The file is {NEITHER}.")


NEITHER: Final = "neither a certificate nor a private key"


def whole_der(data: bytes) -> bytes:
    """Return the one DER (or BER) value that a file consists of, without line ends behind it.

    Raises:
        AnotherKind: it does not begin like one; the text says what the file is.
        FileTruncated: its end is missing.
        FileUnusable: something follows it.
    """
    if data[:1] != bytes([_SEQUENCE]) or _is_text(data):
        raise AnotherKind(f"The file is {_looks_like(data)}.")
    length = _length(data)
    if length is None:
        return data
    if length > len(data):
        message = f"The file is cut off: it should have {length:,} bytes and has {len(data):,}."
        raise FileTruncated(message)
    if data[length:].strip():
        raise FileUnusable(f"The file has {len(data) - length:,} bytes behind its end.")
    return data[:length]


def _length(data: bytes) -> int | None:
    """The octets of the first value with its header; ``None`` for an indefinite length."""
    first = data[1] if len(data) > 1 else 0x81
    if first == 0x80:
        return None
    if first < 0x80:
        return 2 + first
    count = first & 0x7F
    header = data[2 : 2 + count]
    if count > 4:
        raise AnotherKind(f"The file is {NEITHER}.")
    return 2 + count + max(int.from_bytes(header, "big"), count - len(header))


def _looks_like(data: bytes) -> str:
    for magic, words in _MAGIC:
        if data.lstrip()[: len(magic)] == magic:
            return f"{words}, {NEITHER}"
    return f"text without a PEM block, {NEITHER}" if _is_text(data) else NEITHER


def _is_text(data: bytes) -> bool:
    return _TEXT.issuperset(data[:512])

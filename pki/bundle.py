"""PEM and DER: how certificates, keys and requests travel in files."""

import base64
import binascii
import re
from typing import Final

from pki.errors import CertificateUnreadable

MAX_PEM_BYTES: Final = 4 * 1024 * 1024
"""Longest PEM text read; the largest public trust store has 220 kB."""

MAX_BLOCKS: Final = 1024
"""Most blocks read from one file."""

_LINE: Final = 64
_BLOCK: Final = re.compile(
    rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----",
)


def to_pem(der: bytes, label: str = "CERTIFICATE") -> str:
    """Write one DER value as a PEM block, newline at the end."""
    text = base64.b64encode(der).decode("ascii")
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def chain_to_pem(*ders: bytes) -> str:
    """Write certificates one after the other, in the order given."""
    return "".join(to_pem(der) for der in ders)


def from_pem(pem: bytes, label: str = "CERTIFICATE") -> tuple[bytes, ...]:
    """Read every block with this label, in file order; text around the blocks is skipped.

    Raises:
        CertificateUnreadable: there is no such block, a block is not base64, or the file is
            larger than :data:`MAX_PEM_BYTES` or :data:`MAX_BLOCKS`.
    """
    if len(pem) > MAX_PEM_BYTES:
        message = f"The file has {len(pem)} bytes; at most {MAX_PEM_BYTES} are read."
        raise CertificateUnreadable(message)
    wanted = label.encode("ascii")
    bodies = [match[2] for match in _BLOCK.finditer(pem) if match[1] == wanted]
    if not bodies:
        message = f"There is no {label} block (-----BEGIN {label}-----) in the file."
        raise CertificateUnreadable(message)
    if len(bodies) > MAX_BLOCKS:
        message = f"The file has {len(bodies)} blocks; at most {MAX_BLOCKS} are read."
        raise CertificateUnreadable(message)
    return tuple(_decode(body, label) for body in bodies)


def to_ders(data: bytes) -> tuple[bytes, ...]:
    """Read the certificates of a file that may be PEM, or one DER value as it stands.

    Raises:
        CertificateUnreadable: the file is empty, or PEM that cannot be read.
    """
    if not data:
        raise CertificateUnreadable("The file is empty.")
    return from_pem(data) if b"-----BEGIN " in data else (data,)


def _decode(body: bytes, label: str) -> bytes:
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error as error:
        message = f"A {label} block is not valid base64."
        raise CertificateUnreadable(message) from error

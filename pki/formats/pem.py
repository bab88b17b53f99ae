"""PEM blocks, those with headers included, which encrypted keys of old OpenSSL have."""

import base64
import binascii
import codecs
from dataclasses import dataclass, field
from typing import Final

from pki.errors import FileTooLarge, FileTruncated, FileUnusable

MAX_BLOCKS: Final = 1024
"""Most blocks read from one file; the largest public trust store has about 150."""

_BEGIN: Final = b"-----BEGIN "
_DASHES: Final = b"-----"


@dataclass(frozen=True, slots=True)
class Block:
    """One block.

    Attributes:
        label: what stands after BEGIN, such as ``"CERTIFICATE"``.
        text: the whole block as it stands in the file.
        der: what it carries; empty when it has headers.
        has_headers: it is encrypted the way of old OpenSSL.
    """

    label: str
    text: bytes = field(repr=False)
    der: bytes = field(repr=False)
    has_headers: bool


def is_pem(data: bytes) -> bool:
    """Tell whether there is a block in a file."""
    return _BEGIN in data


def as_ascii(data: bytes) -> bytes:
    """Undo what Windows does to text files: UTF-16 and byte order marks."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("ascii", "replace")
    return data.removeprefix(codecs.BOM_UTF8)


def blocks(data: bytes) -> list[Block]:
    """Read every block, in file order; text around them is skipped.

    Raises:
        FileTooLarge: there are more than :data:`MAX_BLOCKS`.
        FileTruncated: a block has no end.
        FileUnusable: a block is not base64.
    """
    # Each piece is searched once, however many blocks begin without an end.
    pieces = data.split(_BEGIN, MAX_BLOCKS + 1)[1:]
    if len(pieces) > MAX_BLOCKS:
        raise FileTooLarge(f"The file has more than {MAX_BLOCKS:,} blocks.")
    return [_block(piece) for piece in pieces]


def _block(piece: bytes) -> Block:
    name, dashes, rest = piece.partition(_DASHES)
    body, end, _ = rest.partition(b"-----END " + name + _DASHES)
    label = name[:40].decode("ascii", "replace")
    if not dashes or not end:
        raise FileTruncated(f"The file is cut off: the {label} block has no END line.")
    text = _BEGIN + name + dashes + body + end + b"\n"
    if b":" in body:
        return Block(label, text, b"", has_headers=True)
    try:
        der = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error as error:
        raise FileUnusable(f"The {label} block is damaged: it is not base64.") from error
    return Block(label, text, der, has_headers=False)

"""The gate before every parser: BER is bounded, and rewritten with definite lengths.

asn1crypto reads DER and most BER, but recurses over indefinite lengths. Apple, BouncyCastle and
Windows send such messages, so one pass here checks nesting, size and lengths without recursion
and rewrites what is not DER in its lengths. Anything that needs no rewriting keeps its exact
bytes, because signatures cover them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pki import der
from scep.cms.errors import Unreadable

MAX_DEPTH: Final = 64
"""Deepest nesting read; a CertRep with a long chain nests 14 levels."""

MAX_ELEMENTS: Final = 10_000
"""Most elements read; a CertRep has a few hundred."""

_IDENTIFIER_BYTES: Final = 4
"""Longest identifier read; nothing in CMS has more than one octet."""

_INDEFINITE: Final = -1
_END_OF_CONTENTS: Final = b"\x00\x00"
_STRINGS: Final = frozenset({0x24, 0x2C, *range(0x32, 0x3F)})
"""Constructed forms of OCTET STRING, UTF8String and the other character strings."""


@dataclass(slots=True)
class _Frame:
    """A constructed element that is being read.

    ``end`` is where it ends, or -1 for an indefinite length; ``limit`` is where it must have
    ended, given what surrounds it.
    """

    start: int
    identifier: bytes
    end: int
    limit: int
    is_string: bool
    rewrite: bool
    parts: list[bytes] = field(default_factory=list)


def normalize(data: bytes, max_elements: int = MAX_ELEMENTS) -> bytes:
    """Check one BER element and give it definite lengths and primitive strings.

    White space and zero bytes after it are dropped: CGI programs add them.

    Args:
        data: the element.
        max_elements: most elements read, in whatever depth.

    Raises:
        Unreadable: truncated, nested too deeply, too many elements, or followed by other bytes.
    """
    if _is_definite(data, max_elements):
        return data
    root = _Frame(0, b"", _INDEFINITE, len(data), is_string=False, rewrite=False)
    stack = [root]
    position = count = 0
    while not root.parts:
        frame = stack[-1]
        if len(stack) > 1 and _is_at_end(data, position, frame):
            stack.pop()
            position += 2 if frame.end == _INDEFINITE else 0
            _close(data, frame, position, stack[-1])
            continue
        count += 1
        if count > max_elements or len(stack) > MAX_DEPTH:
            raise Unreadable("The message is nested too deeply or has too many elements.")
        identifier, length, start = _header(data, position, frame.limit)
        if identifier[0] & 0x20:
            stack.append(_open(identifier, length, position, start, frame.limit))
            position = start
        else:
            whole = position if not frame.is_string else start
            position = start + length
            frame.parts.append(data[whole:position])
    if data[position:].strip(b"\x00 \t\r\n"):
        raise Unreadable("Other bytes follow the message.")
    return root.parts[0]


def elements(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield identifier octet, whole element and contents of each element in normalized DER.

    Raises:
        Unreadable: an element is truncated.
    """
    position = 0
    while position < len(data):
        identifier, length, start = _header(data, position, len(data))
        yield identifier[0], data[position : start + length], data[start : start + length]
        position = start + length


def _is_definite(data: bytes, max_elements: int) -> bool:
    """Tell whether the whole of ``data`` is one element that needs no rewriting.

    This is the way of nearly every message, at a tenth of the price. Anything unusual is left to
    the careful way: it has the words for it.
    """
    position = count = 0
    end = len(data)
    ends: list[int] = []
    try:
        while position < end and count < max_elements and len(ends) < MAX_DEPTH:
            count += 1
            identifier, length, position = data[position], data[position + 1], position + 2
            if length >= 0x80:
                octets = length & 0x7F
                length = int.from_bytes(data[position : position + octets], "big") or end
                position += octets
            if position + length > end or identifier & 0x1F == 0x1F or identifier in _STRINGS:
                return False
            ends.append(end)
            end = position + length
            position += 0 if identifier & 0x20 else length
            while position == end and ends:
                end = ends.pop()
            if not ends:
                break
    except IndexError:
        return False
    return 0 < position == end == len(data)


def _is_at_end(data: bytes, position: int, frame: _Frame) -> bool:
    if frame.end == _INDEFINITE:
        return data[position : position + 2] == _END_OF_CONTENTS and position + 2 <= frame.limit
    return position == frame.end


def _header(data: bytes, position: int, limit: int) -> tuple[bytes, int, int]:
    """Read identifier and length; give them and where the contents start."""
    start = position + 1
    if data[position:start] and data[position] & 0x1F == 0x1F:
        while start < limit and data[start] & 0x80 and start - position < _IDENTIFIER_BYTES:
            start += 1
        start += 1
    if start >= limit or start - position > _IDENTIFIER_BYTES:
        raise Unreadable(f"The message ends inside an element, after {len(data):,} bytes.")
    identifier, length = data[position:start], data[start]
    start += 1
    if length & 0x80:
        octets = length & 0x7F
        length = int.from_bytes(data[start : start + octets], "big") if octets else _INDEFINITE
        start += octets
    if start + max(length, 0) > limit:
        missing = start + length - limit
        raise Unreadable(f"The message is truncated: {missing:,} bytes are missing.")
    if length == _INDEFINITE and not identifier[0] & 0x20:
        raise Unreadable("A primitive element has no length.")
    return identifier, length, start


def _open(identifier: bytes, length: int, position: int, start: int, limit: int) -> _Frame:
    indefinite = length == _INDEFINITE
    is_string = identifier[0] in _STRINGS
    return _Frame(
        start=position,
        identifier=identifier,
        end=_INDEFINITE if indefinite else start + length,
        limit=limit if indefinite else start + length,
        is_string=is_string,
        rewrite=indefinite or is_string,
    )


def _close(data: bytes, frame: _Frame, position: int, parent: _Frame) -> None:
    """Hand a finished element to its parent: as it came, or rewritten."""
    if not frame.rewrite:
        parent.parts.append(data[frame.start : position])
        return
    contents = b"".join(frame.parts)
    parent.rewrite = True
    if parent.is_string:
        parent.parts.append(contents)
        return
    first = frame.identifier[0] & ~0x20 if frame.is_string else frame.identifier[0]
    parent.parts.append(
        bytes((first,)) + frame.identifier[1:] + der.length(len(contents)) + contents
    )

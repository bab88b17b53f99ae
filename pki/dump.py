"""Any DER as a flat list of its elements, for people who look at what really stands there.

Strings of octets that hold DER themselves (extensions, keys) are opened too. Nothing is refused:
what is not DER is one element with its octets.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pki.errors import UNREADABLE
from pki.oids import object_name

MAX_ELEMENTS: Final = 1500
"""Most elements listed; a certificate with 100 alternative names has 350."""

MAX_DEPTH: Final = 24
"""Deepest element that is opened; certificates have 8 levels."""

MAX_OCTETS: Final = 64
"""Most octets of a value that are written; the rest is counted."""

_TAGS: Final = {
    1: "BOOLEAN",
    2: "INTEGER",
    3: "BIT STRING",
    4: "OCTET STRING",
    5: "NULL",
    6: "OBJECT IDENTIFIER",
    10: "ENUMERATED",
    12: "UTF8String",
    16: "SEQUENCE",
    17: "SET",
    18: "NumericString",
    19: "PrintableString",
    20: "T61String",
    22: "IA5String",
    23: "UTCTime",
    24: "GeneralizedTime",
    26: "VisibleString",
    28: "UniversalString",
    30: "BMPString",
}
_TEXTS: Final = {12: "utf-8", 20: "latin-1", 28: "utf-32-be", 30: "utf-16-be"} | dict.fromkeys(
    (18, 19, 22, 23, 24, 26), "ascii"
)
_CLASSES: Final = ("", "application ", "", "private ")


@dataclass(frozen=True, slots=True)
class Element:
    """One element.

    Attributes:
        depth: 0 for the outermost, one more for each element around it.
        offset: of its first octet in the whole.
        length: of its content, in octets.
        tag: its type in words, ``"[0]"`` for a tag that depends on the context.
        value: its value in words or hex; empty when elements below say it.
    """

    depth: int
    offset: int
    length: int
    tag: str
    value: str


@dataclass(frozen=True, slots=True)
class _Head:
    """Identifier and length octets, and where the content begins and ends."""

    tag_class: int
    constructed: bool
    number: int
    begin: int
    end: int


def dump(der: bytes) -> tuple[Element, ...]:
    """List the elements of some octets in their order, those inside others after these.

    At most :data:`MAX_ELEMENTS`; a last one says so when there are more.
    """
    found: list[Element] = []
    for element in _elements(der, 0, len(der), 0, in_octets=False):
        if len(found) == MAX_ELEMENTS:
            cut = f"the rest, {len(der) - element.offset} octets, is not listed"
            return (*found, Element(0, element.offset, len(der) - element.offset, "...", cut))
        found.append(element)
    return tuple(found)


def text(elements: Sequence[Element]) -> str:
    """Write elements one a line: offset, length, and the value behind its tag, indented."""
    return "".join(
        f"{one.offset:>5} {one.length:>5}  {'  ' * one.depth}{one.tag} {one.value}".rstrip() + "\n"
        for one in elements
    )


def _elements(
    data: bytes, position: int, end: int, depth: int, *, in_octets: bool
) -> Iterator[Element]:
    while position < end:
        head = _head(data, position, end)
        if head is None:
            yield Element(depth, position, end - position, "octets", _hex(data, position, end))
            return
        inside = _inside(data, head, in_octets=in_octets) if depth < MAX_DEPTH else None
        value = "" if inside is not None else _value(data, head)
        yield Element(depth, position, head.end - head.begin, _tag(head), value)
        if inside is not None:
            in_string = not head.constructed
            yield from _elements(data, inside, head.end, depth + 1, in_octets=in_string)
        position = head.end


def _head(data: bytes, position: int, end: int) -> _Head | None:
    """Read the head of an element that ends in time; ``None`` when there is none (X.690, 8.1)."""
    first = data[position]
    number, position = first & 0x1F, position + 1
    # Tags of more than one octet are in no certificate; they are shown as octets.
    if number == 0x1F or position == end:
        return None
    length, position = data[position], position + 1
    if length & 0x80:
        octets = length & 0x7F
        # Lengths of no octets are indefinite, which DER has not; more than four are not real.
        if not 0 < octets <= 4:
            return None
        length = int.from_bytes(data[position : position + octets], "big")
        position += octets
    if position + length > end:
        return None
    return _Head(first >> 6, bool(first & 0x20), number, position, position + length)


def _inside(data: bytes, head: _Head, *, in_octets: bool) -> int | None:
    """Return where the elements inside begin; ``None`` when it holds none."""
    if head.constructed:
        return head.begin
    if head.tag_class or head.number not in {3, 4} or head.begin == head.end:
        return None
    # A BIT STRING begins with the number of bits that do not count.
    is_bits = head.number == 3
    begin = head.begin + is_bits
    if is_bits and data[head.begin]:
        return None
    # An extension may be one plain value in its OCTET STRING. What is in that string, a key
    # identifier or a point on a curve, may look like a plain value by chance.
    may_be_plain = not is_bits and not in_octets
    return begin if _holds_der(data, begin, head.end, may_be_plain=may_be_plain) else None


def _holds_der(data: bytes, begin: int, end: int, *, may_be_plain: bool) -> bool:
    """Tell whether octets are one element and, when it is constructed, elements all the way."""
    head = _head(data, begin, end) if begin < end else None
    if head is None or head.end != end or head.tag_class or head.number not in _TAGS:
        return False
    if not head.constructed:
        return may_be_plain
    position = head.begin
    while position < end:
        inner = _head(data, position, end)
        if inner is None:
            return False
        position = inner.end
    return True


def _tag(head: _Head) -> str:
    if head.tag_class:
        return f"[{_CLASSES[head.tag_class]}{head.number}]"
    return _TAGS.get(head.number, f"[universal {head.number}]")


def _value(data: bytes, head: _Head) -> str:
    content = data[head.begin : head.end]
    octets = _hex(data, head.begin, head.end)
    if head.constructed:
        return octets
    if head.tag_class:
        # Nothing says what type it has; alternative names and addresses are text.
        return f'{octets} "{_ascii(content)}"' if _is_printable(content) else octets
    try:
        written = _plain(head.number, content)
    except UNREADABLE:
        written = None
    return octets if written is None else written


def _is_printable(content: bytes) -> bool:
    return len(content) > 2 and all(0x20 <= octet < 0x7F for octet in content)


def _ascii(content: bytes) -> str:
    return content[: 4 * MAX_OCTETS].decode("ascii")


def _plain(number: int, content: bytes) -> str | None:
    """Write a value of a universal type; ``None`` for what is best seen as octets."""
    coding = _TEXTS.get(number)
    if coding:
        return content[: 4 * MAX_OCTETS].decode(coding)
    writer = _WRITERS.get(number)
    return writer(content) if writer and content else None


def _boolean(content: bytes) -> str:
    return "FALSE" if content == b"\x00" else "TRUE"


def _integer(content: bytes) -> str | None:
    # A longer one is a key's or a serial number, which nobody reads as a decimal.
    return str(int.from_bytes(content, "big", signed=True)) if len(content) <= 8 else None


def _bits(content: bytes) -> str:
    count = 8 * len(content) - 8 - content[0]
    return f"{count} bits: {_hex(content, 1, len(content))}"


def _object(content: bytes) -> str:
    return object_name(_dotted(content))


def _dotted(content: bytes) -> str:
    arcs, number = [], 0
    for octet in content[:MAX_OCTETS]:
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(number)
            number = 0
    if not arcs:
        raise ValueError("an object identifier without end")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _hex(data: bytes, begin: int, end: int) -> str:
    shown = data[begin : min(end, begin + MAX_OCTETS)].hex(":")
    rest = end - begin - MAX_OCTETS
    return f"{shown} and {rest} octets more" if rest > 0 else shown


_WRITERS: Final[dict[int, Callable[[bytes], str | None]]] = {
    1: _boolean,
    2: _integer,
    3: _bits,
    6: _object,
    10: _integer,
}

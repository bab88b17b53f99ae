"""Damage: each byte of a message once, and at random without end."""

import random
import sys
from collections.abc import Callable, Iterator, Sequence

from pki import der

EVERY_BYTE_UP_TO = 8 * 1024
SAMPLE = 2_000

Random = random.Random  # repeatable by its seed, which is what fuzzing wants

_ODD_OCTETS = bytes.fromhex("00 01 02 04 0c 13 1c 24 30 31 7f 80 81 84 88 a0 a3 ff")
_ODD_ELEMENTS = (
    b"",
    der.NULL,
    der.integer(-1),
    der.integer(1 << 2000),
    der.integer(1 << 20_000),
    der.octet_string(b""),
    b"\x06\x81\x80" + b"\xff" * 127 + b"\x01",
    b"\x30\x80\x00\x00",
    b"\x24\x80\x04\x01A\x00\x00",
    b"\x1c\x03abc",
    b"\x1e\x01a",
    b"\x17\x0d991332250000Z",
    b"\x18\x0f99991231235959Z",
    b"\x03\x02\x09\x00",
    b"\x30\x84\xff\xff\xff\xff",
)


def damaged(message: bytes, seed: int = 1) -> Iterator[bytes]:
    """Give the message with each byte flipped, and cut at each byte.

    Above 8 KiB only 2,000 offsets are taken, and the seed that chose them is printed.
    """
    offsets: Sequence[int] = range(len(message))
    if len(message) > EVERY_BYTE_UP_TO:
        sys.stdout.write(f"{SAMPLE:,} of {len(message):,} offsets, seed {seed}\n")
        offsets = Random(seed).sample(offsets, SAMPLE)
    for offset in offsets:
        yield message[:offset] + bytes((message[offset] ^ 0xFF,)) + message[offset + 1 :]
        yield message[:offset]


def mutated(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """Damage one of the seeds once or a few times."""
    body = rng.choice(seeds)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        body = rng.choice(_MUTATIONS)(body, seeds, rng)
    return body[: 1 << 21]


def _flip(body: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    at = rng.randrange(len(body) + 1)
    return (
        body[:at]
        + bytes(octet ^ 1 << rng.randrange(8) for octet in body[at : at + 1])
        + body[at + 1 :]
    )


def _odd_octet(body: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    at = rng.randrange(len(body) + 1)
    return body[:at] + bytes((rng.choice(_ODD_OCTETS),)) + body[at + 1 :]


def _cut(body: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    start, length = rng.randrange(len(body) + 1), rng.choice((1, 2, 8, 64))
    return body[:start] + body[start + length :]


def _truncate(body: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _insert(body: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    at = rng.randrange(len(body) + 1)
    return body[:at] + rng.randbytes(rng.choice((1, 2, 8, 300))) + body[at:]


def _repeat(body: bytes, _: Sequence[bytes], rng: random.Random) -> bytes:
    start, length = rng.randrange(len(body) + 1), rng.choice((1, 4, 40, 400))
    times = rng.choice((2, 3, 30, 3_000))
    return body[:start] + body[start : start + length] * times + body[start + length :]


def _splice(body: bytes, seeds: Sequence[bytes], rng: random.Random) -> bytes:
    other = rng.choice(seeds)
    return body[: rng.randrange(len(body) + 1)] + other[rng.randrange(len(other) + 1) :]


def _element(body: bytes, seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """Change one element of a DER tree, with all lengths around it right."""
    path = _path(body, rng)
    if not path:
        return _flip(body, seeds, rng)
    start, end = path[-1][0], path[-1][2]
    changed = _changed(body[start:end], seeds, rng)
    for outer_start, contents, outer_end in reversed(path[:-1]):
        inside = body[contents:start] + changed + body[end:outer_end]
        changed = bytes((body[outer_start],)) + der.length(len(inside)) + inside
        start, end = outer_start, outer_end
    return body[:start] + changed + body[end:]


def _changed(element: bytes, seeds: Sequence[bytes], rng: random.Random) -> bytes:
    changes: list[Callable[[], bytes]] = [
        lambda: b"",
        lambda: rng.choice(_ODD_ELEMENTS),
        lambda: element * rng.choice((2, 3, 70, 700)),
        lambda: bytes((rng.choice(_ODD_OCTETS),)) + element[1:],
        lambda: _nested(element, rng.choice((1, 5, 70))),
        lambda: _another(seeds, rng),
        lambda: bytes((element[0],)) + der.length(300) + rng.randbytes(300),
        lambda: bytes((element[0] | 0x20, 0x80)) + element[2:] + bytes(2),
    ]
    return rng.choice(changes)()


def _nested(element: bytes, depth: int) -> bytes:
    for _ in range(depth):
        element = der.sequence(element)
    return element


def _another(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    seed = rng.choice(seeds)
    path = _path(seed, rng)
    return seed[path[-1][0] : path[-1][2]] if path else b""


def _path(body: bytes, rng: random.Random) -> list[tuple[int, int, int]]:
    """Walk from the root to an element at random: start, contents and end of each on the way."""
    path: list[tuple[int, int, int]] = []
    start, end = 0, len(body)
    while True:
        children = _children(body, start, end)
        if not children:
            return path
        path.append(rng.choice(children))
        if rng.random() < 0.15:
            return path
        # Octet strings hold DER as well: extensions, and the envelope in its message.
        start, end = path[-1][1], path[-1][2]


def _children(body: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    children = []
    while start + 2 <= end:
        length, contents = body[start + 1], start + 2
        if length & 0x80:
            octets = length & 0x7F
            length = int.from_bytes(body[contents : contents + octets], "big")
            contents += octets
        if not body[start] or contents + length > end:
            return []
        children.append((start, contents, contents + length))
        start = contents + length
    return children if start == end else []


_MUTATIONS: Sequence[Callable[[bytes, Sequence[bytes], random.Random], bytes]] = (
    _flip,
    _odd_octet,
    _cut,
    _truncate,
    _insert,
    _repeat,
    _splice,
    _element,
    _element,
    _element,
)

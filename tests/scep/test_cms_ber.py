"""The gate: bounds, and definite lengths."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki import der
from scep.cms import ber
from scep.cms.errors import Unreadable

CASES = [
    ("DER stays", "3003020105", "3003020105"),
    ("long length form stays", "308103020105", "308103020105"),
    ("indefinite", "30800201050000", "3003020105"),
    ("nested indefinite", "3080308002010500000000", "30053003020105"),
    ("pieces", "24800401410401420000", "04024142"),
    ("definite pieces", "2406040141040142", "04024142"),
    ("pieces of pieces", "2480240404024142040143 0000", "0403414243"),
    ("pieces inside", "3008a006240404024142", "3006a00404024142"),
    ("UTF8String pieces", "2c060c01410c0142", "0c024142"),
    ("high tag number", "bf814803020105", "bf814803020105"),
    ("high tag number, indefinite", "bf2a800201050000", "bf2a03020105"),
    ("zeros and blanks after it", "3003020105000a20", "3003020105"),
    ("empty, by the long form", "30038101 00", "3003810100"),
    ("large", "0482012c" + 300 * "41", "0482012c" + 300 * "41"),
    ("large pieces", "24800482012c" + 300 * "41" + "0000", "0482012c" + 300 * "41"),
]


@pytest.mark.conformance("D10", "S10")
@pytest.mark.parametrize(
    ("received", "normal"), [pytest.param(row[1], row[2], id=row[0]) for row in CASES]
)
def test_ber_becomes_definite_and_der_keeps_its_bytes(received: str, normal: str) -> None:
    assert ber.normalize(bytes.fromhex(received)).hex() == normal


REFUSED = [
    ("empty", "", "ends inside an element"),
    ("identifier alone", "30", "ends inside an element"),
    ("endless identifier", "3fffffffffffffffff", "ends inside an element"),
    ("length cut", "3082", "truncated"),
    ("contents cut", "300302", "truncated: 2 bytes are missing"),
    ("inner longer than outer", "3003020205", "truncated"),
    ("no end of contents", "3080020105", "ends inside an element"),
    ("end of contents beyond the outer", "30043080 0500 0000", "ends inside"),
    ("primitive without length", "0480", "primitive element has no length"),
    ("bytes after it", "3003020105ff", "Other bytes follow"),
    ("nested 1000 deep", "3080" * 1000, "nested too deeply"),
    ("too many elements", "3080" + "0500" * 11_000, "nested too deeply or has too many"),
]


@pytest.mark.parametrize(
    ("received", "words"), [pytest.param(row[1], row[2], id=row[0]) for row in REFUSED]
)
def test_what_is_broken_or_endless_is_refused(received: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        ber.normalize(bytes.fromhex(received))


@pytest.mark.conformance("C40", "S10")
def test_a_thousand_nested_sequences_are_refused() -> None:
    data = b""
    for _ in range(1000):
        data = der.sequence(data)

    with pytest.raises(Unreadable, match="nested too deeply"):
        ber.normalize(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x30\x80" * 1_000_000, id="open sequences"),
        pytest.param(b"\x24\x80" * 1_000_000, id="open pieces"),
        pytest.param(b"\x30\x80" + b"\x05\x00" * 1_000_000, id="many elements"),
        pytest.param(b"\x30\x84\x00\x1e\x84\x80" + b"\x05\x00" * 1_000_000, id="many, definite"),
        pytest.param(b"\x1f" + b"\xff" * 2_000_000, id="endless identifier"),
        pytest.param(b"\x30\xff" + b"\xff" * 2_000_000, id="length of 127 octets"),
    ],
)
def test_two_megabytes_of_anything_take_less_than_a_second_and_64_mib(data: bytes) -> None:
    # This thread's own time: other processes of the run must not count. Tracing memory makes
    # every allocation slower, so it is done in a second go.
    started_s = time.thread_time()
    with pytest.raises(Unreadable):
        ber.normalize(data)
    elapsed_s = time.thread_time() - started_s
    tracemalloc.start()
    with pytest.raises(Unreadable):
        ber.normalize(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert elapsed_s < 1
    assert peak < 64 * 1024 * 1024


def test_elements_are_walked_one_after_another() -> None:
    walked = list(ber.elements(bytes.fromhex("0201050500")))

    assert walked == [(2, b"\x02\x01\x05", b"\x05"), (5, b"\x05\x00", b"")]


def test_walking_stops_at_a_truncated_element() -> None:
    with pytest.raises(Unreadable):
        list(ber.elements(b"\x02\x05\x01"))


@given(st.binary(max_size=200))
def test_any_bytes_give_der_that_stays_as_it_is_or_an_error(data: bytes) -> None:
    try:
        normal = ber.normalize(data)
    except Unreadable:
        return
    assert ber.normalize(normal) == normal


@st.composite
def _trees(draw: st.DrawFn, depth: int = 3) -> tuple[bytes, bytes]:
    """A BER element and the same as DER."""
    if depth == 0 or draw(st.booleans()):
        contents = draw(st.binary(max_size=5))
        return der.octet_string(contents), der.octet_string(contents)
    children = draw(st.lists(_trees(depth=depth - 1), max_size=3))
    received, normal = (
        (b"".join(part) for part in zip(*children, strict=True)) if children else (b"", b"")
    )
    if draw(st.booleans()):
        return b"\x30\x80" + received + b"\x00\x00", der.sequence(normal)
    return der.sequence(received), der.sequence(normal)


@given(_trees())
def test_every_mixture_of_lengths_becomes_der(tree: tuple[bytes, bytes]) -> None:
    received, normal = tree

    assert ber.normalize(received) == normal

"""Any DER as a list of elements."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pki import der, dump
from pki.dump import MAX_DEPTH, MAX_ELEMENTS, Element
from tests import issuing, openssl


def lines(data: bytes) -> list[tuple[int, str, str]]:
    return [(element.depth, element.tag, element.value) for element in dump.dump(data)]


@openssl.needs_openssl
def test_elements_stand_where_openssl_finds_them() -> None:
    issued = issuing.server(issuing.ca("Acme CA"), "fw1.example.com", "192.0.2.1")
    printed = openssl.run("asn1parse", "-inform", "DER", stdin=issued.der).decode()
    theirs = {
        (int(offset), int(depth), int(length))
        for offset, depth, length in re.findall(
            r"^ *(\d+):d= *(\d+) +hl=\d+ +l= *(\d+)", printed, re.MULTILINE
        )
    }

    ours = {(one.offset, one.depth, one.length) for one in dump.dump(issued.der)}

    # openssl does not open strings; everything that it lists is here.
    assert theirs <= ours
    assert len(ours) > len(theirs)


def test_what_a_string_of_octets_holds_is_opened() -> None:
    found = lines(issuing.ca().der)

    assert (7, "BOOLEAN", "TRUE") in found
    assert any(tag == "OCTET STRING" and not value for _, tag, value in found)
    assert any(tag == "BIT STRING" and not value for _, tag, value in found)


@pytest.mark.parametrize(
    ("data", "tag", "value"),
    [
        (der.integer(-5), "INTEGER", "-5"),
        (der.integer(1 << 70), "INTEGER", "40:00:00:00:00:00:00:00:00"),
        (b"\x0a\x01\x03", "ENUMERATED", "3"),
        (b"\x01\x01\x00", "BOOLEAN", "FALSE"),
        (der.NULL, "NULL", ""),
        (der.oid("2.5.4.3"), "OBJECT IDENTIFIER", "2.5.4.3 (CN)"),
        (
            der.oid("1.2.840.113549.1.1.11"),
            "OBJECT IDENTIFIER",
            "1.2.840.113549.1.1.11 (SHA-256 with RSA)",
        ),
        (der.oid("1.2.3.4"), "OBJECT IDENTIFIER", "1.2.3.4"),
        (der.oid("2.999.3"), "OBJECT IDENTIFIER", "2.999.3"),
        (b"\x06\x02\x80\x80", "OBJECT IDENTIFIER", "80:80"),
        (b"\x06\x00", "OBJECT IDENTIFIER", ""),
        (der.utf8_string("Zürich"), "UTF8String", "Zürich"),
        (b"\x0c\x01\xff", "UTF8String", "ff"),
        (b"\x1e\x04\x00a\x00b", "BMPString", "ab"),
        (b"\x17\x0d261124095512Z", "UTCTime", "261124095512Z"),
        (b"\x03\x02\x05\xa0", "BIT STRING", "3 bits: a0"),
        (b"\x03\x00", "BIT STRING", ""),
        (b"\x04\x00", "OCTET STRING", ""),
        (b"\x04\x02\xab\xcd", "OCTET STRING", "ab:cd"),
        (b"\x82\x09a.example", "[2]", '61:2e:65:78:61:6d:70:6c:65 "a.example"'),
        (b"\x87\x04\xc0\x00\x02\x01", "[7]", "c0:00:02:01"),
        (b"\x41\x01\x07", "[application 1]", "07"),
        (b"\x0f\x01\x07", "[universal 15]", "07"),
        (b"junk", "octets", "6a:75:6e:6b"),
        (b"\x1f\x81\x01\x00", "octets", "1f:81:01:00"),
        (b"\x30\x80\x00\x00", "octets", "30:80:00:00"),
        (b"\x30\x85\x01\x01\x01\x01\x01", "octets", "30:85:01:01:01:01:01"),
        (b"\x30\x82\x01", "octets", "30:82:01"),
        (b"\x30", "octets", "30"),
    ],
)
def test_a_value_is_written_as_people_read_it(data: bytes, tag: str, value: str) -> None:
    assert lines(data) == [(0, tag, value)]


def test_long_values_are_cut_and_the_rest_is_counted() -> None:
    [(_, _, value)] = lines(der.octet_string(b"\xff" * 100))

    assert value.endswith(":ff and 36 octets more")


def test_octets_that_look_like_a_value_by_chance_are_left_alone() -> None:
    key_id = b"\x04\x12" + b"k" * 18
    point = b"\x04\x3f" + b"x" * 63

    assert [depth for depth, _, _ in lines(der.octet_string(der.octet_string(key_id)))] == [0, 1]
    assert len(lines(der.bit_string(point))) == 1
    assert len(lines(der.octet_string(b"\x30\x03\x02\x05\x01"))) == 1
    assert len(lines(b"\x03\x03\x01\x30\x00")) == 1


def test_what_comes_after_the_first_value_is_listed_too() -> None:
    assert lines(der.NULL + b"\xff") == [(0, "NULL", ""), (0, "octets", "ff")]


def test_elements_deeper_than_the_limit_are_octets() -> None:
    data = der.NULL
    for _ in range(MAX_DEPTH + 3):
        data = der.sequence(data)

    assert max(depth for depth, _, _ in lines(data)) == MAX_DEPTH
    assert lines(data)[-1][2].startswith("30:")


def test_more_elements_than_the_limit_are_counted() -> None:
    found = dump.dump(der.NULL * (MAX_ELEMENTS + 5))

    assert len(found) == MAX_ELEMENTS + 1
    assert found[-1] == Element(
        0, 2 * MAX_ELEMENTS, 10, "...", "the rest, 10 octets, is not listed"
    )


@given(st.binary(max_size=4096))
@example(b"\x30\x82\xff\xff" + b"\x04\x00" * 30000)
def test_any_octets_are_listed(data: bytes) -> None:
    begun = time.monotonic()

    found = dump.dump(data)

    assert len(found) <= MAX_ELEMENTS + 1
    assert bool(found) == bool(data)
    assert time.monotonic() - begun < 1

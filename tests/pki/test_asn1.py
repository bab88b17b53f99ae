"""Raw parts of DER structures."""

import pytest

from pki import asn1


def test_members_are_cut_byte_for_byte() -> None:
    assert asn1.children(b"\x30\x05\x02\x01\x07\x05\x00") == [b"\x02\x01\x07", b"\x05\x00"]


def test_too_many_members_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        asn1.children(b"\x30\x82\x02\x02" + b"\x05\x00" * 257)


def test_missing_members_are_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        asn1.certificate_members(b"\x30\x02\x05\x00")
    with pytest.raises(ValueError, match="missing"):
        asn1.request_subject(b"\x30\x02\x05\x00")


def test_a_request_without_attributes_has_none_to_sort() -> None:
    info = b"\x30\x06" + b"\x05\x00" * 3
    request = b"\x30\x0c" + info + b"\x05\x00" * 2

    assert asn1.sort_attributes(request) == request


def test_a_certificate_without_extensions_has_none() -> None:
    assert asn1.certificate_extensions(b"\x30\x02\x05\x00") == ()


@pytest.mark.parametrize(
    ("tlv", "text"),
    [
        (b"\x02\x01\xff", "-1"),
        (b"\x06\x02\x2a\x03", "1.2.3"),
        (b"\x0c\x02\xc3\xa4", "ä"),
        (b"\x13\x01a", "a"),
        (b"\x16\x01a", "a"),
        (b"\x1e\x02\x00a", "a"),
    ],
)
def test_plain_values_are_text(tlv: bytes, text: str) -> None:
    assert asn1.plain(tlv) == text


@pytest.mark.parametrize("tlv", [b"", b"\x05\x00", b"\x02\x01\x01\x00", b"\x0c\x01\xff"])
def test_anything_else_is_refused(tlv: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the parser words it
        asn1.plain(tlv)

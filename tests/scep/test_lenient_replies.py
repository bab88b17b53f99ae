"""Replies as servers really write them: read, with a word about what is weak or odd."""

import pytest

from pki import der
from scep import cms
from scep.cacert import read_bundle
from scep.capabilities import Minimum, choose, parse
from scep.client import Enroll, Issued
from scep.cms import ber
from scep.codec import Expected, decode_reply, read_header
from scep.errors import TooWeak
from scep.messages import Identity
from scep.prepare import PreparedRequest
from scep.transcript import Outcome, StepName
from scep.vocabulary import Cipher, Digest, Oid, PkiStatus
from scep.wire import HttpReply
from tests.fakes import Recording
from tests.fuzzing import captures
from tests.scep.factories import NOW
from tests.scep.test_cms_signed import attribute, attributes_for
from tests.scep.test_cms_signed import message as message_with
from tests.scep.test_codec import expected, reply

__all__ = ["expected"]  # a fixture

NUMERIC, PRINTABLE, T61, IA5, VISIBLE = 0x12, 0x13, 0x14, 0x16, 0x1A
GENERAL, UNIVERSAL, BMP, UTF8 = 0x1B, 0x1C, 0x1E, 0x0C

STRING_TYPES = {
    UTF8: "utf-8",
    NUMERIC: "ascii",
    PRINTABLE: "ascii",
    T61: "latin-1",
    IA5: "ascii",
    VISIBLE: "ascii",
    GENERAL: "latin-1",
    UNIVERSAL: "utf-32-be",
    BMP: "utf-16-be",
}

OCTET_STRING = 0x04


def as_ber(element: bytes) -> bytes:
    """Write the same in BER: every length indefinite that can be, every octet string in pieces."""
    [(identifier, _, contents)] = elements(element)
    if identifier == OCTET_STRING:
        half = len(contents) // 2
        pieces = der.octet_string(contents[:half]) + der.octet_string(contents[half:])
        return b"\x24\x80" + pieces + b"\x00\x00"
    if identifier & 0x20:
        children = b"".join(as_ber(whole) for _, whole, _ in elements(contents))
        return bytes((identifier, 0x80)) + children + b"\x00\x00"
    return element


def elements(data: bytes) -> list[tuple[int, bytes, bytes]]:
    return list(ber.elements(data))


@pytest.mark.conformance("C34", "D10")
def test_a_reply_with_indefinite_lengths_on_every_level_is_read(
    ca: Identity, expected: Expected
) -> None:
    certificates = cms.write_certificates([ca.certificate_der])
    envelope = cms.envelop(as_ber(certificates), expected.recipient.certificate_der, Cipher.AES_256)
    body = reply(ca, {Oid.PKI_STATUS: der.text("0")}, as_ber(envelope))

    rep = decode_reply(as_ber(body), expected)

    assert len(as_ber(body)) > len(body)
    assert rep.certificates == (ca.certificate_der,)


@pytest.mark.conformance("C45")
@pytest.mark.parametrize("tag", STRING_TYPES)
def test_attributes_come_in_every_string_type(ca: Identity, expected: Expected, tag: int) -> None:
    def text(value: str) -> bytes:
        return der.element(tag, value.encode(STRING_TYPES[tag]))

    changes = {
        Oid.TRANSACTION_ID: text("id-1"),
        Oid.MESSAGE_TYPE: text("3"),
        Oid.PKI_STATUS: text("2"),
        Oid.FAIL_INFO: text("2"),
        Oid.FAIL_INFO_TEXT: text("no such template"),
        Oid.MICROSOFT_HRESULT: text("-2147024809"),
    }

    rep = decode_reply(reply(ca, changes), expected)

    assert rep.status is PkiStatus.FAILURE
    assert rep.reason is not None
    assert (rep.reason.text, rep.reason.hresult) == ("no such template", 0x80070057)


@pytest.mark.conformance("C45")
def test_numbers_come_as_integers_too(ca: Identity, expected: Expected) -> None:
    changes = {Oid.MESSAGE_TYPE: der.integer(3), Oid.PKI_STATUS: der.integer(3)}

    assert decode_reply(reply(ca, changes), expected).status is PkiStatus.PENDING


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(der.element(0x01, b"\xff"), id="a truth value"),
        pytest.param(der.element(0x02, b""), id="an empty number"),
        pytest.param(der.integer(1 << 600), id="a number of 76 octets"),
        pytest.param(der.octet_string(b"3"), id="octets"),
        pytest.param(der.element(BMP, b"\x00"), id="half a character"),
        pytest.param(der.element(UTF8, b"\xff"), id="no UTF-8"),
        pytest.param(der.sequence(), id="a sequence"),
    ],
)
def test_an_attribute_of_another_kind_makes_the_reply_unreadable(
    ca: Identity, expected: Expected, value: bytes
) -> None:
    with pytest.raises(cms.Unreadable):
        decode_reply(reply(ca, {Oid.PKI_STATUS: value}), expected)


@pytest.mark.conformance("C48")
def test_a_reason_in_another_charset_is_shown_as_far_as_it_goes(
    ca: Identity, expected: Expected
) -> None:
    text = der.element(UTF8, "Schl\u00fcssel".encode("latin-1"))
    changes = {Oid.PKI_STATUS: der.text("2"), Oid.FAIL_INFO_TEXT: text}

    rep = decode_reply(reply(ca, changes), expected)

    assert rep.reason is not None
    assert rep.reason.text == "Schl\ufffdssel"


@pytest.mark.conformance("C48")
@pytest.mark.parametrize(
    ("text", "hresult"),
    [("0x80070057", 0x80070057), ("2147942487", 0x80070057), ("", None), ("none", None)],
)
def test_a_number_of_microsoft_that_is_none_does_not_hide_the_refusal(
    ca: Identity, expected: Expected, text: str, hresult: int | None
) -> None:
    changes = {Oid.PKI_STATUS: der.text("2"), Oid.MICROSOFT_HRESULT: der.text(text)}

    rep = decode_reply(reply(ca, changes), expected)

    assert rep.reason is not None
    assert rep.reason.hresult == hresult


@pytest.mark.conformance("C50")
def test_an_attribute_without_a_value_is_refused(ca: Identity, expected: Expected) -> None:
    message = message_with(ca, attributes_for(b"x", attribute(Oid.PKI_STATUS)))

    with pytest.raises(cms.Unreadable, match="has 0 values instead of one"):
        decode_reply(message, expected)


def captured_enrollment(minimum: Minimum, record: Recording) -> Enroll:
    """What Debian's scepclient asked, as our client would have kept it."""
    sent = cms.read_signed(captures.captured(captures.REQUEST))
    header = read_header(sent)
    prepared = PreparedRequest(
        transaction_id=header.transaction_id,
        sender_nonce=header.sender_nonce or b"",
        message_der=captures.captured(captures.REQUEST),
        signer_certificate_der=captures.client().certificate_der,
        csr_der=captures.csr(),
        algorithms=choose(parse(b"SCEPStandard"), Minimum.DEFAULT),
    )
    return Enroll(
        prepared=prepared,
        reply_key=captures.client().private_key,
        bundle=read_bundle(captures.ca().certificate_der),
        minimum=minimum,
        now=NOW,
        record=record,
    )


@pytest.mark.conformance("D26", "D27")
def test_single_des_is_taken_with_a_warning_and_refused_where_strict() -> None:
    answer = HttpReply(200, "application/x-pki-message", captures.captured(captures.SUCCESS))
    record = Recording()
    lenient = captured_enrollment(Minimum.DEFAULT, record)
    strict = captured_enrollment(Minimum.STRICT, Recording())

    for session in (lenient, strict):
        assert session.next_request() is not None
    lenient.receive(answer)
    with pytest.raises(TooWeak, match="signed with SHA-1 and encrypted with DES-CBC"):
        strict.receive(answer)

    assert isinstance(lenient.result, Issued)
    [verify] = [step for step in record.steps if step.name is StepName.VERIFY]
    assert verify.outcome is Outcome.WARNED
    assert "signed with SHA-1 and encrypted with DES-CBC, which is weak" in verify.fact


@pytest.mark.conformance("C31")
def test_what_we_write_is_der_throughout() -> None:
    for body in (*captures.requests(), *captures.replies()):
        message = cms.read_signed(body)

        assert ber.normalize(body) == body
        assert as_der(body) == body
        assert message.content in {b"", as_der(message.content) if message.content else b""}
        assert message.digest in {Digest.SHA_1, Digest.SHA_256, Digest.SHA_512}


def as_der(element: bytes) -> bytes:
    """Write the same with the shortest lengths and sorted sets."""
    [(identifier, _, contents)] = elements(element)
    if not identifier & 0x20:
        return der.element(identifier, contents)
    children = [as_der(whole) for _, whole, _ in elements(contents)]
    return der.element(identifier, b"".join(sorted(children) if identifier == 0x31 else children))

"""What is kept before a renewal is sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep import cms
from scep.cacert import CaBundle, read_bundle
from scep.capabilities import Minimum, choose, parse, renewal_type
from scep.codec import read_header
from scep.errors import UnusableRequest
from scep.messages import Identity, PkcsReq, RenewalReq
from scep.prepare import EnrollmentKey, PreparedRequest, Renewal, prepare_renewal, request_of
from scep.transcript import StepName
from scep.vocabulary import MessageType
from tests.fakes import Recording
from tests.scep import factories
from tests.scep.factories import NOW

STANDARD = choose(parse(b"SCEPStandard"), Minimum.DEFAULT)


@pytest.fixture
def bundle(ca: Identity) -> CaBundle:
    return read_bundle(ca.certificate_der)


@pytest.fixture
def current(device_key: RSAPrivateKey, ca_key: RSAPrivateKey) -> Identity:
    """The certificate that is renewed."""
    issuer = ("Test CA", ca_key)
    return Identity(factories.certificate("host.example", device_key, issuer=issuer), device_key)


@pytest.fixture
def renewal(current: Identity, ra_key: RSAPrivateKey) -> Renewal:
    """A renewal with a new key."""
    return Renewal(current, EnrollmentKey(ra_key))


def made(bundle: CaBundle, renewal: Renewal, **changes: object) -> PreparedRequest:
    arguments = {
        "csr_der": factories.csr(renewal.key.private_key),
        "renewal": renewal,
        "bundle": bundle,
        "algorithms": STANDARD,
        "now": NOW,
    }
    return prepare_renewal(**{**arguments, **changes})  # type: ignore[arg-type]


@pytest.mark.conformance("C56", "C28")
def test_a_renewal_is_signed_with_the_old_certificate_and_asks_for_the_new_key(
    bundle: CaBundle, renewal: Renewal, ca: Identity, ra_key: RSAPrivateKey
) -> None:
    prepared = made(bundle, renewal)

    message = cms.read_signed(prepared.message_der)
    old = cms.read_certificate(renewal.current.certificate_der)
    assert message.verify([old]) == old
    assert message.certificates == (renewal.current.certificate_der,)
    assert prepared.signer_certificate_der == renewal.current.certificate_der
    assert read_header(message).message_type == MessageType.RENEWAL_REQ
    content = cms.read_envelope(message.content).open([ca]).content
    assert content == prepared.csr_der == factories.csr(ra_key)
    assert isinstance(request_of(prepared), RenewalReq)


@pytest.mark.conformance("C56", "D36")
def test_a_renewal_for_older_servers_is_a_pkcs_req_signed_with_the_old_certificate(
    bundle: CaBundle, renewal: Renewal
) -> None:
    record = Recording()

    prepared = made(bundle, replace(renewal, message_type=MessageType.PKCS_REQ), record=record)

    assert read_header(cms.read_signed(prepared.message_der)).message_type == MessageType.PKCS_REQ
    assert prepared.signer_certificate_der == renewal.current.certificate_der
    assert isinstance(request_of(prepared), PkcsReq)
    assert any("for servers that take no RenewalReq" in text for _, text in record.steps[0].details)


@pytest.mark.conformance("C32", "D35")
def test_renewing_with_the_same_key_gets_a_new_transaction_each_time(
    bundle: CaBundle, renewal: Renewal, current: Identity
) -> None:
    record = Recording()
    same = replace(renewal, key=EnrollmentKey(current.private_key))

    ids = {made(bundle, same, record=record).transaction_id for _ in range(2)}

    assert len(ids) == 2
    assert any("transaction id is random" in text for _, text in record.steps[0].details)


def test_a_new_key_names_its_transaction_unless_it_was_used_before(
    bundle: CaBundle, renewal: Renewal
) -> None:
    used = replace(renewal, key=replace(renewal.key, used_before=True))

    assert made(bundle, renewal).transaction_id == made(bundle, renewal).transaction_id
    assert made(bundle, used).transaction_id != made(bundle, used).transaction_id


@pytest.mark.conformance("C57")
def test_a_challenge_in_a_renewal_is_told(bundle: CaBundle, renewal: Renewal) -> None:
    record, quiet = Recording(), Recording()
    csr_der = factories.csr(renewal.key.private_key, challenge="secret")

    made(bundle, renewal, csr_der=csr_der, record=record)
    made(bundle, renewal, record=quiet)

    assert "challenge password goes along" in repr(record.steps)
    assert "secret" not in repr(record.steps)
    assert "challenge" not in repr(quiet.steps)


@pytest.mark.conformance("C51")
def test_a_renewal_survives_being_written_down(bundle: CaBundle, renewal: Renewal) -> None:
    prepared = made(bundle, renewal)

    assert PreparedRequest.from_json(prepared.to_json()) == prepared


def test_what_was_stored_before_there_were_renewals_is_an_enrollment(
    bundle: CaBundle, renewal: Renewal
) -> None:
    text = made(bundle, renewal).to_json().replace(', "message_type": 17', "")

    assert "message_type" not in text
    assert PreparedRequest.from_json(text).message_type is MessageType.PKCS_REQ


UNUSABLE = [
    pytest.param(timedelta(days=4000), "has expired: it is valid from", id="expired"),
    pytest.param(timedelta(days=-40), "is not valid yet", id="not yet valid"),
]


@pytest.mark.conformance("C56")
@pytest.mark.parametrize(("later", "words"), UNUSABLE)
def test_only_a_valid_certificate_can_be_renewed(
    bundle: CaBundle, renewal: Renewal, later: timedelta, words: str
) -> None:
    with pytest.raises(UnusableRequest, match=words) as caught:
        made(bundle, renewal, now=NOW + later)

    assert "Enroll anew" in caught.value.hint
    assert caught.value.stage is StepName.CSR


def test_a_certificate_of_another_key_cannot_sign(
    bundle: CaBundle, renewal: Renewal, ca_key: RSAPrivateKey
) -> None:
    other = replace(renewal, current=replace(renewal.current, private_key=ca_key))

    with pytest.raises(UnusableRequest, match="has another key"):
        made(bundle, other)


def test_what_is_no_certificate_cannot_be_renewed(bundle: CaBundle, renewal: Renewal) -> None:
    broken = replace(renewal, current=replace(renewal.current, certificate_der=b"x"))

    with pytest.raises(UnusableRequest, match="cannot be used"):
        made(bundle, broken)


@pytest.mark.conformance("C19", "C56")
@pytest.mark.parametrize(
    ("usage", "words"),
    [
        pytest.param(["digitalSignature", "keyEncipherment"], "", id="both"),
        pytest.param(None, "", id="not limited"),
        pytest.param(["digitalSignature"], "lacks keyEncipherment; it", id="signs only"),
        pytest.param(["dataEncipherment"], "lacks digitalSignature and keyEncipherment", id="none"),
    ],
)
def test_an_old_certificate_that_must_not_do_what_it_is_used_for_is_told(
    bundle: CaBundle,
    device_key: RSAPrivateKey,
    ca_key: RSAPrivateKey,
    renewal: Renewal,
    usage: list[str] | None,
    words: str,
) -> None:
    record = Recording()
    issuer = ("Test CA", ca_key)
    old = factories.certificate("host.example", device_key, issuer=issuer, usage=usage)

    made(bundle, replace(renewal, current=Identity(old, device_key)), record=record)

    told = [text for _, text in record.steps[0].details if "old certificate lacks" in text]
    assert [words in text for text in told] == ([True] if words else [])


def test_a_renewal_shows_no_secret(renewal: Renewal) -> None:
    assert "RSAPrivateKey" not in repr(renewal)


@pytest.mark.conformance("C09", "C56")
def test_renewal_req_is_sent_only_to_servers_that_offer_it() -> None:
    offering, standard = parse(b"Renewal\nAES"), parse(b"SCEPStandard")

    assert renewal_type(offering) is MessageType.RENEWAL_REQ
    with pytest.raises(UnusableRequest, match="does not offer Renewal") as caught:
        renewal_type(standard)
    assert "PKCSReq signed with the old certificate" in caught.value.hint


@pytest.mark.conformance("C56", "D36")
def test_the_compatible_renewal_is_sent_to_any_server_on_request() -> None:
    for capabilities in (parse(b"Renewal"), parse(b"")):
        assert renewal_type(capabilities, compatible=True) is MessageType.PKCS_REQ

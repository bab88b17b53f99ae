"""What servers in the field get wrong, where no other test names it."""

import pytest
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from scep import cms, transport
from scep.capabilities import Minimum
from scep.client import FetchCa
from scep.codec import encode_request, fresh_nonce
from scep.errors import ChainNotTrusted, EnrollmentRefused, FingerprintMismatch
from scep.messages import Identity, PkcsReq, TransactionId
from scep.server import cacert_reply, certrep_failure, read_request
from scep.tls import TlsMaterial
from scep.transcript import Outcome, StepName
from scep.transport import Server
from scep.vocabulary import Cipher, Digest, FailInfo, Oid
from scep.wire import HttpReply, HttpRequest
from tests import issuing, loopback
from tests.fakes import FakeCa, Recording, drive, over_http
from tests.scep import factories
from tests.scep.conftest import Enrollment
from tests.scep.factories import NOW
from tests.scep.test_cms_certificate import signed, tbs


@pytest.mark.conformance("C06", "D1")
@pytest.mark.parametrize(
    "content_type",
    ["", "application/octet-stream", "application/x-pki-message", "text/html; charset=utf-8"],
)
def test_capabilities_are_read_whatever_their_content_type(ca: Identity, content_type: str) -> None:
    fake = FakeCa(identity=ca, now=NOW)

    def answer(request: HttpRequest) -> HttpReply:
        reply = fake.answer(request)
        if "GetCACaps" in str(request):
            return HttpReply(200, content_type, b"AES\nSHA-256\n")
        return reply

    assert drive(FetchCa(now=NOW), answer).capabilities.known == {"AES", "SHA-256"}


def _request(ca: Identity, device_key: RSAPrivateKey) -> bytes:
    return encode_request(
        PkcsReq(TransactionId("id-1"), fresh_nonce(), factories.csr(device_key)),
        signer=Identity(factories.certificate("device", device_key), device_key),
        recipient_der=ca.certificate_der,
        cipher=Cipher.AES_128,
        digest=Digest.SHA_256,
        now=NOW,
    )


@pytest.mark.conformance("C29", "D13")
def test_encrypted_content_is_written_in_one_piece(ca: Identity, device_key: RSAPrivateKey) -> None:
    message = cms.read_signed(_request(ca, device_key))

    enveloped = asn1_cms.ContentInfo.load(message.content)["content"]
    encrypted = enveloped["encrypted_content_info"]

    # A primitive [0] is 80; pieces would be A0.
    assert encrypted["encrypted_content"].dump()[0] == 0x80
    assert encrypted["content_type"].dotted == message.content_type == Oid.DATA
    assert [info.name for info in enveloped["recipient_infos"]] == ["ktri"]
    assert enveloped["version"].native == "v0"


@pytest.mark.conformance("C33", "D18")
def test_the_recipient_is_named_by_the_very_bytes_of_its_certificate(
    ra_key: RSAPrivateKey, ca_key: RSAPrivateKey, device_key: RSAPrivateKey
) -> None:
    # Several parts a step, and a string type of its own for each: nothing may be written anew.
    issuer = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CH", _ASN1Type.PrintableString),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme", _ASN1Type.T61String),
            x509.NameAttribute(NameOID.COMMON_NAME, "Odd CA", _ASN1Type.BMPString),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(factories.name("RA"))
        .issuer_name(issuer)
        .public_key(ra_key.public_key())
        .serial_number(0x0080)
        .not_valid_before(NOW)
        .not_valid_after(NOW)
        .sign(ca_key, hashes.SHA256())
    )
    recipient = Identity(certificate.public_bytes(Encoding.DER), ra_key)

    message = cms.read_signed(_request(recipient, device_key))

    (info,) = asn1_cms.ContentInfo.load(message.content)["content"]["recipient_infos"]
    named = info.chosen["rid"].chosen
    assert named["issuer"].dump() == cms.read_certificate(recipient.certificate_der).issuer_der
    assert named["serial_number"].native == 0x0080
    assert info.chosen["key_encryption_algorithm"]["algorithm"].dotted == Oid.RSA_ENCRYPTION
    assert info.chosen["version"].native == "v0"


@pytest.mark.conformance("C22")
def test_a_ca_with_a_key_of_768_bits_is_refused_by_everybody() -> None:
    numbers = RSAPublicNumbers(e=65537, n=(1 << 767) + 1)
    spki = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    now = NOW.replace(microsecond=0)
    record = Recording()

    with pytest.raises(ChainNotTrusted, match="has 768 bits; 1024 is the least"):
        drive(
            FetchCa(minimum=Minimum.LEGACY, now=now, record=record),
            lambda _: HttpReply(200, "application/x-x509-ca-cert", signed(tbs(spki=spki))),
        )


@pytest.mark.conformance("D39")
def test_signatures_name_the_key_type_alone(ca: Identity, device_key: RSAPrivateKey) -> None:
    request = _request(ca, device_key)
    reply = certrep_failure(read_request(request, recipients=[ca]), FailInfo.BAD_REQUEST, signer=ca)

    for message in (request, reply):
        (signer,) = asn1_cms.ContentInfo.load(message)["content"]["signer_infos"]
        assert signer["signature_algorithm"]["algorithm"].dotted == Oid.RSA_ENCRYPTION


@pytest.mark.conformance("C31")
def test_signed_attributes_are_written_as_a_sorted_set(
    ca: Identity, device_key: RSAPrivateKey
) -> None:
    (signer,) = asn1_cms.ContentInfo.load(_request(ca, device_key))["content"]["signer_infos"]

    attributes = [attribute.dump() for attribute in signer["signed_attrs"]]

    assert attributes == sorted(attributes)
    assert len(attributes) == 6


@pytest.mark.conformance("D11", "S05")
def test_a_lone_ca_is_not_sent_as_ca_and_ra(ca: Identity) -> None:
    assert cacert_reply([ca.certificate_der])[0] == "application/x-x509-ca-cert"


@pytest.mark.conformance("C48", "D34", "D45")
def test_a_refusal_shows_the_raw_status_and_what_usually_stands_behind_it(
    enrollment: Enrollment,
) -> None:
    wrong = enrollment.again(challenge="another")

    with pytest.raises(EnrollmentRefused) as caught:
        drive(wrong.enroll(), wrong.ca.answer)

    assert ("Status", "FAILURE (2)") in caught.value.details
    assert "whether the subject already has a certificate" in caught.value.hint


@pytest.mark.conformance("C41")
def test_https_takes_the_place_of_no_fingerprint(ca: Identity) -> None:
    tls_ca, record = issuing.ca("TLS CA"), Recording()
    context = loopback.tls_context(issuing.server(tls_ca, "localhost"))
    fake = FakeCa(identity=ca, now=NOW)
    with loopback.serve(over_http(fake.answer), context) as site:
        server = Server(site.named("localhost"), tls=TlsMaterial(tls_ca.pem))
        fetched = transport.drive(FetchCa(now=NOW, record=record), server, record=record)
        with pytest.raises(FingerprintMismatch):
            transport.drive(FetchCa(fingerprint="ab" * 32, now=NOW), server)

    outcomes = {step.name: step.outcome for step in record.steps}
    assert outcomes[StepName.TLS] is Outcome.PASSED
    assert outcomes[StepName.FINGERPRINT] is Outcome.WARNED
    assert not fetched.pinned

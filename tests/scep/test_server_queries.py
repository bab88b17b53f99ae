"""The server half for renewals, GetCert, GetCRL and GetNextCACert."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import der
from scep import cms, server
from scep.codec import Expected, decode_reply, encode_request
from scep.messages import (
    GetCert,
    GetCrl,
    Identity,
    IssuerAndSerial,
    Nonce,
    RenewalReq,
    Request,
    TransactionId,
)
from scep.server import BadRequest, ServerRequest
from scep.vocabulary import Cipher, Digest, FailInfo, MessageType, Oid, PkiStatus
from tests.scep import factories
from tests.scep.factories import NOW

TRANSACTION, NONCE = TransactionId("id-1"), Nonce(b"n" * 16)
WANTED = IssuerAndSerial(factories.name("Test CA").public_bytes(), 4711)
CRL = der.sequence(der.sequence())


@pytest.fixture
def device(device_key: RSAPrivateKey, ca_key: RSAPrivateKey) -> Identity:
    issuer = ("Test CA", ca_key)
    return Identity(factories.certificate("device", device_key, issuer=issuer), device_key)


def read(request: Request, ca: Identity, device: Identity) -> ServerRequest:
    body = encode_request(
        request,
        signer=device,
        recipient_der=ca.certificate_der,
        cipher=Cipher.AES_128,
        digest=Digest.SHA_256,
        now=NOW,
    )
    return server.read_request(body, recipients=[ca])


@pytest.mark.conformance("S15")
def test_a_renewal_shows_who_renews_and_what_is_asked_for(
    ca: Identity, device: Identity, ra_key: RSAPrivateKey
) -> None:
    csr_der = factories.csr(ra_key)

    request = read(RenewalReq(TRANSACTION, NONCE, csr_der), ca, device)

    assert request.message_type is MessageType.RENEWAL_REQ
    assert request.signer_certificate_der == device.certificate_der
    assert (request.csr_der, request.key_matches) == (csr_der, False)


@pytest.mark.conformance("S12")
def test_the_csr_of_a_renewal_must_be_signed_with_its_own_key(
    ca: Identity, device: Identity, ra_key: RSAPrivateKey
) -> None:
    forged = factories.csr(ra_key, common_name="hosta").replace(b"hosta", b"hostb")

    with pytest.raises(BadRequest, match="not signed with its own key"):
        read(RenewalReq(TRANSACTION, NONCE, forged), ca, device)


@pytest.mark.conformance("S22")
@pytest.mark.parametrize("kind", [GetCert, GetCrl])
def test_get_cert_and_get_crl_tell_which_certificate_is_meant(
    ca: Identity, device: Identity, kind: type[GetCert | GetCrl]
) -> None:
    request = read(kind(TRANSACTION, NONCE, WANTED), ca, device)

    assert request.certificate == WANTED
    assert (request.csr_der, request.poll) == (b"", None)


def expected(request: Request, ca: Identity, device: Identity) -> Expected:
    return Expected(request, device, (cms.read_certificate(ca.certificate_der),))


def test_get_cert_is_answered_with_certificates(ca: Identity, device: Identity) -> None:
    asked = GetCert(TRANSACTION, NONCE, WANTED)

    body = server.certrep_certificates(read(asked, ca, device), [device.certificate_der], signer=ca)

    rep = decode_reply(body, expected(asked, ca, device))
    assert (rep.status, rep.certificates) == (PkiStatus.SUCCESS, (device.certificate_der,))


@pytest.mark.conformance("S22", "C59")
def test_get_crl_is_answered_with_a_crl_alone(ca: Identity, device: Identity) -> None:
    asked = GetCrl(TRANSACTION, NONCE, WANTED)

    body = server.certrep_crl(read(asked, ca, device), CRL, signer=ca)

    rep = decode_reply(body, expected(asked, ca, device))
    assert (rep.status, rep.crls, rep.certificates) == (PkiStatus.SUCCESS, (CRL,), ())


def test_a_crl_cannot_be_encrypted_to_a_key_that_cannot_decrypt(
    ca: Identity, device: Identity, ec_key: EllipticCurvePrivateKey
) -> None:
    asked = read(GetCrl(TRANSACTION, NONCE, WANTED), ca, device)
    values = {name: getattr(asked, name) for name in ServerRequest.__dataclass_fields__}
    values["signer_certificate_der"] = factories.certificate("EC", ec_key)

    with pytest.raises(BadRequest) as caught:
        server.certrep_crl(ServerRequest(**values), CRL, signer=ca)

    assert caught.value.fail_info is FailInfo.BAD_ALG


@pytest.mark.conformance("S23")
def test_the_next_ca_is_announced_under_the_signature_of_the_current_one(
    ca: Identity, ra_key: RSAPrivateKey
) -> None:
    coming = factories.authority(ra_key, "Next CA")

    content_type, body = server.next_ca_reply([coming], signer=ca)

    message = cms.read_signed(body)
    assert content_type == "application/x-x509-next-ca-cert"
    assert message.verify([cms.read_certificate(ca.certificate_der)]).der == ca.certificate_der
    assert message.content_type == Oid.DATA
    assert cms.read_certificates(message.content) == (coming,)

"""Requests as sscep 0.10 and PyScep 0.0.14 were seen to send them; Debian has neither.

The clients that Debian has are driven as they are, in ``tests/interop``.
"""

import hashlib
from dataclasses import dataclass

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from django.test import Client

from democa.models import IssuedCertificate
from pki import csr, der, keys, names
from pki.csr import CsrSpec
from scep import cms, codec
from scep.messages import CertRep, Identity, Nonce, PkcsReq, TransactionId
from scep.vocabulary import Cipher, Digest, MessageType, Oid, PkiStatus
from tests import issuing
from tests.democa.device import PATH, Device

pytestmark = pytest.mark.usefixtures("ca")

KEY = issuing.rsa_key("other client")
NONCE = Nonce(b"0123456789abcdef")


@dataclass(frozen=True)
class Sent:
    """How a client sends a request.

    Attributes:
        signer: who signs the message.
        transaction_id: how it names the transaction.
        envelope_version: of the EnvelopedData; RFC 5652 wants 0 here.
        query: of the URL.
        content_type: of the POST; empty when it sends none.
    """

    signer: Identity
    transaction_id: str
    cipher: Cipher = Cipher.AES_128
    digest: Digest = Digest.SHA_256
    envelope_version: int = 0
    query: str = "operation=PKIOperation"
    content_type: str = ""

    def message(self, csr_der: bytes, recipient_der: bytes) -> bytes:
        """The pkiMessage."""
        envelope = cms.envelop(csr_der, recipient_der, self.cipher)
        version = bytes((2, 1, self.envelope_version))
        attributes = {
            Oid.TRANSACTION_ID: der.text(self.transaction_id),
            Oid.MESSAGE_TYPE: der.text(str(MessageType.PKCS_REQ.value)),
            Oid.SENDER_NONCE: der.octet_string(NONCE),
        }
        return cms.sign(
            # The first INTEGER is the version of the EnvelopedData.
            envelope.replace(b"\x02\x01\x00", version, 1),
            attributes,
            signer=self.signer,
            digest=self.digest,
            certificates=(self.signer.certificate_der,),
        )


def exchange(client: Client, device: Device, sent: Sent, challenge: str) -> CertRep:
    """Send a request for the key of these clients, and read the answer as they would."""
    bundle = device.ca.bundle
    spec = CsrSpec(names.parse("C=CH,O=Example,CN=device"), challenge_password=challenge)
    message = sent.message(csr.build(spec, KEY), bundle.recipient.der)

    reply = client.generic("POST", f"{PATH}?{sent.query}", message, sent.content_type)

    request = PkcsReq(TransactionId(sent.transaction_id), NONCE, message)
    signers = tuple(one.certificate for one in bundle.signers)
    return codec.decode_reply(reply.content, codec.Expected(request, sent.signer, signers))


def with_long_serial(identity: Identity) -> Identity:
    """A certificate whose serial number has 32 octets and ends in zero, against RFC 5280."""
    certificate = asn1_x509.Certificate.load(identity.certificate_der)
    certificate["tbs_certificate"]["serial_number"] = int.from_bytes(b"\x7f" + b"\xa5" * 30 + b"\0")
    signed = certificate["tbs_certificate"].dump(force=True)
    signature = identity.private_key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    certificate["signature_value"] = signature
    return Identity(certificate.dump(force=True), identity.private_key)


def self_signed() -> Identity:
    issued = issuing.issue(issuing.Wanted("device", key=KEY))
    return Identity(issued.der, KEY)


def spki_digest(name: str) -> str:
    return hashlib.new(name, keys.public_der(KEY), usedforsecurity=False).hexdigest()


@pytest.mark.conformance("S09", "S16")
@pytest.mark.parametrize("cipher", [Cipher.AES_128, Cipher.AES_256, Cipher.DES3])
def test_sscep_enrolls(client: Client, device: Device, password: str, cipher: Cipher) -> None:
    sent = Sent(with_long_serial(self_signed()), spki_digest("md5").upper(), cipher, Digest.SHA_512)

    rep = exchange(client, device, sent, password)

    assert (rep.status, rep.transaction_id) == (PkiStatus.SUCCESS, sent.transaction_id)
    assert (rep.cipher, rep.digest) == (cipher, Digest.SHA_512)
    assert rep.sender_nonce is not None


@pytest.mark.conformance("S15", "D36")
def test_sscep_renews_with_a_pkcs_req_that_the_old_certificate_signs(
    client: Client, device: Device, password: str
) -> None:
    first = Sent(with_long_serial(self_signed()), spki_digest("md5").upper())
    [issued] = exchange(client, device, first, password).certificates
    again = Sent(Identity(issued, KEY), spki_digest("md5").upper())

    rep = exchange(client, device, again, "")

    assert rep.status is PkiStatus.SUCCESS
    assert IssuedCertificate.objects.count() == 2


@pytest.mark.conformance("S09", "S12")
def test_pyscep_enrolls(client: Client, device: Device, password: str) -> None:
    signer = issuing.identity("PyScep identity")
    sent = Sent(
        signer,
        spki_digest("sha1"),
        Cipher.AES_256,
        Digest.SHA_512,
        envelope_version=1,
        query="operation=PKIOperation&message=",
        content_type="application/x-pki-message",
    )

    rep = exchange(client, device, sent, password)

    assert rep.status is PkiStatus.SUCCESS
    assert exchange(client, device, sent, password).certificates == rep.certificates

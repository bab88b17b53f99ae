"""The captures of ``tests/vectors`` with their keys, and messages of the kinds not captured."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import ocsp

from scep import cms, codec
from scep.errors import FailureReason
from scep.messages import (
    CertPoll,
    CertRep,
    EcIdentity,
    GetCert,
    GetCrl,
    Identity,
    IssuerAndSerial,
    IssuerAndSubject,
    Nonce,
    PkcsReq,
    RenewalReq,
    Request,
    TransactionId,
)
from scep.vocabulary import Cipher, Digest, FailInfo, PkiStatus
from tests.scep import factories

VECTORS = Path(__file__).parents[1] / "vectors"
CAPTURES = VECTORS / "live-captures"
NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
PASSWORD = "secret"

REQUEST = "scepclient-2.1.0-PKCSReq-descbc-sha1.der"
SUCCESS = "scepserver-2.1.0-CertRep-SUCCESS-descbc-constructed.der"
FAILURE = "scepserver-2.1.0-CertRep-FAILURE-badRequest.der"

_ID = TransactionId("a transaction")
_NONCE = Nonce(b"n" * 16)


@cache
def captured(name: str) -> bytes:
    """One file."""
    return (CAPTURES / name).read_bytes()


@cache
def key(name: str) -> RSAPrivateKey:
    """A captured private key."""
    loaded = load_pem_private_key(captured(name), None)
    assert isinstance(loaded, RSAPrivateKey)
    return loaded


@cache
def certificate(name: str) -> bytes:
    """A captured certificate as DER."""
    loaded = x509.load_pem_x509_certificate(captured(name))
    return loaded.public_bytes(Encoding.DER)


@cache
def ca() -> Identity:
    """The CA of the captures."""
    return Identity(certificate("ca.pem"), key("ca.key"))


@cache
def client() -> Identity:
    """The client of the captures, with the certificate that it signed with."""
    sent = cms.read_signed(captured(REQUEST))
    return Identity(sent.certificates[0], key("client.key"))


@cache
def ec_ca() -> EcIdentity:
    """A CA that cannot decrypt."""
    ec_key = ec.derive_private_key(0x5CE9, ec.SECP256R1())
    return EcIdentity(factories.authority(ec_key, "EC CA"), ec_key)


def expected(reply: str) -> codec.Expected:
    """What the client of a captured reply knew when it came."""
    header = codec.read_header(cms.read_signed(captured(reply)))
    request = PkcsReq(header.transaction_id, header.recipient_nonce or Nonce(b""), b"")
    return codec.Expected(request, client(), (cms.read_certificate(ca().certificate_der),))


@cache
def csr() -> bytes:
    """The CSR inside the captured request."""
    return cms.read_envelope(cms.read_signed(captured(REQUEST)).content).open([ca()]).content


@cache
def ocsp_answer() -> bytes:
    """What an OCSP responder, which is the CA itself, says about the CA's own certificate."""
    authority = x509.load_der_x509_certificate(ca().certificate_der)
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=authority,
        issuer=authority,
        algorithm=hashes.SHA1(),  # noqa: S303 - a name
        cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=NOW,
        next_update=NOW.replace(year=2030),
        revocation_time=None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, authority)
    builder = builder.certificates([authority])
    return builder.sign(ca().private_key, hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def crl() -> bytes:
    """A CRL of the CA with one certificate on it."""
    revoked = x509.RevokedCertificateBuilder().serial_number(5).revocation_date(NOW).build()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(ca().certificate_der).subject)
        .last_update(NOW)
        .next_update(NOW.replace(year=2030))
        .add_revoked_certificate(revoked)
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    return builder.sign(ca().private_key, hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def requests() -> tuple[bytes, ...]:
    """A request of each kind, and one to the CA that cannot decrypt."""
    issuer = cms.read_certificate(ca().certificate_der).subject_der
    names = IssuerAndSubject(issuer, cms.read_csr(csr()).subject_der)
    one = IssuerAndSerial(issuer, 5)
    kinds: list[Request] = [
        PkcsReq(_ID, _NONCE, csr(), PASSWORD),
        RenewalReq(_ID, _NONCE, csr()),
        CertPoll(_ID, _NONCE, names),
        GetCert(_ID, _NONCE, one),
        GetCrl(_ID, _NONCE, one),
    ]
    recipients = [ca().certificate_der] * len(kinds) + [ec_ca().certificate_der]
    return tuple(
        codec.encode_request(
            request,
            signer=client(),
            recipient_der=recipient,
            cipher=Cipher.AES_128,
            digest=Digest.SHA_256,
            now=NOW,
        )
        for request, recipient in zip([*kinds, kinds[0]], recipients, strict=True)
    )


@cache
def replies() -> tuple[bytes, ...]:
    """A reply of each kind, all of them answers to one request; RSA and EC sign."""
    issued = certificate("client-issued.pem")
    granted = CertRep(_ID, PkiStatus.SUCCESS, _NONCE, Digest.SHA_256, cipher=Cipher.AES_256)
    reason = FailureReason(FailInfo.BAD_REQUEST, "wrong password")
    reps = [
        CertRep(
            _ID,
            PkiStatus.SUCCESS,
            None,
            Digest.SHA_512,
            certificates=(issued, ca().certificate_der),
            cipher=Cipher.DES3,
        ),
        CertRep(_ID, PkiStatus.SUCCESS, None, Digest.SHA_256, crls=(crl(),), cipher=granted.cipher),
        CertRep(_ID, PkiStatus.FAILURE, _NONCE, Digest.SHA_256, reason=reason),
        CertRep(_ID, PkiStatus.PENDING, _NONCE, Digest.SHA_1),
    ]
    return tuple(
        codec.encode_reply(
            rep, recipient_nonce=_NONCE, recipient_der=client().certificate_der, signer=signer
        )
        for rep in reps
        for signer in (ca(), ec_ca())
    )


def generated(kind: type[PkcsReq | GetCrl]) -> codec.Expected:
    """What a client knows that has sent the request which :func:`replies` answers."""
    signers = tuple(cms.read_certificate(one.certificate_der) for one in (ca(), ec_ca()))
    request: PkcsReq | GetCrl = PkcsReq(_ID, _NONCE, b"")
    if kind is GetCrl:
        request = GetCrl(_ID, _NONCE, IssuerAndSerial(b"", 5))
    return codec.Expected(request, client(), signers)

"""The demo CA's key pairs, and what it signs."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from democa import issuer
from democa.hierarchy import CERTIFICATE_REQUEST_AGENT, Authority
from democa.issuer import LEGACY_POLICY, Policy, Unacceptable
from pki import certinfo, chain, csr, names
from pki.csr import CsrSpec, Digest, SanKind, SanValue
from scep.vocabulary import FailInfo
from tests import issuing


def request(spec: CsrSpec | None = None, bits: int = 2048) -> bytes:
    spec = spec or CsrSpec(names.parse("CN=fw-01,O=Example"))
    return csr.build(spec, issuing.rsa_key(f"device {bits}", bits))


def sign(
    authority: Authority, csr_der: bytes, at: datetime, policy: Policy = LEGACY_POLICY
) -> bytes:
    accepted = issuer.accept(csr_der, policy)
    return issuer.sign(accepted, ca=authority.issuing, policy=policy, at=at)


@pytest.fixture
def at(authority: Authority) -> datetime:
    root = certinfo.read(authority.root.certificate_der)
    return (root.not_before + timedelta(days=5)).replace(microsecond=0)


def test_the_certificate_is_for_the_key_subject_and_names_of_the_request(
    authority: Authority, at: datetime
) -> None:
    san = (SanValue(SanKind.DNS, "fw.example.com"), SanValue(SanKind.RFC822, "a@example.com"))
    csr_der = request(CsrSpec(names.parse("CN=fw-01,OU=a+L=b,O=Exämple"), san=san))

    issued = sign(authority, csr_der, at)

    facts, asked = certinfo.read(issued), csr.read(csr_der)
    assert facts.public_key_der == asked.public_key_der
    assert facts.subject_der == asked.subject_der
    assert facts.san == ("DNS:fw.example.com", "email:a@example.com")
    chain.verify_issued(issued, authority.root.certificate_der)


@pytest.mark.conformance("S28")
def test_it_is_valid_for_a_year_and_backdated_by_a_day(authority: Authority, at: datetime) -> None:
    facts = certinfo.read(sign(authority, request(), at))

    assert facts.not_before == at - timedelta(hours=24)
    assert facts.not_after == at + timedelta(days=365)


def test_it_never_outlives_the_root_nor_precedes_it(authority: Authority) -> None:
    root = certinfo.read(authority.root.certificate_der)

    first = certinfo.read(sign(authority, request(), root.not_before))
    last = certinfo.read(sign(authority, request(), root.not_after - timedelta(days=1)))

    assert first.not_before == root.not_before
    assert last.not_after == root.not_after


def test_no_serial_number_comes_twice(authority: Authority, at: datetime) -> None:
    csr_der = request()

    serials = {certinfo.read(sign(authority, csr_der, at)).serial_hex for _ in range(20)}

    assert len(serials) == 20


@pytest.mark.conformance("S25")
@pytest.mark.parametrize(
    ("signature", "encipherment", "granted"),
    [
        (True, False, ("digitalSignature",)),
        (False, True, ("keyEncipherment",)),
        (True, True, ("digitalSignature", "keyEncipherment")),
        (False, False, ("digitalSignature", "keyEncipherment")),
    ],
)
def test_the_key_usage_is_one_of_the_three_of_ndes(
    authority: Authority,
    at: datetime,
    signature: bool,  # noqa: FBT001 - a table of switches
    encipherment: bool,  # noqa: FBT001 - a table of switches
    granted: tuple[str, ...],
) -> None:
    spec = CsrSpec(names.parse("CN=fw"), digital_signature=signature, key_encipherment=encipherment)

    assert certinfo.read(sign(authority, request(spec), at)).key_usage == granted


@pytest.mark.conformance("S25")
def test_a_request_to_be_a_ca_gets_a_device_certificate(authority: Authority, at: datetime) -> None:
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "evil")]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([CERTIFICATE_REQUEST_AGENT]), critical=True)
        .add_extension(usage, critical=True)
    )
    csr_der = builder.sign(issuing.rsa_key("evil"), hashes.SHA256()).public_bytes(
        serialization.Encoding.DER
    )

    facts = certinfo.read(sign(authority, csr_der, at))

    assert not facts.is_ca
    assert facts.key_usage == ("digitalSignature",)
    assert set(facts.extended_key_usage) == {"clientAuth", "serverAuth"}


def test_sha_1_requests_are_taken_and_the_certificate_is_signed_with_sha_256(
    authority: Authority, at: datetime
) -> None:
    csr_der = request(CsrSpec(names.parse("CN=old"), digest=Digest.SHA1))

    assert certinfo.read(sign(authority, csr_der, at)).signature_algorithm == "SHA-256 with RSA"


def test_without_subject_the_alternative_names_are_critical(
    authority: Authority, at: datetime
) -> None:
    spec = CsrSpec(x509.Name([]), san=(SanValue(SanKind.DNS, "fw.example.com"),))

    certificate = x509.load_der_x509_certificate(sign(authority, request(spec), at))

    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert extension.critical


def _ec_request() -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    signed = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def _forged_request() -> bytes:
    der = bytearray(request())
    der[-1] ^= 1
    return bytes(der)


@pytest.mark.parametrize(
    ("csr_der", "policy", "words"),
    [
        pytest.param(b"\x30\x03junk", LEGACY_POLICY, "not a PKCS#10", id="junk"),
        pytest.param(_forged_request(), LEGACY_POLICY, "not signed by its own key", id="forged"),
        pytest.param(_ec_request(), LEGACY_POLICY, "RSA keys of 1024 to", id="EC key"),
        pytest.param(request(bits=1024), Policy(), "RSA keys of 2048 to", id="short key"),
        pytest.param(request(CsrSpec(x509.Name([]))), Policy(), "neither a subject", id="nobody"),
    ],
)
def test_a_request_that_breaks_the_policy_is_refused_with_its_reason(
    csr_der: bytes, policy: Policy, words: str
) -> None:
    with pytest.raises(Unacceptable, match=words) as refusal:
        issuer.accept(csr_der, policy)

    assert refusal.value.fail_info is FailInfo.BAD_REQUEST


def _extension(der: bytes, kind: type[x509.ExtendedKeyUsage]) -> x509.ExtendedKeyUsage:
    return x509.load_der_x509_certificate(der).extensions.get_extension_for_class(kind).value

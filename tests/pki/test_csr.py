"""PKCS#10 requests: built, read, verified; SHA-1 too."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import csr as asn1_csr
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding
from cryptography.x509.name import _ASN1Type
from hypothesis import given
from hypothesis import strategies as st

from pki import asn1, bundle, csr, names
from pki.csr import CsrInvalid, CsrSpec, Digest, SanKind, SanValue
from tests.issuing import rsa_key

SPEC = CsrSpec(subject=names.parse("O=acme,CN=fw1"))
CHALLENGE = x509.ObjectIdentifier("1.2.840.113549.1.9.7")
SANS = (
    SanValue(SanKind.DNS, "fw1.example.com"),
    SanValue(SanKind.RFC822, "fw1@example.com"),
    SanValue(SanKind.URI, "https://fw1.example.com/x"),
    SanValue(SanKind.IP, "192.0.2.1"),
)


@pytest.mark.conformance("C24")
@pytest.mark.parametrize("digest", list(Digest))
def test_openssl_verifies_a_request_with_every_digest(digest: Digest, tmp_path: Path) -> None:
    der = csr.build(replace(SPEC, digest=digest), rsa_key("csr"))
    path = tmp_path / "csr.der"
    path.write_bytes(der)

    command = ["openssl", "req", "-in", str(path), "-inform", "DER", "-noout", "-verify", "-text"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - fixed

    assert "verify OK" in result.stderr
    assert f"{digest}WithRSAEncryption" in result.stdout
    csr.verify(der)
    assert csr.read(der).digest == digest


@pytest.mark.conformance("C24", "C25", "C26")
def test_a_request_says_what_its_spec_says() -> None:
    spec = replace(
        SPEC,
        challenge_password="SECRET-1",
        digital_signature=True,
        key_encipherment=True,
        san=SANS,
    )

    facts = csr.read(csr.build(spec, rsa_key("csr")))

    assert facts.subject == "O=acme,CN=fw1"
    assert facts.subject_der == names.to_x509(names.parse("O=acme,CN=fw1")).public_bytes()
    assert (facts.algorithm, facts.key_bits, facts.digest) == ("RSA", 2048, "sha256")
    assert facts.challenge == "SECRET-1"
    assert facts.key_usage == ("digitalSignature", "keyEncipherment")
    assert facts.san == SANS
    assert [(oid, critical) for oid, critical, _ in facts.extensions] == [
        ("2.5.29.15", True),
        ("2.5.29.17", False),
    ]
    expected = rsa_key("csr").public_key()
    assert facts.public_key_der == expected.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@pytest.mark.conformance("C25", "C26")
def test_a_bare_request_has_no_attributes() -> None:
    facts = csr.read(csr.build(SPEC, rsa_key("csr")))

    assert facts.challenge is None
    assert (facts.san, facts.key_usage, facts.extensions) == ((), (), ())


@pytest.mark.conformance("C26")
@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (replace(SPEC, digital_signature=True), "digitalSignature"),
        (replace(SPEC, key_encipherment=True), "keyEncipherment"),
    ],
    ids=["signature", "encipherment"],
)
def test_each_key_usage_is_asked_for_alone(spec: CsrSpec, expected: str) -> None:
    assert csr.read(csr.build(spec, rsa_key("csr"))).key_usage == (expected,)


@pytest.mark.conformance("C25", "D20", "D21")
@pytest.mark.parametrize(
    ("challenge", "kind"),
    [
        ("0123456789ABCDEF", _ASN1Type.PrintableString),
        ("with space-and.(more)?", _ASN1Type.PrintableString),
        ("under_score", _ASN1Type.UTF8String),
        ("pässword", _ASN1Type.UTF8String),
    ],
)
def test_the_challenge_has_the_string_type_that_old_servers_read(
    challenge: str, kind: _ASN1Type
) -> None:
    der = csr.build(replace(SPEC, challenge_password=challenge), rsa_key("csr"))

    attribute = x509.load_der_x509_csr(der).attributes.get_attribute_for_oid(CHALLENGE)
    assert attribute._type == kind.value
    assert attribute.value == challenge.encode()
    assert csr.read(der).challenge == challenge


@pytest.mark.conformance("C25")
def test_the_challenge_never_shows() -> None:
    spec = replace(SPEC, challenge_password="SECRET-1")

    assert "SECRET-1" not in repr(spec)
    assert "SECRET-1" not in repr(csr.read(csr.build(spec, rsa_key("csr"))))


def test_a_ready_made_name_is_taken_as_it_is() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])

    der = csr.build(replace(SPEC, subject=name), rsa_key("csr"))

    assert csr.read(der).subject_der == name.public_bytes()


@pytest.mark.parametrize(
    ("san", "words"),
    [
        (SanValue(SanKind.DNS, "fw1 .example"), "not a DNS name"),
        (SanValue(SanKind.DNS, "bücher.example"), "not a DNS name"),
        (SanValue(SanKind.DNS, ""), "not a DNS name"),
        (SanValue(SanKind.RFC822, "nobody"), "not an e-mail address"),
        (SanValue(SanKind.URI, "//no.scheme/"), "not a URI"),
        (SanValue(SanKind.IP, "256.1.1.1"), "not an IP address"),
        (SanValue(SanKind.IP, "fw1"), "not an IP address"),
    ],
)
def test_an_alternative_name_must_look_like_its_kind(san: SanValue, words: str) -> None:
    with pytest.raises(CsrInvalid, match=words):
        csr.build(replace(SPEC, san=(san,)), rsa_key("csr"))


def test_a_challenge_has_a_limit() -> None:
    with pytest.raises(CsrInvalid, match="at most 1024"):
        csr.build(replace(SPEC, challenge_password="x" * 1025), rsa_key("csr"))


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
        ed448.Ed448PrivateKey.generate(),
    ],
    ids=["EC", "Ed25519", "Ed448"],
)
def test_requests_of_other_keys_are_read_and_verified(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    digest = hashes.SHA384() if isinstance(key, ec.EllipticCurvePrivateKey) else None
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(key, digest)
    der = request.public_bytes(serialization.Encoding.DER)

    csr.verify(der)

    assert csr.read(der).algorithm in {"EC", "Ed25519", "Ed448"}


def test_rsa_pss_is_verified() -> None:
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(
        rsa_key("csr"), hashes.SHA256(), rsa_padding=pss
    )

    csr.verify(request.public_bytes(serialization.Encoding.DER))


def changed(**fields: object) -> bytes:
    """A request with parts of its outer structure replaced."""
    request = asn1_csr.CertificationRequest.load(csr.build(SPEC, rsa_key("csr")))
    for name, value in fields.items():
        request[name] = value
    return bytes(request.dump())


@pytest.mark.parametrize(
    ("der", "words"),
    [
        pytest.param(changed(signature=b"\1" * 256), "does not match", id="wrong"),
        pytest.param(
            changed(signature_algorithm={"algorithm": "md5_rsa"}), "MD5 with RSA", id="MD5"
        ),
        pytest.param(
            changed(signature_algorithm={"algorithm": "1.2.3.4"}), "with 1.2.3.4", id="unknown"
        ),
        pytest.param(
            changed(signature_algorithm={"algorithm": "sha256_ecdsa"}),
            "SHA-256 with ECDSA by this key",
            id="another key's",
        ),
    ],
)
def test_a_signature_that_is_not_the_keys_own_is_refused(der: bytes, words: str) -> None:
    with pytest.raises(CsrInvalid) as caught:
        csr.verify(der)

    assert "not signed by its own key" in str(caught.value)
    assert words in str(caught.value)


def test_rsa_pss_with_an_unknown_mask_is_refused() -> None:
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(
        rsa_key("csr"), hashes.SHA256(), rsa_padding=pss
    )
    der = request.public_bytes(serialization.Encoding.DER)
    mask = bytes.fromhex("2a864886f70d010108")

    with pytest.raises(CsrInvalid, match="RSA-PSS cannot be verified"):
        csr.verify(der.replace(mask, mask[:-1] + b"\x7f"))


def with_challenge(tag: int, content: bytes) -> bytes:
    """A request whose challenge has another string type; its signature is wrong."""
    whole = csr.build(replace(SPEC, challenge_password="x" * len(content)), rsa_key("csr"))
    written = bytes([19, len(content)]) + b"x" * len(content)
    assert whole.count(written) == 1
    return whole.replace(written, bytes([tag, len(content)]) + content)


@pytest.mark.parametrize(
    ("tag", "content", "text"),
    [
        (12, "pä".encode(), "pä"),
        (20, "pä".encode("latin-1"), "pä"),
        (22, b"pa", "pa"),
        (28, "pä".encode("utf-32-be"), "pä"),
        (30, "pä".encode("utf-16-be"), "pä"),
    ],
)
def test_the_challenge_is_read_from_every_string_type(tag: int, content: bytes, text: str) -> None:
    assert csr.read(with_challenge(tag, content)).challenge == text


def test_a_challenge_that_is_no_text_makes_the_request_unreadable() -> None:
    with pytest.raises(CsrInvalid, match="A part of"):
        csr.read(with_challenge(12, b"\xff\xfe"))


def test_other_attributes_are_passed_over() -> None:
    oid = bytes.fromhex("2a864886f70d010907")
    der = csr.build(replace(SPEC, challenge_password="x"), rsa_key("csr"))

    assert csr.read(der.replace(oid, oid[:-1] + b"\x08")).challenge is None


def test_attributes_in_another_order_than_ders_are_read_and_verified() -> None:
    # As strongSwan writes them: the longer extensionRequest before the challengePassword.
    spec = replace(SPEC, challenge_password="x", san=(SanValue(SanKind.DNS, "fw.example.com"),))
    info, algorithm, _ = asn1.children(csr.build(spec, rsa_key("csr")))
    attributes = asn1.children(info)[-1]
    challenge, extensions = asn1.children(attributes)
    swapped = attributes.replace(challenge + extensions, extensions + challenge)
    info = info.replace(attributes, swapped)
    signature = rsa_key("csr").sign(info, padding.PKCS1v15(), hashes.SHA256())
    body = info + algorithm + b"\x03\x82\x01\x01\x00" + signature
    der = b"\x30\x82" + len(body).to_bytes(2, "big") + body

    csr.verify(der)

    facts = csr.read(der)
    assert (facts.challenge, facts.san) == ("x", spec.san)
    with pytest.raises(CsrInvalid):
        csr.verify(asn1.sort_attributes(der))


@pytest.mark.parametrize("read", [csr.read, csr.verify])
@pytest.mark.parametrize("der", [b"", b"junk", b"\x30\x00", b"0" * 70_000])
def test_bytes_that_are_no_request_are_refused(read: object, der: bytes) -> None:
    assert callable(read)
    with pytest.raises(CsrInvalid):
        read(der)


def test_a_key_that_cannot_be_loaded_is_refused() -> None:
    oid = bytes.fromhex("2a864886f70d010101")
    der = csr.build(SPEC, rsa_key("csr")).replace(oid, oid[:-1] + b"\x7f", 1)

    with pytest.raises(CsrInvalid, match="A part of"):
        csr.read(der)
    with pytest.raises(CsrInvalid, match="public key"):
        csr.verify(der)


WHOLE = csr.build(replace(SPEC, challenge_password="x", san=SANS), rsa_key("csr"))


@given(data=st.data())
def test_a_request_with_one_byte_changed_never_fails_otherwise(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))

    for read in (csr.read, csr.verify):
        try:
            read(bytes(whole))
        except CsrInvalid as error:
            assert str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("challenge.pem", None),
        ("challenge-unstructured.pem", None),
        ("ec_sha256.pem", None),
        ("rsa_sha1.pem", None),
        ("san_rsa_sha1.pem", None),
        ("invalid_signature.pem", "does not match"),
        ("rsa_md4.pem", "cannot be verified|not accepted"),
        ("bad-version.pem", "not a PKCS#10"),
    ],
)
def test_foreign_requests_are_verified(vectors: Path, name: str, problem: str | None) -> None:
    pem = (vectors / "cryptography_vectors/x509/requests" / name).read_bytes()
    (der,) = bundle.from_pem(pem, "CERTIFICATE REQUEST")

    if problem is None:
        csr.verify(der)
    else:
        with pytest.raises(CsrInvalid, match=problem):
            csr.verify(der)


@pytest.mark.parametrize(
    "name",
    ["long-form-attribute.pem", "zero-element-attribute.pem", "two_basic_constraints.pem"],
)
def test_foreign_requests_with_broken_attributes_are_unreadable(vectors: Path, name: str) -> None:
    pem = (vectors / "cryptography_vectors/x509/requests" / name).read_bytes()
    (der,) = bundle.from_pem(pem, "CERTIFICATE REQUEST")

    with pytest.raises(CsrInvalid, match="A part of"):
        csr.read(der)


def test_the_request_of_the_rfcs_samples_is_read(vectors: Path) -> None:
    facts = csr.read((vectors / "jscep/src/samples/scep_req0.der").read_bytes())

    assert facts.subject == "C=NZ,O=Dave's Wetaburgers,OU=Procurement,CN=Test SCEP PKI user"
    assert facts.challenge == "NQ3C6-GS3ZN-2XPGL-SEJTQ"
    assert facts.key_bits == 1536
    assert facts.san == (
        SanValue(SanKind.RFC822, "dave@wetas-r-us.com"),
        SanValue(SanKind.URI, "http://www.wetas-r-us.com"),
    )

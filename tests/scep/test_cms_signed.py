"""Signed messages: read as they are sent, verified as RFC 5652 says."""

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from pki import der
from scep import cms
from scep.cms import ber, read_certificate, read_certificates, read_signed, schema, sign
from scep.cms.errors import SignatureInvalid, Unreadable, Unsupported
from scep.cms.signatures import (
    DIGEST_OIDS,
    Kind,
    Scheme,
    load_public_key,
    read_scheme,
    verify,
)
from scep.messages import Identity
from scep.vocabulary import Digest, Oid
from tests.scep import factories

SHA_256 = der.algorithm(DIGEST_OIDS[Digest.SHA_256])
RSA = der.algorithm(Oid.RSA_ENCRYPTION)


def attribute(oid: str, *values: bytes) -> bytes:
    return der.sequence(der.oid(oid), der.set_of(*values))


def attributes_for(content: bytes, *others: bytes) -> list[bytes]:
    return [
        attribute(Oid.CONTENT_TYPE, der.oid(Oid.DATA)),
        attribute(Oid.MESSAGE_DIGEST, der.octet_string(hashlib.sha256(content).digest())),
        *others,
    ]


def message(
    identity: Identity,
    attributes: list[bytes],
    *,
    content: bytes = b"x",
    digest: bytes = SHA_256,
    algorithm: bytes = RSA,
    to_sign: bytes | None = None,
    sid: bytes | None = None,
    signers: int = 1,
    certificates: tuple[bytes, ...] | None = None,
    content_type: str = Oid.DATA,
) -> bytes:
    """Write a SignedData as another program would."""
    certificate = read_certificate(identity.certificate_der)
    joined = b"".join(attributes)
    covered = to_sign if to_sign is not None else der.element(0x31, joined)
    signature = identity.private_key.sign(covered, padding.PKCS1v15(), hashes.SHA256())
    signer = der.sequence(
        der.integer(1),
        sid or der.sequence(certificate.issuer_der, der.integer(certificate.serial)),
        digest,
        *((der.tagged(0, joined),) if attributes else ()),
        algorithm,
        der.octet_string(signature),
    )
    included = certificates if certificates is not None else (identity.certificate_der,)
    signed = der.sequence(
        der.integer(1),
        der.set_of(digest),
        der.sequence(der.oid(content_type), der.tagged(0, der.octet_string(content))),
        der.tagged(0, *included),
        der.element(0x31, signer * signers),
    )
    return der.sequence(der.oid(Oid.SIGNED_DATA), der.tagged(0, signed))


def test_what_we_sign_is_der_and_verifies(ca: Identity) -> None:
    written = sign(
        b"content",
        {Oid.TRANSACTION_ID: der.text("id")},
        signer=ca,
        digest=Digest.SHA_512,
        certificates=(ca.certificate_der,),
    )

    read = read_signed(written)
    certificate = read_certificate(ca.certificate_der)
    assert read.verify([certificate]) == certificate
    assert (read.content, read.content_type, read.digest) == (b"content", Oid.DATA, Digest.SHA_512)
    assert read.certificates == (ca.certificate_der,)
    value = read.value(Oid.TRANSACTION_ID)
    assert value is not None
    assert cms.text_value(value) == "id"
    assert read.value(Oid.SENDER_NONCE) is None
    assert ber.normalize(written) == written


@pytest.mark.conformance("S17")
def test_what_we_sign_without_content_has_an_empty_one(ca: Identity) -> None:
    written = sign(b"", {}, signer=ca, digest=Digest.SHA_256, certificates=())

    parsed = schema.SignedContent.load(written)["content"]["content_info"]
    read = read_signed(written)
    assert parsed["content"].native == b""
    assert (read.content, read.certificates) == (b"", ())
    read.verify([read_certificate(ca.certificate_der)])


@pytest.mark.conformance("C31")
def test_signed_attributes_verify_in_the_order_sent_or_in_der_order(ca: Identity) -> None:
    attributes = attributes_for(b"x")
    backwards = sorted(attributes, reverse=True)
    certificate = read_certificate(ca.certificate_der)

    read_signed(message(ca, backwards)).verify([certificate])
    read_signed(message(ca, backwards, to_sign=der.set_of(*attributes))).verify([certificate])


def test_the_signer_named_is_tried_first_but_any_allowed_one_will_do(
    ca: Identity, device_key: RSAPrivateKey
) -> None:
    other = read_certificate(factories.authority(device_key))
    certificate = read_certificate(ca.certificate_der)
    by_key_id = message(ca, attributes_for(b"x"), sid=der.element(0x80, b"key"))

    assert read_signed(by_key_id).verify([other, certificate]) == certificate
    assert str(read_signed(by_key_id).signer_id) == f"key id {b'key'.hex()}"


@pytest.mark.conformance("C43")
def test_a_signer_who_is_not_allowed_is_refused(ca: Identity, device_key: RSAPrivateKey) -> None:
    other = read_certificate(factories.authority(device_key))

    with pytest.raises(SignatureInvalid, match="None of the certificates allowed"):
        read_signed(message(ca, attributes_for(b"x"))).verify([other])


def test_a_signer_with_a_key_we_cannot_use_is_passed_over(
    ca: Identity, ec_key: EllipticCurvePrivateKey
) -> None:
    ec_certificate = read_certificate(factories.authority(ec_key))

    with pytest.raises(SignatureInvalid, match="None of the certificates"):
        read_signed(message(ca, attributes_for(b"x"))).verify([ec_certificate])


INVALID = [
    ("content changed", attributes_for(b"y"), "content was changed"),
    ("no digest", attributes_for(b"x")[:1], "lack contentType or messageDigest"),
    ("no type", attributes_for(b"x")[1:], "lack contentType or messageDigest"),
    (
        "another type",
        [attribute(Oid.CONTENT_TYPE, der.oid(Oid.SIGNED_DATA)), attributes_for(b"x")[1]],
        "another content type",
    ),
]


@pytest.mark.conformance("C43")
@pytest.mark.parametrize(
    ("attributes", "words"), [pytest.param(*row[1:], id=row[0]) for row in INVALID]
)
def test_attributes_must_fit_the_content(ca: Identity, attributes: list[bytes], words: str) -> None:
    with pytest.raises(SignatureInvalid, match=words):
        read_signed(message(ca, attributes)).verify([read_certificate(ca.certificate_der)])


def test_a_digest_that_is_no_octet_string_is_unreadable(ca: Identity) -> None:
    odd = [attributes_for(b"x")[0], attribute(Oid.MESSAGE_DIGEST, der.integer(1 << 40))]

    with pytest.raises(Unreadable, match="not an octet string"):
        read_signed(message(ca, odd)).verify([read_certificate(ca.certificate_der)])


@pytest.mark.conformance("C43", "C50")
@pytest.mark.parametrize("signers", [0, 2])
def test_there_is_exactly_one_signer(ca: Identity, signers: int) -> None:
    with pytest.raises(Unreadable, match=f"has {signers} signers instead of one"):
        read_signed(message(ca, attributes_for(b"x"), signers=signers))


@pytest.mark.conformance("C50")
def test_a_message_has_signed_attributes_each_once_and_with_one_value(ca: Identity) -> None:
    twice = [*attributes_for(b"x"), attribute(Oid.TRANSACTION_ID, der.text("a"))]
    twice.append(twice[-1])
    several = attributes_for(b"x", attribute(Oid.TRANSACTION_ID, der.text("a"), der.text("b")))

    with pytest.raises(Unreadable, match="no signed attributes"):
        read_signed(message(ca, []))
    with pytest.raises(Unreadable, match="stands there twice"):
        read_signed(message(ca, twice))
    with pytest.raises(Unreadable, match="has 2 values instead of one"):
        read_signed(message(ca, several)).value(Oid.TRANSACTION_ID)


def test_md5_is_named_and_not_supported(ca: Identity) -> None:
    md5 = der.algorithm("1.2.840.113549.2.5")

    read = read_signed(message(ca, attributes_for(b"x"), digest=md5))

    with pytest.raises(Unsupported, match="MD5 is not supported"):
        _ = read.digest


def test_certificates_of_another_kind_are_refused(ca: Identity) -> None:
    of_attributes = der.tagged(2, der.NULL)

    with pytest.raises(Unreadable, match="something else among its certificates"):
        read_signed(message(ca, attributes_for(b"x"), certificates=(of_attributes,)))


def test_more_than_64_certificates_are_refused(ca: Identity) -> None:
    many = message(ca, attributes_for(b"x"), certificates=(der.sequence(),) * 65)

    with pytest.raises(Unreadable, match="more than 64 certificates"):
        read_signed(many)


def test_other_structures_are_no_signed_messages() -> None:
    enveloped = der.sequence(der.oid(Oid.ENVELOPED_DATA), der.tagged(0, der.sequence()))

    with pytest.raises(Unreadable, match="not a PKCS#7 signed message"):
        read_signed(enveloped)


@pytest.mark.conformance("D19")
def test_certificates_are_kept_in_the_order_written(
    ca: Identity, device_key: RSAPrivateKey
) -> None:
    other = factories.certificate("a much longer common name than the other one", device_key)

    for order in ([ca.certificate_der, other], [other, ca.certificate_der]):
        assert read_certificates(cms.write_certificates(order)) == tuple(order)


@pytest.mark.conformance("C17")
def test_a_bundle_without_certificates_is_refused() -> None:
    with pytest.raises(Unreadable, match="holds no certificates"):
        read_certificates(cms.write_certificates([]))


@pytest.mark.conformance("C17")
def test_a_bundle_with_an_empty_content_is_read(ca: Identity) -> None:
    signed = der.sequence(
        der.integer(1),
        der.set_of(),
        der.sequence(der.oid(Oid.DATA), der.tagged(0, der.octet_string(b""))),
        der.tagged(0, ca.certificate_der),
        der.set_of(),
    )
    bundle = der.sequence(der.oid(Oid.SIGNED_DATA), der.tagged(0, signed))

    assert read_certificates(bundle) == (ca.certificate_der,)


def _algorithm(written: bytes) -> schema.Value:
    return schema.Algorithm.load(written)


def test_schemes_of_all_kinds_are_known() -> None:
    pss = der.oid("1.2.840.113549.1.1.10")
    sha_256 = der.tagged(0, SHA_256)
    salt = der.tagged(2, der.integer(32))

    assert read_scheme(_algorithm(RSA), Digest.SHA_384) == Scheme(Kind.RSA_PKCS1, Digest.SHA_384)
    assert read_scheme(_algorithm(der.sequence(pss, der.sequence(sha_256, salt)))) == Scheme(
        Kind.RSA_PSS, Digest.SHA_256, 32
    )
    assert read_scheme(_algorithm(der.sequence(pss, der.sequence()))) == Scheme(
        Kind.RSA_PSS, Digest.SHA_1, 20
    )
    assert read_scheme(_algorithm(der.algorithm(Oid.EC_PUBLIC_KEY)), Digest.SHA_256) == Scheme(
        Kind.ECDSA, Digest.SHA_256
    )
    for oid in (Oid.RSA_ENCRYPTION, Oid.EC_PUBLIC_KEY, "1.2.840.113549.1.1.4", "1.2.3"):
        with pytest.raises(Unsupported):
            read_scheme(_algorithm(der.algorithm(oid)))


def test_an_object_identifier_is_of_a_bounded_length() -> None:
    longest = der.element(0x06, b"\x2a" + b"\x81" * 126 + b"\x01")

    assert schema.ObjectIdentifier.load(longest).dotted.startswith("1.2.")
    with pytest.raises(Unreadable, match="signed message cannot be read"):
        read_signed(der.sequence(der.element(0x06, b"\x2a" + bytes(128)), der.tagged(0)))


def test_a_pss_scheme_without_parameters_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_scheme(_algorithm(der.sequence(der.oid("1.2.840.113549.1.1.10"))))


def test_ec_and_edwards_signatures_verify(ec_key: EllipticCurvePrivateKey) -> None:
    edwards = ed25519.Ed25519PrivateKey.generate()
    ecdsa = ec_key.sign(b"data", ec.ECDSA(hashes.SHA384()))

    verify(ec_key.public_key(), Scheme(Kind.ECDSA, Digest.SHA_384), ecdsa, b"data")
    verify(edwards.public_key(), Scheme(Kind.EDWARDS, Digest.SHA_512), edwards.sign(b"d"), b"d")
    with pytest.raises(SignatureInvalid):
        verify(edwards.public_key(), Scheme(Kind.EDWARDS, Digest.SHA_512), b"no", b"d")


def test_unknown_and_broken_keys_are_refused() -> None:
    unknown = der.sequence(der.algorithm("1.2.643.7.1.1.1.1"), der.bit_string(b"\x04\x01x"))

    for spki in (unknown, b"junk", b""):
        with pytest.raises(Unreadable):
            load_public_key(spki)


def test_a_spki_loads_as_its_key(device_key: RSAPrivateKey) -> None:
    spki = device_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    assert load_public_key(spki) == device_key.public_key()
    assert x509.SubjectKeyIdentifier.from_public_key(device_key.public_key()).digest


@given(st.binary(max_size=400))
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    for read in (read_signed, read_certificates, cms.read_envelope):
        with pytest.raises(Unreadable):
            read(data)


def test_structures_are_encoded_when_they_were_made_and_not_read() -> None:
    assert schema.RawSequence([]).dump() == b"\x30\x00"
    assert schema.RawSequence.load(b"\x30\x81\x00").dump() == b"\x30\x81\x00"

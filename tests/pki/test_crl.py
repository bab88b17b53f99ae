"""CRLs of every kind, the signatures on them, and bytes that are none."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from pki import crl
from pki.errors import CrlUnusable, SignatureWrong
from tests.issuing import rsa_key

MADE = datetime(2026, 11, 1, 12, tzinfo=UTC)
REVOKED_AT = datetime(2026, 10, 5, tzinfo=UTC)


def made(
    key: RSAPrivateKey | EllipticCurvePrivateKey | None = None,
    *,
    serials: Iterable[int] = (),
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    entry: Sequence[x509.ExtensionType] = (),
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")]))
        .last_update(MADE)
        .next_update(MADE + timedelta(days=7))
    )
    for serial in serials:
        revoked = x509.RevokedCertificateBuilder()
        revoked = revoked.serial_number(serial).revocation_date(REVOKED_AT)
        for value in entry:
            revoked = revoked.add_extension(value, critical=False)
        builder = builder.add_revoked_certificate(revoked.build())
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    return builder.sign(key or rsa_key("CRL"), hashes.SHA256()).public_bytes(Encoding.DER)


def point(**changes: object) -> x509.IssuingDistributionPoint:
    values: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.conformance("C59")
def test_a_crl_says_who_made_it_when_and_how_many_are_on_it() -> None:
    found = crl.read(made(serials=[5, 1 << 150], extensions=[(x509.CRLNumber(12), False)]))

    assert (found.issuer, found.revoked, found.number) == ("CN=Test CA", 2, 12)
    assert (found.this_update, found.next_update) == (MADE, MADE + timedelta(days=7))
    assert (found.signature_algorithm, found.partial) == ("SHA-256 with RSA", False)
    assert found.issuer_der.endswith(b"Test CA")


def test_a_crl_without_extensions_is_complete_and_without_number() -> None:
    found = crl.read(made())

    assert (found.number, found.revoked, found.partial) == (None, 0, False)


def test_certificates_are_looked_up_by_their_numbers() -> None:
    why = x509.CRLReason(x509.ReasonFlags.key_compromise)

    found = crl.read(made(serials=[5], entry=[why]))

    assert found.revocation(5) == crl.Revocation(REVOKED_AT, "keyCompromise")
    assert found.revocation(6) is None
    assert crl.read(made(serials=[5])).revocation(5) == crl.Revocation(REVOKED_AT)


def test_an_entry_that_is_broken_is_no_answer() -> None:
    why = x509.CRLReason(x509.ReasonFlags.key_compromise)
    whole = made(serials=[5], entry=[why])
    broken = whole.replace(b"\x04\x03\x0a\x01\x01", b"\x04\x03\x0a\x01\x63")

    assert broken != whole
    with pytest.raises(CrlUnusable, match="entry of the certificate"):
        crl.read(broken).revocation(5)


@pytest.mark.parametrize("key", [rsa_key("CRL"), ec.generate_private_key(ec.SECP256R1())])
def test_a_signature_verifies_with_the_key_that_made_it_and_no_other(
    key: RSAPrivateKey | EllipticCurvePrivateKey,
) -> None:
    found = crl.read(made(key))

    found.verify(key.public_key())
    with pytest.raises(SignatureWrong):
        found.verify(rsa_key("another").public_key())


def test_a_changed_crl_does_not_verify() -> None:
    changed = made(serials=[5]).replace(b"Test CA", b"Fest CA")

    with pytest.raises(SignatureWrong):
        crl.read(changed).verify(rsa_key("CRL").public_key())


def test_a_crl_for_some_certificates_only_says_so() -> None:
    for some in (
        point(only_contains_user_certs=True),
        point(only_contains_ca_certs=True),
        point(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})),
    ):
        assert crl.read(made(extensions=[(some, True)])).partial
    where = [x509.UniformResourceIdentifier("http://a/b.crl")]
    assert not crl.read(made(extensions=[(point(full_name=where), True)])).partial


UNUSABLE = [
    pytest.param((x509.DeltaCRLIndicator(3), True), r"2\.5\.29\.27, so", id="delta"),
    pytest.param((point(indirect_crl=True), True), "indirect", id="indirect"),
    pytest.param(
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"), True),
        "critical extension 1.2.3",
        id="unknown",
    ),
]


@pytest.mark.parametrize(("extension", "words"), UNUSABLE)
def test_a_crl_that_takes_more_knowledge_is_refused(
    extension: tuple[x509.ExtensionType, bool], words: str
) -> None:
    with pytest.raises(CrlUnusable, match=words):
        crl.read(made(extensions=[extension]))


@pytest.mark.parametrize("junk", [b"", b"junk", b"\x30\x00", made()[:-1], made() + b"\x00"])
def test_what_is_no_crl_is_refused(junk: bytes) -> None:
    with pytest.raises(CrlUnusable, match="cannot be read"):
        crl.read(junk)


def test_a_crl_beyond_all_measure_is_not_even_parsed() -> None:
    with pytest.raises(CrlUnusable, match="larger than 2,097,152 bytes"):
        crl.read(bytes(crl.MAX_CRL_BYTES + 1))

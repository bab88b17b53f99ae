"""Which certificates of a bundle are trusted: strangers, renewals, cross-certificates, devices."""

from collections.abc import Iterable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from pki import der
from scep import cms
from scep.cacert import (
    CaBundle,
    Role,
    check_chain,
    check_fingerprint,
    check_validity,
    read_bundle,
    weak_signatures,
)
from scep.capabilities import Minimum
from scep.client import FetchCa
from scep.cms import signatures
from scep.errors import MalformedReply, NotTrusted
from scep.messages import Identity
from scep.transcript import Outcome
from scep.vocabulary import Digest
from tests.fakes import FakeCa, Recording, drive
from tests.scep import factories
from tests.scep.factories import NOW

AGENT = ObjectIdentifier("1.3.6.1.4.1.311.20.2.1")
BOTH = ("digitalSignature", "keyEncipherment")


def bundle_of(*ders: bytes) -> CaBundle:
    return read_bundle(cms.write_certificates(ders))


def subjects(bundle: CaBundle) -> list[str]:
    return [one.facts.subject for one in bundle.certificates]


def pin(bundle: CaBundle, der: bytes) -> CaBundle:
    return check_fingerprint(bundle, cms.read_certificate(der).fingerprint("sha256"))


def sha_1_signed(certificate_der: bytes, issuer_key: RSAPrivateKey) -> bytes:
    """Make the same certificate with a SHA-1 signature, which cryptography no longer does."""
    sha_1, sha_256 = (
        der.algorithm(signatures.RSA_OIDS[digest]) for digest in (Digest.SHA_1, Digest.SHA_256)
    )
    tbs = cms.read_certificate(certificate_der).signed_der.replace(sha_256, sha_1)
    signature = issuer_key.sign(tbs, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - wanted
    return der.sequence(tbs, sha_1, der.bit_string(signature))


@pytest.fixture
def root(ra_key: RSAPrivateKey) -> bytes:
    return factories.authority(ra_key, "Root")


@pytest.fixture
def issuing(ca_key: RSAPrivateKey, ra_key: RSAPrivateKey) -> bytes:
    return factories.certificate("Test CA", ca_key, issuer=("Root", ra_key), ca=True)


@pytest.fixture
def stranger(device_key: RSAPrivateKey) -> bytes:
    return factories.authority(device_key, "Stranger")


def test_a_stranger_among_the_ca_certificates_is_left_out(
    root: bytes, issuing: bytes, stranger: bytes
) -> None:
    for bundle in (pin(bundle_of(stranger, issuing, root), root), bundle_of(issuing, root)):
        trusted = check_chain(bundle)

        assert subjects(trusted) == ["CN=Test CA", "CN=Root"]
        assert trusted.pinned_sha256 == bundle.pinned_sha256
        assert [one.facts.subject for one in trusted.issuers] == ["CN=Test CA", "CN=Root"]


def test_the_root_above_a_pinned_issuing_ca_is_kept(
    root: bytes, issuing: bytes, stranger: bytes
) -> None:
    trusted = check_chain(pin(bundle_of(stranger, root, issuing), issuing))

    assert subjects(trusted) == ["CN=Test CA", "CN=Root"]


def test_a_stranger_left_out_is_worth_a_warning(
    ca: Identity, stranger: bytes, device_key: RSAPrivateKey
) -> None:
    record = Recording()
    useless = factories.certificate(
        "Odd", device_key, issuer=("Stranger", device_key), usage=["cRLSign"]
    )
    fake = FakeCa(identity=ca, now=NOW, chain=(stranger, useless))
    fingerprint = cms.read_certificate(ca.certificate_der).fingerprint("sha1")

    fetched = drive(FetchCa(fingerprint=fingerprint, now=NOW, record=record), fake.answer)

    assert subjects(fetched.bundle) == ["CN=Test CA"]
    step = record.steps[-1]
    assert (step.name.value, step.outcome) == ("CA chain", Outcome.WARNED)
    assert "CN=Odd and CN=Stranger do not belong to the CA and are left out." in step.fact


def test_a_cross_certificate_does_not_hide_the_pinned_root(
    root: bytes, issuing: bytes, ra_key: RSAPrivateKey, device_key: RSAPrivateKey
) -> None:
    cross = factories.certificate("Root", ra_key, issuer=("Old Root", device_key), ca=True)
    old_root = factories.authority(device_key, "Old Root")

    for order in ((cross, old_root, root, issuing), (root, cross, issuing, old_root)):
        trusted = check_chain(pin(bundle_of(*order), root))

        assert trusted.ca.facts.subject == "CN=Test CA"
        assert len(trusted.certificates) == 4


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_a_renewed_ca_the_newest_certificate_counts(
    ca_key: RSAPrivateKey, *, newest_first: bool
) -> None:
    old = factories.authority(ca_key, days=(-800, -10))
    new = factories.authority(ca_key, days=(-30, 3650))

    bundle = bundle_of(*((new, old) if newest_first else (old, new)))

    assert bundle.ca.der == new
    check_validity(check_chain(bundle), NOW)


def agent(
    ca_key: RSAPrivateKey, key: RSAPrivateKey, purposes: Iterable[ObjectIdentifier] | None
) -> bytes:
    return factories.certificate(
        "RA", key, issuer=("Test CA", ca_key), usage=BOTH, purposes=purposes
    )


@pytest.mark.parametrize(
    ("purposes", "remarked"),
    [
        (None, False),
        ([AGENT], False),
        ([ExtendedKeyUsageOID.CLIENT_AUTH, AGENT], False),
        ([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], False),
        ([ExtendedKeyUsageOID.CODE_SIGNING], False),
        ([ExtendedKeyUsageOID.CLIENT_AUTH], True),
        ([ExtendedKeyUsageOID.SERVER_AUTH], True),
    ],
)
def test_a_device_certificate_in_the_place_of_the_ra_is_remarked(
    ca: Identity,
    ra_key: RSAPrivateKey,
    purposes: list[ObjectIdentifier] | None,
    *,
    remarked: bool,
) -> None:
    bundle = bundle_of(agent(ca.private_key, ra_key, purposes), ca.certificate_der)

    assert bundle.recipient.role is Role.RA
    assert any("certificate of a device" in remark for remark in bundle.remarks) is remarked


def test_an_ra_certificate_signed_with_sha_1_is_named_and_strict_refuses_it(
    ca: Identity, ra_key: RSAPrivateKey
) -> None:
    registration = sha_1_signed(agent(ca.private_key, ra_key, None), ca.private_key)
    fake = FakeCa(identity=ca, now=NOW, ra=Identity(registration, ra_key))
    record = Recording()

    fetched = drive(FetchCa(now=NOW, record=record), fake.answer)

    assert weak_signatures(fetched.bundle) == ("CN=RA is signed with SHA-1",)
    assert record.steps[-1].outcome is Outcome.WARNED
    assert "CN=RA is signed with SHA-1." in record.steps[-1].fact
    with pytest.raises(NotTrusted, match="CN=RA is signed with SHA-1, which strict"):
        drive(FetchCa(minimum=Minimum.STRICT, now=NOW), fake.answer)


def test_the_self_signature_of_a_root_and_the_pinned_certificate_need_no_strength(
    issuing: bytes, ra_key: RSAPrivateKey
) -> None:
    old_root = sha_1_signed(factories.authority(ra_key, "Root"), ra_key)
    weak = sha_1_signed(issuing, ra_key)

    assert weak_signatures(bundle_of(issuing, old_root)) == ()
    assert weak_signatures(bundle_of(weak, old_root)) == ("CN=Test CA is signed with SHA-1",)
    assert weak_signatures(pin(bundle_of(weak, old_root), weak)) == ()


def test_keys_that_make_verifying_slow_are_not_taken() -> None:
    slow = [
        RSAPublicNumbers(e=(1 << 3071) + 1, n=(1 << 3072) - 1),
        RSAPublicNumbers(e=65537, n=(1 << 16384) - 1),
    ]
    for numbers in slow:
        spki = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(cms.Unsupported, match="RSA key of"):
            signatures.load_public_key(spki)


def test_too_many_pem_blocks_are_counted_before_they_are_read() -> None:
    with pytest.raises(MalformedReply) as caught:
        read_bundle(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" * 21)

    assert ("Reason", "There are 21 certificates; 20 are the most.") in caught.value.details

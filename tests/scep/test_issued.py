"""The issued certificate: found by key, verified, compared."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from scep import cms
from scep.errors import MalformedReply, NotTrusted
from scep.issued import find_issued, validity_remarks
from scep.messages import Identity
from tests.fakes import issue
from tests.scep import factories
from tests.scep.factories import NOW

CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
OWN = x509.ObjectIdentifier("1.2.3.4")


@pytest.fixture
def authority(ca: Identity) -> cms.Certificate:
    return cms.read_certificate(ca.certificate_der)


@pytest.fixture
def csr_der(device_key: RSAPrivateKey) -> bytes:
    return factories.csr(
        device_key, dns="host.example", usage=["digitalSignature", "keyEncipherment"]
    )


@pytest.mark.conformance("C47")
def test_the_certificate_with_our_key_is_found_wherever_it_stands(
    ca: Identity, authority: cms.Certificate, csr_der: bytes
) -> None:
    issued = issue(ca, csr_der, NOW)

    for order in ([issued, ca.certificate_der], [ca.certificate_der, issued, issued]):
        found = find_issued(order, cms.read_csr(csr_der), [authority])
        assert found.certificate.der == issued
        assert found.others_der == (ca.certificate_der,)
        assert (found.issuer, found.differences) == (authority, ())


@pytest.mark.conformance("C47")
def test_a_swapped_certificate_is_not_trusted(
    ca: Identity, authority: cms.Certificate, csr_der: bytes, ra_key: RSAPrivateKey
) -> None:
    swapped = issue(ca, factories.csr(ra_key), NOW)

    with pytest.raises(NotTrusted, match="holds no certificate for our key") as caught:
        find_issued([swapped], cms.read_csr(csr_der), [authority])

    assert caught.value.details == (("Certificate", "CN=host.example"),)


@pytest.mark.conformance("C47")
def test_two_certificates_for_our_key_are_one_too_many(
    ca: Identity, authority: cms.Certificate, csr_der: bytes
) -> None:
    both = [issue(ca, csr_der, NOW), issue(ca, csr_der, NOW)]

    with pytest.raises(NotTrusted, match="holds 2 certificates for our key"):
        find_issued(both, cms.read_csr(csr_der), [authority])


@pytest.mark.conformance("C47")
def test_a_certificate_of_another_ca_is_not_trusted(
    authority: cms.Certificate, csr_der: bytes, ra_key: RSAPrivateKey
) -> None:
    same_name = Identity(factories.authority(ra_key), ra_key)
    other_name = Identity(factories.authority(ra_key, "Other CA"), ra_key)

    for other in (same_name, other_name):
        with pytest.raises(NotTrusted, match="was not signed by the CA CN=Test CA"):
            find_issued([issue(other, csr_der, NOW)], cms.read_csr(csr_der), [authority])


@pytest.mark.conformance("C47")
def test_a_sub_ca_in_the_reply_may_have_issued_it(
    ca_key: RSAPrivateKey, ra_key: RSAPrivateKey, authority: cms.Certificate, csr_der: bytes
) -> None:
    sub_ca = factories.certificate("Sub CA", ra_key, issuer=("Test CA", ca_key), ca=True)
    forged = factories.authority(ra_key, "Sub CA")
    issued = issue(Identity(sub_ca, ra_key), csr_der, NOW)

    found = find_issued([issued, sub_ca], cms.read_csr(csr_der), [authority])

    assert found.issuer.subject == "CN=Sub CA"
    with pytest.raises(NotTrusted):
        find_issued([issued, forged], cms.read_csr(csr_der), [authority])


def test_an_unreadable_certificate_makes_the_reply_malformed(
    authority: cms.Certificate, csr_der: bytes
) -> None:
    with pytest.raises(MalformedReply) as caught:
        find_issued([b"\x30\x00"], cms.read_csr(csr_der), [authority])

    assert caught.value.stage.value == "Match"


@pytest.mark.conformance("C26", "C47")
def test_differences_from_the_request_are_named(
    ca: Identity, authority: cms.Certificate, csr_der: bytes, device_key: RSAPrivateKey
) -> None:
    policy = factories.csr(device_key, common_name="renamed", usage=["digitalSignature"])

    found = find_issued([issue(ca, policy, NOW)], cms.read_csr(csr_der), [authority])

    assert found.differences == (
        "The subject is CN=renamed; requested was CN=host.example.",
        "The subject alternative name lacks dns:host.example, which was requested.",
        "The key usage lacks keyEncipherment, which was requested.",
    )


@pytest.mark.conformance("C47")
def test_what_was_added_is_named_and_key_usage_only_when_it_was_asked_for(
    ca: Identity, authority: cms.Certificate, csr_der: bytes, device_key: RSAPrivateKey
) -> None:
    plain = cms.read_csr(factories.csr(device_key))

    found = find_issued([issue(ca, csr_der, NOW)], plain, [authority])

    assert found.differences == (
        "The subject alternative name has dns:host.example, which was not requested.",
    )


@pytest.mark.conformance("C47")
def test_a_ca_certificate_nobody_asked_for_is_named(
    ca: Identity, authority: cms.Certificate, device_key: RSAPrivateKey
) -> None:
    plain = cms.read_csr(factories.csr(device_key))
    issuer = ("Test CA", ca.private_key)
    promoted = factories.certificate("host.example", device_key, issuer=issuer, ca=True)

    found = find_issued([promoted], plain, [authority])

    assert found.differences == ("It is the certificate of a CA, which was not requested.",)


def test_an_empty_subject_is_called_empty(
    ca_key: RSAPrivateKey,
    authority: cms.Certificate,
    csr_der: bytes,
    device_key: RSAPrivateKey,
) -> None:
    nameless = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(factories.name("Test CA"))
        .public_key(device_key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW)
        .sign(ca_key, hashes.SHA256())
    )

    found = find_issued([nameless.public_bytes(Encoding.DER)], cms.read_csr(csr_der), [authority])

    assert found.differences[0] == "The subject is empty; requested was CN=host.example."


@pytest.mark.conformance("C26", "C47")
def test_every_field_stands_beside_what_was_requested(
    ca: Identity, authority: cms.Certificate, device_key: RSAPrivateKey
) -> None:
    wanted = factories.csr(device_key, dns="a.example", usage=["digitalSignature"])
    made = factories.csr(device_key, dns="b.example", usage=["keyEncipherment"])

    found = find_issued([issue(ca, made, NOW)], cms.read_csr(wanted), [authority])

    assert [(one.name, one.requested, one.issued) for one in found.fields] == [
        ("subject", "CN=host.example", "CN=host.example"),
        ("subject alternative name", "dns:a.example", "dns:b.example"),
        ("key usage", "digitalSignature", "keyEncipherment"),
        ("extended key usage", "none", "none"),
        ("kind", "end entity", "end entity"),
    ]
    assert [bool(one.differences) for one in found.fields] == [False, True, True, False, False]


@pytest.mark.conformance("C47")
@pytest.mark.parametrize(
    ("requested", "issued", "words"),
    [
        pytest.param([], [CLIENT], [], id="left to the CA"),
        pytest.param([CLIENT], [CLIENT], [], id="as requested"),
        pytest.param([CLIENT], [], ["lacks clientAuth"], id="missing"),
        pytest.param([CLIENT], [CLIENT, OWN], ["has 1.2.3.4"], id="more"),
        pytest.param([OWN], [CLIENT], ["lacks 1.2.3.4", "has clientAuth"], id="another"),
    ],
)
def test_purposes_are_compared_when_they_were_requested(
    ca: Identity,
    authority: cms.Certificate,
    device_key: RSAPrivateKey,
    requested: list[x509.ObjectIdentifier],
    issued: list[x509.ObjectIdentifier],
    words: list[str],
) -> None:
    wanted, made = (factories.csr(device_key, purposes=one) for one in (requested, issued))

    found = find_issued([issue(ca, made, NOW)], cms.read_csr(wanted), [authority])

    assert len(found.differences) == len(words)
    for difference, word in zip(found.differences, words, strict=True):
        assert f"The extended key usage {word}, which was" in difference


@pytest.mark.conformance("C47")
@pytest.mark.parametrize(
    ("days", "later", "words"),
    [
        pytest.param((-1, 1), timedelta(), [], id="valid"),
        pytest.param((1, 2), timedelta(hours=23, minutes=59, seconds=30), [], id="just begun"),
        pytest.param(
            (1, 2), timedelta(), ["It is not valid before 2026-11-24 12:00:00"], id="early"
        ),
        pytest.param((-2, -1), timedelta(), ["It expired on 2026-11-22 12:00:00 UTC."], id="late"),
        pytest.param(
            (-1, 9000),
            timedelta(),
            ["It is valid until 2051-07-15, longer than its CA, which ends on 2036-11-20."],
            id="beyond its CA",
        ),
    ],
)
def test_the_time_of_validity_is_remarked_when_it_is_odd(
    ca_key: RSAPrivateKey,
    authority: cms.Certificate,
    device_key: RSAPrivateKey,
    days: tuple[int, int],
    later: timedelta,
    words: list[str],
) -> None:
    issuer = ("Test CA", ca_key)
    made = factories.certificate("host.example", device_key, issuer=issuer, days=days)

    found = find_issued([made], cms.read_csr(factories.csr(device_key)), [authority])

    remarks = validity_remarks(found, NOW + later)
    assert len(remarks) == len(words)
    assert all(remark.startswith(word) for remark, word in zip(remarks, words, strict=True))

"""Certificates, requests and names: exact bytes, and words."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from pki import der
from scep import cms
from scep.cms import name_text, read_certificate, read_csr, same_name
from scep.cms.errors import SignatureInvalid, Unreadable
from scep.cms.names import general_names, serial_text
from scep.vocabulary import Digest
from tests.scep import factories
from tests.scep.factories import NOW

RSA_SHA_256 = "1.2.840.113549.1.1.11"
DEVICE = der.sequence(der.set_of(der.sequence(der.oid("2.5.4.3"), der.text("device"))))


def tbs(
    *,
    spki: bytes,
    times: tuple[bytes, bytes] | None = None,
    extensions: bytes = b"",
    serial: bytes = der.integer(1),
) -> bytes:
    """Write the signed part of a certificate, as odd as wanted."""
    start, end = times or (der.time(NOW), der.time(NOW))
    return der.sequence(
        der.tagged(0, der.integer(2)),
        serial,
        der.algorithm(RSA_SHA_256),
        DEVICE,
        der.sequence(start, end),
        DEVICE,
        spki,
        *((der.tagged(3, der.sequence(extensions)),) if extensions else ()),
    )


def signed(body: bytes, algorithm: bytes = b"", signature: bytes = b"\x00" * 256) -> bytes:
    return der.sequence(body, algorithm or der.algorithm(RSA_SHA_256), der.bit_string(signature))


def extension(oid: str, value: bytes) -> bytes:
    return der.sequence(der.oid(oid), der.octet_string(value))


@pytest.fixture
def spki(device_key: RSAPrivateKey) -> bytes:
    return read_certificate(factories.certificate("x", device_key)).spki_der


def test_a_certificate_is_read_as_cryptography_reads_it(ca_key: RSAPrivateKey) -> None:
    der_bytes = factories.authority(ca_key)
    expected = x509.load_der_x509_certificate(der_bytes)

    certificate = read_certificate(der_bytes)

    assert certificate.serial == expected.serial_number
    assert certificate.subject_der == expected.subject.public_bytes()
    assert (certificate.subject, certificate.issuer) == ("CN=Test CA", "CN=Test CA")
    assert certificate.not_before == expected.not_valid_before_utc
    assert certificate.not_after == expected.not_valid_after_utc
    assert certificate.signed_der == expected.tbs_certificate_bytes
    assert certificate.fingerprint("sha1") == expected.fingerprint(hashes.SHA1()).hex()  # noqa: S303
    assert (certificate.is_ca, certificate.is_self_issued) == (True, True)
    assert certificate.key_usage == frozenset(
        {"digitalSignature", "keyEncipherment", "keyCertSign", "cRLSign"}
    )
    assert (certificate.rsa_bits, certificate.subject_key_id) == (2048, b"")
    assert certificate.scheme.digest is Digest.SHA_256
    certificate.check_extensions()
    certificate.verify_issued_by(certificate)


def test_a_certificate_without_extensions_limits_nothing(device_key: RSAPrivateKey) -> None:
    certificate = read_certificate(factories.certificate("x", device_key))

    assert (certificate.is_ca, certificate.key_usage) == (None, None)
    assert certificate.alternative_names == ()


def test_a_signature_of_another_issuer_does_not_verify(
    ca_key: RSAPrivateKey, device_key: RSAPrivateKey, ec_key: EllipticCurvePrivateKey
) -> None:
    certificate = read_certificate(factories.certificate("x", device_key))

    with pytest.raises(SignatureInvalid, match="does not verify"):
        certificate.verify_issued_by(read_certificate(factories.authority(ca_key)))
    with pytest.raises(SignatureInvalid, match="another kind of key"):
        certificate.verify_issued_by(read_certificate(factories.authority(ec_key)))


def test_odd_serial_numbers_are_read_as_they_are(spki: bytes) -> None:
    for serial in (-1, 0, 1 << 255, (1 << 256) - 256):
        assert read_certificate(signed(tbs(spki=spki, serial=der.integer(serial)))).serial == serial


def test_times_without_zone_are_utc_and_others_are_converted(spki: bytes) -> None:
    times = (der.element(0x18, b"20260101000000"), der.element(0x18, b"99991231235959Z"))

    certificate = read_certificate(signed(tbs(spki=spki, times=times)))

    assert certificate.not_before == datetime(2026, 1, 1, tzinfo=UTC)
    assert certificate.not_after.year == 9999


def test_the_year_zero_is_out_of_range(spki: bytes) -> None:
    times = (der.element(0x18, b"00000101000000Z"), der.time(NOW))

    with pytest.raises(Unreadable, match="out of range"):
        read_certificate(signed(tbs(spki=spki, times=times)))


@pytest.mark.parametrize(
    ("oid", "value", "words"),
    [
        ("2.5.29.15", b"\xff", "key usage"),
        ("2.5.29.17", b"\x30\x00\x30\x00", "subject alternative name"),
        ("2.5.29.19", b"\xff", "basic constraints"),
        ("2.5.29.14", b"\xff", "subject key identifier"),
    ],
)
def test_a_broken_extension_is_named(spki: bytes, oid: str, value: bytes, words: str) -> None:
    certificate = read_certificate(signed(tbs(spki=spki, extensions=extension(oid, value))))

    with pytest.raises(Unreadable, match=words):
        certificate.check_extensions()


def test_an_extension_may_stand_there_once(spki: bytes) -> None:
    twice = extension("2.5.29.14", der.octet_string(b"k")) * 2

    with pytest.raises(Unreadable, match="stands there twice"):
        read_certificate(signed(tbs(spki=spki, extensions=twice)))


def test_keys_of_unknown_kinds_have_no_size_and_no_use() -> None:
    unknown = der.sequence(der.algorithm("1.2.643.7.1.1.1.1"), der.bit_string(b"\x04\x01x"))
    certificate = read_certificate(signed(tbs(spki=unknown)))

    assert certificate.rsa_bits is None
    with pytest.raises(Unreadable):
        _ = certificate.public_key


@pytest.mark.parametrize("body", [b"", b"\x30\x00", b"junk", b"\x05\x00"])
def test_what_is_no_certificate_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_certificate(body)
    with pytest.raises(Unreadable):
        read_csr(body)


def test_a_request_is_read_with_its_challenge_and_extensions(device_key: RSAPrivateKey) -> None:
    csr = read_csr(
        factories.csr(device_key, challenge="secret", dns="a.b", usage=["digitalSignature"])
    )

    csr.verify()
    assert (csr.subject, csr.challenge) == ("CN=host.example", "secret")
    assert (csr.alternative_names, csr.key_usage) == (
        ("dns:a.b",),
        frozenset({"digitalSignature"}),
    )


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        (der.set_of(der.oid("1.2.840.113549.1.9.7")), "not an identifier with its values"),
        (der.sequence(der.oid("1.2.840.113549.1.9.7")), "not an identifier with its values"),
        (
            der.sequence(der.oid("1.2.840.113549.1.9.14"), der.set_of(der.text("none"))),
            "extensions that are asked for cannot be read",
        ),
    ],
)
def test_a_request_with_a_broken_attribute_is_refused(
    spki: bytes, attribute: bytes, words: str
) -> None:
    info = der.sequence(der.integer(0), der.sequence(), spki, der.tagged(0, attribute))

    with pytest.raises(Unreadable, match=words):
        read_csr(signed(info))


def test_a_request_of_any_length_is_read(device_key: RSAPrivateKey) -> None:
    # A length that ends in 0x80, such as 384 (82 01 80), looks indefinite to asn1crypto.
    for length in range(1, 257):
        der_ = factories.csr(device_key, challenge="A" * length)

        csr = read_csr(der_)

        csr.verify()
        assert csr.challenge == "A" * length


def test_a_name_of_any_length_comes_back_as_it_was() -> None:
    # Every name holds SETs, and none of them may be written anew.
    for length in range(1, 400):
        value = der.element(0x0C, b"x" * length)
        name = der.sequence(der.element(0x31, der.sequence(value)))

        names = cms.read_issuer_and_subject(cms.write_issuer_and_subject(name, name))

        assert names == (name, name)


def test_a_bare_request_has_neither(device_key: RSAPrivateKey) -> None:
    csr = read_csr(factories.csr(device_key))

    assert (csr.challenge, csr.alternative_names, csr.key_usage) == ("", (), None)


def test_a_changed_request_does_not_verify(device_key: RSAPrivateKey) -> None:
    changed = factories.csr(device_key, common_name="hosta").replace(b"hosta", b"hostb")

    with pytest.raises(SignatureInvalid):
        read_csr(changed).verify()


@pytest.mark.conformance("C45")
def test_text_values_come_in_every_string_type() -> None:
    readable = (der.text("19"), der.utf8_string("19"), der.integer(19))

    assert [cms.text_value(value) for value in readable] == ["19", "19", "19"]
    with pytest.raises(Unreadable, match="neither text nor a number"):
        cms.text_value(der.octet_string(b"19"))


def test_a_name_is_written_as_encoded_and_escaped() -> None:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, 'Ex, "Ample" + Co'),
            x509.NameAttribute(x509.ObjectIdentifier("1.2.3"), "x\x1b[31m"),
        ]
    )

    text = name_text(name.public_bytes())

    assert text == 'C=US, O=Ex\\, \\"Ample\\" \\+ Co, 1.2.3=x\\1B[31m'


def test_names_may_have_several_parts_a_step_and_any_string_type() -> None:
    parts = der.set_of(
        der.sequence(der.oid("2.5.4.3"), der.element(0x1E, "ü".encode("utf-16-be"))),
        der.sequence(der.oid("2.5.4.11"), der.integer(7)),
    )

    assert name_text(der.sequence(parts)) == "OU=#020107+CN=ü"


@pytest.mark.parametrize(
    ("serial", "text"), [(0, "00"), (1, "01"), (0xABC, "0ABC"), (0xABCD, "ABCD"), (-1, "-01")]
)
def test_serial_numbers_are_written_as_openssl_does(serial: int, text: str) -> None:
    assert serial_text(serial) == text


def test_a_broken_or_endless_name_is_said_to_be_so() -> None:
    endless = der.sequence(*(DEVICE[2:] for _ in range(400)))

    assert name_text(b"\x30\x05") == "(a name that is not readable)"
    assert name_text(endless) == "(a name that is not readable)"


def test_names_are_the_same_when_they_read_the_same() -> None:
    printable = der.sequence(der.set_of(der.sequence(der.oid("2.5.4.3"), der.text("Host"))))
    utf8 = der.sequence(der.set_of(der.sequence(der.oid("2.5.4.3"), der.utf8_string("host"))))

    assert same_name(printable, printable)
    assert same_name(printable, utf8)
    assert not same_name(printable, DEVICE)
    assert not same_name(b"\x30\x05", b"\x30\x06")


def test_alternative_names_of_all_kinds_are_written() -> None:
    names = der.sequence(
        der.element(0x81, b"a@b"),
        der.element(0x82, b"host"),
        der.element(0x86, b"http://h/\x1b"),
        der.element(0x87, bytes((10, 0, 0, 1))),
        der.element(0x87, bytes(16)),
        der.element(0x88, b"*"),
    )

    assert general_names(names) == (
        "rfc822:a@b",
        "dns:host",
        "uri:http://h/\\1B",
        "ip:10.0.0.1",
        f"other:8710{'00' * 16}",
        "other:88012a",
    )


@pytest.mark.conformance("C27")
def test_a_self_signed_certificate_has_subject_and_key_of_its_request(
    device_key: RSAPrivateKey,
) -> None:
    csr = read_csr(factories.csr(device_key))

    der_bytes = cms.self_signed(csr, device_key, digest=Digest.SHA_256, now=NOW)

    certificate = read_certificate(der_bytes)
    strict = x509.load_der_x509_certificate(der_bytes)
    strict.verify_directly_issued_by(strict)
    assert (certificate.subject_der, certificate.spki_der) == (csr.subject_der, csr.spki_der)
    assert certificate.key_usage == frozenset({"digitalSignature", "keyEncipherment"})
    assert certificate.not_before < NOW < certificate.not_after
    assert 0 < certificate.serial < 1 << 159


def test_a_self_signed_certificate_may_be_signed_with_sha_1_and_outlive_2050(
    device_key: RSAPrivateKey,
) -> None:
    csr = read_csr(factories.csr(device_key))
    late = NOW.replace(year=2055)

    certificate = read_certificate(cms.self_signed(csr, device_key, digest=Digest.SHA_1, now=late))

    certificate.verify_issued_by(certificate)
    assert certificate.scheme.digest is Digest.SHA_1
    assert certificate.not_after.year == 2056


def test_a_certificate_signed_with_pss_verifies(ca_key: RSAPrivateKey) -> None:
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(factories.name("x"))
        .issuer_name(factories.name("Test CA"))
        .public_key(ca_key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW)
        .sign(ca_key, hashes.SHA256(), rsa_padding=pss)
    )

    read_certificate(certificate.public_bytes(Encoding.DER)).verify_issued_by(
        read_certificate(factories.authority(ca_key))
    )


@given(st.binary(max_size=400))
def test_any_bytes_are_a_value_or_an_error(data: bytes) -> None:
    for read in (read_certificate, read_csr, cms.read_issuer_and_subject):
        try:
            read(data)
        except Unreadable:
            continue
    assert isinstance(name_text(data), str)

"""GetCACert bodies in every dress, roles, fingerprints, chains and validity."""

import base64
import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from pki import der
from scep import cms
from scep.cacert import (
    CaBundle,
    Role,
    check_chain,
    check_fingerprint,
    check_keys,
    check_validity,
    read_bundle,
    read_fingerprint,
    spell,
)
from scep.errors import MalformedReply, NotTrusted, ScepError, UnusableRequest
from tests.scep import factories
from tests.scep.factories import NOW
from tests.scep.test_cms_certificate import signed, tbs

SIGNING = ("digitalSignature",)
ENCRYPTION = ("keyEncipherment",)


def pem(label: str, body: bytes) -> bytes:
    text = base64.encodebytes(body).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()


def ra(
    key: RSAPrivateKey, ca_key: RSAPrivateKey, usage: tuple[str, ...] | None, **kwargs: object
) -> bytes:
    """Make an RA certificate; NDES gives all of them one subject."""
    return factories.certificate(
        "NDES-MSCEP-RA",
        key,
        **{"issuer": ("Test CA", ca_key), "usage": usage, **kwargs},  # type: ignore[arg-type]
    )


@pytest.fixture
def ca_der(ca_key: RSAPrivateKey) -> bytes:
    return factories.authority(ca_key)


@pytest.fixture
def ndes(ca_der: bytes, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey) -> CaBundle:
    """Two RA certificates, one to sign and one to encrypt, and the issuing CA."""
    signing, encryption = ra(ra_key, ca_key, SIGNING), ra(ra_key, ca_key, ENCRYPTION)
    return read_bundle(cms.write_certificates([encryption, ca_der, signing]))


def roles(bundle: CaBundle) -> list[tuple[str, str]]:
    return [(one.role.value, one.facts.subject) for one in bundle.certificates]


@pytest.mark.conformance("C19")
def test_the_ca_of_scepserver_is_read_and_used_in_spite_of_its_key_usage(captures: Path) -> None:
    bundle = read_bundle((captures / "scepserver-2.1.0-GetCACert.der").read_bytes())

    facts = bundle.ca.facts
    assert roles(bundle) == [("ca", "C=US, O=scep-ca, OU=SCEP CA")]
    assert bundle.recipient is bundle.ca
    assert bundle.signers == bundle.issuers == (bundle.ca,)
    assert facts.key_usage == ("cRLSign", "keyCertSign")
    assert (facts.key, facts.serial_hex) == ("RSA 2048", "01")
    assert "lacks keyEncipherment" in bundle.remarks[0]


def dressed(certificate: bytes) -> dict[str, bytes]:
    p7 = cms.write_certificates([certificate])
    return {
        "DER": certificate,
        "PKCS#7": p7,
        "PEM": pem("CERTIFICATE", certificate),
        "PEM with text before it": b"subject=CN = x\n" + pem("CERTIFICATE", certificate),
        "PEM of PKCS#7": pem("PKCS7", p7),
        "two PEM blocks": pem("CERTIFICATE", certificate) * 2,
        "base64": base64.encodebytes(certificate),
        "base64 of PKCS#7": base64.b64encode(p7),
        "DER with a line end": certificate + b"\r\n",
    }


@pytest.mark.conformance("C15", "D2")
@pytest.mark.parametrize("dress", dressed(b""))
def test_a_ca_certificate_is_read_in_every_dress(ca_der: bytes, dress: str) -> None:
    bundle = read_bundle(dressed(ca_der)[dress], "text/plain")

    assert [one.der for one in bundle.certificates] == [ca_der]
    assert roles(bundle) == [("ca", "CN=Test CA")]


@pytest.mark.conformance("C18", "D15")
def test_the_roles_of_ndes_come_from_key_usage(ndes: CaBundle) -> None:
    assert roles(ndes) == [
        ("ca", "CN=Test CA"),
        ("ra", "CN=NDES-MSCEP-RA"),
        ("ra", "CN=NDES-MSCEP-RA"),
    ]
    assert ndes.recipient.facts.key_usage == ENCRYPTION
    assert [one.facts.key_usage for one in ndes.signers[:-1]] == [SIGNING]
    assert ndes.signers[-1] is ndes.ca
    assert (ndes.issuers, ndes.remarks) == ((ndes.ca,), ())


@pytest.mark.conformance("C18", "D14")
@pytest.mark.parametrize(
    ("usages", "chosen"),
    [
        pytest.param(
            [("digitalSignature", "keyEncipherment"), ENCRYPTION], ENCRYPTION, id="only to encrypt"
        ),
        pytest.param(
            [SIGNING, ("digitalSignature", "keyEncipherment")],
            ("digitalSignature", "keyEncipherment"),
            id="one that may do both",
        ),
        pytest.param([SIGNING, ("dataEncipherment",)], ("dataEncipherment",), id="data only"),
        pytest.param([SIGNING, None], (), id="one without limits"),
        pytest.param(
            [SIGNING],
            ("cRLSign", "digitalSignature", "keyCertSign", "keyEncipherment"),
            id="none: the CA",
        ),
    ],
)
def test_exactly_one_recipient_is_chosen(
    ca_der: bytes,
    ca_key: RSAPrivateKey,
    ra_key: RSAPrivateKey,
    usages: list[tuple[str, ...] | None],
    chosen: tuple[str, ...],
) -> None:
    registration = [ra(ra_key, ca_key, usage) for usage in usages]

    bundle = read_bundle(cms.write_certificates([*registration, ca_der]))

    assert bundle.recipient.facts.key_usage == tuple(sorted(chosen))


@pytest.mark.conformance("C17", "D19")
def test_the_issuing_ca_is_found_in_any_order_of_a_chain(
    ca_key: RSAPrivateKey, ra_key: RSAPrivateKey, ec_key: EllipticCurvePrivateKey
) -> None:
    root = factories.authority(ec_key, "Root")
    middle = factories.certificate("Middle", ra_key, issuer=("Root", ec_key), ca=True)
    issuing = factories.certificate("Issuing", ca_key, issuer=("Middle", ra_key), ca=True)

    for order in ([root, middle, issuing], [issuing, root, middle], [middle, issuing, root]):
        bundle = read_bundle(cms.write_certificates(order))
        assert roles(bundle)[0] == ("ca", "CN=Issuing")
        assert set(roles(bundle)[1:]) == {("chain", "CN=Middle"), ("root", "CN=Root")}
        check_chain(bundle)


@pytest.mark.conformance("C18")
def test_the_ca_that_issued_the_ra_is_the_one_that_issues(
    ca_der: bytes, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> None:
    other = factories.authority(ra_key, "Other CA")
    registration = ra(ra_key, ca_key, None)

    bundle = read_bundle(cms.write_certificates([other, registration, ca_der]))

    assert bundle.ca.facts.subject == "CN=Test CA"


def test_a_root_without_extensions_is_a_ca_and_a_lone_certificate_always_is(
    ca_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> None:
    old_root = factories.certificate("Test CA", ca_key)
    leaf = factories.certificate("RA", ra_key, issuer=("Test CA", ca_key), ca=False)

    assert read_bundle(old_root).ca.role is Role.CA
    assert read_bundle(leaf).ca.facts.subject == "CN=RA"
    assert roles(read_bundle(cms.write_certificates([leaf, old_root])))[1] == ("ra", "CN=RA")


NONSENSE = [
    pytest.param(b"", "empty CA certificate", id="empty"),
    pytest.param(b" \r\n", "empty CA certificate", id="blank"),
    pytest.param(
        b"<html><head><title>IIS Windows Server</title>",
        'an HTML page titled "IIS Windows Server" instead of a CA certificate',
        id="HTML",
    ),
    pytest.param(b"CA not found", '"CA not found" instead of a CA certificate', id="text"),
    pytest.param(b"\x30\x03\x02\x01\x05", "5 bytes beginning with 30 03 02 01 05", id="DER"),
    pytest.param(b"QUJD", 'beginning with "QUJD"', id="base64 of junk"),
    pytest.param(b"QUJ", 'beginning with "QUJ"', id="broken base64"),
    pytest.param(pem("CERTIFICATE", b"junk"), "BEGIN CERTIFICATE", id="PEM of junk"),
    pytest.param(cms.write_certificates([]), "bytes beginning with 30", id="empty PKCS#7"),
]


@pytest.mark.conformance("C16", "D3", "D44")
@pytest.mark.parametrize(("body", "words"), NONSENSE)
def test_what_is_no_certificate_is_described(body: bytes, words: str) -> None:
    with pytest.raises(MalformedReply, match="server sent") as caught:
        read_bundle(body, "text/html; charset=utf-8")

    assert words in caught.value.fact
    assert caught.value.stage.value == "GetCACert"


def test_ra_certificates_without_a_ca_are_refused(
    ca_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> None:
    body = cms.write_certificates([ra(ra_key, ca_key, SIGNING), ra(ra_key, ca_key, ENCRYPTION)])

    with pytest.raises(MalformedReply) as caught:
        read_bundle(body)

    assert ("Reason", "There are RA certificates but no CA certificate.") in caught.value.details


def test_ten_thousand_certificates_are_refused(ca_der: bytes) -> None:
    with pytest.raises(MalformedReply):
        read_bundle(cms.write_certificates([ca_der] * 2000))
    with pytest.raises(MalformedReply) as caught:
        read_bundle(pem("CERTIFICATE", ca_der) * 21)

    assert ("Reason", "There are 21 certificates; 20 are the most.") in caught.value.details


def test_a_bundle_survives_being_written_down(ndes: CaBundle) -> None:
    pinned = check_fingerprint(ndes, ndes.ca.facts.fingerprint_sha1)

    again = CaBundle.from_json(pinned.to_json())

    assert [one.der for one in again.certificates] == [one.der for one in pinned.certificates]
    assert again.pinned_sha256 == ndes.ca.facts.fingerprint_sha256
    assert roles(again) == roles(ndes)


@pytest.mark.conformance("C21")
@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda digits: digits, id="plain"),
        pytest.param(lambda digits: digits.upper(), id="upper case"),
        pytest.param(
            lambda digits: ":".join(digits[i : i + 2] for i in range(0, len(digits), 2)),
            id="colons",
        ),
        pytest.param(
            lambda digits: " ".join(digits[i : i + 8] for i in range(0, len(digits), 8)),
            id="groups, as NDES",
        ),
    ],
)
def test_a_fingerprint_may_be_written_in_any_way(
    ndes: CaBundle, algorithm: str, write: object
) -> None:
    text = write(ndes.ca.certificate.fingerprint(algorithm))  # type: ignore[operator]

    pinned = check_fingerprint(ndes, text)

    assert pinned.pinned_sha256 == ndes.ca.facts.fingerprint_sha256


def test_a_fingerprint_may_be_pasted_from_openssl() -> None:
    digits = "ab" * 20

    assert read_fingerprint(f"SHA1 Fingerprint={digits}") == ("sha1", digits)
    assert read_fingerprint(f"sha-1: {digits}") == ("sha1", digits)


@pytest.mark.conformance("C21", "D48")
@pytest.mark.parametrize("text", ["", "abc", "g" * 40, "ab" * 21])
def test_what_is_no_fingerprint_is_refused(ndes: CaBundle, text: str) -> None:
    with pytest.raises(UnusableRequest, match="fingerprint is not one"):
        check_fingerprint(ndes, text)


def test_a_fingerprint_is_spelled_the_way_people_compare_it() -> None:
    assert spell("0aff12") == "0A:FF:12"


@pytest.mark.conformance("C21")
def test_a_wrong_fingerprint_shows_what_was_expected_and_all_that_was_received(
    ndes: CaBundle,
) -> None:
    with pytest.raises(NotTrusted) as caught:
        check_fingerprint(ndes, "00" * 32)

    error = caught.value
    assert error.fact == (
        "The CA certificate's SHA-256 fingerprint is "
        f"{spell(ndes.ca.facts.fingerprint_sha256)}, not {':'.join(['00'] * 32)}."
    )
    assert error.details[0] == ("Expected", ":".join(["00"] * 32))
    assert [text for _, text in error.details[1:]] == [
        spell(one.facts.fingerprint_sha256) for one in ndes.certificates
    ]
    assert "Nothing was stored" in error.hint


@pytest.mark.conformance("C21")
def test_the_fingerprint_of_the_ra_is_named_as_such(ndes: CaBundle) -> None:
    with pytest.raises(NotTrusted, match="that of the RA certificate CN=NDES-MSCEP-RA"):
        check_fingerprint(ndes, ndes.recipient.facts.fingerprint_md5)


@pytest.mark.conformance("C20", "C21")
def test_a_pinned_root_pins_the_issuing_ca_below_it(
    ca_key: RSAPrivateKey, ra_key: RSAPrivateKey, device_key: RSAPrivateKey
) -> None:
    root = factories.authority(ra_key, "Root")
    issuing = factories.certificate("Issuing", ca_key, issuer=("Root", ra_key), ca=True)
    stranger = factories.authority(device_key, "Stranger")
    bundle = read_bundle(cms.write_certificates([stranger, issuing, root]))

    pinned = check_fingerprint(bundle, cms.read_certificate(root).fingerprint("sha256"))

    assert pinned.ca.facts.subject == "CN=Issuing"
    check_chain(pinned)


@pytest.mark.conformance("C20")
def test_an_ra_that_the_ca_has_not_signed_is_not_trusted(
    ca_der: bytes, ra_key: RSAPrivateKey, device_key: RSAPrivateKey
) -> None:
    forged = ra(ra_key, device_key, ("digitalSignature", "keyEncipherment"))
    bundle = read_bundle(cms.write_certificates([forged, ca_der]))

    with pytest.raises(NotTrusted, match="RA certificate CN=NDES-MSCEP-RA does not chain"):
        check_chain(bundle)


@pytest.mark.conformance("C20", "C21", "D41")
def test_a_ca_that_the_pinned_one_has_not_signed_is_not_trusted(
    ca_key: RSAPrivateKey, ra_key: RSAPrivateKey, device_key: RSAPrivateKey
) -> None:
    pinned = factories.authority(device_key, "Pinned")
    registration = ra(ra_key, ca_key, None)
    body = cms.write_certificates([pinned, registration, factories.authority(ca_key)])

    bundle = check_fingerprint(
        read_bundle(body), cms.read_certificate(pinned).fingerprint("sha256")
    )

    with pytest.raises(NotTrusted, match="does not chain to the CA"):
        check_chain(bundle)


@pytest.mark.conformance("C22")
def test_an_expired_ca_is_not_trusted_and_its_dates_are_shown(ca_key: RSAPrivateKey) -> None:
    bundle = read_bundle(factories.authority(ca_key, days=(-400, -35)))

    with pytest.raises(
        NotTrusted, match="CA certificate CN=Test CA expired on 2026-10-19"
    ) as caught:
        check_validity(bundle, NOW)

    assert ("Valid from", "2025-10-19 12:00:00 UTC") in caught.value.details
    assert ("Now", "2026-11-23 12:00:00 UTC") in caught.value.details


@pytest.mark.conformance("C22")
def test_a_ca_of_tomorrow_is_not_trusted(ca_key: RSAPrivateKey) -> None:
    bundle = read_bundle(factories.authority(ca_key, days=(1, 400)))

    with pytest.raises(NotTrusted, match="is not valid before 2026-11-24 12:00 UTC"):
        check_validity(bundle, NOW)
    check_validity(bundle, NOW + timedelta(days=2))


@pytest.mark.conformance("C20")
def test_an_expired_ra_is_not_trusted(
    ca_der: bytes, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> None:
    bundle = read_bundle(
        cms.write_certificates([ra(ra_key, ca_key, ENCRYPTION, days=(-800, -70)), ca_der])
    )

    with pytest.raises(NotTrusted, match="The RA certificate CN=NDES-MSCEP-RA expired"):
        check_validity(bundle, NOW)


@pytest.mark.conformance("C22")
def test_short_keys_are_not_trusted(ec_key: EllipticCurvePrivateKey) -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - refused below
    bundle = read_bundle(factories.authority(short))

    check_keys(bundle, 1024)
    check_keys(read_bundle(factories.authority(ec_key)), 2048)
    with pytest.raises(NotTrusted, match="has 1024 bits; 2048 is the least"):
        check_keys(bundle, 2048)


def test_keys_are_put_into_words(ec_key: EllipticCurvePrivateKey, vectors: Path) -> None:
    folder = vectors / "smallstep-certificates" / "authority" / "testdata" / "scep"
    body = (folder / "root.crt").read_bytes() + (folder / "intermediate.crt").read_bytes()

    assert read_bundle(factories.authority(ec_key)).ca.facts.key == "EC secp256r1"
    assert {one.facts.key for one in read_bundle(body).certificates} == {
        "EC secp256r1",
        "RSA 2048",
    }


def test_other_keys_are_put_into_words_too() -> None:
    edwards = ed25519.Ed25519PrivateKey.generate().public_key()
    spki = edwards.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    unknown = der.sequence(der.algorithm("1.2.643.7.1.1.1.1"), der.bit_string(b"x"))

    keys = [read_bundle(signed(tbs(spki=key))).ca.facts.key for key in (spki, unknown)]

    assert keys == ["Ed25519", "unknown"]


def test_twenty_ca_certificates_of_one_name_are_sorted_out(ca_key: RSAPrivateKey) -> None:
    same_name = [factories.authority(ca_key) for _ in range(20)]

    bundle = read_bundle(cms.write_certificates(same_name))

    assert len(bundle.certificates) == 20
    check_chain(bundle)


@given(st.binary(max_size=300))
def test_any_body_is_a_bundle_or_an_error(body: bytes) -> None:
    with pytest.raises(ScepError):
        read_bundle(body)


@given(st.text(max_size=100))
def test_any_text_is_a_fingerprint_or_an_error(text: str) -> None:
    with contextlib.suppress(UnusableRequest):
        assert read_fingerprint(text)[0] in {"md5", "sha1", "sha256"}

"""Certificates in words."""

import datetime as dt
import ipaddress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from pki import bundle, certinfo
from pki.certinfo import CertificateFacts, CertificateUnreadable
from tests import issuing
from tests.issuing import Wanted


def facts(*extensions: tuple[x509.ExtensionType, bool]) -> CertificateFacts:
    return certinfo.read(issuing.issue(Wanted("fw1", extensions=extensions)).der)


def words(value: x509.ExtensionType) -> str:
    """How one extension is explained."""
    return facts((value, False)).extensions[-1].text


def test_the_usual_facts_are_told() -> None:
    authority = issuing.ca("Acme CA")
    issued = issuing.server(authority, "fw1.example.com", "192.0.2.1")

    found = certinfo.read(issued.der)

    assert (found.subject, found.issuer) == ("CN=fw1.example.com", "CN=Acme CA")
    assert int(found.serial_hex, 16) == issued.certificate.serial_number
    assert len(found.serial_hex) % 2 == 0
    assert found.not_after == issued.certificate.not_valid_after_utc
    assert found.not_before.tzinfo is dt.UTC
    assert (found.algorithm, found.key_bits) == ("RSA", 2048)
    assert found.signature_algorithm == "SHA-256 with RSA"
    assert found.san == ("DNS:fw1.example.com", "IP:192.0.2.1")
    assert not found.is_ca
    assert not found.self_issued
    assert len(found.fingerprint_sha256) == 64
    assert len(found.fingerprint_sha1) == 40
    assert len(found.fingerprint_md5) == 32
    assert found.subject_der == issued.certificate.subject.public_bytes()
    assert found.issuer_der == authority.certificate.subject.public_bytes()
    assert found.subject_key_id
    assert found.authority_key_id == ""


def test_a_ca_is_known_by_its_basic_constraints() -> None:
    found = certinfo.read(issuing.ca().der)

    assert found.is_ca
    assert found.self_issued


def test_serials_have_whole_octets() -> None:
    assert all(len(certinfo.read(issuing.ca().der).serial_hex) % 2 == 0 for _ in range(20))


def test_key_usages_have_their_rfc_names() -> None:
    bits = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        True,
    )

    found = facts((x509.KeyUsage(**bits), True))

    assert found.key_usage == (
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    )
    assert found.extensions[-1].critical
    assert found.extensions[-1].name == "Key usage"


def test_extended_key_usages_have_names_or_their_oid() -> None:
    usage = x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.CLIENT_AUTH, x509.ObjectIdentifier("1.2.3.4")]
    )

    assert facts((usage, False)).extended_key_usage == ("clientAuth", "1.2.3.4")
    assert words(usage) == "clientAuth\n1.2.3.4"


def test_the_authority_key_is_told_in_full() -> None:
    value = x509.AuthorityKeyIdentifier(
        b"\1\2", [x509.DirectoryName(x509.Name([]))], int("abc", 16)
    )

    found = facts((value, False))

    assert found.authority_key_id == "0102"
    assert found.extensions[-1].text == "Key ID 01:02\nIssuer directory:\nSerial ABC"
    assert words(x509.AuthorityKeyIdentifier(None, None, None)) == "Empty"


_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(
            x509.SubjectAlternativeName(
                [
                    x509.DNSName("a.example"),
                    x509.RFC822Name("a@b.example"),
                    x509.UniformResourceIdentifier("https://a.example/"),
                    x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
                    x509.DirectoryName(_NAME),
                    x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
                    x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), b"\x0c\x03a@b"),
                    x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"),
                ]
            ),
            "DNS:a.example\nemail:a@b.example\nURI:https://a.example/\nIP:2001:db8::1\n"
            "directory:CN=x\nregistered ID:1.2.3\nUPN:a@b\n1.2.3:0500",
            id="alternative names",
        ),
        pytest.param(
            x509.IssuerAlternativeName([x509.DNSName("ca.example")]), "DNS:ca.example", id="issuer"
        ),
        pytest.param(
            x509.CRLDistributionPoints(
                [
                    x509.DistributionPoint(
                        [x509.UniformResourceIdentifier("http://a/crl")],
                        None,
                        None,
                        [x509.DirectoryName(_NAME)],
                    ),
                    x509.DistributionPoint(
                        None,
                        x509.RelativeDistinguishedName(list(_NAME)),
                        None,
                        [x509.DirectoryName(_NAME)],
                    ),
                ]
            ),
            "URI:http://a/crl\nCRL issuer directory:CN=x\n"
            "Relative to the CRL issuer: CN=x\nCRL issuer directory:CN=x",
            id="CRL",
        ),
        pytest.param(
            x509.AuthorityInformationAccess(
                [
                    x509.AccessDescription(
                        AuthorityInformationAccessOID.OCSP,
                        x509.UniformResourceIdentifier("http://a/ocsp"),
                    ),
                    x509.AccessDescription(
                        x509.ObjectIdentifier("1.2.3"), x509.DNSName("a.example")
                    ),
                ]
            ),
            "OCSP: URI:http://a/ocsp\n1.2.3: DNS:a.example",
            id="AIA",
        ),
        pytest.param(
            x509.CertificatePolicies(
                [
                    x509.PolicyInformation(
                        x509.ObjectIdentifier("2.5.29.32.0"),
                        [
                            "http://a/cps",
                            x509.UserNotice(None, "Be kind"),
                            x509.UserNotice(x509.NoticeReference("o", [1]), None),
                        ],
                    ),
                    x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None),
                ]
            ),
            "Policy 2.5.29.32.0\n  Practice statement: http://a/cps\n  Notice: Be kind\n"
            "  Notice: by reference\nPolicy 1.2.3",
            id="policies",
        ),
        pytest.param(
            x509.MSCertificateTemplate(x509.ObjectIdentifier("1.2.3"), 100, 4),
            "Template 1.2.3, version 100.4",
            id="template",
        ),
        pytest.param(
            x509.MSCertificateTemplate(x509.ObjectIdentifier("1.2.3"), None, None),
            "Template 1.2.3",
            id="template without version",
        ),
        pytest.param(
            x509.NameConstraints([x509.DNSName("a.example")], [x509.DNSName("b.example")]),
            "Permitted DNS:a.example\nExcluded DNS:b.example",
            id="name constraints",
        ),
        pytest.param(
            x509.PolicyConstraints(0, 1),
            "An explicit policy is needed after 0 CAs\nPolicy mapping is forbidden after 1 CAs",
            id="policy constraints",
        ),
        pytest.param(
            x509.PolicyConstraints(None, 1),
            "Policy mapping is forbidden after 1 CAs",
            id="policy mapping",
        ),
        pytest.param(
            x509.PolicyConstraints(2, None),
            "An explicit policy is needed after 2 CAs",
            id="explicit policy",
        ),
        pytest.param(x509.InhibitAnyPolicy(3), "After 3 CAs", id="any policy"),
        pytest.param(
            x509.TLSFeature([x509.TLSFeatureType.status_request]), "status_request", id="TLS"
        ),
        pytest.param(
            x509.OCSPNoCheck(),
            "The responder's certificate is not checked for revocation",
            id="OCSP",
        ),
        pytest.param(
            x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\1\2"), "01:02", id="hex"
        ),
        pytest.param(
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2"), b"\x1e\x04\0S\0C"
            ),
            "SC",
            id="template name",
        ),
        pytest.param(
            x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2"), b"\x30\x00"),
            "30:00",
            id="template name that is none",
        ),
        pytest.param(
            x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.311.21.1"), b""),
            "",
            id="CA version that is none",
        ),
        pytest.param(
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.4.1.311.21.1"), b"\x02\x01\x07"
            ),
            "7",
            id="CA version",
        ),
        pytest.param(
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.4.1.311.21.10"),
                bytes.fromhex("3012300a06082b060105050703023004060229 03"),
            ),
            "clientAuth\n1.1.3",
            id="application policies",
        ),
        pytest.param(
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.4.1.311.25.2"), b"..S-1-5-21-1004336348-512"
            ),
            "S-1-5-21-1004336348-512",
            id="SID",
        ),
        pytest.param(
            x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.311.25.2"), b"\1"),
            "01",
            id="SID that is none",
        ),
        pytest.param(
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("2.16.840.1.113730.1.13"), b"\x16\x02hi"
            ),
            "hi",
            id="comment",
        ),
        pytest.param(
            x509.PrivateKeyUsagePeriod(dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 2)),  # noqa: DTZ001 - the library takes no other
            "30:22:80:0f:32:30:32:36:30:31:30:31:30:30:30:30:30:30:5a:"
            "81:0f:32:30:32:36:30:31:30:32:30:30:30:30:30:30:5a",
            id="known to the library, not to us",
        ),
    ],
)
def test_extensions_are_explained(value: x509.ExtensionType, text: str) -> None:
    assert words(value) == text


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (Wanted(), "Not a CA: it cannot issue certificates"),
        (Wanted(ca=True), "CA: it may issue certificates, any number of CAs below it"),
        (Wanted(ca=True, path_length=0), "CA: it may issue certificates, at most 0 CAs below it"),
    ],
    ids=["leaf", "CA", "issuing CA"],
)
def test_basic_constraints_are_explained(wanted: Wanted, text: str) -> None:
    assert certinfo.read(issuing.issue(wanted).der).extensions[0].text == text


def test_a_hostile_extension_is_cut() -> None:
    names = [x509.DNSName(f"{number}.example") for number in range(2000)]

    (text,) = [e.text for e in facts((x509.SubjectAlternativeName(names), False)).extensions[2:]]

    assert len(text) < 9000
    assert text.endswith("... (cut)")


BROKEN = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), b"\x30\x02\x82\x7f")


def test_an_extension_that_cannot_be_decoded_is_shown_as_hex_with_all_others() -> None:
    found = facts((x509.OCSPNoCheck(), True), (BROKEN, False))

    assert [item.name for item in found.extensions] == [
        "Basic constraints",
        "Subject key identifier",
        "OCSP no check",
        "Subject alternative name",
    ]
    assert [item.text for item in found.extensions][2:] == ["05:00", "30:02:82:7f"]
    assert [item.critical for item in found.extensions] == [True, False, True, False]
    assert found.san == ()


def test_a_broken_extension_among_hundreds_shows_none() -> None:
    many = [
        (x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.{number}"), b""), False)
        for number in range(300)
    ]

    assert facts(*many, (BROKEN, False)).extensions == ()


def facts_der(*extensions: tuple[x509.ExtensionType, bool]) -> bytes:
    return issuing.issue(Wanted("fw1", extensions=extensions)).der


def test_a_key_of_an_unknown_kind_has_no_size() -> None:
    oid = bytes.fromhex("2a864886f70d010101")
    found = certinfo.read(facts_der().replace(oid, oid[:-1] + b"\x7f"))

    assert (found.algorithm, found.key_bits) == ("1.2.840.113549.1.1.127", 0)


def test_an_unknown_signature_algorithm_is_told_by_its_oid() -> None:
    oid = bytes.fromhex("2a864886f70d01010b")
    found = certinfo.read(facts_der().replace(oid, oid[:-1] + b"\x7f"))

    assert found.signature_algorithm == "1.2.840.113549.1.1.127"


def test_an_ec_key_is_told() -> None:
    issued = issuing.issue(Wanted("x", key=ec.generate_private_key(ec.SECP256R1())))
    found = certinfo.read(issued.der)

    assert (found.algorithm, found.key_bits) == ("EC", 256)
    assert found.signature_algorithm == "SHA-256 with ECDSA"


@pytest.mark.parametrize(
    ("der", "words"),
    [
        (b"", "not an X.509 certificate"),
        (b"junk", "not an X.509 certificate"),
        (b"\x30\x00", "not an X.509 certificate"),
        (b"\x30" * 70_000, "at most 65536"),
    ],
    ids=["empty", "junk", "sequence", "large"],
)
def test_bytes_that_are_no_certificate_are_refused(der: bytes, words: str) -> None:
    with pytest.raises(CertificateUnreadable, match=words):
        certinfo.read(der)


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(CertificateUnreadable, match="must be there"):
        certinfo.read(facts_der().replace(b"\x0c\x03fw1", b"\x0c\x03\xff\xff\xff"))


WHOLE = facts_der((x509.OCSPNoCheck(), False))


@given(data=st.data())
def test_a_certificate_with_one_byte_changed_never_fails_otherwise(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))

    try:
        found = certinfo.read(bytes(whole))
    except CertificateUnreadable as error:
        assert str(error)  # noqa: PT017 - either outcome is right
    else:
        assert found.subject_der


@given(st.binary(max_size=300))
def test_any_bytes_give_facts_or_a_reason(der: bytes) -> None:
    with pytest.raises(CertificateUnreadable):
        certinfo.read(der)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("live-captures/ca.pem", "C=US,O=scep-ca,OU=SCEP CA"),
        ("asn1crypto/tests/fixtures/keys/test.crt", None),
        ("smallstep-certificates/authority/testdata/scep/intermediate.crt", None),
        ("openxpki/tools/testenv/certificates/OpenXPKI_SCEP_RA.crt", None),
    ],
)
def test_foreign_certificates_are_read(vectors: Path, name: str, subject: str | None) -> None:
    (der,) = bundle.to_ders((vectors / name).read_bytes())

    found = certinfo.read(der)

    assert subject in {None, found.subject}
    assert all(extension.text for extension in found.extensions)

"""Names, hashes and times in the spelling of OpenSSL."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from hypothesis import given
from hypothesis import strategies as st

from pki import certinfo, openssl
from pki.errors import CertificateUnreadable
from tests import openssl as program
from tests.issuing import Issued, Wanted, issue, rsa_key

OID = x509.NameOID
NAMES = [
    x509.Name.from_rfc4514_string("CN=fw-1"),
    x509.Name.from_rfc4514_string("CN=fw,OU=Netz,O=Acme,L=Bonn,ST=NRW,C=DE"),
    x509.Name(
        [
            x509.NameAttribute(OID.COMMON_NAME, "Zürich / a+b\\ \u4e2d"),
            x509.NameAttribute(OID.EMAIL_ADDRESS, "a@example.com", _ASN1Type.IA5String),
            x509.NameAttribute(OID.TITLE, "Dr"),
            x509.NameAttribute(OID.USER_ID, "jdoe"),
            x509.NameAttribute(OID.DOMAIN_COMPONENT, "example", _ASN1Type.IA5String),
            x509.NameAttribute(OID.SERIAL_NUMBER, "0042"),
        ]
    ),
    x509.Name([x509.NameAttribute(OID.ORGANIZATION_NAME, "Wide", _ASN1Type.BMPString)]),
    x509.Name(
        [
            x509.RelativeDistinguishedName(
                [
                    x509.NameAttribute(OID.COMMON_NAME, "a"),
                    x509.NameAttribute(OID.ORGANIZATION_NAME, "b"),
                ]
            )
        ]
    ),
]


def _named(name: x509.Name) -> Issued:
    return issue(Wanted(name, key=rsa_key("openssl words")))


def _printed(issued: Issued, *options: str) -> str:
    return program.run("x509", "-noout", *options, stdin=issued.pem).decode("ascii").strip()


@program.needs_openssl
@pytest.mark.parametrize("name", NAMES)
def test_hashes_are_those_that_openssl_prints(name: x509.Name) -> None:
    issued = _named(name)
    facts = certinfo.read(issued.der)

    assert openssl.name_hash(facts.subject_der) == _printed(issued, "-subject_hash_old")
    assert openssl.name_hash(facts.issuer_der) == _printed(issued, "-issuer_hash_old")


@program.needs_openssl
@pytest.mark.parametrize("name", NAMES)
def test_the_slash_form_is_the_one_that_openssl_prints(name: x509.Name) -> None:
    issued = _named(name)

    printed = _printed(issued, "-subject", "-nameopt", "compat").removeprefix("subject=")

    assert openssl.oneline(certinfo.read(issued.der).subject_der) == printed.strip()


@program.needs_openssl
def test_times_are_those_that_openssl_prints() -> None:
    begins = datetime(2026, 5, 4, 19, 36, 3, tzinfo=UTC)
    ends = begins + timedelta(days=365 * 40)
    issued = issue(Wanted("t", not_before=begins, not_after=ends))

    assert f"notBefore={openssl.time_text(begins)}" == _printed(issued, "-startdate")
    assert f"notAfter={openssl.time_text(ends)}" == _printed(issued, "-enddate")


def test_a_time_of_another_zone_is_written_in_gmt() -> None:
    east = datetime(2026, 12, 24, 1, 0, 0, tzinfo=timezone(timedelta(hours=2)))

    assert openssl.time_text(east) == "Dec 23 23:00:00 2026 GMT"


def test_an_attribute_without_a_name_is_written_as_its_oid() -> None:
    name = x509.Name([x509.NameAttribute(x509.ObjectIdentifier("1.2.3.4.5"), "x")])

    assert openssl.oneline(name.public_bytes()) == "/1.2.3.4.5=x"


@given(st.binary(max_size=60))
def test_any_bytes_are_a_name_or_refused(data: bytes) -> None:
    with contextlib.suppress(CertificateUnreadable):
        openssl.oneline(data)


def test_what_is_no_name_is_refused() -> None:
    for data in (b"", b"\x30\x04\x31\x02\x30\x00", b"\x30\x05"):
        with pytest.raises(CertificateUnreadable, match="The name cannot be read"):
            openssl.oneline(data)

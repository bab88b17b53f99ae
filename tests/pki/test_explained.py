"""Extensions with what they mean."""

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from pki import explained, meanings
from pki.certinfo import CertificateUnreadable
from pki.explained import ExplainedExtension, ExplainedLine
from pki.oids import EXTENDED_KEY_USAGES, EXTENSIONS
from tests import issuing
from tests.issuing import Wanted


def one(value: x509.ExtensionType, *, critical: bool = False) -> ExplainedExtension:
    """How one extension is explained."""
    der = issuing.issue(Wanted("fw1", extensions=[(value, critical)])).der
    return explained.explained(der)[-1]


def test_every_extension_with_a_name_has_its_purpose() -> None:
    assert meanings.EXTENSIONS.keys() == EXTENSIONS.keys()
    assert set(EXTENDED_KEY_USAGES.values()) <= meanings.VALUES.keys()


def test_uses_are_told_beside_their_standard_names() -> None:
    usage = x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.CLIENT_AUTH, x509.ObjectIdentifier("1.2.3.4")]
    )

    found = one(usage, critical=True)

    assert (found.name, found.critical, found.is_known) == ("Extended key usage", True, True)
    assert found.purpose.startswith("For which purposes")
    assert found.lines == (
        ExplainedLine("clientAuth", "TLS clients, VPN users"),
        ExplainedLine("1.2.3.4", ""),
    )


def test_a_name_that_looks_like_a_use_is_not_explained() -> None:
    found = one(x509.SubjectAlternativeName([x509.DNSName("a\nserverAuth")]))

    assert found.lines == (ExplainedLine("DNS:a", ""), ExplainedLine("serverAuth", ""))


def test_an_unknown_extension_shows_its_octets_and_what_they_are() -> None:
    value = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x30\x03\x02\x01\x07")

    found = one(value)

    assert (found.name, found.oid, found.is_known, found.purpose) == (
        "1.2.3.4",
        "1.2.3.4",
        False,
        "",
    )
    assert found.lines == (ExplainedLine("30:03:02:01:07", ""),)
    assert found.asn1 == "    0     3  SEQUENCE\n    2     1    INTEGER 7\n"


def test_hundreds_of_extensions_are_shown_without_their_octets() -> None:
    many = [
        (x509.UnrecognizedExtension(x509.ObjectIdentifier(f"1.2.3.{number}"), b"\x05\x00"), False)
        for number in range(300)
    ]

    found = explained.explained(issuing.issue(Wanted("fw1", extensions=many)).der)

    assert len(found) >= 300
    assert found[-1].lines == (ExplainedLine("05:00", ""),)
    assert found[-1].asn1 == ""


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(CertificateUnreadable):
        explained.explained(b"junk")

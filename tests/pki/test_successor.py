"""The request that fits a certificate."""

import pytest
from cryptography import x509

from pki.errors import CertificateUnreadable
from pki.san import SanKind, SanValue
from pki.successor import successor
from tests import issuing
from tests.issuing import Wanted

USAGE = {
    "digital_signature": True,
    "content_commitment": True,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}


def test_names_and_usages_are_those_of_the_certificate() -> None:
    names = [x509.DNSName("fw1.example"), x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))]
    old = issuing.issue(Wanted("fw1", sans=names, extensions=[(x509.KeyUsage(**USAGE), True)]))

    spec = successor(old.der)

    assert spec.subject == old.certificate.subject
    assert spec.san == (SanValue(SanKind.DNS, "fw1.example"),)
    assert (spec.digital_signature, spec.key_encipherment) == (True, False)
    assert spec.challenge_password == ""


def test_a_certificate_without_extensions_has_a_plain_successor() -> None:
    spec = successor(issuing.issue(Wanted("fw1")).der)

    assert (spec.san, spec.digital_signature, spec.key_encipherment) == ((), False, False)


def test_an_extension_that_is_broken_is_told() -> None:
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), b"\x30\x05")
    old = issuing.issue(Wanted("fw1", extensions=[(broken, False)]))

    with pytest.raises(CertificateUnreadable, match="parts that cannot be read"):
        successor(old.der)

"""A certificate as text, beside what openssl prints."""

import re
from itertools import takewhile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec

from pki import certinfo, printing
from pki.certinfo import CertificateUnreadable
from tests import issuing, openssl
from tests.issuing import Issued, Wanted


def _octets(text: str, label: str) -> str:
    """The lines of hex below a label, put together."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.strip() == f"{label}:":
            break
    hex_lines = takewhile(lambda line: re.fullmatch(r" +[0-9a-f:]+", line), lines)
    return "".join(line.strip() for line in hex_lines)


def _line(text: str, start: str) -> str:
    return next(line.strip() for line in text.splitlines() if line.strip().startswith(start))


@openssl.needs_openssl
@pytest.mark.parametrize("kind", ["RSA", "EC"])
def test_what_is_printed_is_what_openssl_prints(kind: str) -> None:
    key = ec.generate_private_key(ec.SECP384R1()) if kind == "EC" else None
    issued = issuing.issue(Wanted("fw1", ca=True, key=key))

    ours = printing.text(issued.der)

    theirs = openssl.run("x509", "-noout", "-text", stdin=issued.pem).decode()
    for label in ("Serial Number", "Modulus", "pub", "Signature Value"):
        assert _octets(ours, label) == _octets(theirs, label)
    for start in ("Version:", "Not Before:", "Not After :", "Public-Key:"):
        assert _line(ours, start) == _line(theirs, start)
    assert bool(_octets(ours, "Modulus")) is (kind == "RSA")
    assert bool(_octets(ours, "pub")) is (kind == "EC")


def test_extensions_are_printed_in_words_below_their_names() -> None:
    printed = printing.text(issuing.server(issuing.ca("Acme CA"), "fw1.example.com").der)

    assert "            Basic constraints: critical\n                Not a CA" in printed
    assert "            Subject alternative name:\n                DNS:fw1.example.com" in printed
    assert "Issuer: CN=Acme CA\n" in printed


def test_a_certificate_without_extensions_prints_none() -> None:
    assert "extensions" not in printing.text(_plain().der)


def test_a_key_that_is_neither_rsa_nor_ec_is_named_only() -> None:
    key = dsa.generate_private_key(2048)

    printed = printing.text(issuing.issue(Wanted("fw1"), public_key=key.public_key()).der)

    assert "Public Key Algorithm: DSA\n" in printed
    assert "Public-Key: (2048 bit)\n" in printed


def test_a_key_that_cannot_be_read_is_named_only() -> None:
    der = issuing.issue(Wanted("fw1")).der
    rsa = bytes.fromhex("2a864886f70d010101")
    broken = der.replace(rsa, bytes.fromhex("2a864886f70d010163"))
    assert certinfo.read(broken).key_bits == 0

    assert "Public Key Algorithm: 1.2.840.113549.1.1.99\n" in printing.text(broken)


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(CertificateUnreadable):
        printing.text(b"junk")


def _plain() -> Issued:
    """A certificate of version 1, as old roots are."""
    key = issuing.rsa_key("plain")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "plain")])
    at = issuing.NOW
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, at, at)
    return Issued(builder.sign(key, issuing.Wanted().digest), key)

"""A certificate as text, laid out as people know it from ``openssl x509 -text``."""

from collections.abc import Iterable, Iterator
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from pki import certinfo, openssl
from pki.certinfo import CertificateFacts
from pki.errors import UNREADABLE
from pki.oids import PUBLIC_KEYS

_OCTETS_A_LINE: Final = 15
"""Of a key; a signature has three more."""

_STEP: Final = 4

Lines = Iterator[str]


def text(der: bytes) -> str:
    """Write a certificate as indented text, one fact a line.

    Raises:
        CertificateUnreadable: these bytes are not a certificate.
    """
    facts, certificate = certinfo.read(der), certinfo.load(der)
    signature = (
        f"Signature Algorithm: {facts.signature_algorithm}",
        "Signature Value:",
        *_indented(_octets(certificate.signature, _OCTETS_A_LINE + 3)),
    )
    data = ("Data:", *_indented(_data(facts, certificate)))
    return "\n".join(("Certificate:", *_indented((*data, *signature)), ""))


def _data(facts: CertificateFacts, certificate: x509.Certificate) -> Lines:
    version = certificate.version.value
    yield f"Version: {version + 1} (0x{version:x})"
    yield "Serial Number:"
    yield from _indented([_pairs(facts.serial_hex.lower())])
    yield f"Signature Algorithm: {facts.signature_algorithm}"
    yield f"Issuer: {facts.issuer}"
    yield "Validity"
    yield from _indented(
        [
            f"Not Before: {openssl.time_text(facts.not_before)}",
            f"Not After : {openssl.time_text(facts.not_after)}",
        ]
    )
    yield f"Subject: {facts.subject}"
    yield "Subject Public Key Info:"
    yield from _indented(_key(facts, certificate))
    if facts.extensions:
        yield "X509v3 extensions:"
        yield from _indented(_extensions(facts))


def _key(facts: CertificateFacts, certificate: x509.Certificate) -> Lines:
    oid = certificate.public_key_algorithm_oid.dotted_string
    yield f"Public Key Algorithm: {PUBLIC_KEYS.get(oid, facts.algorithm)}"
    if facts.key_bits:
        yield from _indented([f"Public-Key: ({facts.key_bits} bit)"])
    try:
        key = certificate.public_key()
    except UNREADABLE:
        return
    match key:
        case RSAPublicKey():
            numbers = key.public_numbers()
            yield from _indented(("Modulus:", *_indented(_octets(_signed(numbers.n)))))
            yield from _indented([f"Exponent: {numbers.e} (0x{numbers.e:x})"])
        case ec.EllipticCurvePublicKey():
            point = key.public_numbers()
            size = (key.key_size + 7) // 8
            octets = b"\x04" + point.x.to_bytes(size, "big") + point.y.to_bytes(size, "big")
            yield from _indented(("pub:", *_indented(_octets(octets))))
            yield from _indented([f"Curve: {key.curve.name}"])
        case _:
            return  # the others are named only


def _extensions(facts: CertificateFacts) -> Lines:
    for extension in facts.extensions:
        yield f"{extension.name}: {'critical' if extension.critical else ''}".rstrip()
        yield from _indented(extension.text.splitlines())


def _signed(number: int) -> bytes:
    """The octets of a positive INTEGER: with a zero in front when the first bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _octets(value: bytes, a_line: int = _OCTETS_A_LINE) -> Lines:
    for start in range(0, len(value), a_line):
        line = value[start : start + a_line].hex(":")
        yield line if start + a_line >= len(value) else f"{line}:"


def _pairs(digits: str) -> str:
    return ":".join(digits[start : start + 2] for start in range(0, len(digits), 2))


def _indented(lines: Iterable[str]) -> Lines:
    return (f"{' ' * _STEP}{line}" for line in lines)

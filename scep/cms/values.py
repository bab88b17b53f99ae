"""The contents of CertPoll, GetCert and GetCRL (RFC 8894 sections 3.3.3 to 3.3.5)."""

from pki import der
from scep.cms import ber, schema
from scep.cms.errors import reading


def write_issuer_and_subject(issuer_der: bytes, subject_der: bytes) -> bytes:
    """Write IssuerAndSubject."""
    return der.sequence(issuer_der, subject_der)


def read_issuer_and_subject(content: bytes) -> tuple[bytes, bytes]:
    """Read IssuerAndSubject: exact bytes of both names.

    Raises:
        Unreadable: something else.
    """
    normal = ber.normalize(content)
    with reading("issuer and subject"):
        names = schema.IssuerAndSubject.load(normal)
        return names["issuer"].dump(), names["subject"].dump()


def write_issuer_and_serial(issuer_der: bytes, serial: int) -> bytes:
    """Write IssuerAndSerialNumber."""
    return der.sequence(issuer_der, der.integer(serial))


def read_issuer_and_serial(content: bytes) -> tuple[bytes, int]:
    """Read IssuerAndSerialNumber: exact bytes of the name, and the number.

    Raises:
        Unreadable: something else.
    """
    normal = ber.normalize(content)
    with reading("issuer and serial number"):
        named = schema.IssuerAndSerial.load(normal)
        return named["issuer"].dump(), named["serial"].native

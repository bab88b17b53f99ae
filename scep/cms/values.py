"""The content of a CertPoll (RFC 8894 section 3.3.3)."""

from scep.cms import ber, der, schema
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

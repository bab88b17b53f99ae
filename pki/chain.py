"""Who issued whom."""

from collections.abc import Sequence

from pki.errors import NotIssued

__all__ = ["NotIssued", "issuers_of", "order_chain", "verify_issued"]


def verify_issued(certificate_der: bytes, issuer_der: bytes) -> None:
    """Check that one certificate issued the other: names, the right to issue, the signature.

    SHA-1 signatures are verified like any other, because private CAs still have them; whether
    they are strong enough is the caller's decision. Validity is not looked at.

    Raises:
        NotIssued: with the reason.
        CertificateUnreadable: one of the two is not a certificate.
    """
    raise NotImplementedError


def issuers_of(certificate_der: bytes, candidates: Sequence[bytes]) -> tuple[bytes, ...]:
    """Find the issuers of a certificate among candidates: its issuer first, the root last.

    Empty when the certificate is self-signed or its issuer is not among the candidates.

    Raises:
        CertificateUnreadable: the certificate itself cannot be read; unreadable candidates are
            passed over.
    """
    raise NotImplementedError


def order_chain(ders: Sequence[bytes]) -> tuple[bytes, ...]:
    """Sort certificates so that each is followed by its issuer, the root last.

    Certificates that belong to no chain keep their order and come last; none is lost.
    """
    raise NotImplementedError

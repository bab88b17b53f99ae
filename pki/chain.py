"""Who issued whom."""

from cryptography import x509

from pki import asn1, signatures
from pki.certinfo import load
from pki.errors import UNREADABLE, CertificateUnreadable, NotIssued, SignatureWrong

__all__ = ["NotIssued", "verify_issued"]


def verify_issued(certificate_der: bytes, issuer_der: bytes) -> None:
    """Check that one certificate issued the other: names, the right to issue, the signature.

    SHA-1 signatures are verified like any other, because private CAs still have them; whether
    they are strong enough is the caller's decision. Validity is not looked at.

    Raises:
        NotIssued: with the reason.
        CertificateUnreadable: one of the two is not a certificate.
    """
    certificate, issuer = load(certificate_der), load(issuer_der)
    try:
        _check_names(certificate, issuer)
        _check_right_to_issue(issuer)
        signatures.verify(certificate, issuer.public_key(), data=certificate.tbs_certificate_bytes)
    except SignatureWrong as error:
        message = f"The issuer's key did not sign it. {error}"
        raise NotIssued(message) from error
    except UNREADABLE as error:
        raise CertificateUnreadable("A part of the certificate cannot be read.") from error


def _check_names(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    wanted = asn1.certificate_members(certificate.tbs_certificate_bytes).issuer
    subject = asn1.certificate_members(issuer.tbs_certificate_bytes).subject
    # Byte for byte is what every CA writes; the second comparison forgives another string type.
    if wanted != subject and certificate.issuer != issuer.subject:
        raise NotIssued("It names another issuer.")


def _check_right_to_issue(issuer: x509.Certificate) -> None:
    """RFC 5280 section 6.1.4 (k), (n); version 1 certificates cannot say it and may issue."""
    if issuer.version is x509.Version.v1:
        return
    values = [extension.value for extension in issuer.extensions]
    if not any(isinstance(value, x509.BasicConstraints) and value.ca for value in values):
        raise NotIssued("The issuer is not a CA (basic constraints).")
    if any(isinstance(value, x509.KeyUsage) and not value.key_cert_sign for value in values):
        raise NotIssued("The issuer's key usage does not allow it to sign certificates.")

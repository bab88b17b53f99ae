"""What the successor of a certificate asks for: the same names and usages."""

from cryptography import x509

from pki.certinfo import load
from pki.csr import CsrSpec
from pki.errors import UNREADABLE, CertificateUnreadable
from pki.san import values_of


def successor(certificate_der: bytes) -> CsrSpec:
    """Make the request that fits a certificate; names of kinds that we do not write are left out.

    Raises:
        CertificateUnreadable: these bytes are not a certificate, or an extension is broken.
    """
    certificate = load(certificate_der)
    try:
        values = [extension.value for extension in certificate.extensions]
        subject = certificate.subject
    except UNREADABLE as error:
        raise CertificateUnreadable("The certificate has parts that cannot be read.") from error
    usages = [value for value in values if isinstance(value, x509.KeyUsage)]
    names = [value for value in values if isinstance(value, x509.SubjectAlternativeName)]
    return CsrSpec(
        subject=subject,
        digital_signature=any(usage.digital_signature for usage in usages),
        key_encipherment=any(usage.key_encipherment for usage in usages),
        san=tuple(name for found in names for name in values_of(found)),
    )

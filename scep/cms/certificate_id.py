"""How messages name a certificate: by issuer and serial number, or by key id."""

from dataclasses import dataclass
from functools import lru_cache

from pki import der
from scep.cms import schema
from scep.cms.certificate import Certificate, read_certificate
from scep.cms.names import serial_text


@dataclass(frozen=True, slots=True)
class CertificateId:
    """A SignerIdentifier or RecipientIdentifier.

    Attributes:
        issuer_der: exact bytes of the issuer's name; empty when the key id is given.
        serial: serial number under that issuer.
        key_id: SubjectKeyIdentifier; empty when the issuer is given.
    """

    issuer_der: bytes = b""
    serial: int = 0
    key_id: bytes = b""

    def names(self, certificate: Certificate) -> bool:
        """Tell whether a certificate is the one that is named."""
        if self.key_id:
            return self.key_id == certificate.subject_key_id
        return (self.issuer_der, self.serial) == (certificate.issuer_der, certificate.serial)

    def __str__(self) -> str:
        if self.key_id:
            return f"key id {self.key_id.hex()}"
        return f"serial number {serial_text(self.serial)}"


def read_certificate_id(identifier: schema.Value) -> CertificateId:
    """Read one that is parsed already; call it where parser errors are caught."""
    chosen = identifier.chosen
    if identifier.name == "key_id":
        return CertificateId(key_id=chosen.native)
    return CertificateId(issuer_der=chosen["issuer"].dump(), serial=chosen["serial"].native)


@lru_cache(maxsize=64)
def write_certificate_id(certificate_der: bytes) -> bytes:
    """Name a certificate by issuer and serial number, the one form every server takes.

    Raises:
        Unreadable: not a certificate.
    """
    certificate = read_certificate(certificate_der)
    return der.sequence(certificate.issuer_der, der.integer(certificate.serial))

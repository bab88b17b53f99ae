"""KeyTransRecipientInfo (RFC 5652 section 6.2.1): a content key wrapped to an RSA key.

A random content key takes the place of one that does not unwrap (RFC 3218), so that nobody
learns anything from asking a server.
"""

import secrets
from dataclasses import dataclass, field

from asn1crypto import core
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pki import der
from scep.cms import ber, envelope_schema, schema
from scep.cms.certificate_id import CertificateId, read_certificate_id, write_certificate_id
from scep.cms.errors import Unreadable, Unsupported
from scep.cms.signatures import HASHES, read_digest
from scep.vocabulary import Digest, KeyTransport, Oid


@dataclass(frozen=True, slots=True)
class KeyRecipient:
    """One KeyTransRecipientInfo.

    Attributes:
        certificate_id: whose key it is.
        algorithm: dotted OID of how the content key is wrapped.
        oaep_digest: digest of OAEP.
        oaep_mask_digest: digest of OAEP's mask generation.
        oaep_label: label of OAEP; nearly always empty.
        encrypted_key: the wrapped content key.
    """

    certificate_id: CertificateId
    algorithm: str
    oaep_digest: Digest
    oaep_mask_digest: Digest
    oaep_label: bytes
    encrypted_key: bytes = field(repr=False)

    @property
    def transport(self) -> KeyTransport:
        """How the content key is wrapped.

        Raises:
            Unsupported: in a way that we do not have; the other recipients may be fine.
        """
        if self.algorithm == Oid.RSA_ENCRYPTION:
            return KeyTransport.PKCS1
        if self.algorithm == Oid.RSAES_OAEP:
            return KeyTransport.OAEP
        raise Unsupported(
            f"The content key is wrapped with {self.algorithm}, which is not supported.",
            hint="Configure RSA key transport (PKCS#1 v1.5 or OAEP) on the server.",
        )

    def unwrap(self, key: RSAPrivateKey, length: int) -> bytes:
        """Give the content key, or random bytes in place of one that does not unwrap.

        Args:
            key: the recipient's.
            length: of the content key.

        Raises:
            Unsupported: wrapped in a way that we do not have.
        """
        replacement = secrets.token_bytes(length)
        scheme: padding.AsymmetricPadding = padding.PKCS1v15()
        if self.transport is KeyTransport.OAEP:
            mask = padding.MGF1(HASHES[self.oaep_mask_digest])
            scheme = padding.OAEP(mask, HASHES[self.oaep_digest], label=self.oaep_label or None)
        try:
            content_key = key.decrypt(self.encrypted_key, scheme)
        except ValueError:
            return replacement
        return content_key if len(content_key) == length else replacement


def read_key_recipient(info: schema.Value) -> KeyRecipient:
    """Read one that is parsed already; call it where parser errors are caught."""
    oid = info["algorithm"]["algorithm"].dotted
    digest, mask_digest, label = Digest.SHA_1, Digest.SHA_1, b""
    if oid == Oid.RSAES_OAEP:
        digest, mask_digest, label = _read_oaep(info["algorithm"]["parameters"])
    return KeyRecipient(
        certificate_id=read_certificate_id(info["rid"]),
        algorithm=oid,
        oaep_digest=digest,
        oaep_mask_digest=mask_digest,
        oaep_label=label,
        encrypted_key=info["encrypted_key"].native,
    )


def write_key_recipient(certificate_der: bytes, key: RSAPublicKey, content_key: bytes) -> bytes:
    """Write one that names the certificate by issuer and serial number."""
    return der.sequence(
        der.integer(0),
        write_certificate_id(certificate_der),
        der.algorithm(Oid.RSA_ENCRYPTION),
        der.octet_string(key.encrypt(content_key, padding.PKCS1v15())),
    )


def _read_oaep(parameters: schema.Value) -> tuple[Digest, Digest, bytes]:
    """Read digest, mask digest and label: SHA-1 and none by default (RFC 4055 section 4.1)."""
    if not isinstance(parameters, core.Any):
        return Digest.SHA_1, Digest.SHA_1, b""
    oaep = parameters.parse(envelope_schema.OaepParameters)
    digest, mask, source = oaep["hash"], oaep["mask"], oaep["source"]
    inner = mask["parameters"].parse(schema.Algorithm) if len(mask) else None
    return (
        read_digest(digest) if len(digest) else Digest.SHA_1,
        read_digest(inner) if inner is not None else Digest.SHA_1,
        _read_label(source["parameters"].dump()) if len(source) else b"",
    )


def _read_label(parameters: bytes) -> bytes:
    [(identifier, _, label)] = ber.elements(parameters)
    if identifier != 0x04:
        raise Unreadable("The label of RSAES-OAEP is not an octet string.")
    return label

"""EnvelopedData (RFC 5652 section 6) with RSA key transport.

What cannot be opened fails in one way, whatever the cause: a random content key takes the place of
one that does not unwrap (RFC 3218), so that nobody learns anything from asking a server.
"""

import contextlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from asn1crypto import core
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from scep.cms import ber, ciphers, der, schema
from scep.cms.certificate import Certificate, read_certificate
from scep.cms.certificate_id import CertificateId, read_certificate_id, write_certificate_id
from scep.cms.ciphers import Encrypted
from scep.cms.errors import Undecipherable, Unreadable, Unsupported, reading
from scep.cms.signatures import HASHES, read_digest
from scep.messages import Identity
from scep.vocabulary import Cipher, Digest, KeyTransport, Oid

MAX_RECIPIENTS: Final = 32

_PRIMITIVE_0: Final = 0x80
_CONSTRUCTED: Final = 0x20


@dataclass(frozen=True, slots=True)
class Recipient:
    """One KeyTransRecipientInfo.

    Attributes:
        certificate_id: whose key it is.
        transport: how the content key is wrapped.
        oaep_digest: digest of OAEP.
        oaep_mask_digest: digest of OAEP's mask generation.
        encrypted_key: the wrapped content key.
    """

    certificate_id: CertificateId
    transport: KeyTransport
    oaep_digest: Digest
    oaep_mask_digest: Digest
    encrypted_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside, and how its key was wrapped."""

    content: bytes = field(repr=False)
    transport: KeyTransport


@dataclass(frozen=True, slots=True)
class Envelope:
    """An EnvelopedData, read but not opened."""

    cipher: Cipher
    iv: bytes
    ciphertext: bytes = field(repr=False)
    recipients: tuple[Recipient, ...]

    def open(self, identities: Sequence[Identity]) -> Opened:
        """Decrypt with the first of our keys that is among the recipients.

        Raises:
            Undecipherable: none of our keys is among them, or it does not decrypt.
        """
        recipient, identity = self._find(identities)
        return self._opened(recipient, identity)

    def open_with(self, key: RSAPrivateKey) -> Opened:
        """Decrypt with a key whose certificate is not at hand: every recipient is tried.

        Raises:
            Undecipherable: it is the key of none of them.
        """
        for recipient in self.recipients:
            with contextlib.suppress(Undecipherable):
                return self._opened(recipient, Identity(b"", key))
        raise Undecipherable("The key does not open the envelope.")

    def _opened(self, recipient: Recipient, identity: Identity) -> Opened:
        content_key = _unwrap(recipient, identity, ciphers.KEY_BYTES[self.cipher])
        encrypted = Encrypted(content_key, self.iv, self.ciphertext)
        return Opened(ciphers.decrypt(self.cipher, encrypted), recipient.transport)

    def _find(self, identities: Sequence[Identity]) -> tuple[Recipient, Identity]:
        pairs = [
            (recipient, _own_certificate(identity.certificate_der), identity)
            for recipient in self.recipients
            for identity in identities
        ]
        for recipient, certificate, identity in pairs:
            if recipient.certificate_id.names(certificate):
                return recipient, identity
        # Some clients reorder the issuer's name while they copy it; the number is enough then.
        for recipient, certificate, identity in pairs:
            if recipient.certificate_id.serial == certificate.serial:
                return recipient, identity
        named = ", ".join(str(recipient.certificate_id) for recipient in self.recipients)
        raise Undecipherable(f"The envelope is for another certificate ({named or 'none named'}).")


def read_envelope(message: bytes) -> Envelope:
    """Read an EnvelopedData, DER or BER.

    Raises:
        Unreadable: something else.
        Unsupported: a cipher or key transport that we do not have.
    """
    normal = ber.normalize(message)
    with reading("enveloped message"):
        outer = schema.EnvelopedContent.load(normal)
        if outer["content_type"].dotted != Oid.ENVELOPED_DATA:
            raise Unreadable("The content is not a PKCS#7 enveloped message.")
        enveloped = outer["content"]
        infos = list(enveloped["recipient_infos"])
        if len(infos) > MAX_RECIPIENTS:
            raise Unreadable(f"The envelope has more than {MAX_RECIPIENTS} recipients.")
        cipher, iv, ciphertext = _read_content(enveloped["encrypted_content_info"].contents)
        recipients = tuple(_read_recipient(info.chosen) for info in infos if info.name == "ktri")
        return Envelope(cipher, iv, ciphertext, recipients)


def envelop(content: bytes, recipient_der: bytes, cipher: Cipher) -> bytes:
    """Write an EnvelopedData for exactly one recipient, named by issuer and serial number.

    Args:
        content: what to encrypt.
        recipient_der: certificate with an RSA key.
        cipher: not single DES, which is never sent.

    Raises:
        Unreadable: the certificate has no RSA key.
    """
    key = recipient_key(_own_certificate(recipient_der))
    encrypted = ciphers.encrypt(cipher, content)
    content_info = der.sequence(
        der.oid(Oid.DATA),
        der.algorithm(ciphers.OIDS[cipher], der.octet_string(encrypted.iv)),
        der.element(_PRIMITIVE_0, encrypted.ciphertext),
    )
    recipient = der.sequence(
        der.integer(0),
        write_certificate_id(recipient_der),
        der.algorithm(Oid.RSA_ENCRYPTION),
        der.octet_string(key.encrypt(encrypted.content_key, padding.PKCS1v15())),
    )
    enveloped = der.sequence(der.integer(0), der.set_of(recipient), content_info)
    return der.sequence(der.oid(Oid.ENVELOPED_DATA), der.tagged(0, enveloped))


def recipient_key(certificate: Certificate) -> RSAPublicKey:
    """Give the key to encrypt to.

    Raises:
        Unreadable: it is not an RSA key.
    """
    key = certificate.public_key
    if not isinstance(key, RSAPublicKey):
        raise Unreadable(f"The certificate of {certificate.subject} has no RSA key to encrypt to.")
    return key


@lru_cache(maxsize=64)
def _own_certificate(certificate_der: bytes) -> Certificate:
    # A server opens thousands of envelopes with the same certificate.
    return read_certificate(certificate_der)


def _read_content(info: bytes) -> tuple[Cipher, bytes, bytes]:
    parts = list(ber.elements(info))
    if len(parts) != 3:
        raise Unreadable("The envelope is empty.")
    algorithm = schema.Algorithm.load(parts[1][1])
    cipher = ciphers.find(algorithm["algorithm"].dotted)
    identifier, _, ciphertext = parts[2]
    # micromdm and step-ca send pieces: a constructed [0] of OCTET STRINGs.
    if identifier & _CONSTRUCTED:
        ciphertext = b"".join(piece for _, _, piece in ber.elements(ciphertext))
    iv = algorithm["parameters"].native
    block = ciphers.block_bytes(cipher)
    if not isinstance(iv, bytes) or len(iv) != block:
        raise Unreadable("The envelope's initialization vector has a wrong length.")
    if not ciphertext or len(ciphertext) % block:
        raise Unreadable("The envelope's content has a wrong length.")
    return cipher, iv, ciphertext


def _read_recipient(info: schema.Value) -> Recipient:
    oid = info["algorithm"]["algorithm"].dotted
    transport, digest, mask_digest = KeyTransport.PKCS1, Digest.SHA_1, Digest.SHA_1
    if oid == Oid.RSAES_OAEP:
        transport = KeyTransport.OAEP
        digest, mask_digest = _read_oaep(info["algorithm"]["parameters"])
    elif oid != Oid.RSA_ENCRYPTION:
        raise Unsupported(f"The content key is wrapped with {oid}, which is not supported.")
    return Recipient(
        certificate_id=read_certificate_id(info["rid"]),
        transport=transport,
        oaep_digest=digest,
        oaep_mask_digest=mask_digest,
        encrypted_key=info["encrypted_key"].native,
    )


def _read_oaep(parameters: schema.Value) -> tuple[Digest, Digest]:
    """Read digest and mask digest, SHA-1 where nothing is said (RFC 4055 section 4.1)."""
    if not isinstance(parameters, core.Any):
        return Digest.SHA_1, Digest.SHA_1
    oaep = parameters.parse(schema.OaepParameters)
    digest, mask = oaep["hash"], oaep["mask"]
    inner = mask["parameters"].parse(schema.Algorithm) if len(mask) else None
    return (
        read_digest(digest) if len(digest) else Digest.SHA_1,
        read_digest(inner) if inner is not None else Digest.SHA_1,
    )


def _unwrap(recipient: Recipient, identity: Identity, length: int) -> bytes:
    replacement = secrets.token_bytes(length)
    scheme: padding.AsymmetricPadding = padding.PKCS1v15()
    if recipient.transport is KeyTransport.OAEP:
        mask = padding.MGF1(HASHES[recipient.oaep_mask_digest])
        scheme = padding.OAEP(mask, HASHES[recipient.oaep_digest], label=None)
    try:
        content_key = identity.private_key.decrypt(recipient.encrypted_key, scheme)
    except ValueError:
        return replacement
    return content_key if len(content_key) == length else replacement

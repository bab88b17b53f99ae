"""EnvelopedData (RFC 5652 section 6): for an RSA key, or with a password.

What cannot be opened fails in one way, whatever the cause (RFC 3218).
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pki import der
from scep.cms import ber, ciphers, envelope_schema, schema
from scep.cms.certificate import Certificate, read_certificate
from scep.cms.ciphers import Encrypted
from scep.cms.errors import NothingToEncryptWith, Undecipherable, Unreadable, Unsupported, reading
from scep.cms.key_transport import KeyRecipient, read_key_recipient, write_key_recipient
from scep.cms.password import PasswordRecipient, read_password_recipient, write_password_recipient
from scep.messages import Identity
from scep.vocabulary import Cipher, KeyTransport, Oid

MAX_RECIPIENTS: Final = 32

MAX_TOTAL_ITERATIONS: Final = 2_000_000
"""Most iterations of PBKDF2 for one envelope, over all passwords that are tried on it."""

_PRIMITIVE_0: Final = 0x80
_CONSTRUCTED: Final = 0x20
_VERSION_WITH_PASSWORD: Final = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside, and how its key was wrapped."""

    content: bytes = field(repr=False)
    transport: KeyTransport


@dataclass(frozen=True, slots=True)
class Envelope:
    """An EnvelopedData, read but not opened.

    Attributes:
        cipher: of the content.
        iv: its initialization vector.
        ciphertext: the content, encrypted.
        recipients: those with a key.
    """

    cipher: Cipher
    iv: bytes
    ciphertext: bytes = field(repr=False)
    recipients: tuple[KeyRecipient, ...]
    _password_infos: tuple[schema.Value, ...] = field(default=(), repr=False)

    @property
    def password_recipients(self) -> tuple[PasswordRecipient, ...]:
        """The recipients with a password; read here, because they matter only without a key.

        Raises:
            Unreadable: one is broken.
            Unsupported: one uses its password in a way that we do not have.
        """
        with reading("password recipient"):
            return tuple(read_password_recipient(info) for info in self._password_infos)

    def open(self, identities: Sequence[Identity], passwords: Sequence[str] = ()) -> Opened:
        """Decrypt with the first of our keys that is among the recipients, or with a password.

        Args:
            identities: our keys.
            passwords: candidates, tried in this order where none of our keys is named, until
                MAX_TOTAL_ITERATIONS are done.

        Raises:
            Undecipherable: neither is among the recipients, or it does not decrypt.
            Unsupported: our key or a password is among them, used in a way that we do not have.
        """
        found = self._find(identities)
        if found is not None:
            return self._opened(*found)
        if self._password_infos:
            return self._open_with_passwords(passwords)
        named = ", ".join(str(recipient.certificate_id) for recipient in self.recipients)
        raise Undecipherable(f"The envelope is for another certificate ({named or 'none named'}).")

    def open_with(self, key: RSAPrivateKey) -> Opened:
        """Decrypt with a key whose certificate is not at hand: every recipient is tried.

        Raises:
            Undecipherable: it is the key of none of them.
        """
        for recipient in self.recipients:
            with contextlib.suppress(Undecipherable, Unsupported):
                return self._opened(recipient, Identity(b"", key))
        raise Undecipherable("The key does not open the envelope.")

    def _opened(self, recipient: KeyRecipient, identity: Identity) -> Opened:
        content_key = recipient.unwrap(identity.private_key, ciphers.KEY_BYTES[self.cipher])
        return Opened(self._decrypt(content_key), recipient.transport)

    def _open_with_passwords(self, passwords: Sequence[str]) -> Opened:
        left = MAX_TOTAL_ITERATIONS
        for recipient in self.password_recipients:
            for password in passwords:
                left -= recipient.iterations
                if left < 0:
                    break
                with contextlib.suppress(Undecipherable):
                    content_key = recipient.unwrap(password, ciphers.KEY_BYTES[self.cipher])
                    return Opened(self._decrypt(content_key), KeyTransport.PASSWORD)
        raise Undecipherable("The envelope is encrypted with a password that we do not have.")

    def _decrypt(self, content_key: bytes) -> bytes:
        return ciphers.decrypt(self.cipher, Encrypted(content_key, self.iv, self.ciphertext))

    def _find(self, identities: Sequence[Identity]) -> tuple[KeyRecipient, Identity] | None:
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
        return None


def read_envelope(message: bytes) -> Envelope:
    """Read an EnvelopedData, DER or BER.

    Raises:
        Unreadable: something else.
        Unsupported: a cipher that we do not have.
    """
    normal = ber.normalize(message)
    with reading("enveloped message"):
        outer = envelope_schema.EnvelopedContent.load(normal)
        _check_type(outer["content_type"].dotted)
        enveloped = outer["content"]
        infos = list(enveloped["recipient_infos"])
        if len(infos) > MAX_RECIPIENTS:
            raise Unreadable(f"The envelope has more than {MAX_RECIPIENTS} recipients.")
        cipher, iv, ciphertext = _read_content(enveloped["encrypted_content_info"].contents)
        keys = tuple(read_key_recipient(info.chosen) for info in infos if info.name == "ktri")
        passwords = tuple(info.chosen for info in infos if info.name == "pwri")
        return Envelope(cipher, iv, ciphertext, keys, passwords)


def envelop(content: bytes, recipient_der: bytes, cipher: Cipher, *, password: str = "") -> bytes:
    """Write an EnvelopedData for exactly one recipient.

    A certificate with an RSA key is named by issuer and serial number. For one whose key cannot
    encrypt the password takes its place (RFC 8894 section 3.1).

    Args:
        content: what to encrypt.
        recipient_der: certificate of the recipient.
        cipher: not single DES, which is never sent.
        password: the challenge that both sides know; may be empty where the key can encrypt.

    Raises:
        NothingToEncryptWith: the key cannot encrypt, and there is no password.
        Unreadable: the certificate or its key cannot be read.
    """
    key = _encryption_key(_own_certificate(recipient_der), password)
    encrypted = ciphers.encrypt(cipher, content)
    if key is not None:
        version = 0
        recipient = write_key_recipient(recipient_der, key, encrypted.content_key)
    else:
        version = _VERSION_WITH_PASSWORD
        recipient = write_password_recipient(password, encrypted.content_key, cipher)
    content_info = der.sequence(
        der.oid(Oid.DATA),
        der.algorithm(ciphers.OIDS[cipher], der.octet_string(encrypted.iv)),
        der.element(_PRIMITIVE_0, encrypted.ciphertext),
    )
    enveloped = der.sequence(der.integer(version), der.set_of(recipient), content_info)
    return der.sequence(der.oid(Oid.ENVELOPED_DATA), der.tagged(0, enveloped))


def _encryption_key(certificate: Certificate, password: str) -> RSAPublicKey | None:
    """Give the key to encrypt to; None where the password has to do."""
    key = certificate.public_key
    if isinstance(key, RSAPublicKey):
        return key
    if not password:
        raise NothingToEncryptWith(
            f"The key of {certificate.subject} cannot encrypt, and there is no challenge password "
            "to encrypt with instead.",
            hint=(
                "Set a challenge password (RFC 8894 section 3.1), or give the server an RSA "
                "certificate for SCEP: one of an RA, if its CA is to stay with its present key."
            ),
        )
    return None


@lru_cache(maxsize=64)
def _own_certificate(certificate_der: bytes) -> Certificate:
    # A server opens thousands of envelopes with the same certificate.
    return read_certificate(certificate_der)


def _check_type(oid: str) -> None:
    if oid == Oid.AUTH_ENVELOPED_DATA:
        raise Unsupported(
            "The content is authenticated-enveloped (AES-GCM), which is not supported.",
            hint="Configure AES-128-CBC or AES-256-CBC on the server.",
        )
    if oid != Oid.ENVELOPED_DATA:
        raise Unreadable("The content is not a PKCS#7 enveloped message.")


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

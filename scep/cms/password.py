"""PasswordRecipientInfo (RFC 5652 section 6.2.4): a content key wrapped with a password.

RFC 8894 section 3.1 wants it where the recipient's key cannot encrypt, as with EC; the password
is the challenge. PBKDF2 (RFC 8018) makes a key of it, and the wrapping is id-alg-PWRI-KEK
(RFC 3211), the one that RFC 5652 and OpenSSL have.
"""

import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from pki import der
from scep.cms import ciphers, envelope_schema, schema
from scep.cms.errors import Undecipherable, Unreadable, Unsupported
from scep.cms.signatures import HASHES
from scep.vocabulary import Cipher, Digest, Oid

ITERATIONS: Final = 100_000
"""What we write: some 15 ms, for a password that somebody may try to guess from a recording."""

MAX_ITERATIONS: Final = 1_000_000
"""Most iterations read; they take less than half a second."""

MAX_SALT_BYTES: Final = 1024

_SALT_BYTES: Final = 16
_CHECK_BYTES: Final = 3
_PRF: Final = Digest.SHA_256
_PRF_OIDS: Final = {
    Digest.SHA_1: "1.2.840.113549.2.7",
    Digest.SHA_224: "1.2.840.113549.2.8",
    Digest.SHA_256: "1.2.840.113549.2.9",
    Digest.SHA_384: "1.2.840.113549.2.10",
    Digest.SHA_512: "1.2.840.113549.2.11",
}
_BY_PRF_OID: Final = {oid: digest for digest, oid in _PRF_OIDS.items()}


@dataclass(frozen=True, slots=True)
class PasswordRecipient:
    """One PasswordRecipientInfo.

    Attributes:
        salt: of PBKDF2.
        iterations: of PBKDF2, at most MAX_ITERATIONS.
        prf: the digest that PBKDF2 runs on.
        cipher: wraps the content key.
        iv: initialization vector of the wrapping.
        encrypted_key: the wrapped content key.
    """

    salt: bytes
    iterations: int
    prf: Digest
    cipher: Cipher
    iv: bytes
    encrypted_key: bytes = field(repr=False)

    def unwrap(self, password: str, length: int) -> bytes:
        """Give the content key.

        Args:
            password: the challenge.
            length: of the content key.

        Raises:
            Undecipherable: another password.
        """
        content_key = _unwrap(self, self._key(password))
        if len(content_key) != length:
            raise Undecipherable("The envelope cannot be opened with our key.")
        return content_key

    def wrap(self, password: str, content_key: bytes) -> bytes:
        """Wrap a content key as RFC 3211 section 2.3.1 has it: two passes of CBC."""
        check = bytes(octet ^ 0xFF for octet in content_key[:_CHECK_BYTES])
        block = bytes((len(content_key),)) + check + content_key
        block_bytes = len(self.iv)
        padded = max(-(-len(block) // block_bytes), 2) * block_bytes
        block += secrets.token_bytes(padded - len(block))
        # The second pass goes on where the first ended.
        encryptor = ciphers.cbc(self.cipher, self._key(password), self.iv).encryptor()
        return encryptor.update(encryptor.update(block))

    def _key(self, password: str) -> bytes:
        key_bytes = ciphers.KEY_BYTES[self.cipher]
        kdf = PBKDF2HMAC(HASHES[self.prf], key_bytes, self.salt, self.iterations)
        return kdf.derive(password.encode())


def read_password_recipient(info: schema.Value) -> PasswordRecipient:
    """Read one that is parsed already; call it where parser errors are caught.

    Raises:
        Unsupported: another way to make a key of a password or to wrap with it, or more
            iterations than we do for a stranger.
    """
    derivation = info["derivation"]
    if not len(derivation) or derivation["algorithm"].dotted != Oid.PBKDF2:
        raise Unsupported("The key of the envelope is not derived with PBKDF2.")
    parameters = derivation["parameters"].parse(envelope_schema.Pbkdf2Parameters)
    cipher, iv = _read_wrapping(info["algorithm"])
    recipient = PasswordRecipient(
        salt=parameters["salt"].native,
        iterations=parameters["iterations"].native,
        prf=_read_prf(parameters["prf"]),
        cipher=cipher,
        iv=iv,
        encrypted_key=info["encrypted_key"].native,
    )
    _check(recipient, parameters["key_length"].native)
    return recipient


def write_password_recipient(password: str, content_key: bytes, cipher: Cipher) -> bytes:
    """Write one.

    Args:
        password: the challenge; not empty.
        content_key: what to wrap.
        cipher: what to wrap it with.
    """
    recipient = PasswordRecipient(
        salt=secrets.token_bytes(_SALT_BYTES),
        iterations=ITERATIONS,
        prf=_PRF,
        cipher=cipher,
        iv=secrets.token_bytes(ciphers.block_bytes(cipher)),
        encrypted_key=b"",
    )
    derivation = der.sequence(
        der.octet_string(recipient.salt),
        der.integer(recipient.iterations),
        der.algorithm(_PRF_OIDS[recipient.prf]),
    )
    wrapping = der.algorithm(ciphers.OIDS[cipher], der.octet_string(recipient.iv))
    return der.tagged(
        3,
        der.integer(0),
        der.tagged(0, der.oid(Oid.PBKDF2), derivation),
        der.algorithm(Oid.PWRI_KEK, wrapping),
        der.octet_string(recipient.wrap(password, content_key)),
    )


def opens_with_password(message_der: bytes) -> bool:
    """Tell whether a password opens a message that we wrote.

    Such a message names the wrapping, which no other does; to look for its bytes takes no parser.
    """
    return der.oid(Oid.PWRI_KEK) in message_der


def _read_prf(algorithm: schema.Value) -> Digest:
    oid = algorithm["algorithm"].dotted if len(algorithm) else _PRF_OIDS[Digest.SHA_1]
    if oid not in _BY_PRF_OID:
        raise Unsupported(f"The key of the envelope is derived with {oid}, not supported.")
    return _BY_PRF_OID[oid]


def _read_wrapping(algorithm: schema.Value) -> tuple[Cipher, bytes]:
    oid = algorithm["algorithm"].dotted
    if oid != Oid.PWRI_KEK:
        raise Unsupported(f"The content key is wrapped with {oid}, which is not supported.")
    inner = algorithm["parameters"].parse(schema.Algorithm)
    cipher = ciphers.find(inner["algorithm"].dotted)
    if cipher is Cipher.DES:
        raise Unsupported("The content key is wrapped with single DES, which is not supported.")
    iv = inner["parameters"].native
    if not isinstance(iv, bytes) or len(iv) != ciphers.block_bytes(cipher):
        raise Unreadable("The initialization vector of a wrapped key has a wrong length.")
    return cipher, iv


def _check(recipient: PasswordRecipient, key_length: int | None) -> None:
    if not 1 <= recipient.iterations <= MAX_ITERATIONS:
        raise Unsupported(
            f"The key of the envelope is derived with {recipient.iterations:,} iterations; "
            f"1 to {MAX_ITERATIONS:,} are accepted."
        )
    if key_length not in {None, ciphers.KEY_BYTES[recipient.cipher]}:
        raise Unreadable("The derived key has a length that does not fit the cipher.")
    if len(recipient.salt) > MAX_SALT_BYTES:
        raise Unreadable(f"The salt has more than {MAX_SALT_BYTES} bytes.")
    blocks, rest = divmod(len(recipient.encrypted_key), len(recipient.iv))
    if rest or not 2 <= blocks <= 8:
        raise Unreadable("The wrapped key has a wrong length.")


def _unwrap(recipient: PasswordRecipient, key: bytes) -> bytes:
    """Undo both passes; the last block of the first is the vector of the second."""
    size = len(recipient.iv)
    wrapped = recipient.encrypted_key
    last = ciphers.cbc(recipient.cipher, key, wrapped[-2 * size : -size]).decryptor()
    vector = last.update(wrapped[-size:])
    outer = ciphers.cbc(recipient.cipher, key, vector).decryptor()
    inner = ciphers.cbc(recipient.cipher, key, recipient.iv).decryptor()
    block = inner.update(outer.update(wrapped))
    length, check, content_key = block[0], block[1:4], block[4 : 4 + block[0]]
    expected = bytes(octet ^ 0xFF for octet in content_key[:_CHECK_BYTES])
    if len(content_key) != length or check != expected:
        raise Undecipherable("The envelope cannot be opened with our key.")
    return content_key

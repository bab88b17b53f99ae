"""The certificate that signs a request before there is an issued one (RFC 8894 section 2.3)."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import der
from scep.cms.certificate import Csr
from scep.cms.signatures import HASHES, RSA_OIDS
from scep.vocabulary import Digest

_BACKDATED: Final = timedelta(days=1)
"""How far the certificate starts in the past, for servers whose clock is behind."""

_VALID: Final = timedelta(days=365)
"""Long enough for a request that waits for approval: replies are encrypted to this certificate."""

_KEY_USAGE: Final = "2.5.29.15"
_SIGN_AND_ENCIPHER: Final = b"\x03\x02\x05\xa0"
"""A BIT STRING with digitalSignature (0) and keyEncipherment (2)."""


def self_signed(csr: Csr, key: RSAPrivateKey, *, digest: Digest, now: datetime) -> bytes:
    """Make a self-signed certificate with the subject and the key of a request.

    Args:
        csr: gives subject and public key, byte by byte.
        key: the request's private key.
        digest: of the signature; SHA-1 only when the server knows nothing else.
        now: start of validity, but backdated.
    """
    algorithm = der.algorithm(RSA_OIDS[digest])
    start = now.astimezone(UTC) - _BACKDATED
    extension = der.sequence(der.oid(_KEY_USAGE), der.TRUE, der.octet_string(_SIGN_AND_ENCIPHER))
    tbs = der.sequence(
        der.tagged(0, der.integer(2)),
        der.integer(1 + secrets.randbits(127)),
        algorithm,
        csr.subject_der,
        der.sequence(der.time(start), der.time(start + _VALID)),
        csr.subject_der,
        csr.spki_der,
        der.tagged(3, der.sequence(extension)),
    )
    signature = key.sign(tbs, padding.PKCS1v15(), HASHES[digest])
    return der.sequence(tbs, algorithm, der.bit_string(signature))

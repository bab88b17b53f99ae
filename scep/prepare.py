"""Everything that must be kept before the first byte of an enrollment is sent."""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.cacert import CaBundle
from scep.capabilities import Algorithms
from scep.transcript import Recorder, drop


@dataclass(frozen=True, slots=True)
class EnrollmentKey:
    """The key that a certificate is asked for.

    Attributes:
        private_key: signs the CSR and the messages, and opens the replies.
        used_before: whether an earlier request was made with it; then the transaction id gets
            something random (see :func:`prepare`).
    """

    private_key: RSAPrivateKey = field(repr=False)
    used_before: bool = False


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """A PKCSReq ready to send, and what it takes to understand the answers, days later too.

    Keep it sealed: the CSR holds the challenge password.
    """

    transaction_id: str
    sender_nonce: bytes
    message_der: bytes = field(repr=False)
    signer_certificate_der: bytes = field(repr=False)
    csr_der: bytes = field(repr=False)
    algorithms: Algorithms

    def to_json(self) -> str:
        """Write it down; holds the challenge password, so seal it."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, text: str) -> "PreparedRequest":
        """Read what :meth:`to_json` wrote."""
        raise NotImplementedError


def prepare(
    *,
    csr_der: bytes,
    key: EnrollmentKey,
    bundle: CaBundle,
    algorithms: Algorithms,
    now: datetime,
    record: Recorder = drop,
) -> PreparedRequest:
    """Make the PKCSReq for a CSR.

    The transaction id is the SHA-256 of the public key in hexadecimal, as is usual
    (section 3.2.1.1 asks for something unique). NDES answers a repeated id with the certificate
    it issued before, so a key that was used before gets 16 random bytes into the hash.

    Args:
        csr_der: PKCS#10 request, made with the same key.
        key: signs the message with a self-signed certificate of its own (section 2.3).
        bundle: holds the certificate to encrypt to.
        algorithms: from :func:`scep.capabilities.choose`.
        now: for the signing time and the self-signed certificate's validity.
        record: takes the step "Algorithms", with the reasons.

    Raises:
        UnusableRequest: the CSR is not readable or belongs to another key, or the server's key
            cannot encrypt.
    """
    raise NotImplementedError

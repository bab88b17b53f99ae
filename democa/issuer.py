"""Signing a request under a policy. Pure.

What a request may decide is its public key, its subject and its subject alternative names. All
else comes from the policy: a request that asks to be a CA gets a device certificate (scep.md S25).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from democa import holder
from democa.certificate import ENCRYPTION, SIGNATURE, begin, issuer_of, key_usage, signed
from democa.holder import Holder
from pki import csr, keys
from pki.errors import CsrInvalid
from scep.messages import Signer
from scep.vocabulary import FailInfo

_DEVICE_USAGES: Final = x509.ExtendedKeyUsage(
    [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
)


class Unacceptable(Exception):
    """The request cannot be granted under the policy.

    Attributes:
        fail_info: what the client is told.
        text: why, one sentence for the person who made the request.
    """

    def __init__(self, fail_info: FailInfo, text: str) -> None:
        super().__init__(text)
        self.fail_info = fail_info
        self.text = text


@dataclass(frozen=True, slots=True)
class Policy:
    """What certificates look like.

    Attributes:
        lifetime: from issuing to expiry, cut at the end of the CA.
        backdate: how far notBefore lies in the past, for clients whose clock is behind.
        min_key_bits: smallest RSA key that is signed.
    """

    lifetime: timedelta = timedelta(days=365)
    backdate: timedelta = timedelta(hours=24)
    min_key_bits: int = 2048


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that the policy allows.

    Attributes:
        holder: for whom it asks.
        usages: key usages of the certificate: digitalSignature, keyEncipherment, or both. A
            request that asks for exactly one gets it, as NDES picks one of its three templates;
            all others get both.
    """

    request: x509.CertificateSigningRequest
    holder: Holder
    usages: tuple[str, ...]


LEGACY_POLICY: Final = Policy(min_key_bits=1024)
"""For old clients: the emulated dialog offers keys of 1024 bits."""


def accept(csr_der: bytes, policy: Policy) -> Accepted:
    """Read a request and check it against the policy.

    Args:
        csr_der: the request; its own signature is verified.
        policy: what certificates look like.

    Raises:
        Unacceptable: the request breaks the policy.
    """
    try:
        csr.verify(csr_der)
        facts = csr.read(csr_der)
        request = csr.load(csr_der)
    except CsrInvalid as error:
        raise Unacceptable(FailInfo.BAD_REQUEST, str(error)) from error
    if facts.algorithm != "RSA" or not policy.min_key_bits <= facts.key_bits <= keys.MAX_BITS:
        text = f"This CA certifies RSA keys of {policy.min_key_bits} to {keys.MAX_BITS} bits."
        raise Unacceptable(FailInfo.BAD_REQUEST, text)
    if not list(request.subject) and _alternative_names(request) is None:
        text = "The request has neither a subject nor a subject alternative name."
        raise Unacceptable(FailInfo.BAD_REQUEST, text)
    usages = tuple(usage for usage in (SIGNATURE, ENCRYPTION) if usage in facts.key_usage)
    return Accepted(request, holder.of_request(request), usages or (SIGNATURE, ENCRYPTION))


def sign(accepted: Accepted, *, ca: Signer, policy: Policy, at: datetime) -> bytes:
    """Issue a certificate for a request; the result is DER.

    Args:
        accepted: the request.
        ca: the certificate that issues, with its key.
        policy: what the certificate looks like.
        at: the time.
    """
    request = accepted.request
    above, authority_key_id = issuer_of(ca.certificate_der)
    builder = (
        begin(request.subject, above.subject, request.public_key())
        .not_valid_before(max(at - policy.backdate, above.not_valid_before_utc))
        .not_valid_after(min(at + policy.lifetime, above.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(*accepted.usages), critical=True)
        .add_extension(_DEVICE_USAGES, critical=False)
        .add_extension(authority_key_id, critical=False)
    )
    names = _alternative_names(request)
    if names is not None:
        # RFC 5280 section 4.2.1.6: critical when there is no subject.
        builder = builder.add_extension(names, critical=not list(request.subject))
    return signed(builder, ca.private_key)


def _alternative_names(
    request: x509.CertificateSigningRequest,
) -> x509.SubjectAlternativeName | None:
    for extension in request.extensions:
        if isinstance(extension.value, x509.SubjectAlternativeName):
            return extension.value
    return None

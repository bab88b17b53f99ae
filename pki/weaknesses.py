"""What makes a certificate weaker than it should be, by rules that depend on nothing but itself.

A finding is advice, never a refusal: what is refused is decided where a certificate is used. The
codes are stored with a certificate when it arrives, and lists filter by them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from pki.certinfo import CertificateFacts
from pki.errors import UNREADABLE

MIN_BITS: Final = {"RSA": 2048, "DSA": 2048, "EC": 256}
"""Smallest sizes that NIST SP 800-131A allows; for EC the smallest curve that TLS 1.3 knows."""

MIN_EXPONENT: Final = 65_537
"""Smallest public exponent of an RSA key by FIPS 186-5 section A.1.1."""

LONGEST_LEAF: Final = timedelta(days=825)
"""Apple's limit for TLS server certificates of private CAs."""

LONGEST_CA: Final = timedelta(days=25 * 366)

TITLES: Final = {
    "key-short": "Short key",
    "exponent-small": "Small exponent",
    "digest-md5": "MD5 signature",
    "digest-sha1": "SHA-1 signature",
    "validity-long": "Long validity",
    "san-missing": "No alternative name",
    "eku-missing": "No extended key usage",
}
"""Every code with its title."""

_BROKEN_DIGESTS: Final = {"MD2": "digest-md5", "MD5": "digest-md5", "SHA-1": "digest-sha1"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness.

    Attributes:
        code: stable key, as stored.
        fact: what is weak, one sentence.
        hint: what to do, one sentence.
    """

    code: str
    fact: str
    hint: str

    @property
    def title(self) -> str:
        """The weakness in two or three words."""
        return TITLES[self.code]


def find(facts: CertificateFacts) -> tuple[Finding, ...]:
    """List what is weak about a certificate, the worst first."""
    found = (_key(facts), _exponent(facts), _digest(facts), _validity(facts), *_purpose(facts))
    return tuple(one for one in found if one is not None)


def _key(facts: CertificateFacts) -> Finding | None:
    least = MIN_BITS.get(facts.algorithm, 0)
    # A size of 0 is that of a key that cannot be read, which says nothing about its strength.
    if not 0 < facts.key_bits < least:
        return None
    return Finding(
        "key-short",
        f"The {facts.algorithm} key has {facts.key_bits} bits; less than {least} can be broken.",
        f"Have it issued again with a new key of at least {least} bits.",
    )


def _exponent(facts: CertificateFacts) -> Finding | None:
    try:
        key = serialization.load_der_public_key(facts.public_key_der)
    except UNREADABLE:
        return None
    if not isinstance(key, RSAPublicKey):
        return None
    exponent = key.public_numbers().e
    if exponent >= MIN_EXPONENT:
        return None
    return Finding(
        "exponent-small",
        f"The RSA key's public exponent is {exponent}; mistakes in padding then break signatures.",
        f"Have it issued again with a new key whose exponent is {MIN_EXPONENT}.",
    )


def _digest(facts: CertificateFacts) -> Finding | None:
    digest = facts.signature_algorithm.partition(" with ")[0]
    # Nobody relies on the signature that a root puts under itself.
    if digest not in _BROKEN_DIGESTS or facts.self_issued:
        return None
    return Finding(
        _BROKEN_DIGESTS[digest],
        f"It is signed with {digest}, for which two documents with one signature can be made.",
        "Have it issued again by a CA that signs with SHA-256 or better.",
    )


def _validity(facts: CertificateFacts) -> Finding | None:
    longest = LONGEST_CA if facts.is_ca else LONGEST_LEAF
    lasts = facts.not_after - facts.not_before
    if lasts <= longest:
        return None
    return Finding(
        "validity-long",
        f"It is valid for {lasts.days} days; more than {longest.days} are too many to replace it "
        "in time when its key or algorithm fails.",
        "Have it issued again with a shorter lifetime, and renew it automatically.",
    )


def _purpose(facts: CertificateFacts) -> tuple[Finding | None, ...]:
    """What an end entity's certificate should say about its use."""
    if facts.is_ca:
        return ()
    uses = facts.extended_key_usage
    serves = not uses or "serverAuth" in uses or "anyExtendedKeyUsage" in uses
    san = Finding(
        "san-missing",
        "It names its host in the subject only; TLS clients look at alternative names alone.",
        "Have it issued again with a subject alternative name.",
    )
    eku = Finding(
        "eku-missing",
        "It has no extended key usage, so it is good for every purpose.",
        "Have it issued again with the purposes it needs, such as clientAuth.",
    )
    return (san if serves and not facts.san else None, None if uses else eku)

"""A certificate that is to be made on the device: the wish, its rules, its way into a job. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from domain.errors import Problem
from domain.names import CERTIFICATE_NAME_MAX, check_name
from pki import names
from pki.csr import Digest
from pki.errors import CsrInvalid, NameSyntax
from pki.local import LocalSpec
from pki.names import Attribute, Dn
from pki.private_keys import KeyAlgorithm
from pki.san import SanKind, SanValue, to_general_name

MAX_DAYS: Final = 36_500
DEFAULT_DAYS: Final = 365
MAX_VALUES: Final = 100
"""Most values of one field that may have several."""

SELF_SIGNED: Final = ""
EXTERNAL: Final = "external"
"""What stands for the signer of a request that another CA answers."""

BITS: Final[Mapping[KeyAlgorithm, tuple[int, ...]]] = {
    KeyAlgorithm.RSA: (1024, 2048, 3072, 4096),
    KeyAlgorithm.EC: (256, 384),
}
DIGESTS: Final[Mapping[KeyAlgorithm, tuple[Digest, ...]]] = {
    KeyAlgorithm.RSA: (Digest.SHA1, Digest.SHA256, Digest.SHA384, Digest.SHA512),
    KeyAlgorithm.EC: (Digest.SHA256, Digest.SHA384),
}
DIGEST_NAMES: Final = tuple(digest.value for digest in Digest)
_FIPS_CC_RSA_BITS: Final = 2048

# In the order that the name gets them.
_SUBJECT: Final = (
    ("country", "C"),
    ("state", "ST"),
    ("locality", "L"),
    ("organization", "O"),
    ("departments", "OU"),
    ("common_name", "CN"),
    ("email", "emailAddress"),
)
_SANS: Final = (
    ("host_names", SanKind.DNS),
    ("ip_addresses", SanKind.IP),
    ("alt_emails", SanKind.RFC822),
)


@dataclass(frozen=True, slots=True)
class LocalWish:
    """What the Generate dialog asks for, type Local.

    Attributes:
        name: of the certificate entry.
        common_name: required; the other parts of the subject may be empty.
        signed_by: the UUID of a CA's entry, :data:`SELF_SIGNED` or :data:`EXTERNAL`.
        is_ca: whether it may sign certificates.
        block_key_export: whether its private key never leaves the device.
        algorithm: kind of its key; ``key_bits`` is the key's size.
        digest: what signs it.
        days: how long it is valid.
        departments: values, each one attribute; likewise the three kinds of alternative names.
    """

    name: str
    common_name: str
    signed_by: str = SELF_SIGNED
    is_ca: bool = False
    block_key_export: bool = False
    algorithm: KeyAlgorithm = KeyAlgorithm.RSA
    key_bits: int = 2048
    digest: Digest = Digest.SHA256
    days: int = DEFAULT_DAYS
    country: str = ""
    state: str = ""
    locality: str = ""
    organization: str = ""
    departments: tuple[str, ...] = ()
    email: str = ""
    host_names: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    alt_emails: tuple[str, ...] = ()

    @property
    def is_request(self) -> bool:
        """Whether another CA is to sign it."""
        return self.signed_by == EXTERNAL

    def to_json(self) -> dict[str, Any]:
        """Write it into the arguments of a job; there is no secret in it."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "LocalWish":
        """Read what :meth:`to_json` wrote, or a form's strings.

        Raises:
            ValueError: kind of key or digest is none of those offered.
        """
        several = ("departments", "host_names", "ip_addresses", "alt_emails")
        known = dict(values) | {name: tuple(values[name]) for name in several}
        known["algorithm"] = KeyAlgorithm(known["algorithm"])
        known["digest"] = Digest(known["digest"])
        return cls(**known)


def to_spec(wish: LocalWish) -> LocalSpec:
    """Return what the certificate shall say."""
    rdns = tuple((Attribute(type_, value),) for _, type_, value in _attributes(wish))
    san = tuple(SanValue(kind, value) for _, kind, value in _alternative_names(wish))
    return LocalSpec(Dn(rdns), wish.is_ca, san)


def problems(wish: LocalWish, *, fips_cc: bool) -> list[Problem]:
    """List what is wrong with a wish, in form order; who signs is for the service to judge."""
    return [
        *check_name(wish.name, max_length=CERTIFICATE_NAME_MAX, spaces=False),
        *_key_problems(wish),
        *(_fips_cc_problems(wish) if fips_cc else ()),
        *_subject_problems(wish),
        *_san_problems(wish),
    ]


def _key_problems(wish: LocalWish) -> Iterator[Problem]:
    bits, digests = BITS[wish.algorithm], DIGESTS[wish.algorithm]
    if wish.key_bits not in bits:
        sizes = ", ".join(map(str, bits))
        yield Problem("key_bits", f"{wish.algorithm} keys have one of the sizes {sizes}.")
    if wish.digest not in digests:
        yield Problem("digest", f"{wish.digest} is not offered with {wish.algorithm} keys.")
    if wish.is_request and wish.digest is Digest.SHA1:
        message = "A request for another CA is not signed with sha1. Choose another digest."
        yield Problem("digest", message)
    if not 1 <= wish.days <= MAX_DAYS:
        yield Problem("days", f"The certificate can be valid for 1 to {MAX_DAYS:,} days.")


def _fips_cc_problems(wish: LocalWish) -> Iterator[Problem]:
    if wish.algorithm is KeyAlgorithm.RSA and wish.key_bits < _FIPS_CC_RSA_BITS:
        yield Problem("key_bits", "FIPS-CC mode asks for RSA keys of 2048 bits or more.")
    if wish.digest is Digest.SHA1:
        yield Problem("digest", "FIPS-CC mode asks for sha256 or stronger.")


def _subject_problems(wish: LocalWish) -> Iterator[Problem]:
    if not wish.common_name:
        yield Problem("common_name", "This field is required.")
    if len(wish.departments) > MAX_VALUES:
        yield _too_many("departments")
    for field, type_, value in _attributes(wish):
        try:
            names.to_x509(Dn(((Attribute(type_, value),),)))
        except NameSyntax as error:
            yield Problem(field, str(error))


def _san_problems(wish: LocalWish) -> Iterator[Problem]:
    for field, _ in _SANS:
        if len(getattr(wish, field)) > MAX_VALUES:
            yield _too_many(field)
    for field, kind, value in _alternative_names(wish):
        try:
            to_general_name(SanValue(kind, value))
        except CsrInvalid as error:
            yield Problem(field, str(error))


def _too_many(field: str) -> Problem:
    return Problem(field, f"At most {MAX_VALUES} values are taken.")


def _attributes(wish: LocalWish) -> Iterator[tuple[str, str, str]]:
    """Each part of the subject: field, attribute type, value."""
    for field, type_ in _SUBJECT:
        held = getattr(wish, field)
        for value in (held,) if isinstance(held, str) else held:
            if value:
                yield field, type_, value


def _alternative_names(wish: LocalWish) -> Iterator[tuple[str, SanKind, str]]:
    for field, kind in _SANS:
        for value in getattr(wish, field):
            yield field, kind, value

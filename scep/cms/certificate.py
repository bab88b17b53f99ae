"""An X.509 certificate or PKCS#10 request as SCEP needs it: exact bytes of its parts.

``cryptography`` re-encodes names when asked for their bytes. SCEP must not: a recipient is named
by the exact issuer name of its certificate, and NDES looks for it byte by byte.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Final

from asn1crypto import core, x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from scep.cms import ber, schema
from scep.cms.attributes import attribute_values, extension_values, string_value
from scep.cms.errors import Unreadable, reading
from scep.cms.names import general_names, name_text, serial_text
from scep.cms.signatures import Scheme, load_public_key, read_scheme, verify
from scep.vocabulary import Oid

_KEY_USAGE: Final = "2.5.29.15"
_SUBJECT_ALT_NAME: Final = "2.5.29.17"
_BASIC_CONSTRAINTS: Final = "2.5.29.19"
_EXTENDED_KEY_USAGE: Final = "2.5.29.37"
_SUBJECT_KEY_ID: Final = "2.5.29.14"
_EXTENSION_REQUESTS: Final = ("1.2.840.113549.1.9.14", "1.3.6.1.4.1.311.2.1.14")

_USAGES: Final = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
"""The bits of the key usage, first bit first."""

_BIT_STRING: Final = 0x03
_SEQUENCE: Final = 0x30


@dataclass(frozen=True)
class _Subject:
    """What certificates and requests have in common.

    Attributes:
        der: the whole, as received but for blanks after it.
        subject_der: the name, exact bytes.
        spki_der: SubjectPublicKeyInfo, exact bytes.
        signed_der: the part that the signature covers.
        extensions: values by dotted OID.
    """

    der: bytes = field(repr=False)
    subject_der: bytes = field(repr=False)
    spki_der: bytes = field(repr=False)
    signed_der: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm_der: bytes = field(repr=False)
    extensions: dict[str, bytes] = field(repr=False)

    @cached_property
    def subject(self) -> str:
        """The subject as text."""
        return name_text(self.subject_der)

    @cached_property
    def public_key(self) -> PublicKeyTypes:
        """The public key; raises Unreadable for kinds we do not have."""
        return load_public_key(self.spki_der)

    @property
    def rsa_bits(self) -> int | None:
        """Length of an RSA key; None for other keys."""
        try:
            key = self.public_key
        except Unreadable:
            return None
        return key.key_size if isinstance(key, RSAPublicKey) else None

    @cached_property
    def scheme(self) -> Scheme:
        """How it was signed; raises Unreadable for schemes we do not have."""
        with reading("signature algorithm"):
            return read_scheme(schema.Algorithm.load(self.algorithm_der))

    @cached_property
    def key_usage(self) -> frozenset[str] | None:
        """Names of the key usage bits; None without the extension."""
        value = self.extensions.get(_KEY_USAGE)
        if value is None:
            return None
        # A tag, a length, the number of unused bits, and two octets at most.
        if not 3 <= len(value) <= 5 or value[:2] != bytes((_BIT_STRING, len(value) - 2)):
            raise Unreadable("The key usage cannot be read.")
        bits = int.from_bytes(value[3:].ljust(2, b"\x00"), "big")
        return frozenset(word for at, word in enumerate(_USAGES) if bits >> (15 - at) & 1)

    @cached_property
    def purposes(self) -> tuple[str, ...]:
        """Dotted OIDs of the extended key usage; empty without the extension."""
        value = self.extensions.get(_EXTENDED_KEY_USAGE)
        if value is None:
            return ()
        with reading("extended key usage"):
            return tuple(one.dotted for one in schema.Purposes.load(value))

    @cached_property
    def alternative_names(self) -> tuple[str, ...]:
        """Subject alternative names as ``dns:host``; empty without the extension."""
        value = self.extensions.get(_SUBJECT_ALT_NAME)
        return general_names(value) if value is not None else ()


@dataclass(frozen=True)
class Certificate(_Subject):
    """An X.509 certificate.

    Attributes:
        issuer_der: the name, exact bytes.
        serial: the number, as large and as negative as it may be.
        not_before: start of validity.
        not_after: end of validity.
    """

    issuer_der: bytes = field(repr=False)
    serial: int
    not_before: datetime
    not_after: datetime

    @property
    def serial_hex(self) -> str:
        """The serial number as text."""
        return serial_text(self.serial)

    @cached_property
    def issuer(self) -> str:
        """The issuer as text."""
        return name_text(self.issuer_der)

    @cached_property
    def is_ca(self) -> bool | None:
        """What basicConstraints says; None without the extension."""
        value = self.extensions.get(_BASIC_CONSTRAINTS)
        if value is None:
            return None
        with reading("basic constraints"):
            return bool(x509.BasicConstraints.load(value)["ca"].native)

    @cached_property
    def subject_key_id(self) -> bytes:
        """SubjectKeyIdentifier; empty without the extension."""
        value = self.extensions.get(_SUBJECT_KEY_ID)
        if value is None:
            return b""
        with reading("subject key identifier"):
            return bytes(core.OctetString.load(value).native)

    def check_extensions(self) -> None:
        """Read the extensions that matter, so that none of them fails later.

        Raises:
            Unreadable: one is broken.
        """
        _ = (self.key_usage, self.alternative_names, self.is_ca)
        _ = (self.subject_key_id, self.purposes)

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are the same name."""
        return self.subject_der == self.issuer_der

    def fingerprint(self, algorithm: str) -> str:
        """Hash of the whole certificate, lower-case hexadecimal.

        Args:
            algorithm: ``"sha256"``, ``"sha1"`` or ``"md5"``: a fingerprint, not a signature.
        """
        return hashlib.new(algorithm, self.der, usedforsecurity=False).hexdigest()

    def verify_issued_by(self, issuer: "Certificate") -> None:
        """Verify the signature with an issuer's key; names are the caller's business.

        Raises:
            SignatureInvalid: not signed with this key.
            Unreadable: a scheme or key we do not have.
        """
        verify(issuer.public_key, self.scheme, self.signature, self.signed_der)


@dataclass(frozen=True)
class Csr(_Subject):
    """A PKCS#10 request.

    Attributes:
        challenge: challengePassword; empty when there is none or none that can be read.
    """

    challenge: str = field(repr=False)

    def verify(self) -> None:
        """Verify the request's own signature.

        Raises:
            SignatureInvalid: it was not signed with its key.
            Unreadable: a scheme or key we do not have.
        """
        verify(self.public_key, self.scheme, self.signature, self.signed_der)


@lru_cache(maxsize=32)
def read_certificate(der: bytes) -> Certificate:
    """Read a certificate; the last few are remembered, because each stage reads the CA's anew.

    Raises:
        Unreadable: not a certificate.
    """
    normal = ber.normalize(der)
    with reading("certificate"):
        parsed = schema.Certificate.load(normal)
        tbs = parsed["tbs"]
        validity = tbs["validity"]
        return Certificate(
            der=normal,
            subject_der=tbs["subject"].dump(),
            spki_der=tbs["public_key"].dump(),
            signed_der=tbs.dump(),
            signature=parsed["signature"].native,
            algorithm_der=parsed["algorithm"].dump(),
            extensions=extension_values(tbs["extensions"].contents or b""),
            issuer_der=tbs["issuer"].dump(),
            serial=tbs["serial"].native,
            not_before=_moment(validity["not_before"]),
            not_after=_moment(validity["not_after"]),
        )


@lru_cache(maxsize=8)
def read_csr(der: bytes) -> Csr:
    """Read a PKCS#10 request; its signature is not verified. The last few are remembered.

    Raises:
        Unreadable: not a request.
    """
    normal = ber.normalize(der)
    with reading("certificate request"):
        parsed = schema.Csr.load(normal)
        info = parsed["info"]
        attributes = attribute_values(info["attributes"].contents or b"")
        requested = next((attributes[oid] for oid in _EXTENSION_REQUESTS if oid in attributes), ())
        return Csr(
            der=normal,
            subject_der=info["subject"].dump(),
            spki_der=info["public_key"].dump(),
            signed_der=info.dump(),
            signature=parsed["signature"].native,
            algorithm_der=parsed["algorithm"].dump(),
            extensions=_requested(requested[0]) if requested else {},
            challenge=_challenge(attributes.get(Oid.CHALLENGE_PASSWORD, ())),
        )


def _moment(time: schema.Value) -> datetime:
    native = time.native
    if not isinstance(native, datetime):
        raise Unreadable("A time of the certificate is out of range.")
    # A GeneralizedTime without a zone is not allowed; UTC is what its writer means.
    return native.replace(tzinfo=UTC) if native.tzinfo is None else native.astimezone(UTC)


def _challenge(values: tuple[bytes, ...]) -> str:
    # A challenge that cannot be read is none: it will not match any.
    if len(values) != 1:
        return ""
    try:
        return string_value(values[0])
    except Unreadable:
        return ""


def _requested(extensions_der: bytes) -> dict[str, bytes]:
    [(identifier, _, contents)] = ber.elements(extensions_der)
    if identifier != _SEQUENCE:
        raise Unreadable("The extensions that are asked for cannot be read.")
    return extension_values(contents)

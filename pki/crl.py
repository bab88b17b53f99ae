"""Certificate revocation lists (RFC 5280 section 5), read and verified."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from pki import signatures
from pki.errors import UNREADABLE, CrlUnusable
from pki.names import text
from pki.oids import signature_words

MAX_CRL_BYTES: Final = 2 * 1024 * 1024
"""Largest list read: about 50,000 revoked certificates, and as much as a SCEP reply may have."""

_UNDERSTOOD: Final = frozenset({x509.IssuingDistributionPoint.oid})
"""Extensions that may be critical. A delta CRL has another one, and is useless by itself."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """Since when a certificate is revoked, and why: ``keyCompromise``; empty when not said."""

    revoked_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Crl:
    """A CRL; :meth:`verify` it before you believe a word.

    Attributes:
        der: as received.
        issuer: the CA's name as text.
        issuer_der: the same, encoded.
        this_update: when it was made; aware, UTC.
        next_update: when its successor is due; None when it does not say.
        number: the CRL number; None without the extension.
        revoked: how many certificates are on it.
        signature_algorithm: words, such as ``"SHA-256 with RSA"``.
        weak: it is signed with SHA-1.
        partial: it covers some certificates of the CA only, or some reasons.
    """

    der: bytes = field(repr=False)
    issuer: str
    issuer_der: bytes = field(repr=False)
    this_update: datetime
    next_update: datetime | None
    number: int | None
    revoked: int
    signature_algorithm: str
    weak: bool
    partial: bool
    _parsed: x509.CertificateRevocationList = field(repr=False, compare=False)

    def verify(self, public_key: object) -> None:
        """Verify the signature with the CA's public key; names are the caller's business.

        Raises:
            SignatureWrong: it does not verify, or the algorithm is not one we accept.
        """
        signatures.verify(self._parsed, public_key, data=self._parsed.tbs_certlist_bytes)

    def revocation(self, serial: int) -> Revocation | None:
        """Look a certificate up by its serial number; None when it is not on the list.

        Raises:
            CrlUnusable: its entry cannot be read.
        """
        entry = self._parsed.get_revoked_certificate_by_serial_number(serial)
        if entry is None:
            return None
        try:
            reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
        except x509.ExtensionNotFound:
            reason = ""
        except UNREADABLE as error:
            raise CrlUnusable("The entry of the certificate on the CRL cannot be read.") from error
        return Revocation(entry.revocation_date_utc, reason)


def read(der: bytes) -> Crl:
    """Read a complete CRL, DER.

    Raises:
        CrlUnusable: larger than :data:`MAX_CRL_BYTES`, not a CRL, or one that only a program
            with more knowledge may use: a delta CRL, an indirect one, an unknown critical
            extension.
    """
    if len(der) > MAX_CRL_BYTES:
        raise CrlUnusable(f"The CRL is larger than {MAX_CRL_BYTES:,} bytes.")
    try:
        parsed = x509.load_der_x509_crl(der)
        _check_extensions(parsed)
        return Crl(
            der=der,
            issuer=text(parsed.issuer),
            issuer_der=parsed.issuer.public_bytes(),
            this_update=parsed.last_update_utc,
            next_update=parsed.next_update_utc,
            number=_number(parsed),
            revoked=len(parsed),
            signature_algorithm=signature_words(parsed.signature_algorithm_oid.dotted_string),
            weak=isinstance(parsed.signature_hash_algorithm, hashes.SHA1),
            partial=_is_partial(parsed),
            _parsed=parsed,
        )
    except UNREADABLE as error:
        raise CrlUnusable("The CRL cannot be read.") from error


def _check_extensions(parsed: x509.CertificateRevocationList) -> None:
    for extension in parsed.extensions:
        if extension.critical and extension.oid not in _UNDERSTOOD:
            oid = extension.oid.dotted_string
            raise CrlUnusable(f"The CRL has the critical extension {oid}, so it must not be used.")
        point = extension.value
        if isinstance(point, x509.IssuingDistributionPoint) and point.indirect_crl:
            raise CrlUnusable("The CRL is an indirect one: it lists certificates of other CAs.")


def _number(parsed: x509.CertificateRevocationList) -> int | None:
    try:
        return parsed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        return None


def _is_partial(parsed: x509.CertificateRevocationList) -> bool:
    try:
        found = parsed.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    except x509.ExtensionNotFound:
        return False
    point = found.value
    some = (point.only_contains_user_certs, point.only_contains_ca_certs, point.only_some_reasons)
    return any((*some, point.only_contains_attribute_certs))

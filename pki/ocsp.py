"""The status of one certificate, asked of an OCSP responder (RFC 6960)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from pki import chain, signatures
from pki.crl import Revocation
from pki.errors import UNREADABLE, OcspUnusable, PkiError, SignatureWrong

MAX_OCSP_BYTES: Final = 64 * 1024
"""Largest answer read; one has 0.5 to 4 kB."""

_SKEW: Final = timedelta(minutes=5)
"""How far the clocks of responder and device may differ."""

_FRESH: Final = timedelta(days=1)
"""How old an answer may be that does not say when the next is due."""

_MOST_CERTIFICATES: Final = 8
_STATUS_WORDS: Final = {
    ocsp.OCSPResponseStatus.MALFORMED_REQUEST: "it could not read the question",
    ocsp.OCSPResponseStatus.INTERNAL_ERROR: "it has an internal error",
    ocsp.OCSPResponseStatus.TRY_LATER: "it wants to be asked later",
    ocsp.OCSPResponseStatus.SIG_REQUIRED: "it answers signed questions only",
    ocsp.OCSPResponseStatus.UNAUTHORIZED: "it does not answer for this CA",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        certificate_der: the certificate whose status is asked for.
        issuer_der: the certificate of the CA that issued it.
        nonce: random; an answer that has one must have this.
    """

    certificate_der: bytes
    issuer_der: bytes
    nonce: bytes

    def to_der(self) -> bytes:
        """Write the request; the CA is named by SHA-1, which every responder knows."""
        builder = ocsp.OCSPRequestBuilder().add_certificate(
            x509.load_der_x509_certificate(self.certificate_der),
            x509.load_der_x509_certificate(self.issuer_der),
            hashes.SHA1(),  # noqa: S303 - a name, not a signature
        )
        builder = builder.add_extension(x509.OCSPNonce(self.nonce), critical=False)
        return builder.build().public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a responder says, its signature verified.

    Attributes:
        is_known: whether the responder knows the certificate.
        revocation: since when it is revoked, and why; ``None`` when it is not, or not known.
        this_update: when that was true.
        next_update: until when at least; ``None`` when it does not say.
        responder: who signed: the CA, or the responder that it delegated to.
    """

    is_known: bool
    revocation: Revocation | None
    this_update: datetime
    next_update: datetime | None
    responder: str


def read(der: bytes, question: Question, now: datetime) -> Answer:
    """Read an answer, and verify that the CA, or who it delegated to, gave it (section 3.2).

    Raises:
        OcspUnusable: no answer, none about this certificate, or one that is out of date.
        SignatureWrong: not signed by the CA, nor by a responder that it delegated to.
    """
    if len(der) > MAX_OCSP_BYTES:
        raise OcspUnusable(f"The OCSP answer is larger than {MAX_OCSP_BYTES:,} bytes.")
    try:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            words = _STATUS_WORDS[response.response_status]
            raise OcspUnusable(f"The OCSP responder gave no status: {words}.")
        issuer = x509.load_der_x509_certificate(question.issuer_der)
        responder = _verified(response, issuer, now)
        _check_nonce(response, question)
        return _answer(_about(response, question), responder, now)
    except UNREADABLE as error:
        raise OcspUnusable("The OCSP answer cannot be read.") from error


def _verified(response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> str:
    """Find who signed, and return the name."""
    problem: PkiError | None = None
    for signer in (issuer, *_delegates(response, issuer, now)):
        try:
            signatures.verify(response, signer.public_key(), data=response.tbs_response_bytes)
        except SignatureWrong as error:
            problem = error
        else:
            return signer.subject.rfc4514_string()
    message = "The OCSP answer is not signed by the CA, nor by a responder that the CA names."
    raise SignatureWrong(message) from problem


def _delegates(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime
) -> Iterable[x509.Certificate]:
    """List the responders that the CA itself has delegated to, and that are valid."""
    issuer_der = issuer.public_bytes(Encoding.DER)
    for one in response.certificates[:_MOST_CERTIFICATES]:
        if _may_respond(one) and one.not_valid_before_utc <= now <= one.not_valid_after_utc:
            try:
                chain.verify_issued(one.public_bytes(Encoding.DER), issuer_der)
            except PkiError:
                continue
            yield one


def _may_respond(certificate: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usages


def _check_nonce(response: ocsp.OCSPResponse, question: Question) -> None:
    """Refuse the answer to another question; many responders answer without any nonce."""
    try:
        found = response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return
    if found != question.nonce:
        raise OcspUnusable("The OCSP answer is one to another question.")


def _about(response: ocsp.OCSPResponse, question: Question) -> ocsp.OCSPSingleResponse:
    """Find what is said about the certificate; its CA counts, not the number alone."""
    asked = ocsp.load_der_ocsp_request(question.to_der())
    for one in response.responses:
        if _named(one) == _named(asked):
            return one
    raise OcspUnusable("The OCSP answer says nothing about this certificate.")


def _named(one: ocsp.OCSPSingleResponse | ocsp.OCSPRequest) -> tuple[int, bytes, bytes]:
    return one.serial_number, one.issuer_name_hash, one.issuer_key_hash


def _answer(one: ocsp.OCSPSingleResponse, responder: str, now: datetime) -> Answer:
    this_update, next_update = one.this_update_utc, one.next_update_utc
    until = next_update or this_update + _FRESH
    if not this_update - _SKEW <= now <= until + _SKEW:
        raise OcspUnusable(
            f"The OCSP answer is for {this_update:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC."
        )
    revoked_at = one.revocation_time_utc
    reason = one.revocation_reason
    return Answer(
        is_known=one.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN,
        revocation=Revocation(revoked_at, reason.value if reason else "") if revoked_at else None,
        this_update=this_update,
        next_update=next_update,
        responder=responder,
    )

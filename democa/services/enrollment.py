"""Granting, holding and refusing requests (scep.md A2, S11 to S28).

A request that fails any check leaves no trace and costs no password: whoever corrects a mistake may
use the same key, the same transaction ID and the same password again.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from django.db import transaction

from democa import issuer
from democa.issuer import LEGACY_POLICY, Policy, Unacceptable
from democa.models import TRANSACTION_ID_MAX, EnrollmentRequest, IssuedCertificate
from democa.services import authority, passwords, switches
from domain.errors import NotFound, Refused
from pki import certinfo, csr
from pki.errors import CertificateUnreadable
from scep.server import ServerRequest
from scep.vocabulary import FailInfo

State = EnrollmentRequest.State


@dataclass(frozen=True, slots=True)
class Granted:
    """The certificate, DER."""

    certificate_der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody has to approve it first."""


Outcome: TypeAlias = Granted | Held

_REJECTED: Final = "The request was rejected by hand."


@transaction.atomic
def enroll(*, request: ServerRequest, address: str, at: datetime) -> Outcome:
    """Answer a PKCSReq.

    A repeated request gets the answer of the first one, whatever has become of its password:
    the reply may have been lost on the way (S19).

    Raises:
        Unacceptable: it is refused; nothing was written.
    """
    if not 0 < len(request.transaction_id) <= TRANSACTION_ID_MAX:
        text = f"A transaction ID has 1 to {TRANSACTION_ID_MAX} characters here."
        raise Unacceptable(FailInfo.BAD_REQUEST, text)
    known = EnrollmentRequest.objects.filter(transaction_id=request.transaction_id).first()
    if known is None:
        return _first_time(request, address, at)
    if known.csr_sha256 != _sha256(request.csr_der):
        text = "This transaction ID belongs to another request."
        raise Unacceptable(FailInfo.BAD_REQUEST, text)
    return _standing(known)


def poll(*, request: ServerRequest) -> Outcome:
    """Answer a CertPoll: the transaction ID and the signer's key name the request (S20, S21).

    Raises:
        Unacceptable: there is no such request, or it was rejected.
    """
    known = EnrollmentRequest.objects.filter(transaction_id=request.transaction_id).first()
    if known is None or known.signer_key_sha256 != _signer_key_sha256(request):
        text = "There is no request with this transaction ID from this requester."
        raise Unacceptable(FailInfo.BAD_CERT_ID, text)
    return _standing(known)


@transaction.atomic
def approve(*, request_id: int, at: datetime) -> None:
    """Grant a held request.

    Raises:
        NotFound: it is not held, or not any more.
        Refused: the policy has changed since, and does not allow it any more.
    """
    request = _held(request_id)
    try:
        certificate_der = _sign(bytes(request.csr_der), at)
    except Unacceptable as error:
        raise Refused(error.text) from error
    request.state = State.ISSUED
    request.decided_at = at
    request.save(update_fields=["state", "decided_at"])
    _record(request, certificate_der, at)


@transaction.atomic
def reject(*, request_id: int, at: datetime) -> None:
    """Refuse a held request for good.

    Raises:
        NotFound: it is not held, or not any more.
    """
    request = _held(request_id)
    request.state = State.REJECTED
    request.decided_at = at
    request.save(update_fields=["state", "decided_at"])


def _first_time(request: ServerRequest, address: str, at: datetime) -> Outcome:
    password = passwords.check(request.challenge, at=at)
    held = switches.read().approve_by_hand
    if held:
        issuer.check(request.csr_der, _policy())
    certificate_der = b"" if held else _sign(request.csr_der, at)
    row = EnrollmentRequest(
        transaction_id=request.transaction_id,
        state=State.HELD if held else State.ISSUED,
        subject=csr.read(request.csr_der).subject,
        csr_der=request.csr_der,
        csr_sha256=_sha256(request.csr_der),
        signer_key_sha256=_signer_key_sha256(request),
        address=address,
        received_at=at,
        decided_at=None if held else at,
    )
    passwords.consume(password, at=at)
    row.save()
    if held:
        return Held()
    _record(row, certificate_der, at)
    return Granted(certificate_der)


def _standing(known: EnrollmentRequest) -> Outcome:
    match State(known.state):
        case State.ISSUED:
            return Granted(bytes(known.certificate.certificate_der))
        case State.HELD:
            return Held()
        case State.REJECTED:
            raise Unacceptable(FailInfo.BAD_REQUEST, _REJECTED)


def _sign(csr_der: bytes, at: datetime) -> bytes:
    return issuer.sign(csr_der, root=authority.load().root, policy=_policy(), at=at)


def _policy() -> Policy:
    return LEGACY_POLICY if switches.read().allow_legacy else Policy()


def _record(request: EnrollmentRequest, certificate_der: bytes, at: datetime) -> None:
    facts = certinfo.read(certificate_der)
    IssuedCertificate.objects.create(
        request=request,
        serial_hex=facts.serial_hex,
        certificate_der=certificate_der,
        not_before=facts.not_before,
        not_after=facts.not_after,
        issued_at=at,
    )


def _held(request_id: int) -> EnrollmentRequest:
    try:
        return EnrollmentRequest.objects.get(pk=request_id, state=State.HELD)
    except EnrollmentRequest.DoesNotExist as error:
        raise NotFound("There is no such request waiting for approval.") from error


def _signer_key_sha256(request: ServerRequest) -> str:
    """Identify the requester; the reply is encrypted to that key, so it must be an RSA key."""
    try:
        facts = certinfo.read(request.signer_certificate_der)
    except CertificateUnreadable as error:
        raise Unacceptable(FailInfo.BAD_MESSAGE_CHECK, str(error)) from error
    if facts.algorithm != "RSA":
        text = f"No reply can be encrypted to the {facts.algorithm} key that signed the request."
        raise Unacceptable(FailInfo.BAD_ALG, text)
    return _sha256(facts.public_key_der)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

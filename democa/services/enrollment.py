"""Granting, holding and refusing requests (scep.md A2, S11 to S28).

A request that fails any check leaves no trace and costs no password: whoever corrects a mistake may
use the same key, the same transaction ID and the same password again.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from democa import issuer, secrets
from democa.faults import Fault
from democa.holder import Holder
from democa.issuer import LEGACY_POLICY, Accepted, Policy, Unacceptable
from democa.models import (
    TRANSACTION_ID_MAX,
    EnrollmentRequest,
    IssuedCertificate,
    OneTimePassword,
    Switches,
)
from democa.services import authority, passwords, renewal, switches
from democa.services.writing import writing
from domain.errors import NotFound, Refused
from pki import certinfo, keys
from pki.errors import UNREADABLE, CertificateUnreadable
from scep.server import ServerRequest
from scep.vocabulary import FailInfo, MessageType

State = EnrollmentRequest.State


@dataclass(frozen=True, slots=True)
class Granted:
    """The certificate, DER."""

    certificate_der: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody has to approve it first."""


Outcome: TypeAlias = Granted | Held


@dataclass(frozen=True, slots=True)
class Arrival:
    """A PKCSReq or RenewalReq, and how it came.

    Attributes:
        generation: the CA it was encrypted to; that CA is asked to issue.
        address: where it came from.
        rules: how the CA behaves now.
        at: when it came.
    """

    request: ServerRequest
    generation: int
    address: str
    rules: Switches
    at: datetime


@dataclass(frozen=True, slots=True)
class _Proof:
    """What shows that a request is to be granted.

    Attributes:
        password: to be used up; beside a certificate, where it encrypted the renewal.
        renews: the certificate that signed the request.
    """

    password: OneTimePassword | None = None
    renews: IssuedCertificate | None = None


_REJECTED: Final = "The request was rejected by hand."


@writing()
def enroll(arrival: Arrival) -> Outcome:
    """Answer a PKCSReq or a RenewalReq.

    A repeated request gets the answer of the first one, whatever has become of its password:
    the reply may have been lost on the way (S19).

    Raises:
        Unacceptable: it is refused; nothing was written.
    """
    request = arrival.request
    if not 0 < len(request.transaction_id) <= TRANSACTION_ID_MAX:
        text = f"A transaction ID has 1 to {TRANSACTION_ID_MAX} characters here."
        raise Unacceptable(FailInfo.BAD_REQUEST, text)
    digest = _sha256(request.csr_der)
    known = list(EnrollmentRequest.objects.filter(transaction_id=request.transaction_id))
    for row in known:
        if row.csr_sha256 == digest:
            return _standing(row)
    if arrival.generation < arrival.rules.generation:
        text = "This CA has handed over to another one: fetch its certificates (GetCACert)."
        raise Unacceptable(FailInfo.BAD_MESSAGE_CHECK, text)
    return _first_time(arrival, digest, known)


def poll(*, request: ServerRequest) -> Outcome:
    """Answer a CertPoll: the transaction ID and the signer's key name the request (S20, S21).

    Raises:
        Unacceptable: there is no such request, or it was rejected.
    """
    known = EnrollmentRequest.objects.filter(
        transaction_id=request.transaction_id, signer_key_sha256=_signer_key_sha256(request)
    )
    newest = known.order_by("-pk").first()
    if newest is None:
        text = "There is no request with this transaction ID from this requester."
        raise Unacceptable(FailInfo.BAD_CERT_ID, text)
    return _standing(newest)


def _holds(rules: Switches) -> bool:
    return rules.approve_by_hand or rules.fault == Fault.PENDING


@writing()
def approve(*, request_id: int, at: datetime) -> None:
    """Grant a held request.

    Raises:
        NotFound: it is not held, or not any more.
        Refused: the policy has changed since, and does not allow it any more.
    """
    request = _held(request_id)
    policy = _policy(switches.read())
    try:
        accepted = issuer.accept(bytes(request.csr_der), policy)
    except Unacceptable as error:
        raise Refused(error.text) from error
    request.state = State.ISSUED
    request.decided_at = at
    request.save(update_fields=["state", "decided_at"])
    _issue(request, accepted, policy, at)


@writing()
def reject(*, request_id: int, at: datetime) -> None:
    """Refuse a held request for good.

    Raises:
        NotFound: it is not held, or not any more.
    """
    request = _held(request_id)
    request.state = State.REJECTED
    request.decided_at = at
    request.save(update_fields=["state", "decided_at"])


def _first_time(arrival: Arrival, digest: str, known: list[EnrollmentRequest]) -> Outcome:
    request, at, held = arrival.request, arrival.at, _holds(arrival.rules)
    policy = _policy(arrival.rules)
    accepted = issuer.accept(request.csr_der, policy)
    proof = _prove(arrival, accepted)
    if known and proof.renews is None:
        # Many clients name a transaction after the key: a renewal with the same key has the same.
        text = "This transaction ID belongs to another request."
        raise Unacceptable(FailInfo.BAD_REQUEST, text)
    row = EnrollmentRequest(
        transaction_id=request.transaction_id,
        generation=arrival.generation,
        renews=proof.renews,
        state=State.HELD if held else State.ISSUED,
        subject=accepted.holder.subject,
        csr_der=request.csr_der,
        challenge_sealed=_challenge_sealed(arrival),
        csr_sha256=digest,
        signer_key_sha256=_signer_key_sha256(request),
        address=arrival.address,
        received_at=at,
        decided_at=None if held else at,
    )
    if proof.password is not None:
        passwords.consume(proof.password, at=at)
    row.save(force_insert=True)
    return Held() if held else Granted(_issue(row, accepted, policy, at))


def _prove(arrival: Arrival, accepted: Accepted) -> _Proof:
    """Find what shows that the request is to be granted.

    sscep and certmonger renew with a PKCSReq that the old certificate signs; certmonger puts the
    password in that was used for it. So a certificate stands in for a password that is no good.
    """
    request, at, by = arrival.request, arrival.at, accepted.holder
    old = None
    if request.message_type is not MessageType.RENEWAL_REQ:
        try:
            return _Proof(password=passwords.check(request.challenge, by=by, at=at))
        except Unacceptable:
            old = renewal.find(request.signer_certificate_der)
            if old is None:
                raise
    old = old or renewal.find(request.signer_certificate_der)
    renewal.check(old, by=by, days=arrival.rules.renewal_days, at=at)
    return _Proof(_encrypting(arrival, by), old)


def _encrypting(arrival: Arrival, by: Holder) -> OneTimePassword | None:
    """Return the password that encrypted a renewal, where a key could not: it is good once only."""
    if authority.load(arrival.generation).recipients:
        return None
    return passwords.check(arrival.request.challenge, by=by, at=arrival.at)


def _challenge_sealed(arrival: Arrival) -> bytes:
    """Keep the password that encrypts what the client sends from now on: repeated, or polling."""
    if authority.load(arrival.generation).recipients:
        return b""
    request = arrival.request
    return secrets.seal(request.challenge, belongs_to=request.transaction_id)


def _standing(known: EnrollmentRequest) -> Outcome:
    match State(known.state):
        case State.ISSUED:
            return Granted(bytes(known.certificate.certificate_der))
        case State.HELD:
            return Held()
        case State.REJECTED:
            raise Unacceptable(FailInfo.BAD_REQUEST, _REJECTED)


def _policy(rules: Switches) -> Policy:
    return LEGACY_POLICY if rules.allow_legacy else Policy()


def _issue(request: EnrollmentRequest, accepted: Accepted, policy: Policy, at: datetime) -> bytes:
    ca = authority.load(request.generation).issuing
    certificate_der = issuer.sign(accepted, ca=ca, policy=policy, at=at)
    certificate = certinfo.load(certificate_der)
    IssuedCertificate.objects.create(
        request=request,
        serial_hex=certinfo.serial_hex(certificate.serial_number),
        certificate_der=certificate_der,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        issued_at=at,
        issued_by=request.generation,
    )
    return certificate_der


def _held(request_id: int) -> EnrollmentRequest:
    try:
        return EnrollmentRequest.objects.get(pk=request_id, state=State.HELD)
    except EnrollmentRequest.DoesNotExist as error:
        raise NotFound("There is no such request waiting for approval.") from error


def _signer_key_sha256(request: ServerRequest) -> str:
    """Identify the requester; the reply is encrypted to that key, so it must be an RSA key."""
    try:
        public_key = certinfo.load(request.signer_certificate_der).public_key()
    except (CertificateUnreadable, *UNREADABLE) as error:
        text = "The certificate that signed the request cannot be read."
        raise Unacceptable(FailInfo.BAD_MESSAGE_CHECK, text) from error
    algorithm, _ = keys.describe(public_key)
    if algorithm != "RSA":
        text = f"No reply can be encrypted to the {algorithm} key that signed the request."
        raise Unacceptable(FailInfo.BAD_ALG, text)
    return _sha256(keys.spki_der(public_key))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

"""PKIOperation: a pkiMessage in, a signed CertRep out."""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from democa import queries
from democa.faults import Fault
from democa.issuer import Unacceptable
from democa.models import Switches
from democa.services import authority, enrollment, passwords, revocation
from democa.services.enrollment import Arrival, Granted, Held
from democa.throttle import Throttle
from scep import server
from scep.messages import Signer, TransactionId
from scep.server import Answerable, BadRequest, ServerRequest
from scep.vocabulary import FailInfo, MessageType

REFUSALS_PER_MINUTE: Final = 300
"""An address that was refused so often has to wait: it guesses passwords, or worse (RFC 3218)."""

TRIAL_COUNTS: Final = 10
"""A message that cannot be read counts as so many where passwords are tried on it: 0.5 s each."""

_requests: Final = Throttle()
_refusals: Final = Throttle()


class RefusedUnsigned(Exception):
    """Nobody can be answered with a signed message; the text says why."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One message's way through the CA.

    Attributes:
        generation: the CA that the message is encrypted to, and that answers.
    """

    generation: int
    address: str
    rules: Switches
    at: datetime

    @property
    def signer(self) -> Signer:
        return authority.load(self.generation).reply_signer

    @property
    def legacy(self) -> bool:
        return self.rules.allow_legacy


def wait_s(address: str, rules: Switches, *, at: datetime) -> int:
    """Count a request, and tell how many seconds its sender has to wait before it; mostly 0."""
    waits = [_refusals.wait_s(address, REFUSALS_PER_MINUTE, at=at)]
    if rules.requests_per_minute:
        waits.append(_requests.wait_s(address, rules.requests_per_minute, at=at))
        _requests.count(address, at=at)
    return max(waits)


def operate(message: bytes, *, address: str, rules: Switches, at: datetime) -> bytes:
    """Answer a message.

    Raises:
        RefusedUnsigned: it is not even a message that could be answered.
    """
    try:
        return _operate(message, address, rules, at)
    except BadRequest as error:
        _refusals.count(address, at=at, times=TRIAL_COUNTS if queries.tries_passwords(rules) else 1)
        if error.answerable is None:
            raise RefusedUnsigned(error.fact) from error
        turn = _Turn(rules.generation, address, rules, at)
        return _failure(error.answerable, Unacceptable(error.fail_info, error.fact), turn)


def _operate(message: bytes, address: str, rules: Switches, at: datetime) -> bytes:
    generation, request = _read(message, rules, at)
    turn = _Turn(generation, address, rules, at)
    try:
        _refuse_on_purpose(rules)
        if not turn.legacy:
            _refuse_weak_algorithms(request)
        return _reply(request, turn)
    except Unacceptable as refusal:
        _refusals.count(address, at=at)
        return _failure(request, refusal, turn)


def _read(message: bytes, rules: Switches, at: datetime) -> tuple[int, ServerRequest]:
    """Read a message, and tell which CA it is encrypted to: the current one is tried first."""
    cas = authority.succession(rules)
    try:
        return cas.current, _read_by(cas.current, message, at)
    except BadRequest:
        for generation in cas.others:
            with contextlib.suppress(BadRequest):
                return generation, _read_by(generation, message, at)
        raise


def _read_by(generation: int, message: bytes, at: datetime) -> ServerRequest:
    def candidates(transaction_id: TransactionId) -> list[str]:
        return [] if recipients else passwords.to_try(transaction_id, at=at)

    recipients = authority.load(generation).recipients
    return server.read_request(message, recipients=recipients, passwords=candidates)


def _reply(request: ServerRequest, turn: _Turn) -> bytes:
    signer, legacy = turn.signer, turn.legacy
    cas = authority.succession(turn.rules)
    if request.message_type is MessageType.GET_CRL and request.certificate:
        crl = revocation.crl_for(named=request.certificate, cas=cas, at=turn.at)
        return server.certrep_crl(request, crl, signer=signer, legacy=legacy)
    if request.message_type is MessageType.GET_CERT and request.certificate:
        found = revocation.find(named=request.certificate, cas=cas)
        return server.certrep_certificates(request, [found], signer=signer, legacy=legacy)
    match _decide(request, turn):
        case Granted(certificate_der):
            return server.certrep_success(request, certificate_der, signer=signer, legacy=legacy)
        case Held():
            return server.certrep_pending(request, signer=signer, legacy=legacy)


def _decide(request: ServerRequest, turn: _Turn) -> enrollment.Outcome:
    if request.message_type is MessageType.CERT_POLL:
        return enrollment.poll(request=request)
    return enrollment.enroll(Arrival(request, turn.generation, turn.address, turn.rules, turn.at))


def _failure(request: Answerable, refusal: Unacceptable, turn: _Turn) -> bytes:
    return server.certrep_failure(
        request, refusal.fail_info, text=refusal.text, signer=turn.signer, legacy=turn.legacy
    )


def _refuse_on_purpose(rules: Switches) -> None:
    fault = Fault(rules.fault)
    if fault.fail_info is not None:
        raise Unacceptable(fault.fail_info, "This fault is switched on at the demo CA.")


def _refuse_weak_algorithms(request: ServerRequest) -> None:
    weak = [
        str(algorithm)
        for algorithm in (request.request_cipher, request.request_digest)
        if algorithm.is_weak
    ]
    if weak:
        text = f"This CA does not take {' and '.join(weak)}."
        raise Unacceptable(FailInfo.BAD_ALG, text)

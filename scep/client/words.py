"""What the steps of an enrollment say."""

from datetime import datetime
from typing import Final

from scep import cms
from scep.errors import EnrollmentRefused, FailureReason, TooWeak
from scep.issued import Found, validity_remarks
from scep.messages import CertRep, Request
from scep.transcript import Outcome, Step, StepName
from scep.vocabulary import Cipher, PkiStatus, describe_hresult
from scep.wire import HttpReply, excerpt, media_type

_STATUS_WORDS = {
    PkiStatus.SUCCESS: "The server granted the request.",
    PkiStatus.PENDING: "The server put the request off: it waits for a decision.",
    PkiStatus.FAILURE: "The server refused the request.",
}

_WEAK: Final = "Enable SHA-256 and AES on the server; a strict profile refuses this."
_DES: Final = (
    "The server insists on single DES, whatever the request uses: micromdm always does, step-ca "
    "unless its encryptionAlgorithmIdentifier says otherwise."
)


def describe_request(request: Request) -> tuple[tuple[str, str], ...]:
    """Decode a message of ours for people."""
    return (
        ("Message sent", type(request).__name__),
        ("Transaction sent", request.transaction_id),
        ("Nonce sent", request.sender_nonce.hex()),
    )


def operation_step(stage: StepName, rep: CertRep | None, reply: HttpReply) -> Step:
    """Tell that an answer came, and what it says if it could be read."""
    fact = f"The server answered with {len(reply.body):,} bytes."
    return Step(
        stage,
        Outcome.PASSED,
        _STATUS_WORDS[rep.status] if rep is not None else fact,
        hint=_pending_hint(rep),
        details=(
            *_describe(rep),
            ("HTTP status", str(reply.status)),
            ("Content type", media_type(reply.content_type) or "none"),
            ("Size", f"{len(reply.body):,} bytes"),
        ),
        duration_ms=reply.elapsed_ms,
    )


def verify_step(rep: CertRep, weak: list[str]) -> Step:
    """Tell who signed, and what was weak or odd."""
    fact = f"{rep.signed_by} has signed the reply, and it answers our request."
    details = (
        ("Signed by", rep.signed_by),
        ("Signature", rep.signature),
        ("Message type", "CertRep (3)"),
        ("Transaction", f"{rep.transaction_id}, as sent"),
    )
    remarks = [*rep.remarks]
    if weak:
        remarks.insert(0, f"It is {' and '.join(weak)}, which is weak.")
    hints = [_WEAK] if weak else []
    hints += [_DES] if rep.cipher is Cipher.DES else []
    outcome = Outcome.WARNED if remarks else Outcome.PASSED
    return Step(StepName.VERIFY, outcome, " ".join((fact, *remarks)), " ".join(hints), details)


def match_step(found: Found, now: datetime) -> Step:
    """Tell what was issued and how it differs from the request."""
    certificate = found.certificate
    remarks = list(found.differences)
    remarks += validity_remarks(found, now)
    digest = certificate.scheme.digest
    remarks += [f"It is signed with {digest}, which is weak."] if digest.is_weak else []
    return Step(
        StepName.MATCH,
        Outcome.WARNED if remarks else Outcome.PASSED,
        " ".join(("The certificate has our key and is signed by the CA.", *remarks)),
        details=(
            *certificate_details(certificate),
            *((f"Requested {one.name}", one.requested) for one in found.fields if one.differences),
            ("Other certificates", str(len(found.others_der))),
        ),
    )


def certificate_details(certificate: cms.Certificate) -> tuple[tuple[str, str], ...]:
    """Put a certificate into words, each fact with its label."""
    return (
        ("Subject", certificate.subject),
        ("Issuer", certificate.issuer),
        ("Serial number", certificate.serial_hex),
        ("Valid from", f"{certificate.not_before:%Y-%m-%d %H:%M:%S} UTC"),
        ("Valid until", f"{certificate.not_after:%Y-%m-%d %H:%M:%S} UTC"),
        ("SHA-256", certificate.fingerprint("sha256")),
    )


def weaknesses(rep: CertRep) -> list[str]:
    """Name the weak algorithms of a reply: ``signed with SHA-1``, ``encrypted with DES-CBC``."""
    weak = [f"signed with {rep.digest}"] if rep.digest.is_weak else []
    if rep.cipher is not None and rep.cipher.is_weak:
        weak.append(f"encrypted with {rep.cipher}")
    return weak


def too_weak(fact: str, stage: StepName) -> TooWeak:
    """Something is weaker than the minimum accepts."""
    return TooWeak(
        fact,
        stage=stage,
        hint="Enable SHA-256 and AES on the server, or lower the minimum in the profile.",
    )


def refusal(rep: CertRep, stage: StepName) -> EnrollmentRefused:
    """Put a FAILURE into words: what the server says, what it means, what to try."""
    reason = rep.reason or FailureReason(None)
    fact = "The server refused the request without a reason."
    hints = ["Look into the log of the server."]
    if reason.fail_info is not None:
        info = reason.fail_info
        fact = f"The server refused the request: {info.keyword} ({info.value})."
        hints = [info.meaning, info.advice]
    if reason.text:
        fact = f"{fact} It says {excerpt(reason.text.encode(), 300)}."
    if reason.hresult is not None:
        hints.insert(0, f"Windows error {describe_hresult(reason.hresult)}.")
    return EnrollmentRefused(
        fact, stage=stage, hint=" ".join(hints), details=_describe(rep), reason=reason
    )


def _describe(rep: CertRep | None) -> tuple[tuple[str, str], ...]:
    if rep is None:
        return ()
    details = [
        ("Status", f"{rep.status.name} ({rep.status.value})"),
        ("Transaction", rep.transaction_id),
        ("Signed by", rep.signed_by),
        ("Signature", rep.signature),
        ("Server's nonce", rep.sender_nonce.hex() if rep.sender_nonce is not None else "none"),
    ]
    if rep.cipher is not None:
        details.append(("Encryption", f"{rep.cipher}, {rep.key_transport}"))
        details.append(("Certificates", str(len(rep.certificates))))
    reason = rep.reason
    if reason is not None and reason.fail_info is not None:
        details.append(("failInfo", f"{reason.fail_info.keyword} ({reason.fail_info.value})"))
    if reason is not None and reason.text:
        details.append(("failInfoText", excerpt(reason.text.encode(), 1000)))
    if reason is not None and reason.hresult is not None:
        details.append(("HRESULT", describe_hresult(reason.hresult)))
    return tuple(details)


def _pending_hint(rep: CertRep | None) -> str:
    if rep is None or rep.status is not PkiStatus.PENDING:
        return ""
    return "Somebody has to approve it on the server. It is asked again until then."

"""The status of a certificate from an OCSP responder (RFC 6960 appendix A.1)."""

from datetime import datetime
from typing import Final

from pki import ocsp
from pki.errors import OcspUnusable, SignatureWrong
from pki.ocsp import Answer, Question
from scep.client.session import Exchange, Exchanges, describe_reply, require_ok
from scep.errors import CrlNotTrusted, ReplyUnreadable
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.wire import HttpReply, HttpRequest

_REQUEST_TYPE: Final = "application/ocsp-request"


class AskOcsp(Exchanges[Answer]):
    """One question by POST; drive it to the URL of the responder."""

    def __init__(self, question: Question, *, now: datetime, record: Recorder = drop) -> None:
        """Ask a responder.

        Args:
            question: about which certificate, of which CA.
            now: whether the answer is out of date.
            record: takes the steps.
        """
        request = HttpRequest(
            "POST",
            body=question.to_der(),
            content_type=_REQUEST_TYPE,
            max_reply_bytes=ocsp.MAX_OCSP_BYTES,
            stage=StepName.OCSP,
        )
        super().__init__(Exchange(StepName.OCSP, request, self._take), record=record)
        self._request = request
        self._question = question
        self._now = now

    def _take(self, reply: HttpReply) -> None:
        require_ok(reply, StepName.OCSP, self._request)
        try:
            answer = ocsp.read(reply.body, self._question, self._now)
        except OcspUnusable as error:
            details = describe_reply(reply)
            raise ReplyUnreadable(str(error), stage=StepName.OCSP, details=details) from error
        except SignatureWrong as error:
            hint = "Ask the CA's operator which certificate its OCSP responder has."
            raise CrlNotTrusted(str(error), stage=StepName.OCSP, hint=hint) from error
        self._record(_step(answer, reply))
        self.finish(answer)


def _step(answer: Answer, reply: HttpReply) -> Step:
    state = "The certificate is not revoked."
    if answer.revocation is not None:
        reason = f" ({answer.revocation.reason})" if answer.revocation.reason else ""
        state = f"The certificate was revoked on {answer.revocation.revoked_at:%Y-%m-%d}{reason}."
    elif not answer.is_known:
        state = "The responder does not know the certificate."
    due = f"{answer.next_update:%Y-%m-%d %H:%M:%S} UTC" if answer.next_update else "not said"
    fine = answer.is_known and answer.revocation is None
    return Step(
        StepName.OCSP,
        Outcome.PASSED if fine else Outcome.WARNED,
        f"{state} Signed by {answer.responder}.",
        details=(
            ("As of", f"{answer.this_update:%Y-%m-%d %H:%M:%S} UTC"),
            ("Next due", due),
            *describe_reply(reply),
        ),
        duration_ms=reply.elapsed_ms,
    )

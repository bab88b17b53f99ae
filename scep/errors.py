"""Everything that can go wrong in an exchange, one class per way to react.

Each error names its stage, the fact and what to try, and knows the exit code of the command line:
2 usage, 4 refused by the server, 5 not trusted, 6 no usable answer. None of them ever holds a
challenge password or a private key.
"""

from dataclasses import dataclass
from typing import ClassVar

from scep.transcript import StepName
from scep.vocabulary import FailInfo


class ScepError(Exception):
    """An exchange ended without its result.

    Attributes:
        stage: the step that failed.
        fact: what happened, one sentence; also ``str(error)``.
        hint: what to try; may be empty.
        details: decoded values that explain the fact, each with its label.
        exit_code: exit code of the command line for this kind of error.
    """

    exit_code: ClassVar[int] = 6

    def __init__(
        self,
        fact: str,
        *,
        stage: StepName,
        hint: str = "",
        details: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(fact)
        self.stage = stage
        self.fact = fact
        self.hint = hint
        self.details = details


class TransportFailed(ScepError):
    """No reply: name resolution, connection, TLS or time-out."""


class HungUp(TransportFailed):
    """The server closed the connection instead of answering."""


class HttpRefused(ScepError):
    """The server answered with an HTTP error.

    Attributes:
        status: the HTTP status code.
        retry_after_s: how long the server asks to wait; None when it does not say.
    """

    def __init__(
        self,
        fact: str,
        *,
        stage: StepName,
        status: int,
        hint: str = "",
        details: tuple[tuple[str, str], ...] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(fact, stage=stage, hint=hint, details=details)
        self.status = status
        self.retry_after_s = retry_after_s


class MalformedReply(ScepError):
    """The bytes received are not what the protocol wants at this point."""


class NotTrusted(ScepError):
    """Fingerprint, chain, signature, nonce or strength of algorithms are not acceptable."""

    exit_code = 5


class ChallengeRefused(ScepError):
    """The challenge page gave no password."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Why a server answered FAILURE, as far as it said.

    Attributes:
        fail_info: the reason; None when the server gave none.
        text: the server's own words (failInfoText); untrusted, may be empty.
        hresult: Microsoft's error number, unsigned; None when the server sent none.
    """

    fail_info: FailInfo | None
    text: str = ""
    hresult: int | None = None


class EnrollmentRefused(ScepError):
    """The server answered with status FAILURE.

    Attributes:
        fail_info: the reason; None when the server gave none.
        fail_info_text: the server's own words; untrusted, may be empty.
        hresult: Microsoft's error number, unsigned; None when the server sent none.
    """

    exit_code = 4

    def __init__(
        self,
        fact: str,
        *,
        stage: StepName,
        hint: str = "",
        details: tuple[tuple[str, str], ...] = (),
        reason: FailureReason,
    ) -> None:
        super().__init__(fact, stage=stage, hint=hint, details=details)
        self.fail_info = reason.fail_info
        self.fail_info_text = reason.text
        self.hresult = reason.hresult


class UnusableRequest(ScepError):
    """What we were told to send cannot be sent; nothing left this machine."""

    exit_code = 2

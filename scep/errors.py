"""Everything that can go wrong in an exchange: one class per way to react, below it one per stage.

Code that reacts catches the ways: :class:`UnusableRequest`, :class:`TransportFailed`,
:class:`HttpRefused`, :class:`MalformedReply`, :class:`NotTrusted`, :class:`ChallengeRefused`,
:class:`EnrollmentRefused`. What is raised is of the stage where it happened. Each error names the
fact and what to try, and knows the exit code of the command line: 2 usage, 4 refused by the server,
5 not trusted, 6 no usable answer. None of them ever holds a challenge password or a private key.
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


class NameNotResolved(TransportFailed):
    """The host name has no address, or nobody says which."""


class AddressRefused(TransportFailed):
    """The host's address may not be connected to, whoever wants it."""


class NotConnected(TransportFailed):
    """No address of the host took the connection."""


class TlsFailed(TransportFailed):
    """The TLS handshake failed, or the server's certificate is not acceptable."""


class AnswerBroken(TransportFailed):
    """The request was on its way, and no complete HTTP answer came back in time."""


class HungUp(AnswerBroken):
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


class RedirectRefused(HttpRefused):
    """The server sends us somewhere else, where we do not go."""


class MalformedReply(ScepError):
    """The bytes received are not what the protocol wants at this point."""


class CapabilitiesUnusable(MalformedReply):
    """The answer to GetCACaps is no list; an enrollment goes on without one."""


class CaCertificateUnusable(MalformedReply):
    """The answer to GetCACert holds no certificate that can be read."""


class RecipientUnusable(MalformedReply):
    """No envelope can be made for the server: the key of its certificate cannot be used."""


class NextCaUnusable(MalformedReply):
    """The answer to GetNextCACert holds no signed certificates that can be read."""


class ReplyUnreadable(MalformedReply):
    """The answer to a message is not the message it should be."""


class ReplyUndecipherable(MalformedReply):
    """The envelope of the answer does not open with our key."""


class NotTrusted(ScepError):
    """Fingerprint, chain, signature, nonce or strength of algorithms are not acceptable."""

    exit_code = 5


class FingerprintMismatch(NotTrusted):
    """No CA certificate received has the fingerprint of the profile."""


class ChainNotTrusted(NotTrusted):
    """A certificate in use does not chain to the CA, is not valid now, or has a short key."""


class Downgraded(NotTrusted):
    """The server lists less than before, and the minimum does not put up with that."""


class TooWeak(NotTrusted):
    """An algorithm is weaker than the minimum accepts."""


class ReplyNotVerified(NotTrusted):
    """The answer is not signed by the CA, or answers something else than our request."""


class NotOurCertificate(NotTrusted):
    """What was issued is not the certificate asked for, or not by the CA."""


class CrlNotTrusted(NotTrusted):
    """The CRL was not signed by the CA."""


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


class UrlUnusable(UnusableRequest):
    """The URL is not one that we connect to."""


class TlsSettingsUnusable(UnusableRequest):
    """A certificate or key that was given for TLS cannot be used."""


class FingerprintUnusable(UnusableRequest):
    """The text given is not a fingerprint."""


class CsrUnusable(UnusableRequest):
    """The certificate request cannot be made, or is not for the key given."""


class ChallengeMissing(UnusableRequest):
    """The server's key cannot decrypt, and there is no challenge password to encrypt with."""


class SignerUnusable(UnusableRequest):
    """The certificate that is to sign a request is not valid, not readable, or of another key."""


class RenewalUnavailable(UnusableRequest):
    """The server does not offer to renew certificates."""


class NextCaUnavailable(ScepError):
    """The server does not offer to announce its next CA certificate."""

    exit_code = 4

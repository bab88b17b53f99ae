"""All attacks, each with the error that it has to end in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from scep import errors
from scep.errors import ScepError
from scep.transcript import StepName
from tests.hostile import reply_attacks as reply
from tests.hostile import wire_attacks as wire
from tests.hostile.servers import Act

CAPS, CACERT, OPERATION, PAGE = "GetCACaps", "GetCACert", "PKIOperation", "challenge"
_STAGES: Final = {
    CAPS: StepName.CAPS,
    CACERT: StepName.CACERT,
    OPERATION: StepName.PKIOPERATION,
    PAGE: StepName.CHALLENGE,
}


@dataclass(frozen=True)
class Attack:
    """One thing that a server does.

    Attributes:
        name: for people.
        operation: at which one it does it.
        act: what it does; made when it is needed, for some are large.
        error: what it ends in.
        fact: a part of what is told.
        hint: a part of what is advised.
        stage: where it is noticed; the operation's own by default.
        fingerprint: the pin that the client has; ``"ca"`` stands for that of the honest CA.
    """

    name: str
    operation: str
    act: Callable[[], Act]
    error: type[ScepError]
    fact: str
    hint: str
    at: StepName | None = None
    fingerprint: str = ""

    @property
    def stage(self) -> StepName:
        """Where it is noticed."""
        return self.at or _STAGES[self.operation]

    @property
    def is_slow(self) -> bool:
        """Whether it takes as long as the client waits."""
        return self.fact == _SLOW[0]

    def __str__(self) -> str:
        return f"{self.operation}: {self.name}"


_SLOW = ("did not finish its answer within", "too slow")
_CUT = ("closed the connection in the middle of its answer", "Try again")
_NO_HTTP = ("did not answer in HTTP", "Check the port")
_GONE = ("closed the connection without an answer", "Look into the log of the server")
_LONG = ("is longer than", "This is no SCEP server")
_NO_CA = ("instead of a CA certificate", "Check the path of the server URL")
_NO_MESSAGE = ("The server's answer is not usable", "Look into the log of the server")


def _always(act: Act) -> Callable[[], Act]:
    return lambda: act


def _on_the_wire(operation: str, *, long: type[ScepError]) -> list[Attack]:
    """What may happen to any answer."""
    broken = errors.AnswerBroken
    rows: list[tuple[str, Act, type[ScepError], tuple[str, str]]] = [
        ("drips the head", wire.drips_head, broken, _SLOW),
        ("drips the body", wire.drips_body, broken, _SLOW),
        ("continues for ever", wire.continues_for_ever, broken, _SLOW),
        ("never ends", wire.never_ends, long, _LONG),
        ("resets in the middle", wire.resets_in_the_middle, broken, _CUT),
        ("promises too much", wire.promises_too_much, broken, _CUT),
        ("breaks chunks", wire.breaks_chunks, broken, _CUT),
        ("a chunk without end", wire.chunk_without_end, broken, _CUT),
        ("a long header", wire.long_header, broken, _NO_HTTP),
        ("many headers", wire.many_headers, broken, _NO_HTTP),
        ("no HTTP", wire.no_http, broken, _NO_HTTP),
        ("hangs up", wire.hangs_up, errors.HungUp, _GONE),
    ]
    attacks = [Attack(name, operation, _always(act), kind, *told) for name, act, kind, told in rows]
    attacks.append(Attack("a gzip bomb", operation, wire.gzip_bomb, long, *_LONG))
    targets = ("http://other.example/scep", "file:///etc/passwd", "//169.254.169.254/latest")
    return [*attacks, *(_redirecting(operation, target) for target in targets)]


def _redirecting(operation: str, target: str) -> Attack:
    return Attack(
        f"redirects to {target}",
        operation,
        _always(wire.redirects(target)),
        errors.RedirectRefused,
        "which is not followed",
        "put its address into the settings",
    )


def _ca(
    name: str, act: Act, error: type[ScepError], told: tuple[str, str], **more: object
) -> Attack:
    return Attack(name, CACERT, _always(act), error, *told, **more)  # type: ignore[arg-type]


def _rep(
    name: str, act: Act, error: type[ScepError], told: tuple[str, str], at: StepName | None = None
) -> Attack:
    return Attack(name, OPERATION, _always(act), error, *told, at=at)


_BAD_CA: Final = errors.CaCertificateUnusable
_STALE: Final = ("The reply does not repeat the nonce of our request", "somebody replays")
_STRANGER: Final = ("None of the certificates allowed to sign", "somebody else has answered")

ATTACKS: Final = [
    *_on_the_wire(CACERT, long=_BAD_CA),
    _ca("a page", reply.html, _BAD_CA, ('an HTML page titled "Sign in"', "no login page")),
    _ca("JSON", reply.json_text, _BAD_CA, _NO_CA),
    _ca("PDF", reply.pdf, _BAD_CA, _NO_CA),
    _ca("nothing", reply.nothing, _BAD_CA, ("empty CA certificate", "Check the CA-IDENT")),
    _ca("1000 nested sequences", reply.nested, _BAD_CA, _NO_CA),
    Attack("10,000 certificates", CACERT, reply.crowd, _BAD_CA, *_LONG),
    _ca("10,000 stubs of certificates", reply.crowd_of_stubs, _BAD_CA, _NO_CA),
    _ca(
        "another CA",
        reply.swapped_ca,
        errors.FingerprintMismatch,
        ("SHA-256 fingerprint is", "Nothing was stored or sent"),
        at=StepName.FINGERPRINT,
        fingerprint="ca",
    ),
    _ca(
        "an RA of somebody else",
        reply.forged_ra,
        errors.ChainNotTrusted,
        ("does not chain to the CA", "somebody changed it"),
        at=StepName.CHAIN,
    ),
    *_on_the_wire(PAGE, long=errors.ChallengeRefused),
    Attack(
        "a page of something else",
        PAGE,
        _always(reply.other_page),
        errors.ChallengeRefused,
        'a page titled "Printer status"',
        "Open the challenge URL in a browser",
    ),
    Attack(
        "a sign-in form",
        PAGE,
        _always(reply.sign_in_form),
        errors.ChallengeRefused,
        "shows a sign-in form",
        "HTTP authentication",
    ),
    *_on_the_wire(OPERATION, long=errors.ReplyUnreadable),
    _rep("a page", reply.html, errors.ReplyUnreadable, ('titled "Sign in"', "no login page")),
    _rep("JSON", reply.json_text, errors.ReplyUnreadable, _NO_MESSAGE),
    _rep("1000 nested sequences", reply.nested, errors.ReplyUnreadable, _NO_MESSAGE),
    _rep("10,000 stubs of certificates", reply.crowd_of_stubs, errors.ReplyUnreadable, _NO_MESSAGE),
    _rep("a replay", reply.replayed, errors.ReplyNotVerified, _STALE, StepName.VERIFY),
    _rep(
        "another transaction",
        reply.other_transaction,
        errors.ReplyNotVerified,
        ("belongs to another transaction", "a cache or proxy"),
        StepName.VERIFY,
    ),
    _rep(
        "a forged signer", reply.forged_signer, errors.ReplyNotVerified, _STRANGER, StepName.VERIFY
    ),
    _rep("locked for another key", reply.locked, errors.ReplyUndecipherable, _NO_MESSAGE),
    _rep(
        "a swapped certificate",
        reply.swapped_certificate,
        errors.NotOurCertificate,
        ("no certificate for our key", "Try again with a new key"),
        StepName.MATCH,
    ),
    _rep(
        "a certificate of somebody else",
        reply.certificate_of_a_stranger,
        errors.NotOurCertificate,
        ("was not signed by the CA", "another CA has issued it"),
        StepName.MATCH,
    ),
    _rep(
        "a refusal with markup",
        reply.refusal,
        errors.EnrollmentRefused,
        ("badRequest (2)", "challenge password"),
    ),
]


def attacks_at(*operations: str, slow: bool = True) -> list[object]:
    """Give the attacks at these operations as parameters; of the slow ones all, or one for each."""
    return [
        pytest.param(attack, id=str(attack))
        for attack in ATTACKS
        if attack.operation in operations
        and (slow or not attack.is_slow or attack.name == "drips the body")
    ]

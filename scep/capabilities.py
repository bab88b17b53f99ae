"""What the server can do (GetCACaps), and the algorithms that follow from it.

RFC 8894 section 3.5.2. The list is not signed: whoever is on the network may shorten it
(section 7.5). That is why :func:`choose` never goes below 3DES with SHA-1, whatever the list says,
why a strict minimum stops instead of going below AES with SHA-256, and why :func:`remember`
compares a list with what the server offered before.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from scep.errors import Downgraded, RenewalUnavailable, TooWeak
from scep.transcript import StepName
from scep.vocabulary import Capability, Cipher, Digest, MessageType
from scep.wire import describe_body, looks_like_html

MAX_CAPS_BYTES: Final = 1024
"""Longest list believed; real ones have fewer than 100 bytes."""

_BY_KEYWORD: Final = {capability.lower(): capability for capability in Capability}

_GUARDED: Final = frozenset({Capability.AES, Capability.POST, Capability.SHA_256})
"""What a server does not lose by itself, and without which requests are weaker or longer."""

_LOSSES: Final = {
    Capability.AES: "requests would be encrypted with 3DES",
    Capability.SHA_256: "requests would be signed with another digest, SHA-1 at worst",
    Capability.POST: "requests would go by GET",
    Capability.RENEWAL: "certificates can no longer be renewed, only enrolled anew",
    Capability.GET_NEXT_CA_CERT: "the next CA certificate can no longer be fetched ahead of time",
}
"""What the loss of a capability means. Less DES3, SHA-1 or SHA-512 means nothing."""

_IMPLIED: Final = frozenset({Capability.AES, Capability.POST, Capability.SHA_256})
"""What SCEPStandard stands for; not Renewal, not GetNextCACert, not DES3."""


class Minimum(StrEnum):
    """The weakest algorithms and answers that are accepted.

    LEGACY also takes replies without recipientNonce, believes shorter lists than before, and sends
    3DES and SHA-1 where :func:`choose` says so; DEFAULT takes SHA-1, 3DES and single DES in
    replies with a warning; STRICT wants AES and SHA-256 throughout.
    """

    LEGACY = "legacy"
    DEFAULT = "default"
    STRICT = "strict"


LEAST_RSA_BITS: Final = {Minimum.LEGACY: 1024, Minimum.DEFAULT: 1024, Minimum.STRICT: 2048}
"""Shortest RSA key of a CA or RA that is accepted."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """A GetCACaps reply.

    Attributes:
        known: keywords of the RFC that were listed.
        unknown: other keywords, as written, in order.
        problem: why the body was not taken for a list; empty when it was.
        remembered: not listed, but gone by all the same; see :func:`remember`.
    """

    known: frozenset[Capability] = frozenset()
    unknown: tuple[str, ...] = ()
    problem: str = ""
    remembered: frozenset[Capability] = frozenset()

    def offers(self, capability: Capability) -> bool:
        """Tell whether the server has a capability: listed, implied by SCEPStandard, remembered."""
        implied = Capability.SCEP_STANDARD in self.known and capability in _IMPLIED
        return implied or capability in self.known | self.remembered


NOTHING: Final = Capabilities()
"""A server that was never asked."""

STANDARD: Final = Capabilities(frozenset({Capability.SCEP_STANDARD}))
"""What to expect of a server that is known to keep to RFC 8894, seen before or not."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A list of capabilities beside what was offered before.

    Attributes:
        capabilities: what to go by.
        losses: what is missing now and what that means, one sentence each.
    """

    capabilities: Capabilities
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Algorithms:
    """How a request is sent.

    Attributes:
        cipher: encrypts the request.
        digest: signs the request.
        post: whether the request goes by POST.
        reasons: why, one sentence for each of the three.
    """

    cipher: Cipher
    digest: Digest
    post: bool
    reasons: tuple[str, ...] = ()


def parse(body: bytes) -> Capabilities:
    """Read a GetCACaps body; bytes that are no list give no capabilities, never an error.

    Whole lines are matched, ignoring case, because servers differ in it. Unknown keywords are
    kept for the transcript, as section 3.5.2 wants them ignored.

    Args:
        body: keywords separated by LF or CRLF; may be empty.
    """
    if not body.strip():
        return Capabilities(problem="The list of capabilities is empty.")
    if looks_like_html(body) or len(body) > MAX_CAPS_BYTES or b"\x00" in body:
        problem = f"The server sent {describe_body(body)} instead of a list of capabilities."
        return Capabilities(problem=problem)
    text = body.decode("utf-8-sig", "replace")
    keywords = [line.strip() for line in text.splitlines() if line.strip()]
    known = {_BY_KEYWORD[word.lower()] for word in keywords if word.lower() in _BY_KEYWORD}
    unknown = tuple(word for word in keywords if word.lower() not in _BY_KEYWORD)
    return Capabilities(frozenset(known), unknown)


def remember(now: Capabilities, before: Capabilities, minimum: Minimum) -> Compared:
    """Compare a list with what the server offered before, or was expected to (section 7.5).

    AES, SHA-256 and POST that have gone missing are gone by as if they were listed: a server that
    had them takes them, and whoever shortens the list gets nothing by it. LEGACY believes the
    shorter list. Anything else that is missing is only told.

    Args:
        now: what the server lists.
        before: what it offered the last time, :data:`STANDARD`, or nothing.
        minimum: what the profile accepts.

    Raises:
        Downgraded: AES, SHA-256 or POST are missing, and the minimum is STRICT.
    """
    lost = [one for one in _LOSSES if before.offers(one) and not now.offers(one)]
    guarded = frozenset(lost) & _GUARDED
    if guarded and minimum is Minimum.STRICT:
        missing = ", ".join(sorted(guarded))
        raise Downgraded(
            f"{now.problem} The server no longer offers {missing}, which it has offered before or "
            "is expected to.".strip(),
            stage=StepName.CAPS,
            hint=(
                "Its list of capabilities is not signed: somebody may have shortened it. Ask the "
                "server's operator. If the server was really changed, let the profile accept less."
            ),
        )
    losses = tuple(f"{one} is missing: {_LOSSES[one]}." for one in lost)
    kept = frozenset() if minimum is Minimum.LEGACY else guarded
    return Compared(replace(now, remembered=kept), losses)


def choose(capabilities: Capabilities, minimum: Minimum, *, get: bool = False) -> Algorithms:
    """Decide how requests are sent: the whole decision table.

    AES-128 and SHA-256 exactly, when the server has them, because everything interoperates on
    these. Without AES it is 3DES, and without any SHA-2 it is SHA-1: all servers know them, and
    DES and MD5 are never sent (section 2.9).

    Some servers list stronger algorithms than they can answer with (section 3.5.2 tells of
    Windows): LEGACY sends 3DES and SHA-1 where both are listed and SCEPStandard is not.

    Args:
        capabilities: what the server offers.
        minimum: what the profile accepts.
        get: send by GET even when the server takes POST, as the emulated firewall was seen to.

    Raises:
        TooWeak: the minimum is STRICT and the server does not offer AES and SHA-2.
    """
    cipher, cipher_reason = _choose_cipher(capabilities)
    digest, digest_reason = _choose_digest(capabilities)
    if minimum is Minimum.LEGACY and _is_old(capabilities):
        cipher, digest = Cipher.DES3, Digest.SHA_1
        cipher_reason, digest_reason = (
            f"{one}: legacy, and the server lists it but not {Capability.SCEP_STANDARD}."
            for one in (cipher, digest)
        )
    if minimum is Minimum.STRICT and (cipher.is_weak or digest.is_weak):
        fact = f"The server leaves only {cipher} with {digest}; strict wants AES with SHA-256."
        hint = (
            "Enable AES and SHA-256 on the server. If it has them, somebody may have shortened "
            "its list of capabilities, which is not signed (RFC 8894 section 7.5)."
        )
        raise TooWeak(fact, stage=StepName.ALGORITHMS, hint=hint)
    post = capabilities.offers(Capability.POST) and not get
    return Algorithms(
        cipher, digest, post, (cipher_reason, digest_reason, _transport_reason(post=post, get=get))
    )


def renewal_type(capabilities: Capabilities, *, compatible: bool = False) -> MessageType:
    """Decide which message renews a certificate.

    RenewalReq is for servers that offer Renewal. A PKCSReq signed with the old certificate is what
    older servers take, and some that list Renewal by mistake; whoever wants that says so.

    Args:
        capabilities: what the server offers.
        compatible: send a PKCSReq signed with the old certificate, whatever the server offers.

    Raises:
        RenewalUnavailable: the server does not offer Renewal, and compatible is False.
    """
    if compatible:
        return MessageType.PKCS_REQ
    if capabilities.offers(Capability.RENEWAL):
        return MessageType.RENEWAL_REQ
    raise RenewalUnavailable(
        "The server does not offer Renewal.",
        stage=StepName.ALGORITHMS,
        hint=(
            "Enroll anew, with a challenge password; or try the compatible way, a PKCSReq signed "
            "with the old certificate, which older servers take."
        ),
    )


def _is_old(capabilities: Capabilities) -> bool:
    weak = {Capability.DES3, Capability.SHA_1}
    return weak <= capabilities.known and Capability.SCEP_STANDARD not in capabilities.known


def _choose_cipher(capabilities: Capabilities) -> tuple[Cipher, str]:
    if capabilities.offers(Capability.AES):
        return Cipher.AES_128, f"{Cipher.AES_128}: the server {_how(capabilities, Capability.AES)}."
    if capabilities.offers(Capability.DES3):
        return Cipher.DES3, f"{Cipher.DES3}: the server lists DES3 but not AES."
    return Cipher.DES3, f"{Cipher.DES3}: the server lists no cipher, and every server has this one."


def _choose_digest(capabilities: Capabilities) -> tuple[Digest, str]:
    if capabilities.offers(Capability.SHA_256):
        how = _how(capabilities, Capability.SHA_256)
        return Digest.SHA_256, f"{Digest.SHA_256}: the server {how}."
    if capabilities.offers(Capability.SHA_512):
        return Digest.SHA_512, f"{Digest.SHA_512}: the server lists it, but not SHA-256."
    return (
        Digest.SHA_1,
        f"{Digest.SHA_1}: the server lists no SHA-2, and every server has this one.",
    )


def _how(capabilities: Capabilities, capability: Capability) -> str:
    if capability in capabilities.known:
        return f"lists {capability}"
    if capability in capabilities.remembered:
        return f"has offered {capability} before"
    return f"lists {Capability.SCEP_STANDARD}, which implies it"


def _transport_reason(*, post: bool, get: bool) -> str:
    if post:
        return "POST: the server takes it."
    return "GET: the profile says so." if get else "GET: the server does not list POSTPKIOperation."

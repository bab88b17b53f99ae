"""What the steps of fetching a CA's certificates say."""

from typing import Final

from scep.cacert import CaBundle, CaCertificate, read_fingerprint, spell
from scep.capabilities import Capabilities, Compared
from scep.client.session import describe_reply
from scep.transcript import Outcome, Step, StepName
from scep.wire import HttpReply

_OLD: Final = (
    "Requests then use 3DES and SHA-1 by GET, which old servers need. If this server is newer, "
    "check the server URL."
)
_SHRUNKEN: Final = (
    "The list is not signed, and somebody may have shortened it: requests are sent as before. If "
    "the server was really changed and refuses them, set the minimum of the profile to legacy."
)
_ALTERED: Final = "Ask the server's operator whether that is meant to be."


def offered(capabilities: Capabilities) -> tuple[tuple[str, str], ...]:
    """Put a list of capabilities into words, each fact with its label."""
    words = [("Offered", ", ".join(sorted(capabilities.known)) or "nothing that RFC 8894 knows")]
    if capabilities.unknown:
        words.append(("Not in RFC 8894", ", ".join(capabilities.unknown)))
    if capabilities.remembered:
        words.append(("Gone by all the same", ", ".join(sorted(capabilities.remembered))))
    return tuple(words)


def capabilities_step(compared: Compared, reply: HttpReply) -> Step:
    """Tell what the server offers, and what it has offered before and does not any more."""
    capabilities, losses = compared.capabilities, compared.losses
    fact, hint = f"The server offers {', '.join(sorted(capabilities.known))}.", ""
    if not capabilities.known:
        problem = capabilities.problem or "The server lists no capability that RFC 8894 knows."
        fact, hint = f"{problem} It is taken to have no capabilities.", _OLD
    if losses:
        fact = " ".join((capabilities.problem or fact, "It has offered more before.", *losses))
        hint = _SHRUNKEN if capabilities.remembered else _ALTERED
    return Step(
        StepName.CAPS,
        Outcome.WARNED if losses or not capabilities.known else Outcome.PASSED,
        fact,
        hint=hint,
        details=(*offered(capabilities), *describe_reply(reply)),
        duration_ms=reply.elapsed_ms,
    )


def certificates_step(bundle: CaBundle, reply: HttpReply) -> Step:
    """Tell which certificates came, and what each is for."""
    number = len(bundle.certificates)
    what = f"{number} certificates" if number > 1 else "its CA certificate"
    fact = f"The server sent {what}."
    details = [pair for one in bundle.certificates for pair in describe_certificate(one)]
    details.append(("Requests are encrypted to", bundle.recipient.facts.subject))
    details += [("Replies may be signed by", one.facts.subject) for one in bundle.signers]
    details += [("Remark", remark) for remark in bundle.remarks]
    details += [("Content type", reply.content_type or "none")]
    return Step(
        StepName.CACERT,
        Outcome.WARNED if bundle.remarks else Outcome.PASSED,
        " ".join((fact, *bundle.remarks)),
        details=tuple(details),
        duration_ms=reply.elapsed_ms,
    )


def describe_certificate(one: CaCertificate) -> list[tuple[str, str]]:
    """Put a certificate of a CA into words, each fact with its label."""
    facts, label = one.facts, one.role.value.upper() if len(one.role) == 2 else one.role.value
    valid = f"{facts.not_before:%Y-%m-%d} to {facts.not_after:%Y-%m-%d}"
    return [
        (f"{label}: subject", facts.subject),
        (f"{label}: issuer", facts.issuer),
        (f"{label}: serial number", facts.serial_hex),
        (f"{label}: valid", valid),
        (f"{label}: key", facts.key),
        (f"{label}: key usage", ", ".join(facts.key_usage) or "not limited"),
        (f"{label}: SHA-256", spell(facts.fingerprint_sha256)),
        (f"{label}: SHA-1", spell(facts.fingerprint_sha1)),
        (f"{label}: MD5", spell(facts.fingerprint_md5)),
    ]


def fingerprint_step(bundle: CaBundle, fingerprint: str) -> Step:
    """Tell whether the CA is authenticated."""
    received = spell(bundle.ca.facts.fingerprint_sha256)
    if not fingerprint:
        return Step(
            StepName.FINGERPRINT,
            Outcome.WARNED,
            "The CA certificate is not authenticated: no fingerprint was given.",
            hint=f"Have the CA's operator confirm this SHA-256, then enter it: {received}",
        )
    if read_fingerprint(fingerprint)[0] == "md5":
        return Step(
            StepName.FINGERPRINT,
            Outcome.WARNED,
            "The CA certificate has the fingerprint given, but MD5 is weak.",
            hint=f"Enter the SHA-256 fingerprint instead: {spell(bundle.pinned_sha256)}",
        )
    return Step(
        StepName.FINGERPRINT, Outcome.PASSED, "The CA certificate has the fingerprint given."
    )


def left_out(received: CaBundle, kept: CaBundle) -> list[str]:
    """Name the certificates that do not belong to the CA."""
    known = {one.der for one in kept.certificates}
    names = [one.facts.subject for one in received.certificates if one.der not in known]
    if not names:
        return []
    verb = (
        "does not belong to the CA and is" if len(names) == 1 else "do not belong to the CA and are"
    )
    return [f"{' and '.join(names)} {verb} left out."]


def chain_step(bundle: CaBundle, related: CaBundle, remarks: list[str]) -> Step:
    """Tell that what is in use is valid, what is odd about it, and what is not in use."""
    facts = bundle.ca.facts
    fact = f"Every certificate in use is valid; {facts.subject} until {facts.not_after:%Y-%m-%d}."
    known = {one.der for one in bundle.certificates}
    unused = [one.facts for one in related.certificates if one.der not in known]
    return Step(
        StepName.CHAIN,
        Outcome.WARNED if remarks else Outcome.PASSED,
        " ".join((fact, *remarks)),
        details=tuple(
            (
                "Not valid now, left out",
                f"{one.subject}, {one.not_before:%Y-%m-%d} to {one.not_after:%Y-%m-%d}",
            )
            for one in unused
        ),
    )

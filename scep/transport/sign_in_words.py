"""What is said when the sign-in to the challenge page fails, or is worth a warning."""

from collections.abc import Sequence
from typing import Final

from scep.errors import ChallengeRefused, HungUp, MalformedReply, UnusableRequest
from scep.transcript import Outcome, Step, StepName

_OTHER_WAYS: Final = "Let IIS offer the provider NTLM for the page, or Basic over HTTPS."


def refused(scheme: str) -> ChallengeRefused:
    """The server knows the user not, or with another password."""
    return ChallengeRefused(
        f"The challenge URL refused the user name or the password ({scheme}).",
        stage=StepName.CHALLENGE,
        hint=r"Check both; a Windows account is often written DOMAIN\user or user@domain.",
    )


def none_given(offered: Sequence[str]) -> ChallengeRefused:
    """A sign-in is wanted, and nobody was named."""
    schemes = f" ({', '.join(offered)})" if offered else ""
    return ChallengeRefused(
        f"The challenge URL wants a user name and a password{schemes}, and none was given.",
        stage=StepName.CHALLENGE,
        hint="Give the account that may read challenge passwords (--user, --password).",
    )


def not_spoken(offered: Sequence[str]) -> ChallengeRefused:
    """No way to sign in that both sides know.

    Args:
        offered: the schemes of the server's last answer.
    """
    known = {scheme.lower() for scheme in offered}
    if "ntlm" in known:
        fact = "The challenge URL offers NTLM, but does not answer the first message of it."
        hint = "A proxy in between may take the sign-in away. Ask the server by its own address."
    elif "negotiate" in known:
        fact = "The challenge URL takes Windows authentication by Kerberos only."
        hint = f"Kerberos tickets are not used here. {_OTHER_WAYS}"
    else:
        schemes = ", ".join(offered) or "no scheme named"
        fact = f"The challenge URL wants a sign-in that is not spoken here ({schemes})."
        hint = _OTHER_WAYS
    return ChallengeRefused(fact, stage=StepName.CHALLENGE, hint=hint)


def not_kept(host: str) -> HungUp:
    """The connection that was being signed in is gone."""
    return HungUp(
        f"The connection to {host} was closed in the middle of the NTLM sign-in.",
        stage=StepName.CHALLENGE,
        hint=(
            "NTLM signs in a connection: a proxy or load balancer that opens a new one for each "
            "request breaks it. Ask the server by its own address, or use Basic over HTTPS."
        ),
    )


def challenge_unreadable() -> MalformedReply:
    """The server's NTLM message makes no sense."""
    return MalformedReply(
        "The server's part of the NTLM sign-in cannot be read.",
        stage=StepName.CHALLENGE,
        hint="Check that the challenge URL leads to the server, and what stands in between.",
    )


def tls_needed() -> UnusableRequest:
    """User and password may not leave without TLS."""
    return UnusableRequest(
        "User name and password may go through TLS only, and the challenge URL is http://.",
        stage=StepName.CHALLENGE,
        hint="Use https:// for the challenge URL.",
    )


def basic_in_the_open(host: str) -> Step:
    """User name and password in the clear, worth a warning unless they stay on this machine."""
    return _warning(
        f"User name and password travel unencrypted to {host}.",
        "Use https:// for the challenge URL.",
    )


def ntlm_in_the_open(host: str) -> Step:
    """NTLM without TLS: the password can be guessed from what is sent."""
    return _warning(
        f"The NTLM sign-in travels unencrypted to {host}: whoever listens can try out passwords "
        "against it, and reads the challenge password.",
        "Use https:// for the challenge URL.",
    )


def ntlm_is_weak() -> Step:
    """NTLM where only approved algorithms are wanted."""
    return _warning(
        "The sign-in is by NTLM, which rests on MD4 and MD5; only TLS around it protects it.",
        "Prefer a challenge page with Basic over HTTPS.",
    )


def _warning(fact: str, hint: str) -> Step:
    return Step(StepName.CHALLENGE, Outcome.WARNED, fact, hint)

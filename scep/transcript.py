"""Steps of an exchange: what happened, told while it happens.

Every session and the transport report each step to a :data:`Recorder`. Steps hold no secrets:
they are stored, shown and downloaded as they are.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

MAX_MESSAGE_BYTES: Final = 128 * 1024
"""Most of a message that a step keeps."""


class StepName(StrEnum):
    """Stages of an exchange, in the order in which they happen."""

    FIPS_CC = "FIPS-CC rules"
    DNS = "DNS"
    TCP = "TCP"
    TLS = "TLS"
    CAPS = "GetCACaps"
    CACERT = "GetCACert"
    FINGERPRINT = "CA fingerprint"
    CHAIN = "CA chain"
    CHALLENGE = "Challenge"
    KEY = "Key pair"
    CSR = "CSR"
    ALGORITHMS = "Algorithms"
    PKIOPERATION = "PKIOperation"
    VERIFY = "Verify"
    MATCH = "Match"
    POLL = "CertPoll"
    GET_CERT = "GetCert"
    GET_CRL = "GetCRL"
    OCSP = "OCSP"
    NEXT_CA = "GetNextCACert"


class Outcome(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an exchange.

    Attributes:
        name: the stage.
        outcome: how it ended; a failed step is the last one of its exchange.
        fact: what happened, one sentence.
        hint: what to try; empty when there is nothing to do.
        details: decoded values, each with its label, in the order to show them.
        duration_ms: how long it took; 0 for what takes no time to speak of.
        sent: the message sent, DER; empty when there was none, and for one that is encrypted with
            the challenge password.
        received: the body received, at most :data:`MAX_MESSAGE_BYTES` of it; empty when there was
            none, and for pages that may show a password.
    """

    name: StepName
    outcome: Outcome
    fact: str
    hint: str = ""
    details: tuple[tuple[str, str], ...] = ()
    duration_ms: float = 0.0
    sent: bytes = field(default=b"", repr=False)
    received: bytes = field(default=b"", repr=False)


def to_dict(step: Step) -> dict[str, object]:
    """Give a step as JSON can hold it: messages as base64, and left out when there are none."""
    # Not dataclasses.asdict, which copies every value: many enrollments write many steps.
    messages = {"sent": step.sent, "received": step.received}
    texts = {name: base64.b64encode(body).decode() for name, body in messages.items() if body}
    return {
        "name": step.name,
        "outcome": step.outcome,
        "fact": step.fact,
        "hint": step.hint,
        "details": step.details,
        "duration_ms": step.duration_ms,
        **texts,
    }


Recorder: TypeAlias = Callable[[Step], None]
"""Takes each step as it ends."""


def drop(step: Step) -> None:
    """Record nothing: the default recorder."""

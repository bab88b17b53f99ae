"""An exchange as a JSON document, for people and programs outside the device."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from audit.queries import StepMessages, StepView, TranscriptView

FORMAT = "scepadmin-transcript-1"


def to_json(shown: TranscriptView, messages: Mapping[int, StepMessages]) -> str:
    """Write an exchange: the steps as ``transcript.json`` of the command line has them.

    Args:
        shown: the exchange.
        messages: what went over the wire, by step; empty leaves it out. Base64 in the document.
    """
    document = {
        "format": FORMAT,
        "exchange": str(shown.uuid),
        "kind": shown.kind,
        "profile": shown.profile_name,
        "location": shown.location.key if shown.location else "",
        "subject": shown.subject,
        "job": shown.job_id,
        "started_at": shown.started_at.isoformat(),
        "ended_at": shown.ended_at.isoformat() if shown.ended_at else None,
        "outcome": shown.outcome,
        "steps": [_step(step, messages.get(step.sequence)) for step in shown.steps],
    }
    return f"{json.dumps(document, indent=2)}\n"


def _step(step: StepView, messages: StepMessages | None) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": step.name,
        "outcome": step.outcome,
        "fact": step.fact,
        "hint": step.hint,
        "details": [list(pair) for pair in step.details],
        "duration_ms": step.duration_ms,
        "at": step.at.isoformat(),
    }
    for what, body in (
        ("sent", messages and messages.sent),
        ("received", messages and messages.received),
    ):
        if body:
            written[what] = base64.b64encode(body).decode("ascii")
    return written

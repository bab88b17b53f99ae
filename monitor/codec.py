"""An exchange as JSON, the log as CSV: for people and programs outside the device."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from audit.queries import EventView, StepMessages, StepView, TranscriptView
from webui import spreadsheet

FORMAT = "scepadmin-transcript-1"
REPORT_FORMAT = "scepadmin-report-1"


def to_json(shown: TranscriptView, messages: Mapping[int, StepMessages]) -> str:
    """Write an exchange: the steps as ``transcript.json`` of the command line has them.

    Args:
        shown: the exchange.
        messages: what went over the wire, by step; empty leaves it out. Base64 in the document.
    """
    return f"{json.dumps(_exchange(shown, messages), indent=2)}\n"


def report(exchanges: Sequence[TranscriptView], at: datetime) -> str:
    """Write several exchanges without their messages, to be handed to others."""
    document = {
        "format": REPORT_FORMAT,
        "made_at": at.isoformat(),
        "exchanges": [_exchange(shown, {}) for shown in exchanges],
    }
    return f"{json.dumps(document, indent=2)}\n"


def _exchange(shown: TranscriptView, messages: Mapping[int, StepMessages]) -> dict[str, Any]:
    return {
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


_COLUMNS = ("number", "time", "type", "admin", "address", "object", "result", "text", "changes")


def to_csv(entries: Iterable[EventView]) -> Iterator[str]:
    """Write entries of the log, a line each, with a head."""
    yield spreadsheet.line(_COLUMNS)
    for entry in entries:
        changes = "; ".join(f"{field}: {old!r} -> {new!r}" for field, old, new in entry.changes)
        yield spreadsheet.line(
            (
                str(entry.id),
                entry.at.isoformat(),
                entry.kind,
                entry.actor,
                entry.address,
                entry.object_name,
                entry.outcome,
                entry.text,
                changes,
            )
        )

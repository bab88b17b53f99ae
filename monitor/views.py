"""The log, the list of exchanges with SCEP servers, each exchange, and the downloads."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import queries as audit
from audit.queries import TranscriptView, log
from audit.queries import exchanges as listing
from audit.queries.comparison import compare
from audit.queries.log import Log, Reader
from device import access, selector
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Forbidden, NotFound
from domain.locations import SHARED, Location
from monitor import codec
from monitor.forms import FilterForm, LogFilterForm
from webui import htmx
from webui.paging import page_number

MOST_IN_A_REPORT: Final = 8
"""Exchanges in one report: they stand side by side."""

_READING: Final = {
    Log.CONFIGURATION: Action.READ_CONFIGURATION_LOG,
    Log.SYSTEM: Action.READ_SYSTEM_LOG,
}


@access.requires(Action.READ_CONFIGURATION_LOG)
@require_safe
def configuration_log(request: HttpRequest) -> HttpResponse:
    """List edits and commits, newest first."""
    return _log(request, Log.CONFIGURATION)


@access.requires(Action.READ_SYSTEM_LOG)
@require_safe
def system_log(request: HttpRequest) -> HttpResponse:
    """List what else happened on the device, newest first."""
    return _log(request, Log.SYSTEM)


@access.requires(Action.EXPORT_LOGS)
@require_safe
def export(request: HttpRequest, half: str) -> StreamingHttpResponse:
    """Download what the filter lets through as CSV."""
    if half not in set(Log):
        raise Http404
    access.require(access.actor(request), _READING[Log(half)])
    form = LogFilterForm(request.GET, of=Log(half))
    lines = codec.to_csv(log.newest(form.to_wanted(_reader(request), _looked_at(request))))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{half}-log.csv"'
    return response


@require_safe
def entry(request: HttpRequest, sequence: int) -> HttpResponse:
    """Show one entry of the log with all it says."""
    shown = log.entry(sequence, _reader(request))
    access.require(access.actor(request), _READING[log.half_of(shown.kind)])
    return htmx.dialog(request, "monitor/_entry.html", {"entry": shown})


@access.requires(Action.READ_EXCHANGES)
@require_safe
def exchanges(request: HttpRequest) -> HttpResponse:
    """List the exchanges that the filter lets through, newest first, page by page."""
    seen = selector.seen(request)
    form = FilterForm(request.GET, profiles=listing.profiles_seen(seen))
    context = {
        "form": form,
        "page": listing.page(form.to_wanted(seen), page_number(request)),
        "is_filtered": any(form.cleaned_data.values()) or selector.selected(request) is not None,
        "days": audit.days_kept(),
    }
    return htmx.page_or_fragment(request, "monitor/exchanges.html", "monitor/_table.html", context)


@access.requires(Action.READ_EXCHANGES)
@require_safe
def exchange(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one exchange with all its steps."""
    by = access.actor(request)
    shown = _transcript(uuid, by)
    context: dict[str, Any] = {
        "transcript": shown,
        "messages_of": uuid if access.may(by, Action.WRITE_SCEP, shown.location) else None,
    }
    return htmx.dialog(request, "monitor/_exchange.html", context)


@access.requires(Action.READ_EXCHANGES)
@require_safe
def as_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Download an exchange; with the messages for those who may edit its profile."""
    by = access.actor(request)
    shown = _transcript(uuid, by)
    messages = audit.messages(uuid) if access.may(by, Action.WRITE_SCEP, shown.location) else {}
    text = codec.to_json(shown, messages)
    return _download(text.encode(), f"exchange-{uuid}.json", "application/json")


@access.requires(Action.READ_EXCHANGES)
@require_safe
def report_html(request: HttpRequest) -> HttpResponse:
    """Download exchanges as one page for the people who run the PKI."""
    shown = _chosen(request)
    context = {"exchanges": shown, "compared": compare(shown), "at": _now()}
    page = render_to_string("monitor/report.html", context)
    return _download(page.encode(), "scep-report.html", "text/html; charset=utf-8")


@access.requires(Action.READ_EXCHANGES)
@require_safe
def report_json(request: HttpRequest) -> HttpResponse:
    """Download the same as a JSON document."""
    text = codec.report(_chosen(request), _now())
    return _download(text.encode(), "scep-report.json", "application/json")


@access.requires(Action.READ_EXCHANGES)
@require_safe
def sent(request: HttpRequest, uuid: UUID, sequence: int) -> HttpResponse:
    """Download the message that a step sent."""
    body = _messages(request, uuid, sequence).sent
    return _message(body, f"exchange-{uuid}-{sequence}-sent")


@access.requires(Action.READ_EXCHANGES)
@require_safe
def received(request: HttpRequest, uuid: UUID, sequence: int) -> HttpResponse:
    """Download the body that a step received."""
    body = _messages(request, uuid, sequence).received
    return _message(body, f"exchange-{uuid}-{sequence}-received")


def _log(request: HttpRequest, of: Log) -> HttpResponse:
    form = LogFilterForm(request.GET, of=of)
    looked_at = _looked_at(request)
    wanted = form.to_wanted(_reader(request), looked_at)
    context = {
        "form": form,
        "log": of,
        "page": log.page(wanted, page_number(request)),
        "is_filtered": any(form.cleaned_data.values()) or looked_at is not None,
    }
    return htmx.page_or_fragment(request, "monitor/log.html", "monitor/_log.html", context)


def _reader(request: HttpRequest) -> Reader:
    by = access.actor(request)
    return Reader(by.name, (*by.scope, SHARED) if by.scope else ())


def _looked_at(request: HttpRequest) -> frozenset[Location] | None:
    """Return the locations whose entries are wanted; without a choice, all a reader may see."""
    return selector.seen(request) if selector.selected(request) else None


def _chosen(request: HttpRequest) -> list[TranscriptView]:
    """Return the exchanges that the URL names, each once, in its order."""
    by = access.actor(request)
    try:
        named = [UUID(text) for text in request.GET.getlist("exchange")]
    except ValueError as error:
        raise Http404 from error
    if not 1 <= len(named) <= MOST_IN_A_REPORT:
        raise NotFound(f"A report is of 1 to {MOST_IN_A_REPORT} exchanges.")
    return [_transcript(uuid, by) for uuid in dict.fromkeys(named)]


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock


def _transcript(uuid: UUID, by: Actor) -> TranscriptView:
    """Find an exchange that someone may see; how bodies begin is for editors only."""
    shown = audit.transcript(uuid)
    place = shown.location
    if by.scope and (place is None or not access.may(by, Action.READ_EXCHANGES, place)):
        raise NotFound("This exchange was made in a location that is not yours.")
    return (
        shown
        if access.may(by, Action.WRITE_SCEP, shown.location)
        else audit.transcript(uuid, bodies=False)
    )


def _messages(request: HttpRequest, uuid: UUID, sequence: int) -> audit.StepMessages:
    by = access.actor(request)
    if not access.may(by, Action.WRITE_SCEP, _transcript(uuid, by).location):
        hint = "Ask an admin who may edit SCEP profiles."
        raise Forbidden("Your role allows no downloads of what servers sent.", hint=hint)
    return audit.step_messages(uuid, sequence)


def _message(body: bytes, name: str) -> HttpResponse:
    if not body:
        raise NotFound("This step keeps no message of this kind.")
    # Whatever a server sent is handed on as bytes: the browser must not look inside.
    ending = "der" if body[:1] == b"\x30" else "bin"
    return _download(body, f"{name}.{ending}", "application/octet-stream")


def _download(body: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

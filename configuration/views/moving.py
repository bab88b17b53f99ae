"""The dialogs that export a whole configuration, and import one."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from configuration import queries, services
from configuration.forms.moving import ExportForm, ImportForm
from configuration.imports import ImportReport
from configuration.queries import history
from configuration.sources import RUNNING, Source
from device import access
from device import queries as device
from domain.actions import Action
from domain.errors import Refused
from webui import htmx

SHOWN_MAX: Final = 200
"""How many lines of each list are shown; the command line lists all."""


@access.requires(Action.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Ask which configuration to export, or hand out the file."""
    posted = request.POST if request.method == "POST" else None
    asked = request.GET.get("source") or RUNNING.key
    form = ExportForm(posted, asked=asked, offered=history.offered())
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        at = _now()
        try:
            data = services.export(source=form.chosen, by=access.actor(request), at=at)
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            return _download(data, form.chosen, at)
    status = htmx.UNPROCESSABLE if form.errors or "refusal" in context else 200
    return htmx.dialog(request, "configuration/_export.html", context, status=status)


@access.requires(Action.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponse:
    """Ask for a file, or import or check it and say what came of it."""
    form = ImportForm(request if request.method == "POST" else None)
    if form.is_valid():
        is_check = "check" in request.POST
        do = services.check_import if is_check else services.import_file
        try:
            file = services.parse(form.chunks())
            report = do(file=file, wish=form.to_wish(), by=access.actor(request), at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _reported(request, report, is_check=is_check)
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "configuration/_import.html", {"form": form}, status=status)


def _reported(request: HttpRequest, report: ImportReport, *, is_check: bool) -> HttpResponse:
    """Say what an import did or would do; the page learns when the candidate has changed."""
    context = {
        "report": report,
        "is_check": is_check,
        "shown_max": SHOWN_MAX,
        "pending": queries.pending_count(),
    }
    answer = htmx.dialog(request, "configuration/_imported.html", context)
    if not is_check:
        answer.headers["HX-Trigger"] = "config-changed, certificates-changed"
    return answer


def _download(data: bytes, source: Source, at: datetime) -> HttpResponse:
    name = f"{device.facts().hostname}-{source.key}-{at:%Y%m%dT%H%M%SZ}.xml"
    response = HttpResponse(data, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

"""Config Audit: the list of revisions, and two configurations compared."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from configuration.forms.history import CompareForm
from configuration.preview import Sides
from configuration.queries import history, summary
from configuration.sources import CANDIDATE, RUNNING
from configuration.views.looking_ahead import OBJECTS_MAX, as_download
from device import access
from domain.actions import Action
from webui import htmx
from webui.paging import page_number


@access.requires(Action.READ_CONFIG_AUDIT)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the revisions, newest first, page by page."""
    context = {"page": history.history(page_number(request)), "candidate": CANDIDATE}
    fragment = "configuration/_history.html"
    return htmx.page_or_fragment(request, "configuration/history.html", fragment, context)


@access.requires(Action.READ_CONFIG_AUDIT)
@require_safe
def compare(request: HttpRequest) -> HttpResponseBase:
    """Show the XML of each object that differs between two configurations."""
    form = _asked(request)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        old, new = form.sources
        sides = Sides(str(old), str(new))
        changes = history.compared(old, new, access.actor(request))
        titled = [(history.title(one), one) for one in changes]
        if request.GET.get("as") == "text":
            return as_download(summary.comparisons(titled, form.context_lines), sides)
        shown = list(summary.comparisons(titled[:OBJECTS_MAX], form.context_lines))
        context |= {"objects": shown, "sides": sides, "count": len(titled), "new": new}
    return render(request, "configuration/comparison.html", context)


_DEFAULTS: Final = {"old": RUNNING.key, "new": CANDIDATE.key}


def _asked(request: HttpRequest) -> CompareForm:
    asked = request.GET.copy()
    for name, value in _DEFAULTS.items():
        asked.setdefault(name, value)
    return CompareForm(asked, offered=history.offered())

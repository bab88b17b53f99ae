"""The dashboard."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates.forms.asking import query_of
from certificates.queries.filters import Days, Filter
from dashboard import queries
from dashboard.queries import Tile
from dashboard.timeline import Bar, Chart, Unit
from device import access, selector
from domain.actions import Action
from domain.actors import Actor
from domain.locations import DEVICE, Location
from webui import htmx


@dataclass(frozen=True, slots=True)
class Linked:
    """A tile or a bar, and the URL of the list of its certificates."""

    shown: Tile | Bar
    url: str


@access.requires(Action.READ_DASHBOARD)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the dashboard; an open one that asks again gets nothing while nothing has changed."""
    by, seen = access.actor(request), selector.seen(request)
    context = _widgets(by, seen, _unit(request), _now())
    version = hashlib.sha256(repr(context).encode()).hexdigest()[:16]
    context |= {"version": version, "locations": selector.shown(request)}
    if htmx.wants_fragment(request) and not htmx.is_asked_by_reader(request):
        request.session.modified = False  # Watching is no work: the session's time goes on.
        if request.GET.get("shown") == version:
            return htmx.varying(HttpResponse(status=204))
    return htmx.page_or_fragment(
        request, "dashboard/dashboard.html", "dashboard/_widgets.html", context
    )


def _widgets(
    by: Actor, seen: frozenset[Location] | None, unit: Unit, at: datetime
) -> dict[str, Any]:
    """Return what each widget shows, of those that the admin may see; ``None`` for the others."""
    reads_certificates = access.may(by, Action.READ_CERTIFICATES)
    reads_jobs = access.may(by, Action.READ_TASKS)
    reads_exchanges = access.may(by, Action.READ_EXCHANGES)
    numbers = queries.certificates(unit, at=at, seen=seen) if reads_certificates else None
    recent = queries.recent(at=at, seen=seen) if reads_certificates else None
    only_of = "" if access.may(by, Action.READ_TASKS, DEVICE) else by.name
    return {
        "certificates": numbers,
        "tiles": [Linked(tile, _list_url(tile.filter)) for tile in numbers.tiles]
        if numbers
        else [],
        "timeline": _timeline(numbers.chart, unit) if numbers else "",
        "enrollments": recent,
        "failed": queries.failed(at=at, seen=seen) if reads_exchanges else None,
        "jobs": queries.unfinished(only_of) if reads_jobs else None,
        "jobs_shown": queries.JOBS,
        "first_steps": queries.first_steps(seen) if recent and not recent.newest else None,
        "may_add_profile": access.may(by, Action.WRITE_SCEP),
        "may_commit": access.may(by, Action.COMMIT),
        "may_generate": access.may(by, Action.WRITE_CERTIFICATES),
    }


@lru_cache(maxsize=32)  # the same numbers make the same picture; to draw it is most of the work
def _timeline(chart: Chart, unit: Unit) -> str:
    bars = [
        Linked(bar, _list_url(Filter(ends_in=Days(bar.span.first, bar.span.last))))
        for bar in chart.bars
    ]
    context = {"chart": chart, "unit": unit, "bars": bars}
    return render_to_string("dashboard/_timeline.html", context)


def _list_url(wanted: Filter) -> str:
    return f"{reverse('certificates:index')}?{query_of(wanted)}"


def _unit(request: HttpRequest) -> Unit:
    asked = request.GET.get("by", "")
    return Unit(asked) if asked in set(Unit) else Unit.MONTH


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock

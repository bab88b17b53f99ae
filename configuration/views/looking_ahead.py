"""What a commit would change: Preview Changes, line by line, and Change Summary, field by field."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from configuration import preview as lines
from configuration.forms.scope import EVERYTHING, LookAheadForm
from configuration.queries import summary as queries
from configuration.scope import CommitScope, PendingChange
from device import access
from device import queries as device
from domain.actions import Action

OBJECTS_MAX: Final = 100
"""How many objects a page shows; the download has all of them."""


@access.requires(Action.COMMIT)
@require_safe
def preview(request: HttpRequest) -> HttpResponseBase:
    """Show the XML of each object that a commit would change, before and after."""
    form, changes = _asked(request)
    if request.GET.get("as") == "text":
        parts = queries.previews(changes, form.context_lines)
        return as_download(parts, lines.COMMITTING)
    shown = list(queries.previews(changes[:OBJECTS_MAX], form.context_lines))
    context = {"objects": shown, "sides": lines.COMMITTING, "tab": "preview"}
    return _page(request, form, changes, context)


@access.requires(Action.COMMIT)
@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """List each object that a commit would change, with what differs field by field."""
    form, changes = _asked(request)
    context = {"rows": queries.summary(changes[:OBJECTS_MAX]), "tab": "summary"}
    return _page(request, form, changes, context)


def as_download(
    parts: Iterable[queries.ObjectPreview], sides: lines.Sides
) -> StreamingHttpResponse:
    """Answer with the lines of objects as plain text, all of them."""
    text = (f"{line}\n" for one in parts for line in lines.as_text(one.title, one.hunks, sides))
    response = StreamingHttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="changes.diff"'
    return response


def _asked(request: HttpRequest) -> tuple[LookAheadForm, Sequence[PendingChange]]:
    """Read what is asked; a scope that cannot be read takes along nothing."""
    by = access.actor(request)
    changes = queries.visible_changes(by)
    asked = request.GET.copy()
    asked.setdefault("scope", EVERYTHING)
    form = LookAheadForm(asked, changes=changes, admin=by.name, labels=device.location_labels())
    scope = form.to_scope() if form.is_valid() else CommitScope(admins=frozenset())
    return form, [one for one in changes if scope.covers(one)]


def _page(
    request: HttpRequest,
    form: LookAheadForm,
    changes: Sequence[PendingChange],
    context: dict[str, Any],
) -> HttpResponse:
    context |= {"form": form, "count": len(changes), "shown": min(len(changes), OBJECTS_MAX)}
    return render(request, "configuration/looking_ahead.html", context)

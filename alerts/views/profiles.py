"""Device > Server Profiles: a list for each kind, and its dialogs."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.forms.profiles import ServerProfileForm
from alerts.queries import profiles as queries
from alerts.services import outbox
from alerts.services import profiles as services
from device import access
from domain.actions import Page
from domain.errors import Refused
from domain.locations import SHARED
from webui import deleting, htmx, navigation, read_only, selection

PAGE = Page.ALERTS
EVENT = "config-changed"


@require_safe
@access.requires(PAGE.read)
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """List the candidate's server profiles of a kind."""
    kind = queries.kind_of(slug)
    context = {
        "kind": kind,
        "rows": queries.items(kind),
        "may_write": _may_write(request),
        "heading": navigation.heading(request.path),
    }
    return htmx.page_or_fragment(request, "alerts/profiles.html", "alerts/_profiles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Show or save the dialog of a new server profile."""
    kind = queries.kind_of(slug)
    data = request.POST if request.method == "POST" else None
    form = ServerProfileForm(data, kind=kind, value=kind.default)
    if form.is_valid():
        try:
            services.save(draft=form.to_draft(), by=access.actor(request), at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _saved(request, slug)
    return _dialog(request, form, {"kind": kind})


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def edit(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Show or save the dialog of a server profile."""
    kind = queries.kind_of(slug)
    item = queries.item(kind, uuid)
    data = request.POST if request.method == "POST" else None
    initial = {"name": item.name, "version": item.version}
    form = ServerProfileForm(data, kind=kind, value=item.value, initial=initial)
    if form.is_valid():
        seen = form.cleaned_data["version"]
        by = access.actor(request)
        try:
            services.save(draft=form.to_draft(), uuid=uuid, expected_version=seen, by=by, at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _saved(request, slug)
    return _dialog(request, form, {"kind": kind, "item": item})


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask whether to delete the server profiles chosen, or delete them."""
    kind = queries.kind_of(slug)
    chosen = selection.chosen(request)
    items = [item for item in queries.items(kind) if item.uuid in chosen]
    uuids = [item.uuid for item in items if item.uuid]
    return deleting.answer(
        request,
        template="alerts/_delete.html",
        items=items,
        delete=partial(services.delete, uuids=uuids, by=access.actor(request), at=_now()),
        event=EVENT,
        otherwise=f"alerts:{slug}",
    )


@require_POST
@access.requires(PAGE.write)
def send_test(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a test message, and show the job that does."""
    number = outbox.send_test(uuid=uuid, by=access.actor(request), at=_now())
    response = redirect("jobs:job", number)
    response.status_code = 303  # htmx follows it too
    return htmx.varying(response)


def _dialog(request: HttpRequest, form: ServerProfileForm, context: dict[str, Any]) -> HttpResponse:
    may_write = _may_write(request)
    if not may_write:
        read_only.freeze(form)
    context |= {"form": form, "is_read_only": not may_write}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "alerts/_edit.html", context, status=status)


def _saved(request: HttpRequest, slug: str) -> HttpResponse:
    return htmx.saved(request, event=EVENT, otherwise=f"alerts:{slug}")


def _may_write(request: HttpRequest) -> bool:
    return access.may(access.actor(request), PAGE.write, SHARED)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

"""The dialog of the locks, and their count in the frame."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from configuration import queries
from configuration.forms.locking import LockForm
from configuration.locking import HeldLock, LockKind
from configuration.services import locks
from device import access
from device import queries as device
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Refused
from domain.locations import DEVICE, Location
from webui import htmx


@dataclass(frozen=True, slots=True)
class LockRow:
    """A lock as the dialog shows it.

    Attributes:
        may_remove: whether the reader may remove it.
    """

    lock: HeldLock
    may_remove: bool


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List the locks."""
    return htmx.dialog(request, "configuration/_locks.html", _listed(access.actor(request)))


@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """Draw the padlock again."""
    context = {"lock_count": queries.lock_count()}
    return render(request, "configuration/_lock_button.html", context)


@access.requires(Action.TAKE_LOCKS)
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Show what can be locked, or take a lock and list all."""
    by = access.actor(request)
    data = request.POST if request.method == "POST" else None
    form = LockForm(data, locations=_lockable(by))
    if form.is_valid():
        kind, location = LockKind(form.cleaned_data["kind"]), form.cleaned_data["location"]
        comment = form.cleaned_data["comment"]
        try:
            locks.take(kind=kind, location=Location(location), comment=comment, by=by, at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _changed(request)
    context = {"form": form, "dialog_heading": "Locks"}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "configuration/_take_lock.html", context, status=status)


@require_POST
def remove(request: HttpRequest, lock_id: int) -> HttpResponse:
    """Remove a lock, and list what is left."""
    locks.remove(lock_id=lock_id, by=access.actor(request), at=_now())
    return _changed(request)


@access.requires(Action.WRITE_SETUP)
@require_POST
def set_automatic(request: HttpRequest) -> HttpResponse:
    """Switch the automatic commit lock."""
    on = request.POST.get("on") == "1"
    locks.set_automatic(on=on, by=access.actor(request), at=_now())
    return _changed(request)


def _changed(request: HttpRequest) -> HttpResponse:
    """Show the list as it is now; the page learns that it has changed."""
    if not htmx.wants_fragment(request):
        response = redirect("configuration:locks")
        response.status_code = 303
        return htmx.varying(response)
    context = _listed(access.actor(request))
    answer = htmx.dialog(request, "configuration/_locks.html", context)
    answer.headers["HX-Trigger"] = "locks-changed"
    return answer


def _listed(by: Actor) -> dict[str, Any]:
    rows = [LockRow(lock, locks.may_remove(lock, by)) for lock in queries.locks()]
    return {
        "rows": rows,
        "may_take": bool(_lockable(by)),
        "automatic": queries.automatic_commit_lock(),
        "may_switch": access.may(by, Action.WRITE_SETUP, DEVICE),
        "dialog_heading": "Locks",
    }


def _lockable(by: Actor) -> dict[Location, str]:
    labels = device.location_labels()
    return {
        location: labels[location]
        for location in device.locations()
        if access.may(by, Action.TAKE_LOCKS, location)
    }


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

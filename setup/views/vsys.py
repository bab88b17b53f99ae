"""Device > Virtual Systems: the list and its dialogs."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from device import access
from device import queries as device
from domain.actions import Page
from domain.errors import Refused
from domain.locations import DEVICE
from setup.forms.vsys import VsysForm
from setup.queries import vsys as queries
from setup.services import vsys as services
from webui import deleting, htmx, selection

PAGE = Page.VIRTUAL_SYSTEMS
EVENT = "config-changed"
LIST = "setup:vsys"


@require_safe
@access.requires(PAGE.read)
def index(request: HttpRequest) -> HttpResponse:
    """List the candidate's virtual systems and what they hold."""
    context = {
        "rows": queries.rows(),
        "multi_vsys": device.facts().multi_vsys,
        "may_write": access.may(access.actor(request), PAGE.write, DEVICE),
    }
    return htmx.page_or_fragment(
        request, "setup/virtual_systems.html", "setup/_virtual_systems.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def add(request: HttpRequest) -> HttpResponse:
    """Show or save the dialog of a new virtual system."""
    data = request.POST if request.method == "POST" else None
    form = VsysForm(data, initial={"number": queries.free_number()}, is_new=True)
    if form.is_valid():
        try:
            services.add(system=form.to_system(), by=access.actor(request), at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _saved(request)
    return _dialog(request, "setup/_vsys_edit.html", {"form": form}, is_refused=bool(form.errors))


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Show or save the dialog of a virtual system."""
    item = queries.virtual_system(number)
    data = request.POST if request.method == "POST" else None
    initial = {"display_name": item.system.display_name, "version": item.version}
    form = VsysForm(data, initial=initial, is_new=False)
    if form.is_valid():
        try:
            services.rename(
                number=number,
                display_name=form.cleaned_data["display_name"],
                expected_version=form.cleaned_data["version"],
                by=access.actor(request),
                at=_now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _saved(request)
    context = {"form": form, "item": item}
    return _dialog(request, "setup/_vsys_edit.html", context, is_refused=bool(form.errors))


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete the virtual systems chosen, or delete them."""
    chosen = selection.chosen(request)
    return deleting.answer(
        request,
        template="setup/_vsys_delete.html",
        items=queries.chosen(chosen),
        delete=partial(services.delete, uuids=chosen, by=access.actor(request), at=_now()),
        event=EVENT,
        otherwise=LIST,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def multi_vsys(request: HttpRequest) -> HttpResponse:
    """Ask whether to switch Multi Virtual System Capability, or switch it."""
    is_on = device.facts().multi_vsys
    context: dict[str, Any] = {"is_on": is_on}
    if request.method == "POST":
        on = request.POST.get("on") == "yes"
        try:
            services.set_multi_vsys(on=on, by=access.actor(request), at=_now())
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            # The frame itself changes: a selector comes or goes, and with it every Location.
            return htmx.reloaded(request, otherwise=LIST)
    is_refused = "refusal" in context
    return _dialog(request, "setup/_multi_vsys.html", context, is_refused=is_refused)


def _dialog(
    request: HttpRequest, template: str, context: dict[str, Any], *, is_refused: bool
) -> HttpResponse:
    status = htmx.UNPROCESSABLE if is_refused else 200
    return htmx.dialog(request, template, context, status=status)


def _saved(request: HttpRequest) -> HttpResponse:
    return htmx.saved(request, event=EVENT, otherwise=LIST)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

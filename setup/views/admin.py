"""Device > Administrators: the list and its dialogs, and the dialog of one's own password."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from device import access, sessions
from domain.actions import Action, Page
from domain.errors import Refused
from domain.locations import DEVICE
from setup.forms.admin import AdministratorForm, OwnPasswordForm
from setup.queries import admins as queries
from setup.services import accounts
from setup.services import admin as services
from webui import deleting, htmx, selection
from webui.read_only import freeze

PAGE = Page.ADMINISTRATORS
EVENT = "config-changed"
LIST = "setup:admins"


@require_safe
@access.requires(PAGE.read)
def index(request: HttpRequest) -> HttpResponse:
    """List the candidate's administrators."""
    by = access.actor(request)
    context = {"rows": queries.admin_rows(), "may_write": _may_write(request), "own": by.name}
    return htmx.page_or_fragment(request, "setup/admins.html", "setup/_admins.html", context)


@sensitive_post_parameters("password", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.write)
def add(request: HttpRequest) -> HttpResponse:
    """Show or save the dialog of a new administrator."""
    roles = queries.around_candidate().roles
    form = AdministratorForm(request.POST if request.method == "POST" else None, roles=roles)
    if form.is_valid():
        try:
            services.add(draft=form.to_draft(), by=access.actor(request), at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return htmx.saved(request, event=EVENT, otherwise=LIST)
    return _dialog(request, form, {})


@sensitive_post_parameters("password", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show or save the dialog of an administrator."""
    item = queries.admin(uuid)
    data = request.POST if request.method == "POST" else None
    form = AdministratorForm(data, item=item, roles=queries.around_candidate().roles)
    if form.is_valid():
        try:
            services.change(
                uuid=uuid,
                draft=form.to_draft(),
                expected_version=form.cleaned_data["version"],
                by=access.actor(request),
                at=_now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return htmx.saved(request, event=EVENT, otherwise=LIST)
    is_read_only = not form.is_bound and not _may_write(request)
    if is_read_only:
        freeze(form)
    return _dialog(request, form, {"item": item, "is_read_only": is_read_only})


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.write)
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete the administrators chosen, or delete them."""
    chosen = selection.chosen(request)
    return deleting.answer(
        request,
        template="setup/_admin_delete.html",
        items=queries.chosen_admins(chosen),
        delete=partial(services.delete, uuids=chosen, by=access.actor(request), at=_now()),
        event=EVENT,
        otherwise=LIST,
    )


@sensitive_post_parameters("present", "password", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(Action.CHANGE_OWN_PASSWORD)
def own_password(request: HttpRequest) -> HttpResponse:
    """Show the dialog of one's own password, or change it at once; other sessions end."""
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    by = access.actor(request)
    if form.is_valid():
        values = form.cleaned_data
        try:
            accounts.change_own_password(**values, by=by, at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            sessions.keep(request)
            return htmx.saved(request, event="password-changed", otherwise="device:home")
    status = htmx.UNPROCESSABLE if form.errors else 200
    context = {"form": form, "is_due": sessions.password_is_due(request)}
    return htmx.dialog(request, "setup/_own_password.html", context, status=status)


def _dialog(request: HttpRequest, form: AdministratorForm, context: dict[str, Any]) -> HttpResponse:
    status = htmx.UNPROCESSABLE if form.errors else 200
    values = {"form": form, **context}
    return htmx.dialog(request, "setup/_admin_edit.html", values, status=status)


def _may_write(request: HttpRequest) -> bool:
    return access.may(access.actor(request), PAGE.write, DEVICE)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

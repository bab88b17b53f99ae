"""Device > Admin Roles: the list and its dialogs."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from device import access
from domain.actions import Page
from domain.errors import Refused
from domain.locations import DEVICE
from setup.forms.admin_role import AdminRoleForm
from setup.queries import admins as queries
from setup.services import admin_role as services
from webui import deleting, htmx, selection
from webui.read_only import freeze

PAGE = Page.ADMIN_ROLES
EVENT = "config-changed"
LIST = "setup:admin-roles"


@require_safe
@access.requires(PAGE.read)
def index(request: HttpRequest) -> HttpResponse:
    """List the candidate's admin roles and who has them."""
    context = {"rows": queries.role_rows(), "may_write": _may_write(request)}
    return htmx.page_or_fragment(
        request, "setup/admin_roles.html", "setup/_admin_roles.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.write)
def add(request: HttpRequest) -> HttpResponse:
    """Show or save the dialog of a new admin role."""
    form = AdminRoleForm(request.POST if request.method == "POST" else None)
    return _save(request, form, None) if form.is_bound else _dialog(request, form, {})


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show or save the dialog of an admin role."""
    item = queries.role(uuid)
    form = AdminRoleForm(request.POST if request.method == "POST" else None, item=item)
    if form.is_bound:
        return _save(request, form, uuid)
    is_read_only = not _may_write(request)
    if is_read_only:
        freeze(form)
    return _dialog(request, form, {"is_read_only": is_read_only})


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.write)
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete the admin roles chosen, or delete them."""
    chosen = selection.chosen(request)
    return deleting.answer(
        request,
        template="setup/_admin_role_delete.html",
        items=queries.chosen_roles(chosen),
        delete=partial(services.delete, uuids=chosen, by=access.actor(request), at=_now()),
        event=EVENT,
        otherwise=LIST,
    )


def _save(request: HttpRequest, form: AdminRoleForm, uuid: UUID | None) -> HttpResponse:
    if form.is_valid():
        try:
            services.save(
                role=form.to_role(),
                uuid=uuid,
                expected_version=form.cleaned_data["version"],
                by=access.actor(request),
                at=_now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return htmx.saved(request, event=EVENT, otherwise=LIST)
    return _dialog(request, form, {})


def _dialog(request: HttpRequest, form: AdminRoleForm, context: dict[str, Any]) -> HttpResponse:
    status = htmx.UNPROCESSABLE if form.errors else 200
    values = {"form": form, **context}
    return htmx.dialog(request, "setup/_admin_role_edit.html", values, status=status)


def _may_write(request: HttpRequest) -> bool:
    return access.may(access.actor(request), PAGE.write, DEVICE)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

"""Device > Server Profiles > Alert Settings: what is told, and to whom."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alerts.forms.profiles import SettingsForm
from alerts.queries import profiles as queries
from alerts.services import profiles as services
from device import access
from domain.actions import Page
from domain.errors import Refused
from domain.locations import SHARED
from webui import htmx, read_only

PAGE = Page.ALERTS


@dataclass(frozen=True, slots=True)
class Line:
    """A field as the page shows it."""

    label: str
    words: str


@require_safe
@access.requires(PAGE.read)
def index(request: HttpRequest) -> HttpResponse:
    """Show the candidate's alert settings."""
    item = queries.settings()
    context = {
        "item": item,
        "lines": [
            Line(field.label, _words(getattr(item.value, field.attribute)))
            for field in item.kind.fields
        ],
        "may_write": access.may(access.actor(request), PAGE.write, SHARED),
    }
    return htmx.page_or_fragment(request, "alerts/settings.html", "alerts/_settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def edit(request: HttpRequest) -> HttpResponse:
    """Show or save the dialog of the alert settings."""
    item, by = queries.settings(), access.actor(request)
    data = request.POST if request.method == "POST" else None
    initial = {"version": item.version}
    form = SettingsForm(
        data, kind=item.kind, value=item.value, names=queries.names(), initial=initial
    )
    if form.is_valid():
        now = timezone.now()  # noqa: TID251 - a view reads the clock for the services
        seen = form.cleaned_data["version"]
        try:
            services.save_settings(value=form.to_settings(), expected_version=seen, by=by, at=now)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return htmx.saved(request, event="config-changed", otherwise="alerts:settings")
    is_read_only = not access.may(by, PAGE.write, SHARED)
    if is_read_only:
        read_only.freeze(form)
    context = {"form": form, "kind": item.kind, "item": item, "is_read_only": is_read_only}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "alerts/_edit.html", context, status=status)


def _words(current: object) -> str:
    if isinstance(current, bool):
        return "yes" if current else "no"
    return str(current) or "none"

"""Device > Setup > Management: the cards and their dialogs."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from configuration import queries as configuration
from device import access
from domain.actions import Page
from domain.errors import Refused
from domain.locations import DEVICE
from setup.forms.management import ManagementForm
from setup.queries import management as queries
from setup.services import management as services
from setup.spec.management import Choice, Field, Number, Switch, Value
from webui import htmx, read_only

PAGE = Page.SETUP
EVENT = "config-changed"
LIST = "setup:management"


@dataclass(frozen=True, slots=True)
class Line:
    """A field as a card shows it.

    Attributes:
        is_default: whether it has never been set.
    """

    label: str
    words: str
    is_default: bool


@require_safe
@access.requires(PAGE.read)
def index(request: HttpRequest) -> HttpResponse:
    """Show the candidate's cards."""
    context = {
        "cards": [(item, _lines(item)) for item in queries.cards()],
        "automatic_lock": configuration.automatic_commit_lock(),
        "may_write": access.may(access.actor(request), PAGE.write, DEVICE),
    }
    return htmx.page_or_fragment(
        request, "setup/management.html", "setup/_management.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(PAGE.read)
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Show or save the dialog of a card."""
    item = queries.card(name)
    data = request.POST if request.method == "POST" else None
    form = ManagementForm(data, card=item.card, value=item.value, initial={"version": item.version})
    by = access.actor(request)
    if form.is_valid():
        now = timezone.now()  # noqa: TID251 - a view reads the clock for the services
        seen = form.cleaned_data["version"]
        try:
            services.save(name=name, value=form.to_value(), expected_version=seen, by=by, at=now)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return htmx.saved(request, event=EVENT, otherwise=LIST)
    is_read_only = not access.may(by, PAGE.write, DEVICE)
    if is_read_only:
        read_only.freeze(form)
    context = {"form": form, "item": item, "is_read_only": is_read_only}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "setup/_management_edit.html", context, status=status)


def _lines(item: queries.CandidateCard) -> list[Line]:
    return [
        Line(
            field.label,
            _words(field, item.value),
            getattr(item.value, field.attribute) == getattr(item.card.default, field.attribute),
        )
        for field in item.card
    ]


def _words(field: Field, value: Value) -> str:
    current = getattr(value, field.attribute)
    if isinstance(field, Switch):
        return "yes" if current else "no"
    if isinstance(field, Number):
        return str(current) if current else f"0: {field.zero}"
    if isinstance(field, Choice):
        return dict(field.choices)[current]
    return str(current) or "none"

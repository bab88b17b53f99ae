"""The list of device certificates, and the dialog that deletes some."""

from functools import partial

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from certificates.forms.listing import ListForm
from certificates.queries import filters, listing, preferences
from certificates.services import preferences as preferences_kept
from certificates.services import store
from certificates.views import table
from certificates.views.answers import chosen_rows, now
from certificates.views.spreadsheet import csv_lines
from device import access, selector
from domain.actions import Action
from profiles import queries as profiles
from webui import deleting, htmx, selection


@access.requires(Action.READ_CERTIFICATES)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the candidate's certificates: a page of them, each under its issuer or flat."""
    by = access.actor(request)
    is_table = htmx.target(request) == "certificate-table"
    saved = preferences.recalled(by.name)
    form = _form(request, saved, with_choices=not is_table)
    page = listing.page(form.to_wanted(_number(request), seen=selector.seen(request)), now())
    if form.to_save() != saved:
        preferences_kept.remember(username=by.name, query=form.to_save())
    may_write = access.may(by, Action.WRITE_CERTIFICATES)
    context = table.context(form, page, may_write=may_write, locations=selector.shown(request))
    context["counts_outside"] = is_table
    fragment = "certificates/_table.html" if is_table else "certificates/_list.html"
    response = htmx.page_or_fragment(request, "certificates/list.html", fragment, context)
    if htmx.is_asked_by_reader(request):
        response.headers["HX-Push-Url"] = f"{request.path}?{form.query().urlencode()}"
    return response


@access.requires(Action.READ_CERTIFICATES)
@require_http_methods(["GET", "HEAD", "POST"])
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Download the certificates ticked, or all that the filters let through, as CSV."""
    form = _form(request, "", with_choices=False)
    wanted = form.to_wanted(seen=selector.seen(request))
    chosen = selection.chosen(request)
    rows = chosen_rows(request, chosen) if chosen else listing.every_row(wanted, now())
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="certificates.csv"'
    return response


@access.requires(Action.WRITE_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete the certificates chosen, or delete them."""
    chosen = selection.chosen(request)
    return deleting.answer(
        request,
        template="certificates/_delete.html",
        items=chosen_rows(request, chosen),
        delete=partial(store.delete, uuids=chosen, by=access.actor(request), at=now()),
        event="config-changed, certificates-changed",
        otherwise="certificates:index",
    )


def _form(request: HttpRequest, saved: str, *, with_choices: bool) -> ListForm:
    """Read what is asked; the table alone draws no choices, and they cost a query of all rows."""
    offered = filters.offered(selector.seen(request)) if with_choices else filters.Offered()
    return ListForm(
        request.GET,
        saved=saved,
        offered=offered,
        profiles=profiles.names(offered.profiles),
    )


def _number(request: HttpRequest) -> int:
    """Read the page asked for; nobody turns so many pages that it has more digits."""
    number = request.GET.get("page", "")
    return max(1, int(number)) if number.isdecimal() and len(number) < 9 else 1

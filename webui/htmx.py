"""The one place that knows htmx: which requests want a fragment, and what its headers mean.

What the page does with an answer is fixed by ``htmx-config`` in ``templates/skeleton.html``:
200 swaps, 204 swaps nothing (a dialog closes), 409 swaps a toast, 422 swaps the form again,
any other error status becomes a toast made by ``static/js/app.js``.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from webui import navigation

CONFLICT: Final = 409
"""Status of a refusal; htmx swaps it, and the headers send it to the toasts."""

UNPROCESSABLE: Final = 422
"""Status of a form with errors; htmx swaps it onto the form."""

_PAGE_WITH_DIALOG: Final = "dialog_page.html"


class HtmxHttpRequest(HttpRequest):
    """A request after ``HtmxMiddleware``."""

    htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether the answer is swapped into a page that is already open."""
    details: HtmxDetails | None = getattr(request, "htmx", None)
    if not details:
        return False
    return not details.boosted and not details.history_restore_request


def target(request: HttpRequest) -> str:
    """Return the id of the element that the answer is swapped into; empty without htmx."""
    details: HtmxDetails | None = getattr(request, "htmx", None)
    return (details.target if details else None) or ""


def is_asked_by_reader(request: HttpRequest) -> bool:
    """Tell whether a fragment was asked for by somebody's click or typing.

    A fragment that refreshes itself names itself as what asked and as what is swapped.
    """
    details: HtmxDetails | None = getattr(request, "htmx", None)
    return wants_fragment(request) and details is not None and details.trigger != details.target


def page_shown(request: HttpRequest) -> str:
    """Return path and query of the page that an htmx request came from; ``"/"`` if unknown."""
    details: HtmxDetails | None = getattr(request, "htmx", None)
    return (details.current_url_abs_path if details else None) or "/"


def page_or_fragment(
    request: HttpRequest,
    page: str,
    fragment: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render the fragment for htmx and the whole page for everyone else."""
    template = fragment if wants_fragment(request) else page
    return varying(render(request, template, context, status=status))


def dialog(
    request: HttpRequest, fragment: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a dialog: alone for htmx, which swaps it into ``#modal``, else open inside a page.

    So every dialog has a URL of its own and works without JavaScript.

    Args:
        request: the request to answer.
        fragment: a template that extends ``dialog.html``.
        context: its values; ``return_url`` is where closing leads from the dialog's own page,
            and is the list the URL belongs to unless given.
        status: 200, or ``UNPROCESSABLE`` for a form with errors.
    """
    defaults = {
        "return_url": navigation.list_url(request.path),
        "dialog_heading": navigation.heading(request.path),
        "dialog_fragment": fragment,
    }
    values = defaults | context
    return page_or_fragment(request, _PAGE_WITH_DIALOG, fragment, values, status=status)


def saved(request: HttpRequest, *, event: str, otherwise: str) -> HttpResponse:
    """Answer a successful save.

    Args:
        request: the request to answer.
        event: what happened (``config-changed``...); fragments that listen refresh themselves.
        otherwise: name of the URL to see next without htmx.

    Returns:
        204 with the event, on which the dialog closes; or 303 to the named URL.
    """
    if not wants_fragment(request):
        response = redirect(otherwise)
        response.status_code = 303
        return varying(response)
    return varying(HttpResponse(status=204, headers={"HX-Trigger": event}))


def reloaded(request: HttpRequest, *, otherwise: str) -> HttpResponse:
    """Answer a save that changes the frame itself: the page is loaded anew.

    Args:
        request: the request to answer.
        otherwise: name of the URL to see next without htmx.
    """
    if not wants_fragment(request):
        return saved(request, event="", otherwise=otherwise)
    return varying(HttpResponse(status=204, headers={"HX-Refresh": "true"}))


def varying(response: HttpResponse) -> HttpResponse:
    """Mark an answer as different with and without htmx, for every cache on the way."""
    patch_vary_headers(response, ("HX-Request",))
    return response

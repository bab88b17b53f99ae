"""Answers that every view shares: a refusal nobody caught, a session that is over."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url

from domain.errors import Forbidden, NotFound, Refused
from webui import htmx, navigation

ENDED: Final = "ended"
"""Parameter of the login page's URL: the session ended while a page was open."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RefusalMiddleware:
    """Shows a refusal that a view did not put at a field: as a toast, or as a page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; the work is done when a view raises."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; leave any other error to Django."""
        if not isinstance(error, Refused):
            return None
        if htmx.wants_fragment(request):
            return _toast(request, error)
        context = {
            "refusal": error,
            "title": "Not found" if isinstance(error, NotFound) else "Refused",
            "return_url": navigation.list_url(request.path),
        }
        return htmx.varying(render(request, "refused.html", context, status=_status(error)))


class ExpiredSessionMiddleware:
    """Sends a page whose session is over to the login page.

    Without it htmx would follow the redirect and swap the login page into a fragment's place.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Turn a fragment's redirect to the login page into one of the whole page."""
        response = self.get_response(request)
        if not htmx.wants_fragment(request) or not _leads_to_login(response):
            return response
        query = urlencode({"next": htmx.page_shown(request), ENDED: "1"})
        location = f"{resolve_url(settings.LOGIN_URL)}?{query}"
        return htmx.varying(HttpResponse(status=204, headers={"HX-Redirect": location}))


def _toast(request: HttpRequest, refusal: Refused) -> HttpResponse:
    context = {
        "level": "error",
        "message": refusal.message,
        "hint": refusal.hint,
        "problems": refusal.problems,
    }
    response = render(request, "components/_toast.html", context, status=htmx.CONFLICT)
    response.headers["HX-Retarget"] = "#toasts"
    response.headers["HX-Reswap"] = "beforeend"
    return htmx.varying(response)


def _status(refusal: Refused) -> int:
    if isinstance(refusal, NotFound):
        return 404
    if isinstance(refusal, Forbidden):
        return 403
    return htmx.CONFLICT


def _leads_to_login(response: HttpResponseBase) -> bool:
    location = urlsplit(response.headers.get("Location", "")).path
    return response.status_code == 302 and location == resolve_url(settings.LOGIN_URL)

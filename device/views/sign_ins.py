"""Sessions and lock-outs: the page of all, one's own, the message after signing in."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from device import access, services, welcome
from device.forms import MessageForm
from device.queries import sign_ins
from device.views.entry import target_of
from domain.actions import Page
from domain.locations import DEVICE
from webui import htmx

PAGE = Page.ADMINISTRATORS
EVENT = "sessions-changed"


@require_safe
@access.requires(PAGE.read)
def index(request: HttpRequest) -> HttpResponse:
    """List who is signed in and who is locked out."""
    return htmx.page_or_fragment(
        request, "device/sessions.html", "device/_sessions.html", _everybody(request)
    )


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Show the reader's own sign-ins and sessions."""
    return htmx.dialog(request, "device/_own_sessions.html", _own(request))


@require_POST
def end(request: HttpRequest, handle: str) -> HttpResponse:
    """End a session, and list what is left: in one's own dialog, or on the page of all."""
    services.end_session(handle=handle, by=access.actor(request), at=_now())
    if "own" in request.POST:
        return _own_again(request)
    return _again(request)


@require_POST
@access.requires(PAGE.write)
def unlock(request: HttpRequest, tally: int) -> HttpResponse:
    """End a lock-out, and list what is left."""
    services.unlock(ids=[tally], by=access.actor(request), at=_now())
    return _again(request)


@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest) -> HttpResponse:
    """Show the message of the day after signing in, and go where the admin wanted to."""
    target = target_of(request)
    news = welcome.news(request, at=_now())
    form = MessageForm(request.POST if request.method == "POST" else None)
    if news.is_empty or (request.method == "POST" and form.is_valid()):
        if form.is_bound and form.cleaned_data["hide"]:
            services.hide_message(digest=news.digest, by=access.actor(request))
        return htmx.saved(request, event=EVENT, otherwise=target)
    context = {"form": form, "news": news, "next": target, "return_url": target}
    return htmx.dialog(request, "device/_message.html", context)


def _everybody(request: HttpRequest) -> dict[str, Any]:
    return {
        "sessions": sign_ins.sessions(present_key=_key(request), at=_now()),
        "locked": sign_ins.locked_out(_now()),
        "may_write": access.may(access.actor(request), PAGE.write, DEVICE),
    }


def _own(request: HttpRequest) -> dict[str, Any]:
    name = access.actor(request).name
    return {
        "facts": access.sign_in_facts(request),
        "sessions": sign_ins.sessions(present_key=_key(request), at=_now(), username=name),
        "dialog_heading": "Sign-ins",
    }


def _again(request: HttpRequest) -> HttpResponse:
    if not htmx.wants_fragment(request):
        return _see_other("device:sessions")
    context = _everybody(request)
    return htmx.page_or_fragment(request, "device/sessions.html", "device/_sessions.html", context)


def _own_again(request: HttpRequest) -> HttpResponse:
    if not htmx.wants_fragment(request):
        return _see_other("device:own-sessions")
    return htmx.dialog(request, "device/_own_sessions.html", _own(request))


def _see_other(name: str) -> HttpResponse:
    response = redirect(name)
    response.status_code = 303
    return htmx.varying(response)


def _key(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

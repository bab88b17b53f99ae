"""The way in and out."""

from functools import partial

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from device import access, queries, selector, services, sessions
from device.forms import LoginForm
from domain.actions import Action
from domain.errors import Forbidden, Refused
from webui import htmx, navigation
from webui.middleware import ENDED

NEXT = "next"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the dashboard, or to a page that this admin may read."""
    may = partial(access.may, access.actor(request))
    if may(Action.READ_DASHBOARD):
        return redirect("dashboard:index")
    tabs = navigation.menu(request.path, may)
    if not tabs:
        hint = "Ask an admin with the role superuser."
        raise Forbidden("Your role shows you no page.", hint=hint)
    return redirect(tabs[-1].url)


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Show the login page, or sign an admin in."""
    target = _target(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = LoginForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()  # noqa: TID251  views read the clock
        address = access.address(request)
        try:
            admin = services.sign_in(**form.cleaned_data, address=address, at=now)
        except Refused as refusal:
            form.refuse(f"{refusal.message} {refusal.hint}".strip())
        else:
            sessions.begin(request, admin, address=address, at=now)
            return redirect(target)
    context = {
        "form": form,
        "next": target,
        "facts": queries.facts(),
        "has_ended": ENDED in request.GET,
    }
    status = htmx.UNPROCESSABLE if form.errors else 200
    return render(request, "device/login.html", context, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    services.note_sign_out(
        by=access.actor(request),
        at=timezone.now(),  # noqa: TID251  views read the clock
    )
    auth.logout(request)
    return redirect("device:login")


@require_POST
def virtual_system(request: HttpRequest) -> HttpResponse:
    """Look at another virtual system, on the page that asks."""
    selector.select(request, request.POST.get("vsys", ""))
    response = redirect(_target(request))
    response.status_code = 303
    return response


def _target(request: HttpRequest) -> str:
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else settings.LOGIN_REDIRECT_URL

"""The way in and out."""

from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from device import access, queries, selector, services, sessions, welcome
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
    target = target_of(request)
    if request.user.is_authenticated:
        return redirect(target)
    general = queries.management().general
    data = request.POST if request.method == "POST" else None
    form = LoginForm(data, must_acknowledge=general.ack_login_banner)
    if form.is_valid() and _sign_in(request, form):
        return redirect(_way(request, target))
    context = {
        "form": form,
        "next": target,
        "facts": queries.facts(),
        "has_ended": ENDED in request.GET,
        "banner": general.login_banner,
    }
    status = htmx.UNPROCESSABLE if form.errors else 200
    return render(request, "device/login.html", context, status=status)


def _sign_in(request: HttpRequest, form: LoginForm) -> bool:
    """Begin a session of the admin whose name and password were filled in; else say why not."""
    filled = {name: form.cleaned_data[name] for name in ("username", "password")}
    address, now = access.address(request), timezone.now()  # noqa: TID251  views read the clock
    try:
        admin = services.sign_in(**filled, address=address, at=now)
    except Refused as refusal:
        form.refuse(f"{refusal.message} {refusal.hint}".strip())
        return False
    sessions.begin(request, admin, address=address, at=now)
    return True


def _way(request: HttpRequest, target: str) -> str:
    """Return where to go after signing in: past the message of the day, if there is one."""
    now = timezone.now()  # noqa: TID251  views read the clock
    if welcome.news(request, at=now).is_empty:
        return target
    return f"{reverse('device:message')}?{urlencode({NEXT: target})}"


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
    response = redirect(target_of(request))
    response.status_code = 303
    return response


def target_of(request: HttpRequest) -> str:
    """Return the path that a request wants to lead to; the landing page unless it is ours."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else settings.LOGIN_REDIRECT_URL

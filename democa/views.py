"""The demo CA over HTTP: the SCEP endpoint, the admin page, its own page."""

from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from democa import access, queries, services
from domain.errors import Refused

TEXT: Final = "text/plain"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def scep(request: HttpRequest) -> HttpResponse:
    """Answer a SCEP client."""
    try:
        body = request.body
    except RequestDataTooBig:
        answer = services.bad_request("The message is larger than 2 MiB.", status=413)
    else:
        asked = services.Asked(
            operation=request.GET.get("operation", ""),
            query_string=request.META.get("QUERY_STRING", ""),
            body=body,
            post=request.method == "POST",
            address=request.META.get("REMOTE_ADDR", ""),
        )
        # A view is where the clock is read.
        answer = services.answer(asked=asked, at=timezone.now())  # noqa: TID251
    return _whole(answer.body, answer.content_type, answer.status)


@never_cache
@require_safe
@access.operator_only
def mscep_admin(request: HttpRequest) -> HttpResponse:
    """Show a new one-time password, the way NDES does."""
    # A view is where the clock is read.
    password = services.issue_password(at=timezone.now())  # noqa: TID251
    context = {
        "password": password,
        "password_max": queries.password_max(),
        "thumbprint": queries.root().md5,
    }
    page = render_to_string("democa/mscep_admin.html", context, request)
    # NDES sends UTF-16, whatever the page's META says, and status 200 also without a password.
    return _whole(page.encode("utf-16-le"), "text/html; charset=utf-16le")


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what the CA is, where it answers and what it issued."""
    context = {
        # A view is where the clock is read.
        "ca": queries.overview(at=timezone.now()),  # noqa: TID251
        "user": access.USER,
        "scep_url": request.build_absolute_uri(reverse("democa:scep")),
        "challenge_url": request.build_absolute_uri(reverse("democa:mscep_admin")),
        "root_url": request.build_absolute_uri(reverse("democa:root")),
    }
    return render(request, "democa/overview.html", context)


@require_safe
def root_certificate(_request: HttpRequest) -> HttpResponse:
    """Hand out the CA certificate as a PEM file."""
    response = HttpResponse(queries.root_pem(), content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="demo-root-ca.pem"'
    return response


@require_POST
@access.operator_only
def decide(_request: HttpRequest, request_id: str, decision: str) -> HttpResponse:
    """Grant a held request, or refuse it for good."""
    verb = services.approve if decision == "approve" else services.reject
    try:
        # A view is where the clock is read.
        verb(request_id=int(request_id), at=timezone.now())  # noqa: TID251
    except Refused as refusal:
        return HttpResponse(f"{refusal.message}\n", content_type=TEXT, status=409)
    return redirect("democa:overview")


def _whole(body: bytes, content_type: str, status: int = 200) -> HttpResponse:
    """Answer with a length: without one the server sends chunks, which many devices cannot read."""
    response = HttpResponse(body, content_type=content_type, status=status)
    response["Content-Length"] = str(len(body))
    return response


def forged(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form that did not come from one of our pages."""
    text = f"The form was refused: {reason} Open the page again.\n"
    return HttpResponse(text, content_type=TEXT, status=403)


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's name
    """Answer what Django itself refuses, in plain text (S26)."""
    return HttpResponse("The request cannot be read.\n", content_type=TEXT, status=400)


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's name
    """Answer a wrong URL in plain text (S26)."""
    text = "Nothing is here. SCEP is at /certsrv/mscep/, this CA's own page at /.\n"
    return HttpResponse(text, content_type=TEXT, status=404)


def failed(_request: HttpRequest) -> HttpResponse:
    """Answer a failure of ours in plain text (S26)."""
    text = "The demo CA failed; its log on stderr says why.\n"
    return HttpResponse(text, content_type=TEXT, status=500)

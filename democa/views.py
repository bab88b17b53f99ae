"""The demo CA over HTTP: the SCEP endpoint, the admin page, its own page."""

from collections.abc import Callable
from time import sleep
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
from democa.faults import Fault
from democa.forms import BoundPasswordForm
from democa.hierarchy import Design
from domain.errors import NotFound, Refused

TEXT: Final = "text/plain"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def scep(request: HttpRequest) -> HttpResponse:
    """Answer a SCEP client."""
    try:
        body = request.body
    except RequestDataTooBig:
        answer = services.refusal("The message is larger than 2 MiB.", status=413)
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
    if answer.delay_s:
        sleep(answer.delay_s)
    response = _whole(answer.body, answer.content_type, answer.status)
    if answer.retry_after_s:
        response["Retry-After"] = str(answer.retry_after_s)
    return response


@never_cache
@require_safe
@access.operator_as_on_ndes
def mscep_admin(request: HttpRequest) -> HttpResponse:
    """Show a new one-time password, the way NDES does; HEAD tells that the user may have one."""
    if request.method == "HEAD":
        return _whole(b"", "text/html; charset=utf-16le")
    # A view is where the clock is read.
    password = services.issue_password(at=timezone.now())  # noqa: TID251
    context = {"password": password, "ca": queries.challenge_page()}
    page = render_to_string("democa/mscep_admin.html", context, request)
    # NDES sends UTF-16, whatever the page's META says, and status 200 also without a password.
    return _whole(page.encode("utf-16-le"), "text/html; charset=utf-16le")


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show what the CA is, where it answers and what it issued."""
    return _overview(request, BoundPasswordForm())


@never_cache
@require_POST
@access.operator_only
def bound_password(request: HttpRequest) -> HttpResponse:
    """Make a one-time password for one subject, and show it, once."""
    form = BoundPasswordForm(request.POST)
    if not form.is_valid():
        return _overview(request, form, status=422)
    subject, names = form.cleaned_data["subject"], form.cleaned_data["names"]
    try:
        # A view is where the clock is read.
        at = timezone.now()  # noqa: TID251
        password = services.issue_password_for(subject=subject, alternative_names=names, at=at)
    except Refused as refusal:
        for problem in refusal.problems:
            form.add_error(problem.field, problem.message)
        if not refusal.problems:
            form.add_error(None, f"{refusal.message} {refusal.hint}")
        return _overview(request, form, status=422)
    context = {"password": password, "subject": subject, "names": names}
    return render(request, "democa/bound_password.html", context)


@require_POST
@access.operator_only
def fault(request: HttpRequest) -> HttpResponse:
    """Switch a fault on, or all off."""
    named = request.POST.get("fault", "")
    if named in set(Fault):
        services.set_fault(fault=Fault(named))
    return redirect("democa:overview")


@require_safe
def root_certificate(_request: HttpRequest) -> HttpResponse:
    """Hand out the root as a PEM file."""
    return _file(queries.root_pem().encode(), "demo-root-ca.pem", "application/x-pem-file")


@require_safe
def ca_certificate(_request: HttpRequest, generation: str) -> HttpResponse:
    """Hand out the certificates of the CA of one generation as a PEM file, the root last."""
    try:
        pem = queries.ca_pem(int(generation))
    except NotFound as refusal:
        return _refused(refusal, status=404)
    return _file(pem.encode(), f"demo-ca-{generation}.pem", "application/x-pem-file")


@never_cache
@require_safe
def revocation_list(_request: HttpRequest, generation: str) -> HttpResponse:
    """Hand out the CRL of one generation, DER."""
    try:
        # A view is where the clock is read.
        crl_der = services.crl_of(generation=int(generation), at=timezone.now())  # noqa: TID251
    except NotFound as refusal:
        return _refused(refusal, status=404)
    return _file(crl_der, f"demo-ca-{generation}.crl", "application/pkix-crl")


@require_POST
@access.operator_only
def decide(_request: HttpRequest, request_id: str, decision: str) -> HttpResponse:
    """Grant a held request, or refuse it for good."""
    verb = services.approve if decision == "approve" else services.reject
    # A view is where the clock is read.
    return _done(lambda: verb(request_id=int(request_id), at=timezone.now()))  # noqa: TID251


@require_POST
@access.operator_only
def revoke(_request: HttpRequest, certificate_id: str) -> HttpResponse:
    """Revoke a certificate."""
    # A view is where the clock is read.
    at = timezone.now()  # noqa: TID251
    return _done(lambda: services.revoke(certificate_id=int(certificate_id), at=at))


@require_POST
@access.operator_only
def make_next(request: HttpRequest) -> HttpResponse:
    """Make the next CA."""
    named = request.POST.get("design", Design.RSA)
    if named not in set(Design):
        return redirect("democa:overview")
    # A view is where the clock is read.
    at = timezone.now()  # noqa: TID251
    return _done(lambda: services.make_next(at=at, design=Design(named)))


@require_POST
@access.operator_only
def take_over(_request: HttpRequest) -> HttpResponse:
    """Let the next CA take over."""
    return _done(services.take_over)


@require_POST
@access.operator_only
def send_root(request: HttpRequest) -> HttpResponse:
    """Send the root with GetCACert, or leave it out."""
    services.send_root(sends_root=request.POST.get("root") == "sent")
    return redirect("democa:overview")


def _overview(request: HttpRequest, form: BoundPasswordForm, status: int = 200) -> HttpResponse:
    context = {
        # A view is where the clock is read.
        "ca": queries.overview(at=timezone.now()),  # noqa: TID251
        "form": form,
        "user": access.USER,
        "faults": list(Fault),
        "designs": list(Design),
        "scep_url": request.build_absolute_uri(reverse("democa:scep")),
        "challenge_url": request.build_absolute_uri(reverse("democa:mscep_admin")),
        "root_url": request.build_absolute_uri(reverse("democa:root")),
    }
    return render(request, "democa/overview.html", context, status=status)


def _done(verb: Callable[[], None]) -> HttpResponse:
    """Do what a button says, and go back to the page."""
    try:
        verb()
    except Refused as refusal:
        return _refused(refusal, status=409)
    return redirect("democa:overview")


def _refused(refusal: Refused, *, status: int) -> HttpResponse:
    return HttpResponse(f"{refusal.message}\n", content_type=TEXT, status=status)


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = _whole(content, content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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

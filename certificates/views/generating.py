"""The Generate dialog, and polls of what is pending."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from certificates.forms.generating import GenerateForm
from certificates.forms.local import LOCAL, SCEP, TYPE, LocalForm, TypeForm
from certificates.queries import choices
from certificates.queries.choices import GenerateChoices, SignerChoice
from certificates.services import enrollment, making
from certificates.views.answers import now, places, to_job
from device import access, selector
from domain.actions import Action
from domain.errors import Refused
from webui import htmx


@access.requires(Action.WRITE_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def generate(request: HttpRequest) -> HttpResponse:
    """Show the Generate dialog, or request a certificate and go on to the job."""
    offered = choices.generate_choices(selector.seen(request))
    is_local = request.POST.get(TYPE) == LOCAL
    form = _bound(request, offered, is_local=is_local)
    if form.is_valid():
        try:
            job_id = _requested(request, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return to_job(job_id)
    scep = form if isinstance(form, GenerateForm) else _scep(request, offered)
    local = form if isinstance(form, LocalForm) else _local(request)
    context = {
        "form": form,
        "type": TypeForm(initial={TYPE: LOCAL if is_local else SCEP}),
        "scep": scep,
        "local": local,
        "choices": offered,
    }
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_generate.html", context, status=status)


@access.requires(Action.WRITE_CERTIFICATES)
@require_POST
def poll(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Poll for a pending certificate now, and go on to the job."""
    return to_job(enrollment.poll_now(entry_uuid=uuid, by=access.actor(request), at=now()))


@access.requires(Action.WRITE_CERTIFICATES)
@require_POST
def give_up(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Stop polling for a pending certificate or renewal."""
    enrollment.give_up(entry_uuid=uuid, by=access.actor(request), at=now())
    return htmx.saved(request, event="certificates-changed", otherwise="certificates:index")


def _bound(
    request: HttpRequest, offered: GenerateChoices, *, is_local: bool
) -> GenerateForm | LocalForm:
    if is_local:
        return LocalForm(request, places=places(request), signers=_signers(request))
    return _scep(request, offered)


def _scep(request: HttpRequest, offered: GenerateChoices) -> GenerateForm:
    of_scep = request.method == "POST" and request.POST.get(TYPE) != LOCAL
    data = request.POST if of_scep else None
    # Who is limited to virtual systems may not put anything where a profile in Shared is.
    is_limited = bool(access.actor(request).scope)
    usual = selector.usual(request) if is_limited else selector.selected(request)
    return GenerateForm(data, choices=offered, usual=usual)


def _local(request: HttpRequest) -> LocalForm:
    return LocalForm(places=places(request), signers=_signers(request))


def _signers(request: HttpRequest) -> list[SignerChoice]:
    return choices.signers(now(), selector.seen(request))


def _requested(request: HttpRequest, form: GenerateForm | LocalForm) -> int:
    by, at = access.actor(request), now()
    if isinstance(form, GenerateForm):
        return enrollment.request(wanted=form.to_wanted(), by=by, at=at)
    return making.request(wish=form.to_wish(), location=form.to_location(), by=by, at=at)

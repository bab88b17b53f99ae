"""The dialogs that revoke and renew certificates, and say what they are used for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from certificates.forms.changing import RenewForm, RevokeForm, UsageForm
from certificates.queries import verbs
from certificates.rules import RenewalMethod, RevocationReason
from certificates.services import renewal, revocation, usage
from certificates.services.renewal import Renewal, Way
from certificates.services.usage import Moved
from certificates.views.answers import chosen_rows, now, to_job
from certificates.views.moving import CHANGED
from device import access
from domain.actions import Action
from domain.errors import Refused
from webui import htmx, selection


@access.requires(Action.WRITE_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest) -> HttpResponse:
    """Ask why the certificates chosen are revoked, or revoke them."""
    chosen = selection.chosen(request)
    form = RevokeForm(None if selection.is_question(request) else request)
    if form.is_valid():
        reason = RevocationReason(form.cleaned_data["reason"])
        try:
            revocation.revoke(uuids=chosen, reason=reason, by=access.actor(request), at=now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            event = "certificates-changed"
            return htmx.saved(request, event=event, otherwise="certificates:index")
    rows = chosen_rows(request, chosen)
    context = {"form": form, "chosen": chosen, "certificates": rows}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_revoke.html", context, status=status)


@access.requires(Action.WRITE_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest) -> HttpResponse:
    """Ask how the certificate chosen is renewed, or renew it."""
    chosen = selection.chosen(request)
    if len(chosen) != 1:
        raise Refused("Select one certificate to renew.")
    way = renewal.way(entry_uuid=chosen[0], by=access.actor(request))
    asked = None if selection.is_question(request) else request
    form = RenewForm(asked, over_scep=way is Way.SCEP)
    if form.is_valid():
        try:
            done = renewal.renew(
                wanted=_renewal(chosen[0], form), by=access.actor(request), at=now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if done.job_id is not None:
                return to_job(done.job_id)
            event = "certificates-changed"
            return htmx.saved(request, event=event, otherwise="certificates:index")
    return _renew_dialog(request, form, chosen, over_scep=way is Way.SCEP)


@access.requires(Action.WRITE_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def usages(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show what a certificate is used for, or change it."""
    used = verbs.used(uuid)
    access.require(access.actor(request), Action.WRITE_CERTIFICATES, used.location)
    form = UsageForm(
        request if request.method == "POST" else None, usages=used.usages, version=used.version
    )
    if form.is_valid():
        try:
            moved = usage.set_usages(
                uuid=uuid,
                usages=form.to_usages(),
                by=access.actor(request),
                at=now(),
                expected_version=form.cleaned_data["version"],
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _used(request, moved)
    context = {"form": form, "name": used.name}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_usage.html", context, status=status)


def _used(request: HttpRequest, moved: list[Moved]) -> HttpResponse:
    """Close the dialog, or say what moved."""
    if not moved:
        return htmx.saved(request, event=CHANGED, otherwise="certificates:index")
    lines = [f"{one.usage.label} was taken from {one.name}." for one in moved]
    context = {"title": "Usage", "lines": lines, "hint": "Commit to apply both changes."}
    response = htmx.dialog(request, "certificates/_done.html", context)
    response.headers["HX-Trigger"] = CHANGED
    return response


def _renewal(uuid: UUID, form: RenewForm) -> Renewal:
    values = form.cleaned_data
    if "method" in values:
        return Renewal(uuid, method=RenewalMethod(values["method"]))
    return Renewal(uuid, days=values["days"])


def _renew_dialog(
    request: HttpRequest, form: RenewForm, chosen: list[UUID], *, over_scep: bool
) -> HttpResponse:
    rows = chosen_rows(request, chosen)
    context = {"form": form, "chosen": chosen, "certificates": rows, "over_scep": over_scep}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_renew.html", context, status=status)

"""The list of device certificates and its dialogs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import queries as audit
from audit.queries import TranscriptView
from audit.queries.comparison import compare
from certificates import forms
from certificates.forms import GenerateForm, RehearsalForm
from certificates.queries import choices, fetched, listing
from certificates.queries import detail as details
from certificates.services import enrollment, store, throwaway, trial
from certificates.services import rehearsal as rehearsals
from device import access
from domain.errors import Refused
from jobs import queries as jobs
from profiles import queries as profiles
from profiles import services as profile_services
from profiles.forms import ProfileForm
from profiles.spec import Challenge, ProfileDraft, ScepProfileSpec
from webui import htmx, selection


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the candidate's certificates, each under its issuer."""
    context = {"certificates": listing.certificate_rows(_now())}
    return htmx.page_or_fragment(
        request, "certificates/list.html", "certificates/_table.html", context
    )


@require_safe
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show everything about one certificate."""
    bodies = access.may_write(access.actor(request), None)
    context = {"certificate": details.certificate_detail(uuid, _now(), bodies=bodies)}
    return htmx.dialog(request, "certificates/_detail.html", context)


@require_http_methods(["GET", "POST"])
def generate(request: HttpRequest) -> HttpResponse:
    """Show the Generate dialog, or request a certificate and go on to the job."""
    offered = choices.generate_choices()
    data = request.POST if request.method == "POST" else None
    form = GenerateForm(data, choices=offered)
    if form.is_valid():
        try:
            job_id = enrollment.request(
                wanted=form.to_wanted(), by=access.actor(request), at=_now()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _to_job(job_id)
    context = {"form": form, "choices": offered}
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_generate.html", context, status=status)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete the certificates chosen, or delete them."""
    chosen = selection.chosen(request)
    rows = listing.chosen_rows(chosen, _now())
    context: dict[str, Any] = {"certificates": rows, "chosen": chosen}
    if not selection.is_question(request):
        try:
            store.delete(uuids=chosen, by=access.actor(request), at=_now())
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            return htmx.saved(
                request,
                event="config-changed, certificates-changed",
                otherwise="certificates:index",
            )
    status = htmx.UNPROCESSABLE if "refusal" in context else 200
    return htmx.dialog(request, "certificates/_delete.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Download the certificates chosen, in one PEM file."""
    chosen = selection.chosen(request)
    if not chosen:
        return htmx.dialog(request, "certificates/_export_none.html", {})
    return _download(chosen)


@require_safe
def pem(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Download one certificate as PEM."""
    del request
    return _download([uuid])


@require_POST
def poll(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Poll for a pending certificate now, and go on to the job."""
    return _to_job(enrollment.poll_now(entry_uuid=uuid, by=access.actor(request), at=_now()))


@require_POST
def test_typed(request: HttpRequest) -> HttpResponse:
    """Test a profile as it stands in its dialog, saved or not; the dialog stays."""
    uuid = forms.tested_profile(request.POST)
    profile = profiles.find_candidate(uuid) if uuid else None
    choices = profiles.field_choices(profile.spec.location if profile else None)
    form = ProfileForm(request.POST, profile=profile, choices=choices)
    if form.is_valid():
        takes = forms.TAKE_ONE in request.POST
        try:
            job_id = _start_test(
                request, form.to_draft(), profile.uuid if profile else None, take_one=takes
            )
        except Refused as refusal:
            form.refuse(refusal, typed_stays=htmx.wants_fragment(request))
        else:
            return _test(request, job_id) if htmx.wants_fragment(request) else _to_job(job_id)
    if htmx.wants_fragment(request):
        return render(request, "certificates/_not_tested.html", {"form": form})
    context = {"form": form, "post_url": request.path, "profile_uuid": uuid, "fetched": None}
    return htmx.dialog(request, "profiles/_edit.html", context, status=htmx.UNPROCESSABLE)


@require_POST
def test_saved(request: HttpRequest) -> HttpResponse:
    """Test the profile ticked in the list, as it was saved."""
    chosen = selection.chosen(request)
    profile = profiles.candidate_profile(chosen[0]) if len(chosen) == 1 else None
    if profile is None:
        raise Refused("Select one profile to test.")
    draft = ProfileDraft(profile.spec)
    return _to_job(_start_test(request, draft, profile.uuid, take_one=False))


@require_safe
def test_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show how far a Test is, inside the profile's dialog; it asks again by itself."""
    return _test(request, job_id)


@require_http_methods(["GET", "POST"])
def rehearse(request: HttpRequest) -> HttpResponse:
    """Ask for the other server, or try the profile ticked on both and go on to the comparison."""
    chosen = selection.chosen(request)
    if len(chosen) != 1:
        raise Refused("Select one profile to rehearse.")
    profile = profiles.candidate_profile(chosen[0])
    data = None if selection.is_question(request) else request.POST
    form = _rehearsal_form(data, profile.spec)
    if form.is_valid():
        try:
            numbers = _start_rehearsal(request, profile.uuid, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _see_other("certificates:rehearsal", *numbers)
    context = {
        "form": form,
        "profile": profile,
        "chosen": chosen,
        "return_url": reverse("profiles:index"),
    }
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_rehearse.html", context, status=status)


@require_safe
def rehearsal(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Show two Tests, and what was enrolled, side by side; while one runs it asks again."""
    sides = [jobs.job(number) for number in (first, second)]
    kept = [audit.transcripts_of_job(side.id) for side in sides]
    tests, enrollments = (_latest(kept, kind) for kind in ("test", throwaway.KIND))
    context = {
        "jobs": sides,
        "parts": [("Test", compare(tests)), ("Enrollment", compare(enrollments))],
        "exchanges": [one for one in (*tests, *enrollments) if one],
        "is_finished": all(side.is_finished for side in sides),
        "return_url": reverse("profiles:index"),
    }
    return htmx.dialog(request, "certificates/_rehearsal.html", context)


def _rehearsal_form(data: QueryDict | None, spec: ScepProfileSpec) -> RehearsalForm:
    is_dynamic = spec.challenge is Challenge.DYNAMIC
    return RehearsalForm(data, is_dynamic=is_dynamic, tokens=choices.token_fields(spec))


def _start_rehearsal(request: HttpRequest, uuid: UUID, form: RehearsalForm) -> tuple[int, int]:
    return rehearsals.request(
        uuid=uuid,
        other=form.to_other(),
        by=access.actor(request),
        at=_now(),
        enroll=form.to_values(),
    )


def _latest(sides: list[list[TranscriptView]], kind: str) -> list[TranscriptView | None]:
    """Return the latest exchange of a kind on each side."""
    return [next((one for one in reversed(side) if one.kind == kind), None) for side in sides]


def _start_test(
    request: HttpRequest, draft: ProfileDraft, uuid: UUID | None, *, take_one: bool
) -> int:
    by, at = access.actor(request), _now()
    tested = profile_services.try_out(draft=draft, uuid=uuid, by=by, at=at)
    return trial.request(trial=tested, takes_password=take_one, by=by, at=at)


def _test(request: HttpRequest, job_id: int) -> HttpResponse:
    shown = jobs.job(job_id)
    context = {
        "job": shown,
        "transcripts": audit.transcripts_of_job(job_id),
        "fetched": fetched.fetched_by(job_id) if shown.is_finished else None,
    }
    return render(request, "certificates/_test.html", context)


def _download(uuids: list[UUID]) -> HttpResponse:
    name, text = details.pem_of(uuids)
    response = HttpResponse(text, content_type="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _to_job(job_id: int) -> HttpResponse:
    return _see_other("jobs:job", job_id)


def _see_other(name: str, *arguments: int) -> HttpResponse:
    response = redirect(name, *arguments)
    response.status_code = 303  # htmx follows it too: that dialog takes this one's place
    return htmx.varying(response)


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

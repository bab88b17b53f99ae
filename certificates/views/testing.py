"""Tests of a profile: from its dialog, from the list, and on two servers."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import queries as audit
from audit.queries import TranscriptView
from audit.queries.comparison import compare
from certificates.forms import testing as forms
from certificates.forms.testing import RehearsalForm
from certificates.queries import choices, fetched
from certificates.services import refreshing, throwaway, trial
from certificates.services import rehearsal as rehearsals
from certificates.views.answers import now, see_other, to_job
from device import access
from domain.actions import Action
from domain.errors import Refused
from jobs import queries as jobs
from profiles import queries as profiles
from profiles import services as profile_services
from profiles.forms.profile import ProfileForm
from profiles.spec import Challenge, ProfileDraft, ScepProfileSpec
from webui import htmx, selection


@access.requires(Action.WRITE_SCEP)
@require_POST
def test_typed(request: HttpRequest) -> HttpResponse:
    """Test a profile as it stands in its dialog, saved or not; the dialog stays."""
    uuid = forms.tested_profile(request.POST)
    profile = profiles.find_candidate(uuid) if uuid else None
    if profile is not None:
        access.require(access.actor(request), Action.WRITE_SCEP, profile.spec.location)
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
            return _test(request, job_id) if htmx.wants_fragment(request) else to_job(job_id)
    if htmx.wants_fragment(request):
        return render(request, "certificates/_not_tested.html", {"form": form})
    context = {"form": form, "post_url": request.path, "profile_uuid": uuid, "fetched": None}
    return htmx.dialog(request, "profiles/_edit.html", context, status=htmx.UNPROCESSABLE)


@access.requires(Action.WRITE_SCEP)
@require_POST
def test_saved(request: HttpRequest) -> HttpResponse:
    """Test the profile ticked in the list, as it was saved."""
    chosen = selection.chosen(request)
    profile = profiles.candidate_profile(chosen[0]) if len(chosen) == 1 else None
    if profile is None:
        raise Refused("Select one profile to test.")
    draft = ProfileDraft(profile.spec)
    return to_job(_start_test(request, draft, profile.uuid, take_one=False))


@access.requires(Action.WRITE_CERTIFICATES)
@require_POST
def refresh_ca(request: HttpRequest) -> HttpResponse:
    """Ask the servers of the profiles chosen for their CA certificates."""
    chosen = selection.chosen(request)
    return to_job(refreshing.request(uuids=chosen, by=access.actor(request), at=now()))


@access.requires(Action.WRITE_SCEP)
@require_safe
def test_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show how far a Test is, inside the profile's dialog; it asks again by itself."""
    return _test(request, job_id)


@access.requires(Action.WRITE_SCEP)
@require_http_methods(["GET", "POST"])
def rehearse(request: HttpRequest) -> HttpResponse:
    """Ask for the other server, or try the profile ticked on both and go on to the comparison."""
    chosen = selection.chosen(request)
    if len(chosen) != 1:
        raise Refused("Select one profile to rehearse.")
    profile = profiles.candidate_profile(chosen[0])
    access.require(access.actor(request), Action.WRITE_SCEP, profile.spec.location)
    data = None if selection.is_question(request) else request.POST
    form = _rehearsal_form(data, profile.spec)
    if form.is_valid():
        try:
            numbers = _start_rehearsal(request, profile.uuid, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return see_other("certificates:rehearsal", *numbers)
    context = {
        "form": form,
        "profile": profile,
        "chosen": chosen,
        "return_url": reverse("profiles:index"),
    }
    status = htmx.UNPROCESSABLE if form.errors else 200
    return htmx.dialog(request, "certificates/_rehearse.html", context, status=status)


@access.requires(Action.WRITE_SCEP)
@require_safe
def rehearsal(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Show two Tests, and what was enrolled, side by side; while one runs it asks again."""
    by = access.actor(request)
    sides = [jobs.job_seen_by(by, number) for number in (first, second)]
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
        at=now(),
        enroll=form.to_values(),
    )


def _latest(sides: list[list[TranscriptView]], kind: str) -> list[TranscriptView | None]:
    """Return the latest exchange of a kind on each side."""
    return [next((one for one in reversed(side) if one.kind == kind), None) for side in sides]


def _start_test(
    request: HttpRequest, draft: ProfileDraft, uuid: UUID | None, *, take_one: bool
) -> int:
    by, at = access.actor(request), now()
    tested = profile_services.try_out(draft=draft, uuid=uuid, by=by, at=at)
    return trial.request(trial=tested, takes_password=take_one, by=by, at=at)


def _test(request: HttpRequest, job_id: int) -> HttpResponse:
    shown = jobs.job_seen_by(access.actor(request), job_id)
    context = {
        "job": shown,
        "transcripts": audit.transcripts_of_job(job_id),
        "fetched": fetched.fetched_by(job_id) if shown.is_finished else None,
    }
    return render(request, "certificates/_test.html", context)

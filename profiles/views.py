"""The list of SCEP profiles and its dialogs."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from device import access, selector
from device import queries as device
from domain.actions import Action
from domain.errors import EditConflict, Refused
from profiles import conflicts, queries, services
from profiles.forms.conflict import conflict_rows, resolution_of
from profiles.forms.profile import CloneForm, ProfileForm, preview_of
from webui import deleting, htmx, selection
from webui.read_only import freeze


@access.requires(Action.READ_SCEP)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List the candidate profiles."""
    by = access.actor(request)
    context = {
        "profiles": queries.profile_rows(selector.seen(request)),
        "locations": selector.shown(request),
        "writable": [
            place for place in device.locations() if access.may(by, Action.WRITE_SCEP, place)
        ],
    }
    return htmx.page_or_fragment(request, "profiles/list.html", "profiles/_table.html", context)


@access.requires(Action.WRITE_SCEP)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Show or save the dialog of a new profile."""
    usual = selector.usual(request)
    form = ProfileForm(request.POST or None, choices=_choices(request), usual=usual)
    return _save(request, form, None) if form.is_bound else _dialog(request, form, None)


@access.requires(Action.READ_SCEP)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show or save the dialog of a profile."""
    # A POST for a profile that someone has deleted is not lost: it can be saved as a new one.
    profile = queries.find_candidate(uuid) if request.POST else queries.candidate_profile(uuid)
    location = profile.spec.location if profile else None
    by = access.actor(request)
    access.require(by, Action.READ_SCEP, location or queries.last_location(uuid))
    form = ProfileForm(
        request.POST or None, profile=profile, choices=queries.field_choices(location)
    )
    if form.is_bound:
        return _save(request, form, uuid)
    may_save = access.may(by, Action.WRITE_SCEP, location)
    return _dialog(request, form, uuid, is_read_only=not may_save)


@access.requires(Action.READ_SCEP)
@require_GET
def authentication(request: HttpRequest) -> HttpResponse:
    """Show which certificates a new profile in the location chosen can name."""
    form = ProfileForm(request.GET, choices=_choices(request))
    return render(request, "profiles/_authentication.html", {"form": form})


@access.requires(Action.READ_SCEP)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what the subject and the SAN value being typed become."""
    typed = [request.POST.get(name, "") for name in ("subject", "san_type", "san_value")]
    return render(request, "profiles/_preview.html", {"preview": preview_of(*typed)})


@access.requires(Action.WRITE_SCEP)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Ask whether to delete the profiles chosen, or delete them."""
    chosen = selection.chosen(request)
    found = [
        profile
        for profile in queries.candidate_profiles(chosen)
        if access.may(access.actor(request), Action.READ_SCEP, profile.spec.location)
    ]
    return deleting.answer(
        request,
        template="profiles/_delete.html",
        items=found,
        delete=partial(services.delete_profiles, uuids=chosen, by=access.actor(request), at=_now()),
        event="config-changed",
        otherwise="profiles:index",
    )


@access.requires(Action.WRITE_SCEP)
@require_http_methods(["GET", "POST"])
def clone(request: HttpRequest) -> HttpResponse:
    """Ask for the name of a copy, or copy the profile chosen."""
    chosen = selection.chosen(request)
    if len(chosen) != 1:
        return htmx.dialog(request, "profiles/_clone_none.html", {})
    original = queries.candidate_profile(chosen[0])
    by = access.actor(request)
    access.require(by, Action.READ_SCEP, original.spec.location)
    data = None if selection.is_question(request) else request.POST
    form = CloneForm(data, initial={"name": queries.copy_name(original.spec)})
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            services.clone_profile(uuid=original.uuid, name=name, by=by, at=_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return htmx.saved(request, event="config-changed", otherwise="profiles:index")
    context = {"form": form, "original": original, "chosen": chosen}
    return htmx.dialog(request, "profiles/_clone.html", context, status=_status(form))


def _save(request: HttpRequest, form: ProfileForm, uuid: UUID | None) -> HttpResponse:
    if not form.is_valid():
        return _dialog(request, form, uuid)
    answer = resolution_of(request.POST)
    try:
        if uuid and answer:
            _save_resolved(request, form, uuid, answer)
        else:
            services.save_profile(
                draft=form.to_draft(),
                uuid=uuid,
                expected_version=form.cleaned_data["version"],
                by=access.actor(request),
                at=_now(),
            )
    except Refused as refusal:
        if uuid and (answer or isinstance(refusal, EditConflict)):
            return _conflict(request, form, uuid, refusal)
        form.refuse(refusal)
        return _dialog(request, form, uuid)
    return htmx.saved(request, event="config-changed", otherwise="profiles:index")


def _save_resolved(
    request: HttpRequest, form: ProfileForm, uuid: UUID, answer: conflicts.Resolution
) -> None:
    """Save what an admin wants after a conflict; yet another edit since then is one more."""
    draft, seen = form.to_draft(), form.cleaned_data["version"]
    found = conflicts.conflict(uuid, seen=seen, draft=draft, until=answer.version)
    is_new = answer.way is conflicts.Way.NEW
    services.save_profile(
        draft=conflicts.resolved(found, draft, answer) if found else draft,
        uuid=None if is_new else uuid,
        expected_version=None if is_new else answer.version,
        by=access.actor(request),
        at=_now(),
    )


def _dialog(
    request: HttpRequest,
    form: ProfileForm,
    uuid: UUID | None,
    *,
    is_read_only: bool = False,
) -> HttpResponse:
    post_url = reverse("profiles:edit", args=[uuid]) if uuid else reverse("profiles:add")
    context = {
        "form": form,
        "post_url": post_url,
        "profile_uuid": uuid,
        "fetched": _fetched(uuid),
        "is_read_only": is_read_only,
    }
    if is_read_only:
        freeze(form)
    return htmx.dialog(request, "profiles/_edit.html", context, status=_status(form))


def _conflict(
    request: HttpRequest, form: ProfileForm, uuid: UUID, refusal: Refused
) -> HttpResponse:
    """Show who changed what, and the ways out; what is typed stays, with htmx passwords, too."""
    found = conflicts.conflict(uuid, seen=form.cleaned_data["version"], draft=form.to_draft())
    url = reverse("profiles:edit", args=[uuid])
    context = {
        "form": form,
        "conflict": found,
        "rows": conflict_rows(form, found, request.POST) if found else (),
        "refusal": refusal,
        "theirs_url": "" if found and found.is_deleted else url,
        "post_url": url,
        "profile_uuid": uuid,
        "fetched": _fetched(uuid),
        "return_url": reverse("profiles:index"),
    }
    if not htmx.wants_fragment(request):
        form.ask_for_passwords_again()
        return htmx.dialog(request, "profiles/_edit.html", context, status=htmx.UNPROCESSABLE)
    answer = render(request, "profiles/_conflict_answer.html", context, status=htmx.UNPROCESSABLE)
    answer.headers["HX-Retarget"] = "#profile-conflict"
    answer.headers["HX-Reswap"] = "innerHTML show:top"
    return htmx.varying(answer)


def _choices(request: HttpRequest) -> queries.FieldChoices:
    """Return what a new profile can choose from in the location chosen.

    Without JavaScript another one may be chosen meanwhile, so every location's certificates are.
    """
    if not htmx.wants_fragment(request):
        return queries.field_choices()
    key = request.POST.get("location") or request.GET.get("location")
    known = device.locations()
    usual = selector.usual(request)
    return queries.field_choices(next((item for item in known if item.key == key), usual))


def _fetched(uuid: UUID | None) -> queries.FetchedCa | None:
    return queries.fetched_ca(uuid, _now()) if uuid else None


def _status(form: Form) -> int:
    return htmx.UNPROCESSABLE if form.errors else 200


def _now() -> datetime:
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

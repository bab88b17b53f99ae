"""Asking for a certificate: every rule is checked here, whichever door the wish came through."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from audit import services as audit
from certificates.models import ACTIVE_STATES, Enrollment, EnrollmentState
from certificates.services import store
from configuration.locking import LockKind
from configuration.services import locks
from device import queries as device
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import NotFound, Problem, Refused
from domain.locations import SHARED, Location
from domain.names import CERTIFICATE_NAME_MAX, check_name
from jobs import queries as jobs
from jobs import services as job_services
from pki import names
from profiles import queries as profiles
from profiles import subject
from profiles.queries import RunningProfile
from profiles.spec import ScepProfileSpec
from profiles.subject import TokenMissing, TokenValues, ValueUnusable

_INTERRUPTED: Final = "The job that asked for this certificate ended before it had an answer."


class RequestRefused(Refused):
    """The certificate cannot be asked for like this; ``problems`` says why, in form order."""


class AlreadyRequested(Refused):
    """A certificate for this subject is being requested from the same CA."""


class ProfileNotRunning(Refused):
    """Only profiles of the running configuration bring certificates."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A certificate that someone wants.

    Attributes:
        name: of the certificate, without spaces.
        profile_uuid: the running SCEP profile to use.
        values: what stands for the tokens of the profile's subject and SAN.
        location: where the certificate goes; ``None`` for where the profile is.
    """

    name: str
    profile_uuid: UUID
    values: TokenValues
    location: Location | None = None


def request(*, wanted: Wanted, by: Actor, at: datetime) -> int:
    """Enqueue the enrollment of a certificate.

    Returns:
        The number of the job that enrolls it.

    Raises:
        ProfileNotRunning: the profile is not committed, or does not exist.
        Forbidden: the admin may not write in the location.
        LockHeld: another admin holds a config lock there.
        RequestRefused: the name, the location or a value is not usable.
        NameTaken: the location has, or soon gets, a certificate of this name.
        AlreadyRequested: the CA has not answered an earlier request for this subject yet.
    """
    profile = running_profile(wanted.profile_uuid)
    location = wanted.location or profile.spec.location
    require(by, Action.WRITE_CERTIFICATES, location)
    locks.require_unlocked(by, [location], LockKind.CONFIG)
    problems = [
        *check_name(wanted.name, max_length=CERTIFICATE_NAME_MAX, spaces=False),
        *_location_problems(location, profile),
        *value_problems(wanted.values, profile.spec),
    ]
    if problems:
        raise RequestRefused("The certificate was not requested.", problems=problems)
    row = Enrollment(
        uuid=uuid4(),
        name=wanted.name,
        location=location.key,
        profile_uuid=profile.uuid,
        profile_name=profile.spec.name,
        tokens=asdict(wanted.values),
        subject=_subject_text(wanted.values, profile),
        requested_by=by.name,
        requested_at=at,
    )
    with transaction.atomic():
        release_interrupted(row, at)
        _insert(row, location)
        if wanted.name in store.names_taken(location, besides=row.uuid):
            raise store.name_taken(wanted.name, location)
        require_no_other(row, profile)
        row.job_id = _enqueue(row, by, at)
        row.save(update_fields=["job_id"])
    return row.job_id


def request_again(*, uuid: UUID, by: Actor, at: datetime) -> int:
    """Request the certificate of an enrollment once more, under the rules that hold now.

    Returns:
        The number of the new job; errors as of :func:`request`.
    """
    row = Enrollment.objects.get(uuid=uuid)
    values = TokenValues(**row.tokens)
    wanted = Wanted(row.name, row.profile_uuid, values, Location(row.location))
    return request(wanted=wanted, by=by, at=at)


def poll_again(*, uuid: UUID, by: Actor, at: datetime) -> int:
    """Poll for an enrollment now; as :func:`poll_now`."""
    row = Enrollment.objects.get(uuid=uuid)
    if row.entry_uuid is None:
        raise NotFound(f"No CA decides about {row.name}; there is nothing to poll for.")
    return poll_now(entry_uuid=row.entry_uuid, by=by, at=at)


def poll_now(*, entry_uuid: UUID, by: Actor, at: datetime) -> int:
    """Enqueue a poll of a pending certificate, ahead of its schedule.

    Returns:
        The number of the job that polls.

    Raises:
        NotFound: there is no pending request for this certificate.
        Forbidden: the admin may not write in its location.
    """
    row = _pending(entry_uuid)
    require(by, Action.WRITE_CERTIFICATES, Location(row.location))
    return job_services.enqueue(
        kind="poll",
        arguments={"enrollment": str(row.uuid), "number": row.polls},
        by=by,
        at=at,
        description=f"certificate {row.name}",
        dedupe_key=f"poll-now:{row.uuid}",
    )


@transaction.atomic
def give_up(*, entry_uuid: UUID, by: Actor, at: datetime) -> None:
    """Stop polling for a certificate, or for its renewal; what the CA decides later is not fetched.

    Raises:
        NotFound: there is no pending request for this certificate.
        Forbidden: the admin may not write in its location.
    """
    require(by, Action.WRITE_CERTIFICATES)
    row = _pending(entry_uuid)
    require(by, Action.WRITE_CERTIFICATES, Location(row.location))
    store.give_up(entry_uuid=entry_uuid, at=at, reason=f"{by.name} gave the request up.")
    audit.record(
        kind="certificate",
        actor=by,
        text=f"The request for certificate {row.name} was given up.",
        at=at,
        object_name=row.name,
        detail={"enrollment": str(row.uuid), "transaction": row.transaction_id},
    )


def _pending(entry_uuid: UUID) -> Enrollment:
    row = Enrollment.objects.filter(entry_uuid=entry_uuid, state=EnrollmentState.PENDING).first()
    if row is None:
        message = "The CA has decided about this certificate; there is nothing to poll for."
        raise NotFound(message, hint="Reload the list.")
    return row


def running_profile(uuid: UUID) -> RunningProfile:
    """Return a profile of the running configuration.

    Raises:
        ProfileNotRunning: it is not committed, or does not exist.
    """
    profile = profiles.running_profile(uuid)
    if profile is not None:
        return profile
    candidates = profiles.candidate_profiles([uuid])
    if not candidates:
        message = "This SCEP profile does not exist."
        raise ProfileNotRunning(message, problems=[Problem("profile", message)])
    message = f"The SCEP profile {candidates[0].spec.name} is not committed yet."
    hint = "Commit the configuration first; Generate uses committed profiles only."
    raise ProfileNotRunning(message, hint=hint, problems=[Problem("profile", f"{message} {hint}")])


def _location_problems(location: Location, profile: RunningProfile) -> list[Problem]:
    if location not in device.locations():
        return [Problem("location", f"There is no location {location}.")]
    if not location.sees(profile.spec.location):
        text = (
            f"A profile in {profile.spec.location} cannot be used for a certificate in {location}."
        )
        return [Problem("location", text)]
    return []


def value_problems(values: TokenValues, spec: ScepProfileSpec) -> list[Problem]:
    """List tokens without a value, and values that no certificate can carry."""
    problems: dict[str, Problem] = {}
    try:
        subject.expand(spec.subject, values)
    except TokenMissing as refusal:
        problems |= {problem.field: problem for problem in refusal.problems}
    except ValueUnusable as refusal:
        problems[""] = Problem("", refusal.message)
    try:
        subject.expand_san(spec, values)
    except TokenMissing as refusal:
        problems |= {problem.field: problem for problem in refusal.problems}
    except ValueUnusable as refusal:
        problems.setdefault("", Problem("", refusal.message))
    return [problems[field] for field in (*asdict(values), "") if field in problems]


def _subject_text(values: TokenValues, profile: RunningProfile) -> str:
    return names.text(names.to_x509(subject.expand(profile.spec.subject, values)))


def require_no_other(row: Enrollment, profile: RunningProfile) -> None:
    """Make sure that one request of a subject is open at a CA (RFC 8894 section 2.6).

    Raises:
        AlreadyRequested: there is another.
    """
    open_ones = Enrollment.objects.filter(subject=row.subject, state__in=ACTIVE_STATES)
    for other in open_ones.exclude(uuid=row.uuid).order_by("requested_at"):
        used = profiles.running_profile(other.profile_uuid)
        if used is not None and _ca_of(used) == _ca_of(profile):
            # Who asks may not be one who sees the other virtual systems.
            is_seen = other.location in {row.location, SHARED.key}
            where = f"{other.name}, job {other.job_id}" if is_seen else "in another virtual system"
            text = (
                f"A certificate for {row.subject} is being requested from this CA already: {where}."
            )
            hint = (
                "Look at it in Tasks, and wait for the CA's answer. If it is pending, it is listed "
                "under Certificates: to delete it there gives the request up."
            )
            raise AlreadyRequested(text, hint=hint, problems=[Problem("", f"{text} {hint}")])


def _ca_of(profile: RunningProfile) -> tuple[str, str]:
    return profile.spec.server_url, profile.spec.ca_ident


def release_interrupted(wanted: Enrollment, at: datetime) -> None:
    """Free name and subject from an enrollment whose job was given up before it could say so."""
    holding = Enrollment.objects.filter(
        Q(name=wanted.name, location=wanted.location) | Q(subject=wanted.subject),
        state__in=(EnrollmentState.QUEUED, EnrollmentState.PREPARED),
    )
    for row in holding:
        if row.job_id is not None and jobs.is_over(row.job_id):
            store.forget_secrets(row)
            row.state = EnrollmentState.FAILED
            row.reason = _INTERRUPTED
            row.finished_at = at
            row.save()


def _insert(row: Enrollment, location: Location) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise store.name_taken(row.name, location) from error


def _enqueue(row: Enrollment, by: Actor, at: datetime) -> int:
    audit.record(
        kind="certificate",
        actor=by,
        text=f"Certificate {row.name} requested with SCEP profile {row.profile_name}.",
        at=at,
        object_name=row.name,
        detail={"enrollment": str(row.uuid), "location": row.location},
    )
    return job_services.enqueue(
        kind="generate",
        arguments={"enrollment": str(row.uuid)},
        by=by,
        at=at,
        description=f"certificate {row.name}",
        dedupe_key=f"enrollment:{row.uuid}",
    )

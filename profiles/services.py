"""The writers of SCEP profiles, and the only place that unseals their passwords."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from configuration import queries as configuration_queries
from configuration import services as configuration
from configuration.sections import Renaming
from device import queries as device
from device import secrets
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import EditConflict, NotFound, Problem, Refused
from domain.locations import Location
from profiles import codec, queries, rules
from profiles.models import ScepProfile, columns
from profiles.spec import (
    KIND,
    PURPOSE_OF_CHALLENGE,
    PURPOSE_OF_OTP,
    Challenge,
    ProfileDraft,
    ScepProfileSpec,
)


class ProfileDeleted(EditConflict):
    """Someone deleted the profile while it was being edited."""


class ProfileRefused(Refused):
    """The profile breaks at least one rule; ``problems`` has all of them, in form order."""


@transaction.atomic
def save_profile(
    *,
    draft: ProfileDraft,
    uuid: UUID | None = None,
    expected_version: int | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Write a profile to the candidate configuration: a new one, or the next version of one.

    Passwords that were not typed are kept; those the challenge does not use are dropped.

    Args:
        draft: every field, and the passwords typed.
        uuid: the profile to change; ``None`` adds one.
        expected_version: version the admin has seen; ``None`` takes any.
        by: the admin.
        at: the time.

    Returns:
        The profile's UUID.

    Raises:
        ProfileRefused: at least one rule is broken.
        NameTaken: another profile has the name in this location; the problem is at ``name``.
        EditConflict: someone else changed or deleted the profile since that version.
        NotFound: there never was such a profile.
        Forbidden: the admin may not write there.
    """
    require(by, Action.WRITE_SCEP, draft.spec.location)
    stored = None if uuid is None else _own(uuid, by)
    kept = replace(draft, spec=_with_kept_secrets(draft.spec, stored).relevant())
    problems = rules.check(kept, _surroundings(kept.spec.location)) + _moved(draft.spec, stored)
    if problems:
        raise ProfileRefused("The SCEP profile was not saved.", problems=rules.in_order(problems))
    spec = _with_typed_secrets(kept, at)
    return _write(spec, uuid=uuid, expected_version=expected_version, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Trial:
    """A profile to test, saved or not.

    Attributes:
        spec: every field; passwords are sealed.
        uuid: of the saved profile; ``None`` for a new one.
        temporary: sealed passwords that nothing but this Test uses: remove them afterwards.
    """

    spec: ScepProfileSpec
    uuid: UUID | None
    temporary: tuple[UUID, ...] = ()


@transaction.atomic
def try_out(*, draft: ProfileDraft, uuid: UUID | None = None, by: Actor, at: datetime) -> Trial:
    """Make ready to test what is typed, without saving it; the name may still be missing.

    The rules of FIPS-CC mode are left to the Test, which names them.

    Raises:
        ProfileRefused: at least one other rule is broken.
        NotFound: there never was such a profile.
        Forbidden: the admin may not write there.
    """
    require(by, Action.WRITE_SCEP, draft.spec.location)
    stored = None if uuid is None else _own(uuid, by)
    kept = replace(draft, spec=_with_kept_secrets(draft.spec, stored).relevant())
    around = replace(_surroundings(kept.spec.location), fips_cc=False)
    problems = [one for one in rules.check(kept, around) if one.field != "name"]
    problems += _moved(draft.spec, stored)
    if problems:
        raise ProfileRefused("The SCEP profile was not tested.", problems=problems)
    spec = _with_typed_secrets(kept, at)
    pairs = (
        (spec.challenge_password, kept.spec.challenge_password),
        (spec.otp_password, kept.spec.otp_password),
    )
    typed = tuple(after for after, before in pairs if after is not None and after != before)
    return Trial(spec, uuid, typed)


@transaction.atomic
def delete_profiles(*, uuids: Collection[UUID], by: Actor, at: datetime) -> None:
    """Delete profiles from the candidate configuration, all or none.

    Raises:
        EditConflict: someone else has deleted one of them.
        InUse: something that stays refers to one of them; ``problems`` lists what.
        NotFound: one of them never was there.
        Forbidden: the admin may not write where one of them is.
    """
    for uuid in uuids:
        _stored(uuid)
    configuration.delete_all(uuids=uuids, by=by, at=at)


@transaction.atomic
def clone_profile(*, uuid: UUID, name: str = "", by: Actor, at: datetime) -> UUID:
    """Copy a profile within its location; the copy shares the sealed passwords.

    Args:
        uuid: the profile to copy.
        name: the copy's name; empty takes :func:`copy_name`.
        by: the admin.
        at: the time.

    Returns:
        The copy's UUID.

    Raises:
        NotFound: no candidate profile has this UUID.
        ProfileRefused: the copy would break a rule; the original may break it, too.
        NameTaken: another profile has the name in this location.
        Forbidden: the admin may not write there.
    """
    original = queries.candidate_profile(uuid).spec
    copy = replace(original, name=name or queries.copy_name(original))
    return save_profile(draft=ProfileDraft(copy), by=by, at=at)


def rename_certificate(*, uuid: UUID, renaming: Renaming, by: Actor, at: datetime) -> None:
    """Write the new name of a certificate into a profile that refers to it, rules aside.

    Raises:
        Forbidden: the admin may not write where the profile is.
    """

    def renamed(name: str) -> str:
        return renaming.new if name == renaming.old else name

    spec = _stored(uuid)
    spec = replace(
        spec,
        scep_ca_certificate=renamed(spec.scep_ca_certificate),
        scep_client_certificate=renamed(spec.scep_client_certificate),
    )
    _write(spec, uuid=uuid, expected_version=None, by=by, at=at)


def write_row(*, uuid: UUID, spec: ScepProfileSpec) -> None:
    """Write the typed row of a profile whose configured object has just been written."""
    ScepProfile.objects.update_or_create(pk=uuid, defaults=columns(spec))


def challenge_password(spec: ScepProfileSpec) -> str:
    """Unseal the password of a Fixed challenge; empty without one. For enrollment only."""
    return _unsealed(spec.challenge_password)


def otp_password(spec: ScepProfileSpec) -> str:
    """Unseal the account's password of a Dynamic challenge; empty without one. For enrollment."""
    return _unsealed(spec.otp_password)


def _write(
    spec: ScepProfileSpec,
    *,
    uuid: UUID | None,
    expected_version: int | None,
    by: Actor,
    at: datetime,
) -> UUID:
    ref = configuration.put(
        kind=KIND,
        location=spec.location,
        name=spec.name,
        xml=codec.to_xml(spec),
        by=by,
        at=at,
        uuid=uuid,
        expected_version=expected_version,
    )
    write_row(uuid=ref.uuid, spec=spec)
    return ref.uuid


def _own(uuid: UUID, by: Actor) -> ScepProfileSpec:
    """Find a profile whose passwords the admin may use."""
    require(by, Action.WRITE_SCEP, queries.last_location(uuid))
    return _stored(uuid)


def _moved(spec: ScepProfileSpec, stored: ScepProfileSpec | None) -> list[Problem]:
    """Say so if a profile is to have the passwords of one in another location."""
    if stored is None or stored.location == spec.location:
        return []
    message = f"The profile is in {stored.location}; that is fixed once it is saved."
    return [Problem("location", message)]


def _stored(uuid: UUID) -> ScepProfileSpec:
    if found := queries.find_candidate(uuid):
        return found.spec
    change = configuration_queries.last_change(uuid)
    if change is None or change.kind != KIND:
        raise NotFound("There is no such SCEP profile.", hint="Reload the list.")
    when = change.at.astimezone(UTC)
    message = f"{change.by} deleted this SCEP profile at {when:%Y-%m-%d %H:%M:%S} UTC."
    raise ProfileDeleted(message, hint="Add it as a new profile if it is still needed.")


def _with_kept_secrets(spec: ScepProfileSpec, stored: ScepProfileSpec | None) -> ScepProfileSpec:
    if stored is None:
        return spec
    return replace(
        spec,
        challenge_password=spec.challenge_password or stored.challenge_password,
        otp_password=spec.otp_password or stored.otp_password,
    )


def _with_typed_secrets(draft: ProfileDraft, at: datetime) -> ScepProfileSpec:
    spec = draft.spec
    typed = draft.challenge_password
    if typed is not None and spec.challenge is Challenge.FIXED:
        uuid = secrets.seal(typed.encode(), purpose=PURPOSE_OF_CHALLENGE, at=at)
        spec = replace(spec, challenge_password=uuid)
    typed = draft.otp_password
    if typed is not None and spec.challenge is Challenge.DYNAMIC:
        uuid = secrets.seal(typed.encode(), purpose=PURPOSE_OF_OTP, at=at)
        spec = replace(spec, otp_password=uuid)
    return spec


def _surroundings(location: Location) -> rules.Surroundings:
    choices = queries.field_choices(location)
    return rules.Surroundings(
        locations=choices.locations,
        ca_certificates=choices.ca_certificates,
        client_certificates=choices.client_certificates,
        fips_cc=device.facts().fips_cc,
    )


def _unsealed(uuid: UUID | None) -> str:
    return "" if uuid is None else secrets.unseal(uuid).decode()

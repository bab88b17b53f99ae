"""The part of the profile's dialog that shows a conflict, and the answer to it."""

from enum import StrEnum
from typing import Final, TypeAlias, cast

from django import forms
from django.http import QueryDict

from configuration.merging import ConflictRow, MergedField, Side, outcome
from profiles.conflicts import SECRETS, TYPED, Conflict, Resolution, Way
from profiles.forms.profile import ProfileForm

_Choices: TypeAlias = "list[tuple[object, object]]"

CHOICE: Final = "choose-"
"""Beginning of the names of the fields that say whose value is kept."""

_WITHIN: Final = {
    "otp_server_url": "Challenge page: ",
    "otp_username": "Challenge page: ",
    "otp_password": "Challenge page: ",
    "challenge_password": "Challenge: ",
}
"""What stands before labels that are too short outside their section."""


def resolution_of(data: QueryDict) -> Resolution | None:
    """Read an admin's answer to a conflict; ``None`` when the form was sent without one."""
    way, version = str(data.get("resolve")), str(data.get("about"))
    if way not in set(Way) or not version.isdecimal():
        return None
    choices = {
        name.removeprefix(CHOICE): Side(value)
        for name, value in data.items()
        if name.startswith(CHOICE) and value in set(Side)
    }
    return Resolution(Way(way), int(version), choices)


def conflict_rows(
    form: ProfileForm, conflict: Conflict, data: QueryDict
) -> tuple[ConflictRow, ...]:
    """Put what each side changed into words, in the order of the form."""
    fields = {one.field: one for one in conflict.fields}
    return tuple(
        _row(form, fields[name], data.get(f"{CHOICE}{name}", ""))
        for name in form.fields
        if name in fields
    )


def _row(form: ProfileForm, merged: MergedField, chosen: str) -> ConflictRow:
    field = form.fields[merged.field]
    label = _WITHIN.get(merged.field, "") + str(form[merged.field].label)
    if merged.field in SECRETS:
        base = "stored" if merged.base else "none"
        theirs, mine = (_secret(one, merged.base) for one in (merged.theirs, merged.mine))
    else:
        values = (merged.base, merged.theirs, merged.mine)
        base, theirs, mine = (_shown(field, one) for one in values)
    return ConflictRow(
        field=merged.field,
        label=label,
        base=base,
        theirs=theirs,
        mine=mine,
        by=merged.by,
        outcome=outcome(merged),
        chosen=str(chosen),
    )


def _secret(value: object, base: object) -> str:
    if value == base:
        return "unchanged"
    return "changed" if value == TYPED or value else "removed"


def _shown(field: forms.Field, value: object) -> str:
    match value:
        case None | "":
            return "empty"
        case bool():
            return "yes" if value else "no"
        case StrEnum() if isinstance(field, forms.ChoiceField):
            labels = {str(code): str(words) for code, words in cast("_Choices", field.choices)}
            return labels.get(value, value)
        case _:
            return str(value)

"""The dialog of an admin role: a level for each page, a tick for each action."""

from collections.abc import Iterator
from typing import Any, Final, cast

from django import forms
from django.http import QueryDict

from domain.actions import Action, Page
from domain.errors import Problem, Refused
from setup.queries.admins import CandidateRole
from setup.rules.admin_role import DESCRIPTION_MAX, NAME_MAX, field_of
from setup.spec.admin_role import (
    Access,
    AdminRole,
    levels,
    permitted,
    single_actions,
)

DEVICE: Final = "device"
VSYS: Final = "vsys"

_OF_DEVICE: Final = {"data-show-when": f"type={DEVICE}"}
"""What a role of virtual systems cannot have."""

_WORDS: Final = {
    Access.ENABLE: "Enable",
    Access.READ_ONLY: "Read Only",
    Access.DISABLE: "Disable",
}
_BOTH: Final = single_actions(of_vsys=True)
_DEVICE_ONLY: Final = tuple(one for one in single_actions(of_vsys=False) if one not in _BOTH)


class AdminRoleForm(forms.Form):
    """An admin role; what its type does not have is left out, whatever was chosen."""

    name = forms.CharField(
        label="Name",
        strip=False,
        help_text=f"Up to {NAME_MAX} letters, digits, hyphens, underscores, dots or spaces.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    description = forms.CharField(
        label="Description",
        required=False,
        help_text=f"Up to {DESCRIPTION_MAX} characters.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    type = forms.ChoiceField(
        label="Role",
        choices=[(DEVICE, "Device"), (VSYS, "Virtual System")],
        initial=DEVICE,
        help_text="Admins with a role for virtual systems are limited to those of their account.",
        widget=forms.RadioSelect,
    )
    actions = forms.MultipleChoiceField(
        label="Allowed",
        required=False,
        choices=[(action.value, action.words.capitalize()) for action in _BOTH],
        widget=forms.CheckboxSelectMultiple,
    )
    device_actions = forms.MultipleChoiceField(
        label="On the whole device",
        required=False,
        choices=[(action.value, action.words.capitalize()) for action in _DEVICE_ONLY],
        widget=forms.CheckboxSelectMultiple(attrs=_OF_DEVICE),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, item: CandidateRole | None = None) -> None:
        super().__init__(data, initial=_initial(item) if item else {})
        role = item.role if item else AdminRole("")
        for page in Page:
            self.fields[field_of(page)] = _level(page, role.access(page))

    @property
    def pages(self) -> Iterator[forms.BoundField]:
        """The fields that say what is allowed on a page."""
        return (self[field_of(page)] for page in Page)

    def to_role(self) -> AdminRole:
        """Return what was filled in; call it on a valid form."""
        values = self.cleaned_data
        of_vsys = values["type"] == VSYS
        chosen = {Action(one) for one in (*values["actions"], *values["device_actions"])}
        accesses = {
            page: Access(values[field_of(page)] or Access.DISABLE)
            for page in Page
            if len(levels(page, of_vsys=of_vsys)) > 1
        }
        actions = chosen & set(single_actions(of_vsys=of_vsys))
        return AdminRole(
            name=values["name"],
            description=values["description"],
            of_vsys=of_vsys,
            permitted=permitted(accesses, frozenset(actions)),
        )

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was saved, at the fields meant."""
        whole = Problem("", f"{refusal.message} {refusal.hint}".strip())
        for problem in refusal.problems or (whole,):
            known = problem.field in self.fields
            self.add_error(problem.field if known else None, problem.message)


def _level(page: Page, access: Access) -> forms.ChoiceField:
    possible = levels(page, of_vsys=False)
    of_device = levels(page, of_vsys=True) == (Access.DISABLE,)
    return forms.ChoiceField(
        label=page.label,
        required=False,
        choices=[(one.value, _WORDS[one]) for one in possible],
        initial=access.value,
        widget=forms.RadioSelect(attrs=_OF_DEVICE if of_device else None),
    )


def _initial(item: CandidateRole) -> dict[str, Any]:
    role = item.role
    given = cast("list[str]", sorted(role.permitted))
    return {
        "name": role.name,
        "description": role.description,
        "type": VSYS if role.of_vsys else DEVICE,
        "actions": given,
        "device_actions": given,
        "version": item.version,
    }

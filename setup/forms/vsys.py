"""The dialogs of virtual systems: fields and words; every rule is the service's."""

from typing import Any

from django import forms

from domain.errors import Problem, Refused
from setup.rules.vsys import DISPLAY_NAME_MAX
from setup.spec.vsys import NUMBER_MAX, VirtualSystem


class VsysForm(forms.Form):
    """A virtual system; the ID is asked for only when it is new."""

    number = forms.IntegerField(
        label="ID",
        help_text=f"From 1 to {NUMBER_MAX}. ID 2 makes vsys2; it cannot be changed later.",
        error_messages={"invalid": f"The ID must be a number from 1 to {NUMBER_MAX}."},
        widget=forms.NumberInput(attrs={"min": 1, "max": NUMBER_MAX}),
    )
    display_name = forms.CharField(
        label="Name",
        strip=False,
        help_text=f"Up to {DISPLAY_NAME_MAX} characters: letters, digits, spaces, hyphens, "
        "underscores, dots.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["number"]

    def to_system(self) -> VirtualSystem:
        """Return what was filled in; call it on a valid form of a new one."""
        return VirtualSystem(self.cleaned_data["number"], self.cleaned_data["display_name"])

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was saved, at the fields meant."""
        whole = Problem("", f"{refusal.message} {refusal.hint}".strip())
        for problem in refusal.problems or (whole,):
            known = problem.field in self.fields
            self.add_error(problem.field if known else None, problem.message)

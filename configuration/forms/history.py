"""Which configurations are compared, whose changes are taken back, what a snapshot is called."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.http import QueryDict

from configuration.forms.lines import LinesForm
from configuration.forms.refusable import RefusableForm
from configuration.forms.scope import EVERYTHING, SOME, ScopeForm
from configuration.sources import NAME_MAX, Source


class CompareForm(LinesForm):
    """Two configurations, and how to show what differs."""

    old = forms.ChoiceField(label="Compare")
    new = forms.ChoiceField(label="with")
    field_order = ("old", "new")

    def __init__(self, data: QueryDict, *, offered: Sequence[Source]) -> None:
        """Make the form; whatever was asked for is among the choices, too."""
        super().__init__(data)
        for name in ("old", "new"):
            asked = {Source.parse(str(data.get(name, "")))}
            field = cast("forms.ChoiceField", self.fields[name])
            rest = sorted(asked.difference(offered), key=str)
            field.choices = [(one.key, one.label) for one in (*offered, *rest)]

    @property
    def sources(self) -> tuple[Source, Source]:
        """What was chosen; call it on a valid form."""
        return Source.parse(self.cleaned_data["old"]), Source.parse(self.cleaned_data["new"])


class RevertForm(ScopeForm):
    """Whose changes to take back."""

    scope = forms.ChoiceField(
        label="Revert",
        choices=[(EVERYTHING, "All Changes"), (SOME, "Changes Made By")],
        required=False,
        initial=EVERYTHING,
        widget=forms.RadioSelect,
    )


class SnapshotForm(RefusableForm):
    """The name of a snapshot."""

    name = forms.CharField(
        widget=forms.TextInput(attrs={"maxlength": NAME_MAX, "autocomplete": "off"}),
        help_text=f"At most {NAME_MAX} letters, digits, dots, hyphens and underscores.",
    )
    overwrite = forms.BooleanField(
        label="Overwrite", required=False, help_text="Take the place of a snapshot of this name."
    )

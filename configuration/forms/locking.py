"""The dialog Take a Lock."""

from collections.abc import Mapping
from typing import cast

from django import forms
from django.http import QueryDict

from configuration.forms.refusable import RefusableForm
from configuration.locking import LockKind
from configuration.services import LOCK_COMMENT_MAX
from domain.locations import SHARED, Location


class LockForm(RefusableForm):
    """Which lock an admin wants, and why."""

    kind = forms.ChoiceField(
        label="Type",
        choices=[
            (LockKind.CONFIG, "Config Lock: only I edit"),
            (LockKind.COMMIT, "Commit Lock: only I commit"),
        ],
    )
    location = forms.ChoiceField(
        initial=SHARED.key, help_text="Shared means the whole configuration."
    )
    comment = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LOCK_COMMENT_MAX, "autocomplete": "off"}),
        help_text=f"What the others read; at most {LOCK_COMMENT_MAX} characters.",
    )

    def __init__(self, data: QueryDict | None = None, *, locations: Mapping[Location, str]) -> None:
        """Make the form for these locations, each with what admins call it."""
        super().__init__(data)
        field = cast("forms.ChoiceField", self.fields["location"])
        field.choices = [(location.key, label) for location, label in locations.items()]

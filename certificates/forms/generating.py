"""The Generate dialog: fields, words, and the way to a wish.

The form judges closed choices only; every other rule is the service's, which all doors share.
"""

from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.http import QueryDict

from certificates.forms.tokens import TOKEN_LABELS
from certificates.queries.choices import GenerateChoices
from certificates.services.enrollment import Wanted
from domain.errors import Refused
from domain.locations import Location
from profiles.subject import TokenValues

SAME_AS_PROFILE: Final = ""
NAMED_AT_MOST: Final = 3
"""How many profiles a field's help names; the others are counted."""

UNCOMMITTED: Final = "uncommitted:"
"""How the value of a profile begins that cannot be chosen before a commit."""


class OpenCharField(forms.CharField):
    """A required text; that it is empty is for the service to say."""

    def validate(self, value: object) -> None:
        """Accept anything."""


class ProfileSelect(forms.Select):
    """A list of profiles, those that are not committed yet disabled."""

    def create_option(
        self,
        name: str,
        value: Any,  # noqa: ANN401 - Django's signature
        *args: Any,  # noqa: ANN401 - Django's signature
        **options: Any,  # noqa: ANN401 - Django's signature
    ) -> dict[str, Any]:
        """Disable the options whose value says that there is no running profile."""
        option = super().create_option(name, value, *args, **options)
        if str(value).startswith(UNCOMMITTED):
            option["attrs"]["disabled"] = True
        return option


class GenerateForm(forms.Form):
    """The Generate dialog."""

    name = OpenCharField(
        label="Certificate Name",
        help_text="Up to 63 characters: letters, digits, hyphens, underscores, dots. No spaces.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )
    profile = forms.ChoiceField(
        label="SCEP Profile",
        widget=ProfileSelect,
        error_messages={
            "required": "Choose a profile.",
            "invalid_choice": "This profile is no longer running: it was deleted meanwhile. "
            "Choose another one.",
        },
    )
    location = forms.ChoiceField(
        label="Location",
        required=False,
        help_text="A profile in Shared can be used everywhere, any other in its own location.",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        choices: GenerateChoices,
        usual: Location | None = None,
    ) -> None:
        """Make the form; ``usual`` is where the certificate goes unless the admin says otherwise.

        ``None`` lets it go where its profile is.
        """
        super().__init__(data, initial={"location": usual.key} if usual else None)
        self._offer_profiles(choices)
        self._offer("location", _locations(choices.locations))
        if not choices.locations:
            self.fields["location"].widget = forms.HiddenInput()
        for name, label in TOKEN_LABELS.items():
            self.fields[name] = _token_field(name, label, choices)

    def clean_profile(self) -> str:
        """Refuse a profile that is not committed yet."""
        chosen: str = self.cleaned_data["profile"]
        if chosen.startswith(UNCOMMITTED):
            raise forms.ValidationError("This profile is not committed yet: commit it first.")
        return chosen

    @property
    def tokens(self) -> list[forms.BoundField]:
        """The fields of the tokens that any of the profiles uses."""
        used = (name for name in TOKEN_LABELS if self.fields[name].help_text)
        return [self[name] for name in used]

    def to_wanted(self) -> Wanted:
        """Return what was filled in; call it on a valid form."""
        values = self.cleaned_data
        place = values["location"]
        return Wanted(
            name=values["name"],
            profile_uuid=UUID(values["profile"]),
            values=TokenValues(**{name: values[name] for name in TOKEN_LABELS}),
            location=Location(place) if place else None,
        )

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was requested."""
        for problem in refusal.problems:
            known = problem.field in self.fields
            self.add_error(problem.field if known else None, problem.message)
        if not refusal.problems:
            self.add_error(None, f"{refusal.message} {refusal.hint}".strip())

    def _offer_profiles(self, choices: GenerateChoices) -> None:
        running = [
            (str(profile.uuid), f"{profile.name} ({profile.location}): {profile.subject}")
            for profile in choices.profiles
        ]
        waiting = [
            (f"{UNCOMMITTED}{place.key}:{name}", f"{name} ({place}): commit it first")
            for place, name in choices.uncommitted
        ]
        self._offer("profile", [*running, *waiting])

    def _offer(self, name: str, listed: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = listed


def _locations(locations: Mapping[Location, str]) -> list[tuple[str, str]]:
    listed = [(location.key, label) for location, label in locations.items()]
    return [(SAME_AS_PROFILE, "Where the profile is"), *listed]


def _token_field(name: str, label: str, choices: GenerateChoices) -> forms.CharField:
    """Make the field of a token: shown for the profiles that use it, for all without JavaScript."""
    users = [profile for profile in choices.profiles if name in profile.fields]
    field = forms.CharField(label=label, required=False, max_length=255)
    if users:
        shown_for = "|".join(str(profile.uuid) for profile in users)
        field.help_text = f"Stands for ${name.upper()} in {_some([user.name for user in users])}."
        field.widget.attrs |= {"data-show-when": f"profile={shown_for}", "autocomplete": "off"}
    if name in {"hostid", "udid"}:
        field.initial = choices.serial
    return field


def _some(names: list[str]) -> str:
    """Name a few and count the others."""
    listed = ", ".join(names[:NAMED_AT_MOST])
    others = len(names) - NAMED_AT_MOST
    return f"{listed} and {others} more" if others > 0 else listed

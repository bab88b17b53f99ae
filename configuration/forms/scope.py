"""Which changes a commit takes along: a part of the commit dialog and of what looks ahead."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django import forms
from django.http import QueryDict

from configuration.forms.lines import LinesForm
from configuration.scope import CommitScope, PendingChange
from domain.locations import Location

EVERYTHING: Final = "all"
SOME: Final = "some"


class ScopeForm(forms.Form):
    """All changes, or those that some admins made in some locations."""

    scope = forms.ChoiceField(
        label="Commit",
        choices=[(EVERYTHING, "All Changes"), (SOME, "Changes Made By")],
        required=False,
        initial=EVERYTHING,
        widget=forms.RadioSelect,
    )
    admins = forms.MultipleChoiceField(
        label="Admins",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-show-when": f"scope={SOME}"}),
        help_text="What several admins changed goes with any of them.",
    )
    locations = forms.MultipleChoiceField(
        label="Locations",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-show-when": f"scope={SOME}"}),
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        changes: Sequence[PendingChange],
        admin: str,
        labels: Mapping[Location, str],
    ) -> None:
        """Make the form.

        Args:
            data: what was sent; None shows the form for the first time.
            changes: what is pending and the admin may see.
            admin: who is asked, whose changes are chosen at first.
            labels: what admins call each location.
        """
        admins = sorted({name for one in changes for name in one.admins})
        places = sorted({place for one in changes for place in one.locations})
        self._places = {place.key for place in places}
        self._is_limited = False
        self._offered: dict[str, list[tuple[str, str]]] = {}
        own = [admin] if admin in admins else admins
        super().__init__(
            data, initial={"admins": own, "locations": [place.key for place in places]}
        )
        self._offer("admins", [(name, name) for name in admins])
        self._offer("locations", [(place.key, labels.get(place, str(place))) for place in places])

    def limit(self, *, places: Collection[Location], admins: Collection[str]) -> None:
        """Offer only changes of some admins in some places: who asks may commit no others."""
        self._is_limited = True
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 - it is declared above
        scope.choices = [(SOME, "Changes Made By")]
        wanted_of = {"locations": {place.key for place in places}, "admins": set(admins)}
        for name, wanted in wanted_of.items():
            listed = [choice for choice in self._offered[name] if choice[0] in wanted]
            self._offer(name, listed)
            kept_values = [value for value, _ in listed]
            chosen = [value for value in kept_values if value in self.initial[name]]
            self.initial[name] = chosen or kept_values
        self.initial["scope"] = SOME

    @property
    def offers_any(self) -> bool:
        """Whether who asks may commit anything of what is pending."""
        return not self._is_limited or all(self._offered.values())

    def clean(self) -> None:
        """Refuse a choice of nothing, at the field where something is to be chosen."""
        if self.cleaned_data.get("scope") != SOME:
            return
        for name, text in (
            ("admins", "Choose at least one admin whose changes to commit."),
            ("locations", "Choose at least one location."),
        ):
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, text)

    def to_scope(self) -> CommitScope:
        """Return what was chosen; call it on a valid form."""
        if self.cleaned_data.get("scope") != SOME:
            return CommitScope()
        places = self.cleaned_data["locations"]
        is_everywhere = not self._is_limited and set(places) == self._places
        return CommitScope(
            admins=frozenset(self.cleaned_data["admins"]),
            locations=None if is_everywhere else frozenset(map(Location, places)),
        )

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - it is declared above
        field.choices = choices
        self._offered[name] = choices


class LookAheadForm(ScopeForm, LinesForm):
    """What to show of the lines that a commit would change."""

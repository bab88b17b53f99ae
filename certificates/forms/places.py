"""Where a certificate goes: asked for on a device with several virtual systems only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from django import forms

from domain.locations import Location


@dataclass(frozen=True, slots=True)
class Places:
    """What is offered.

    Attributes:
        labels: locations with what admins see for each; empty when nobody is asked.
        first: the one chosen until the admin chooses.
    """

    labels: Mapping[Location, str]
    first: Location


def offer(field: forms.Field, places: Places) -> None:
    """Fill a field with the locations, or hide it."""
    labels = places.labels or {places.first: str(places.first)}
    cast("forms.ChoiceField", field).choices = [(one.key, label) for one, label in labels.items()]
    field.initial = places.first.key
    if not places.labels:
        field.widget = forms.HiddenInput()

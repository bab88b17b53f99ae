"""The dialogs of server profiles and of the alert settings, made of their fields."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms

from alerts.fields import Choice, Field, Kind, Named, Number, Secret, Switch, Text
from alerts.services.profiles import Draft
from alerts.spec import NAME_MAX, AlertSettings, Value
from domain.errors import Problem, Refused


class AlertForm(forms.Form):
    """One object; every rule but the shape of a number is the service's."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        kind: Kind,
        value: Value,
        names: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,  # noqa: ANN401 - Django's
    ) -> None:
        super().__init__(*args, **kwargs)
        self._kind = kind
        for field in kind.fields:
            self.fields[field.attribute] = _form_field(field, value, names or {})
            if not isinstance(field, Secret):
                self.initial[field.attribute] = getattr(value, field.attribute)

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was saved, at the fields meant."""
        whole = Problem("", f"{refusal.message} {refusal.hint}".strip())
        for problem in refusal.problems or (whole,):
            known = problem.field in self.fields
            self.add_error(problem.field if known else None, problem.message)

    def _value(self) -> Value:
        plain = [one for one in self._kind.fields if not isinstance(one, Secret)]
        values: dict[str, Any] = {one.attribute: self.cleaned_data[one.attribute] for one in plain}
        return replace(self._kind.default, **values)


class ServerProfileForm(AlertForm):
    """A server profile, with its name."""

    name = forms.CharField(
        label="Name",
        help_text=f"Up to {NAME_MAX} characters.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    field_order = ("name",)

    def to_draft(self) -> Draft:
        """Return what was filled in; call it on a valid form."""
        typed = {one.attribute: self.cleaned_data[one.attribute] for one in self._kind.secrets}
        return Draft(self._kind, self.cleaned_data["name"], self._value(), typed)


class SettingsForm(AlertForm):
    """The alert settings."""

    def to_settings(self) -> AlertSettings:
        """Return what was filled in; call it on a valid form."""
        value = self._value()
        assert isinstance(value, AlertSettings)  # noqa: S101 - the kind's default is one
        return value


def _form_field(field: Field, value: Value, names: Mapping[str, Sequence[str]]) -> forms.Field:
    if isinstance(field, Switch):
        return forms.BooleanField(label=field.label, help_text=field.help, required=False)
    if isinstance(field, Number):
        return forms.IntegerField(
            label=field.label,
            help_text=field.help,
            error_messages={"invalid": "Enter a whole number."},
            widget=forms.NumberInput(attrs={"min": 1, "max": 65535}),
        )
    if isinstance(field, Choice):
        return forms.ChoiceField(label=field.label, choices=field.choices, help_text=field.help)
    if isinstance(field, Named):
        return _named(field, value, names)
    return _secret(field, value) if isinstance(field, Secret) else _text(field)


def _named(field: Named, value: Value, names: Mapping[str, Sequence[str]]) -> forms.Field:
    current = getattr(value, field.attribute)
    offered = dict.fromkeys([*names.get(field.kind, ()), *([current] if current else [])])
    choices = [("", "None"), *((name, name) for name in offered)]
    return forms.ChoiceField(label=field.label, choices=choices, required=False)


def _secret(field: Secret, value: Value) -> forms.Field:
    kept = "Leave empty to keep the one that is stored." if getattr(value, field.attribute) else ""
    return forms.CharField(
        label=field.label,
        help_text=f"{field.help} {kept}".strip(),
        required=False,
        strip=False,
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _text(field: Text) -> forms.Field:
    return forms.CharField(
        label=field.label,
        help_text=field.help,
        required=field.is_required,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

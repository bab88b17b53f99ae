"""The dialogs of the management settings, made of the cards' fields; rules are the service's."""

from dataclasses import replace
from typing import Any

from django import forms

from domain.errors import Problem, Refused
from setup.rules.management import range_words
from setup.spec.management import Card, Choice, Field, Number, Switch, Text, Value


class ManagementForm(forms.Form):
    """One card."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, card: Card, value: Value, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        self._card = card
        for field in card:
            self.fields[field.attribute] = _form_field(field)
            self.initial[field.attribute] = getattr(value, field.attribute)

    def to_value(self) -> Value:
        """Return what was filled in; call it on a valid form."""
        data = self.cleaned_data
        return replace(self._card.default, **{f.attribute: data[f.attribute] for f in self._card})

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was saved, at the fields meant."""
        whole = Problem("", f"{refusal.message} {refusal.hint}".strip())
        for problem in refusal.problems or (whole,):
            self.add_error(problem.field or None, problem.message)


class _LinesField(forms.CharField):
    """Text with lines, which browsers send with carriage returns."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


def _form_field(field: Field) -> forms.Field:
    if isinstance(field, Number):
        return forms.IntegerField(
            label=field.label,
            help_text=range_words(field),
            error_messages={"invalid": "Enter a whole number."},
            widget=forms.NumberInput(attrs={"min": 0, "max": field.maximum}),
        )
    if isinstance(field, Switch):
        return forms.BooleanField(label=field.label, help_text=field.help, required=False)
    if isinstance(field, Choice):
        return forms.ChoiceField(label=field.label, choices=field.choices)
    return _text_field(field)


def _text_field(field: Text) -> forms.Field:
    kind = _LinesField if field.has_lines else forms.CharField
    return kind(
        label=field.label,
        help_text=field.help,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5})
        if field.has_lines
        else forms.TextInput(attrs={"autocomplete": "off"}),
    )

"""Kinds of fields in the dialogs of SCEP profiles."""

from django import forms


class TextField(forms.CharField):
    """A required text; that it is empty is for the rules to say."""

    def validate(self, value: object) -> None:
        """Accept anything."""


class OpenChoiceField(forms.ChoiceField):
    """A list that also shows, and keeps, a value which is no longer in it."""

    def validate(self, value: object) -> None:
        """Accept anything."""


def password(show_when: str, label: str = "Password") -> TextField:
    """Make a field for a password, which is never sent back."""
    attributes = {"autocomplete": "new-password", "data-show-when": show_when}
    return TextField(label=label, strip=False, widget=forms.PasswordInput(attrs=attributes))


def line(**attributes: str) -> forms.TextInput:
    """Make a line to type in that the browser neither fills nor corrects."""
    attrs = {"autocomplete": "off", "spellcheck": "false"}
    attrs |= {name.replace("_", "-"): value for name, value in attributes.items()}
    return forms.TextInput(attrs=attrs)


def text(label: str, help_text: str = "", **attributes: str) -> TextField:
    """Make a required text of one line."""
    return TextField(label=label, help_text=help_text, widget=line(**attributes))


def number(label: str, help_text: str, show_when: str) -> forms.IntegerField:
    """Make a field for a whole number that counts while another field has some value."""
    attributes = {"autocomplete": "off", "data-show-when": show_when}
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        widget=forms.NumberInput(attrs=attributes),
        error_messages={"invalid": "Give a whole number."},
    )

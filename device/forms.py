"""The forms of signing in."""

from typing import Any

from django import forms


class LoginForm(forms.Form):
    """User name and password; whether they are right, ``device.services`` knows."""

    username = forms.CharField(
        label="Username",
        max_length=64,
        strip=True,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    acknowledged = forms.BooleanField(
        label="I accept and acknowledge the statement above",
        error_messages={"required": "Acknowledge the statement to log in."},
    )

    def __init__(self, *args: Any, must_acknowledge: bool, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        if not must_acknowledge:
            del self.fields["acknowledged"]

    def refuse(self, message: str) -> None:
        """Show why nobody was signed in; the password is what to type again."""
        self.add_error(None, message)
        del self.fields["username"].widget.attrs["autofocus"]
        self.fields["password"].widget.attrs["autofocus"] = True


class MessageForm(forms.Form):
    """The message of the day, read."""

    hide = forms.BooleanField(label="Do not show again, until it changes", required=False)

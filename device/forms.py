"""The sign-in form."""

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

    def refuse(self, message: str) -> None:
        """Show why nobody was signed in; the password is what to type again."""
        self.add_error(None, message)
        del self.fields["username"].widget.attrs["autofocus"]
        self.fields["password"].widget.attrs["autofocus"] = True

"""The dialogs that test a profile: which one, and what is different at another server."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django import forms
from django.http import QueryDict

from certificates.forms.tokens import TOKEN_LABELS
from certificates.services.rehearsal import OtherServer
from domain.errors import Refused
from profiles.subject import TokenValues

TAKE_ONE: Final = "test_takes_one"
"""Name of the box that lets a Test fetch the challenge page."""


def tested_profile(data: QueryDict) -> UUID | None:
    """Return which saved profile a Test was asked for; ``None`` for one that is not saved."""
    try:
        return UUID(data.get("tested", ""))
    except ValueError:
        return None


class RehearsalForm(forms.Form):
    """The Rehearse dialog: what is different at the other server."""

    server_url = forms.CharField(
        label="Other Server URL", help_text="The rest is as in the profile.", max_length=2048
    )
    otp_server_url = forms.CharField(label="Other Challenge URL", required=False)
    fingerprint = forms.CharField(
        label="Other CA Fingerprint",
        required=False,
        help_text="Empty if you do not know it: its step then warns.",
    )
    enroll = forms.BooleanField(
        label="Enroll, too",
        required=False,
        help_text="Each server whose Test passes will issue a certificate, and a one-time password "
        "is used up. Key and certificate are thrown away: they are stored nowhere.",
    )

    def __init__(
        self, data: QueryDict | None, *, is_dynamic: bool, tokens: Mapping[str, str]
    ) -> None:
        super().__init__(data)
        if is_dynamic:
            self.fields["otp_server_url"].required = True
        else:
            del self.fields["otp_server_url"]
        for name, value in tokens.items():
            field = forms.CharField(label=TOKEN_LABELS[name], required=False, max_length=255)
            field.initial = value
            field.help_text = f"Stands for ${name.upper()} in the request."
            field.widget.attrs |= {"data-show-when": "enroll=on", "autocomplete": "off"}
            self.fields[name] = field

    @property
    def tokens(self) -> list[forms.BoundField]:
        """The fields of the tokens that the profile uses."""
        return [self[name] for name in TOKEN_LABELS if name in self.fields]

    def to_other(self) -> OtherServer:
        """Return the other server; call it on a valid form."""
        values = self.cleaned_data
        return OtherServer(
            values["server_url"], values.get("otp_server_url", ""), values["fingerprint"]
        )

    def to_values(self) -> TokenValues | None:
        """Return whom to enroll; ``None`` to test only."""
        values = self.cleaned_data
        if not values["enroll"]:
            return None
        return TokenValues(**{name: values.get(name, "") for name in TOKEN_LABELS})

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was tested; what concerns the profile itself belongs to no field."""
        for problem in refusal.problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, problem.message)
        if not refusal.problems:
            self.add_error(None, f"{refusal.message} {refusal.hint}")

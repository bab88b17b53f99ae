"""The search above the list of default trusted CAs."""

from typing import Final

from django import forms
from django.http import QueryDict

from certificates.queries.trusted import TrustState

_STATES: Final = (("", "All"), ("enabled", "Enabled"), ("disabled", "Disabled"))


class TrustedForm(forms.Form):
    """Text and state; what cannot be read filters nothing."""

    q = forms.CharField(label="Search", required=False, max_length=200)
    state = forms.ChoiceField(label="Trust", required=False, choices=_STATES)

    def __init__(self, data: QueryDict) -> None:
        """Read what is asked."""
        super().__init__(data, label_suffix="")
        self.full_clean()

    @property
    def text(self) -> str:
        """What is searched for."""
        return str(self.cleaned_data.get("q", ""))

    @property
    def wanted_state(self) -> TrustState | None:
        """Which state is wanted; ``None`` for both."""
        state = self.cleaned_data.get("state")
        return TrustState(state) if state else None

"""The filter above the log of deliveries."""

from django import forms
from django.http import QueryDict

_STATES = (("", "All"), ("waiting", "Waits"), ("sent", "Sent"), ("failed", "Failed"))


class DeliveryFilterForm(forms.Form):
    """The result; what cannot be read filters nothing."""

    result = forms.ChoiceField(label="Result", required=False, choices=_STATES)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, label_suffix="")
        self.full_clean()

    @property
    def state(self) -> str:
        """The state asked for; empty for any."""
        chosen: str = self.cleaned_data.get("result", "")
        return chosen

"""The minutes within which a commit must be confirmed: a part of the commit dialog."""

from django import forms

from configuration.confirming import MINUTES_MAX


class ConfirmWithin(forms.Form):
    """A field for forms that ask for a commit; ``_confirm_within.html`` shows it."""

    confirm_within = forms.IntegerField(
        label="Confirm within",
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": MINUTES_MAX, "autocomplete": "off"}),
        help_text=f"Minutes, 1 to {MINUTES_MAX}: rolled back by itself unless an admin confirms. "
        "Empty: it stays.",
    )

    @property
    def confirm_within_min(self) -> int | None:
        """The minutes typed; ``None`` for a commit that stays. Call it on a valid form."""
        minutes: int | None = self.cleaned_data["confirm_within"]
        return minutes

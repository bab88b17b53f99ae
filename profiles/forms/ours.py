"""The fields of the SCEP profile dialog that the product emulated does not have."""

from django import forms

from profiles.forms.fields import number
from profiles.spec import Minimum, Renewal, Transport


class OurFields(forms.Form):
    """Our own part of the dialog."""

    transport = forms.ChoiceField(
        label="PKIOperation",
        choices=[
            (Transport.AUTO, "POST when the server offers it"),
            (Transport.GET, "Always GET"),
        ],
    )
    minimum = forms.ChoiceField(
        label="Minimum algorithms",
        choices=[
            (Minimum.DEFAULT, "Default: weak answers with a warning"),
            (Minimum.STRICT, "Strict: AES and SHA-256 only"),
            (Minimum.LEGACY, "Legacy: what old servers send"),
        ],
    )
    renewal = forms.ChoiceField(
        label="Renew certificates",
        choices=[
            (Renewal.PERCENT, "When part of their lifetime is over"),
            (Renewal.DAYS, "Some days before they end"),
            (Renewal.OFF, "Only when an admin asks"),
        ],
    )
    renewal_percent = number("Percent of the lifetime", "50 to 95.", "renewal=percent")
    renewal_days = number(
        "Days before the end",
        "1 to 365, and never before half of the lifetime is over.",
        "renewal=days",
    )

    check_revocation = forms.BooleanField(
        label="Check whether the CA has revoked them", required=False
    )

    @property
    def shows_emulation(self) -> bool:
        """Whether the section of our own fields is open: it says something or has errors."""
        usual = {"transport": Transport.AUTO, "minimum": Minimum.DEFAULT}
        return any(self.errors.get(name) or self[name].value() != usual[name] for name in usual)

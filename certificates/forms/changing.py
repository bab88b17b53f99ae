"""The dialogs that revoke and renew certificates, and say what they are used for."""

from collections.abc import Collection
from typing import Final

from django import forms
from django.http import HttpRequest

from certificates.forms.refusals import RefusableForm
from certificates.local import DEFAULT_DAYS, MAX_DAYS
from certificates.rules import RenewalMethod
from certificates.rules import RevocationReason as Reason
from certificates.spec import Usage

_REASONS: Final = (
    (Reason.UNSPECIFIED, "Not said"),
    (Reason.KEY_COMPROMISE, "The key was compromised"),
    (Reason.CA_COMPROMISE, "The CA was compromised"),
    (Reason.AFFILIATION_CHANGED, "The names in it are out of date"),
    (Reason.SUPERSEDED, "Another certificate takes its place"),
    (Reason.CESSATION, "It is no longer needed"),
    (Reason.PRIVILEGE_WITHDRAWN, "Its owner is no longer entitled to it"),
)
_METHODS: Final = (
    (RenewalMethod.AUTO, "As the server offers it"),
    (RenewalMethod.COMPATIBLE, "PKCSReq signed with the old certificate"),
    (RenewalMethod.ENROLL, "New enrollment, with a challenge password"),
)


class RevokeForm(RefusableForm):
    """Why certificates are revoked."""

    reason = forms.ChoiceField(
        label="Reason", choices=[(one.value, words) for one, words in _REASONS]
    )


class RenewForm(RefusableForm):
    """How a certificate is renewed: for how long, or how the SCEP server is asked."""

    days = forms.IntegerField(
        label="New Expiration Interval (days)",
        initial=DEFAULT_DAYS,
        widget=forms.NumberInput(attrs={"min": 1, "max": MAX_DAYS}),
    )
    method = forms.ChoiceField(
        label="Request",
        choices=[(one.value, words) for one, words in _METHODS],
        help_text="The first: RenewalReq if the server lists Renewal, else a PKCSReq signed with "
        "the old certificate, also when it is refused; a new enrollment when that is refused and "
        "the profile has a challenge password, or once the certificate has expired.",
    )

    def __init__(self, request: HttpRequest | None = None, *, over_scep: bool) -> None:
        super().__init__(request)
        del self.fields["days" if over_scep else "method"]


class UsageForm(RefusableForm):
    """What a certificate is used for; a field is called as the product's element."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        request: HttpRequest | None = None,
        *,
        usages: Collection[Usage] = (),
        version: int = 0,
    ) -> None:
        super().__init__(request)
        self.fields["version"].initial = version
        for usage in Usage:
            self.fields[usage.value] = forms.BooleanField(
                label=usage.label, required=False, initial=usage in usages
            )

    @property
    def boxes(self) -> list[forms.BoundField]:
        """The tick boxes."""
        return [self[usage.value] for usage in Usage]

    def to_usages(self) -> frozenset[Usage]:
        """Return what is ticked; call it on a valid form."""
        return frozenset(usage for usage in Usage if self.cleaned_data[usage.value])

"""The Export Certificate dialog."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django import forms

from certificates.forms.refusals import RefusableForm
from certificates.services.exporting import Format, Wanted

_FORMATS: Final = (
    (Format.PEM, "PEM (Base64)"),
    (Format.DER, "DER (binary)"),
    (Format.PKCS7, "PKCS#7"),
    (Format.PKCS12, "PKCS#12"),
    (Format.PKCS12_LEGACY, "PKCS#12 for old programs (3DES, SHA-1)"),
    (Format.CSR, "Certificate request (CSR)"),
)
_HIDDEN: Final = {"autocomplete": "new-password"}


class ExportForm(RefusableForm):
    """What the file is, and what protects a private key in it."""

    format = forms.ChoiceField(
        label="File Format", choices=[(one.value, words) for one, words in _FORMATS]
    )
    chain = forms.BooleanField(
        label="Include Chain",
        required=False,
        help_text="The certificates above it, as far as this device has them.",
    )
    key = forms.BooleanField(
        label="Export Private Key",
        required=False,
        help_text="In PEM and PKCS#12 files, encrypted. It is logged who took it.",
    )
    passphrase = forms.CharField(
        label="Passphrase",
        required=False,
        strip=False,
        help_text="Encrypts the private key, or all of a PKCS#12 file.",
        widget=forms.PasswordInput(attrs=_HIDDEN),
    )
    confirmation = forms.CharField(
        label="Confirm Passphrase",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs=_HIDDEN),
    )
    password = forms.CharField(
        label="Your Password",
        required=False,
        strip=False,
        help_text="Your own, with which you sign in: a private key is asked for.",
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "data-show-when": "key=on"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two passphrases that differ."""
        values: dict[str, Any] = self.cleaned_data
        if values.get("passphrase") != values.get("confirmation"):
            self.add_error("confirmation", "The two passphrases differ.")
        return values

    def to_wanted(self, uuids: Sequence[UUID]) -> Wanted:
        """Return what was filled in; call it on a valid form."""
        values = self.cleaned_data
        return Wanted(
            uuids=tuple(uuids),
            format=Format(values["format"]),
            chain=values["chain"],
            key=values["key"],
            passphrase=values["passphrase"],
            password=values["password"],
        )

"""The Generate dialog, type Local: fields, words, and the way to a wish."""

import re
from collections.abc import Iterable
from typing import Final, cast

from django import forms
from django.http import HttpRequest

from certificates.forms.generating import OpenCharField
from certificates.forms.places import Places, offer
from certificates.forms.refusals import RefusableForm
from certificates.local import (
    BITS,
    DEFAULT_DAYS,
    DIGEST_NAMES,
    EXTERNAL,
    MAX_DAYS,
    SELF_SIGNED,
    LocalWish,
)
from certificates.queries.choices import SignerChoice
from domain.locations import Location

LOCAL: Final = "local"
SCEP: Final = "scep"
TYPE: Final = "certificate_type"
"""Name of the field that tells the types apart."""

_RSA, _EC = BITS
_COMMA: Final = re.compile(r"[,;\r\n]+")
_SEVERAL: Final = "Several: put a comma between them."
_SEVERAL_VALUES: Final = ("departments", "host_names", "ip_addresses", "alt_emails")
_NO_HINTS: Final = {"autocomplete": "off", "spellcheck": "false"}


def _text(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.TextInput(attrs=_NO_HINTS)
    return forms.CharField(
        label=label, help_text=help_text, max_length=4096, widget=widget, required=False
    )


class TypeForm(forms.Form):
    """Which type of certificate is generated; the rest of the dialog follows it."""

    certificate_type = forms.ChoiceField(
        label="Certificate Type",
        choices=[(LOCAL, "Local"), (SCEP, "SCEP")],
        initial=SCEP,
        widget=forms.RadioSelect,
    )


class LocalForm(RefusableForm):
    """What a certificate of the type Local says, and who signs it."""

    name = OpenCharField(
        label="Certificate Name",
        help_text="Up to 63 characters: letters, digits, hyphens, underscores, dots. No spaces.",
        widget=forms.TextInput(attrs={**_NO_HINTS, "autofocus": True}),
    )
    place = forms.ChoiceField(label="Location")
    common_name = OpenCharField(
        label="Common Name",
        help_text="Such as fw.example.com.",
        widget=forms.TextInput(attrs=_NO_HINTS),
    )
    signed_by = forms.ChoiceField(label="Signed By", required=False)
    is_ca = forms.BooleanField(label="Certificate Authority", required=False)
    block_key_export = forms.BooleanField(
        label="Block Private Key Export",
        required=False,
        help_text="For good: nobody gets the key out of this device afterwards.",
    )
    algorithm = forms.ChoiceField(
        label="Algorithm",
        choices=[(_RSA, "RSA"), (_EC, "Elliptic Curve DSA")],
    )
    rsa_bits = forms.TypedChoiceField(
        label="Number of Bits",
        coerce=int,
        required=False,
        choices=[(bits, str(bits)) for bits in BITS[_RSA]],
        initial=2048,
        widget=forms.Select(attrs={"data-show-when": f"algorithm={_RSA}"}),
    )
    ec_bits = forms.TypedChoiceField(
        label="Number of Bits",
        coerce=int,
        required=False,
        choices=[(bits, str(bits)) for bits in BITS[_EC]],
        initial=256,
        widget=forms.Select(attrs={"data-show-when": f"algorithm={_EC}"}),
    )
    digest = forms.ChoiceField(
        label="Digest",
        choices=[(name, name) for name in DIGEST_NAMES],
        initial="sha256",
        help_text="Elliptic curves: sha256 or sha384. Nobody should trust sha1 any more.",
    )
    days = forms.IntegerField(
        label="Expiration (days)",
        initial=DEFAULT_DAYS,
        widget=forms.NumberInput(attrs={"min": 1, "max": MAX_DAYS}),
    )
    country = _text("Country", "Two letters, such as DE.")
    state = _text("State")
    locality = _text("Locality")
    organization = _text("Organization")
    departments = _text("Department", _SEVERAL)
    email = _text("Email")
    host_names = _text("Host Name", f"Alternative names. {_SEVERAL}")
    ip_addresses = _text("IP", _SEVERAL)
    alt_emails = _text("Alt Email", _SEVERAL)

    def __init__(
        self,
        request: HttpRequest | None = None,
        *,
        places: Places,
        signers: Iterable[SignerChoice],
    ) -> None:
        super().__init__(request)
        offer(self.fields["place"], places)
        known = [(str(one.uuid), f"{one.name} ({one.location})") for one in signers]
        outside = (EXTERNAL, "External Authority (CSR)")
        signed_by = cast("forms.ChoiceField", self.fields["signed_by"])
        signed_by.choices = [(SELF_SIGNED, "Nobody: self-signed"), outside, *known]

    @property
    def attributes(self) -> list[forms.BoundField]:
        """The fields of the subject beside the common name, and of the alternative names."""
        names = tuple(self.fields)
        return [self[name] for name in names[names.index("country") :]]

    def to_wish(self) -> LocalWish:
        """Return what was filled in; call it on a valid form."""
        values = dict(self.cleaned_data)
        del values["place"]
        by_kind = {_RSA: values.pop("rsa_bits"), _EC: values.pop("ec_bits")}
        several = {name: _several(values[name]) for name in _SEVERAL_VALUES}
        return LocalWish.from_json(
            {**values, **several, "key_bits": by_kind[values["algorithm"]] or 0}
        )

    def to_location(self) -> Location:
        """Return where the certificate goes; call it on a valid form."""
        return Location(self.cleaned_data["place"])

    def field_of(self, name: str) -> str:
        """Return the field that shows what the service calls so."""
        if name != "key_bits":
            return name
        return "rsa_bits" if self.cleaned_data["algorithm"] == _RSA else "ec_bits"


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _COMMA.split(text) if part.strip())

"""The SCEP profile dialog and the Clone dialog: fields, words, and the way to a draft.

The forms judge closed choices only: ``profiles.rules`` reports everything else, all at once.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.http import QueryDict

from domain.errors import Refused
from domain.locations import Location
from profiles.forms.fields import OpenChoiceField, line, password, text
from profiles.forms.ours import OurFields
from profiles.preview import Preview, preview
from profiles.queries import CandidateProfile, FieldChoices
from profiles.rules import KEY_BITS_WANTED
from profiles.spec import (
    KEY_BITS,
    Challenge,
    Digest,
    Minimum,
    ProfileDraft,
    Renewal,
    SanType,
    ScepProfileSpec,
    Transport,
)

STORED: Final = "•••••••• unchanged"
"""What an empty password field shows while a password is stored."""

RETYPE: Final = "Type the password again: it was not saved, and it is never sent back to you."
RETYPE_OR_KEEP: Final = f"{RETYPE} Left empty, the stored one stays."

NAME_HELP: Final = "Up to 31 letters, digits, hyphens, underscores, dots or spaces."

_PASSWORD_OF: Final = {
    Challenge.FIXED: "challenge_password",
    Challenge.DYNAMIC: "otp_password",
}

_ENUMS: Final = {
    "challenge": Challenge,
    "san_type": SanType,
    "digest": Digest,
    "transport": Transport,
    "minimum": Minimum,
    "renewal": Renewal,
}


class ProfileForm(OurFields):
    """The SCEP profile dialog."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = text("Name", NAME_HELP)
    location = OpenChoiceField(label="Location")
    challenge = forms.ChoiceField(
        label="SCEP Challenge", choices=[(item.value, item.label) for item in Challenge]
    )
    challenge_password = password("challenge=fixed")
    otp_server_url = text(
        "Server URL",
        "The page that shows a new password at each request.",
        data_show_when="challenge=dynamic",
        placeholder="https://ndes.example.com/CertSrv/mscep_admin/",
    )
    otp_username = text("Username", data_show_when="challenge=dynamic")
    otp_password = password("challenge=dynamic")
    server_url = text("Server URL", placeholder="http://10.200.101.1/certsrv/mscep/")
    ca_ident = text("CA-IDENT Name", "Tells the server which CA is meant. Up to 255 characters.")
    subject = text("Subject", "Tokens: $USERNAME $EMAILADDRESS $HOSTID $UDID")
    san_type = forms.ChoiceField(
        label="Subject Alternative Name Type",
        choices=[(item.value, item.label) for item in SanType],
    )
    san_value = text(
        "Value",
        "One value; tokens may stand in it.",
        data_show_when="san_type=rfc822|dns|uri",
    )
    key_bits = forms.TypedChoiceField(
        label="Number of Bits",
        coerce=int,
        choices=[(bits, bits) for bits in KEY_BITS],
        error_messages={"invalid_choice": KEY_BITS_WANTED},
    )
    digest = forms.ChoiceField(
        label="Digest for CSR", choices=[(item.value, item.value) for item in Digest]
    )
    use_as_digital_signature = forms.BooleanField(label="Use as digital signature", required=False)
    use_for_key_encipherment = forms.BooleanField(label="Use for key encipherment", required=False)
    fingerprint = forms.CharField(
        label="CA Certificate Fingerprint",
        required=False,
        help_text="MD5, SHA-1 or SHA-256. NDES shows it as Thumbprint.",
        widget=line(),
    )
    scep_ca_certificate = OpenChoiceField(
        label="CA Certificate",
        required=False,
        help_text="The root CA of the server's TLS certificate.",
    )
    scep_client_certificate = OpenChoiceField(
        label="Client Certificate", required=False, help_text="Shown to the server for mutual TLS."
    )

    field_order = tuple(field.name for field in fields(ScepProfileSpec))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        profile: CandidateProfile | None = None,
        choices: FieldChoices,
        usual: Location | None = None,
    ) -> None:
        """Make the form to edit a profile, or to add one, ``usual`` being where it goes."""
        super().__init__(data, initial=_initial(profile, usual or next(iter(choices.locations))))
        locations = choices.locations if profile is None else [profile.spec.location]
        _offer(self, "location", [(item.key, choices.label(item)) for item in locations])
        _offer_names(self, "scep_ca_certificate", choices.ca_certificates)
        _offer_names(self, "scep_client_certificate", choices.client_certificates)
        if profile is not None or not choices.multi_vsys:
            self.fields["location"].widget = forms.HiddenInput()
        self.fixed_location = ""
        if profile is not None:
            place = choices.label(profile.spec.location)
            self.fixed_location = place if choices.multi_vsys else ""
            _offer_stored(self, "challenge_password", profile.spec.challenge_password)
            _offer_stored(self, "otp_password", profile.spec.otp_password)

    def clean_location(self) -> Location:
        """Read a location; whether a profile may be there is for the rules to say."""
        try:
            return Location(self.cleaned_data["location"])
        except ValueError as error:
            raise forms.ValidationError("Choose a location from the list.") from error

    def clean_fingerprint(self) -> str:
        """Drop the invisible characters that come along when a Windows dialog is copied from."""
        typed = str(self.cleaned_data["fingerprint"])
        return "".join(char for char in typed if unicodedata.category(char) != "Cf").strip()

    @property
    def preview(self) -> Preview:
        """What subject and SAN become; what is wrong stands at the fields after OK."""
        names = ("subject", "san_type", "san_value")
        shown = preview_of(*(self[name].value() or "" for name in names))
        return replace(shown, problems=()) if self.is_bound else shown

    def to_draft(self) -> ProfileDraft:
        """Return what was filled in; call it on a valid form."""
        values = dict(self.cleaned_data)
        del values["version"]
        typed = {name: values.pop(name) or None for name in _PASSWORD_OF.values()}
        for name, kind in _ENUMS.items():
            values[name] = kind(values[name])
        for name in ("renewal_percent", "renewal_days"):
            values[name] = values[name] or 0  # where it counts, the rules want another number
        return ProfileDraft(ScepProfileSpec(**values), **typed)

    def refuse(self, refusal: Refused, *, typed_stays: bool = False) -> None:
        """Show why the profile was not saved; what was typed stays, passwords excepted.

        Args:
            refusal: why.
            typed_stays: the form itself stays in the browser, its passwords with it.
        """
        if not typed_stays:
            self.ask_for_passwords_again()
        for problem in refusal.problems:
            self.add_error(problem.field, problem.message)
        if not refusal.problems:
            self.add_error(None, f"{refusal.message} {refusal.hint}")

    def ask_for_passwords_again(self) -> None:
        """Say that a password typed is gone: it must not be taken for the stored one."""
        name = _PASSWORD_OF.get(Challenge(self.cleaned_data["challenge"]))
        if name and self.cleaned_data[name]:
            stored = not self.fields[name].required
            self.add_error(name, RETYPE_OR_KEEP if stored else RETYPE)


class CloneForm(forms.Form):
    """The Clone dialog."""

    name = forms.CharField(label="Name", help_text=NAME_HELP, widget=line())

    def refuse(self, refusal: Refused) -> None:
        """Show why there is no copy; a copy breaks the rules that its original breaks."""
        for problem in refusal.problems:
            self.add_error("name" if problem.field == "name" else None, problem.message)
        if not refusal.problems:
            self.add_error(None, f"{refusal.message} {refusal.hint}")


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    cast("forms.ChoiceField", form.fields[name]).choices = choices


def _offer_names(form: forms.Form, name: str, names: Iterable[str]) -> None:
    """List names of certificates, and the one chosen even if it is gone."""
    listed = dict.fromkeys(["", *names, form[name].value() or ""])
    _offer(form, name, [(item, item or "None") for item in listed])


def _offer_stored(form: forms.Form, name: str, secret: UUID | None) -> None:
    if secret is not None:
        form.fields[name].required = False
        form.fields[name].widget.attrs["placeholder"] = STORED
        form.fields[name].help_text = "Leave empty to keep the stored password."


def preview_of(subject: str, san_type: str, san_value: str) -> Preview:
    """Show what is typed with sample values; a SAN type that is none of ours counts as none."""
    known = SanType(san_type) if san_type in set(SanType) else SanType.NONE
    return preview(subject, known, san_value)


def _initial(profile: CandidateProfile | None, usual: Location) -> dict[str, Any]:
    if profile is None:
        default = ScepProfileSpec(name="", location=usual)
        return {**asdict(default), "location": default.location.key}
    values = {**asdict(profile.spec), "location": profile.spec.location.key}
    values["version"] = profile.version
    return values

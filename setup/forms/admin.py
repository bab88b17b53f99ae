"""The dialogs of administrators: fields and words; every rule is the service's."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict

from device import queries as device
from domain.actors import Role
from domain.errors import Problem, Refused
from domain.locations import Location
from domain.permissions import PREDEFINED
from setup.queries.admins import CandidateAdmin
from setup.rules.admin import NAME_MAX
from setup.spec.admin import Administrator, AdministratorDraft
from setup.spec.admin_role import AdminRole

CUSTOM: Final = "custom:"
"""What stands before the name of an admin role in the list of roles."""

STORED: Final = "•••••••• unchanged"
"""What an empty password field shows while a password is stored."""

RETYPE: Final = "Type the password again: it was not saved, and it is never sent back to you."
KEEP: Final = "Leave empty to keep the password there is."
AT_COMMIT: Final = "In force after the next commit."

_ROLE_WORDS: Final = {
    Role.SUPERUSER: "Superuser",
    Role.SUPERREADER: "Superuser (read-only)",
    Role.DEVICEADMIN: "Device administrator",
    Role.DEVICEREADER: "Device administrator (read-only)",
    Role.VSYSADMIN: "Virtual system administrator",
    Role.VSYSREADER: "Virtual system administrator (read-only)",
}


class TextField(forms.CharField):
    """A required text; that it is empty is for the rules to say."""

    def validate(self, value: object) -> None:
        """Accept anything."""


class RoleField(forms.ChoiceField):
    """A list that also shows, and keeps, a role which is no longer in it."""

    def validate(self, value: object) -> None:
        """Accept anything."""


def _password(label: str, help_text: str = "", *, of: str = "new-password") -> TextField:
    widget = forms.PasswordInput(attrs={"autocomplete": of})
    return TextField(label=label, strip=False, max_length=1024, help_text=help_text, widget=widget)


class AdministratorForm(forms.Form):
    """An administrator; the name is asked for only when it is new."""

    name = TextField(
        label="Name",
        help_text=f"Up to {NAME_MAX} letters, digits, hyphens, underscores or dots. It cannot be "
        "changed later.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = _password("Password", AT_COMMIT)
    confirmation = _password("Confirm Password")
    role = RoleField(label="Role")
    vsys = forms.MultipleChoiceField(
        label="Virtual Systems", required=False, widget=forms.CheckboxSelectMultiple
    )
    enabled = forms.BooleanField(
        label="Enabled",
        required=False,
        initial=True,
        help_text="A disabled administrator cannot sign in.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        item: CandidateAdmin | None = None,
        roles: Mapping[str, AdminRole],
    ) -> None:
        super().__init__(data, initial=_initial(item.admin, item.version) if item else {})
        self._item = item
        if item:
            del self.fields["name"]
            self._offer_to_keep()
        self._offer_roles(roles)
        self._offer_systems(roles)
        _say_what_is_asked(self)

    def _offer_to_keep(self) -> None:
        for name in ("password", "confirmation"):
            self.fields[name].required = False
            self.fields[name].widget.attrs["placeholder"] = STORED
        self.fields["password"].help_text = f"{KEEP} {AT_COMMIT}"

    def _offer_roles(self, roles: Mapping[str, AdminRole]) -> None:
        custom = [(CUSTOM + name, name) for name in roles]
        kept = self["role"].value() or ""
        if kept.startswith(CUSTOM) and kept.removeprefix(CUSTOM) not in roles:
            custom.append((kept, kept.removeprefix(CUSTOM)))
        dynamic = [(role.value, _ROLE_WORDS[role]) for role in PREDEFINED]
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("Dynamic", dynamic), *([("Role Based", custom)] if custom else [])]

    def _offer_systems(self, roles: Mapping[str, AdminRole]) -> None:
        """Offer the virtual systems, and one chosen that is gone; shown for the roles of some."""
        systems = {place.key: label for place, label in device.virtual_systems().items()}
        stored = self._item.admin.vsys if self._item else ()
        kept = {place.key: place.key for place in stored if place.key not in systems}
        field = self.fields["vsys"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - likewise
        field.choices = list((systems | kept).items())
        limited = [role.value for role in PREDEFINED if role.is_of_vsys]
        limited += [CUSTOM + name for name, role in roles.items() if role.of_vsys]
        field.widget.attrs["data-show-when"] = f"role={'|'.join(limited)}"
        self._limited = limited

    def to_draft(self) -> AdministratorDraft:
        """Return what was filled in; call it on a valid form."""
        values = self.cleaned_data
        is_custom = values["role"].startswith(CUSTOM)
        chosen = values["vsys"] if values["role"] in self._limited else []
        admin = Administrator(
            name=self._item.admin.name if self._item else values["name"],
            role=Role.CUSTOM if is_custom else Role(values["role"]),
            profile=values["role"].removeprefix(CUSTOM) if is_custom else "",
            vsys=tuple(Location(key) for key in chosen),
            enabled=values["enabled"],
        )
        return AdministratorDraft(admin, values["password"] or None, values["confirmation"])

    def clean_role(self) -> str:
        """Take a role of the device, or one that is named."""
        role = str(self.cleaned_data["role"])
        if not role.startswith(CUSTOM) and role not in set(PREDEFINED):
            raise forms.ValidationError("Choose a role from the list.")
        return role

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was saved, at the fields meant; a password typed is gone."""
        _show(self, refusal)
        if self.cleaned_data.get("password") and "password" not in self.errors:
            self.add_error("password", RETYPE)


class OwnPasswordForm(forms.Form):
    """One's own password: the present one, and the new one twice."""

    present = _password("Old Password", of="current-password")
    password = _password("New Password", "In force at once, without a commit.")
    confirmation = _password("Confirm New Password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        _say_what_is_asked(self)

    def refuse(self, refusal: Refused) -> None:
        """Show why the password stays."""
        _show(self, refusal)


def _say_what_is_asked(form: forms.Form) -> None:
    field = form.fields["password"]
    field.help_text = f"{field.help_text} {device.password_words()}".strip()


def _show(form: forms.Form, refusal: Refused) -> None:
    whole = Problem("", f"{refusal.message} {refusal.hint}".strip())
    for problem in refusal.problems or (whole,):
        known = problem.field in form.fields
        form.add_error(problem.field if known else None, problem.message)


def _initial(admin: Administrator, version: int) -> dict[str, Any]:
    return {
        "role": CUSTOM + admin.profile if admin.role is Role.CUSTOM else admin.role.value,
        "vsys": [place.key for place in admin.vsys],
        "enabled": admin.enabled,
        "version": version,
    }

"""What other packages may know about the device."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from device import password_rules
from device.models import Admin, DataKey
from device.models import DeviceFacts as FactsRow
from device.spec import DEFAULT_HOSTNAME, Management
from domain.locations import DEVICE, SHARED, Location


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the device is.

    Attributes:
        serial: 12 digits.
        multi_vsys: whether objects have a Location.
        fips_cc: whether it runs in FIPS-CC mode.
    """

    hostname: str
    serial: str
    model: str
    sw_version: str
    multi_vsys: bool
    fips_cc: bool


BEFORE_FIRST_START: Final = DeviceFacts(
    hostname=DEFAULT_HOSTNAME,
    serial="000000000000",
    model="SA-VM",
    sw_version="1.0.0",
    multi_vsys=True,
    fips_cc=False,
)
"""What an empty database says; the first start replaces the serial number by its own."""


def facts() -> DeviceFacts:
    """Return what the device is."""
    row = FactsRow.objects.first()
    if row is None:
        return BEFORE_FIRST_START
    return DeviceFacts(
        hostname=row.hostname,
        serial=row.serial,
        model=row.model,
        sw_version=row.sw_version,
        multi_vsys=row.multi_vsys,
        fips_cc=row.fips_cc,
    )


def management() -> Management:
    """Return the settings of Device > Setup > Management that are in force.

    Who owns them is named in the settings; a commit changes them. FIPS-CC mode asks for more.
    """
    found: Management = import_string(settings.MANAGEMENT)()
    return found.in_fips_cc() if facts().fips_cc else found


def password_words() -> str:
    """Say what is asked of a new password; empty when nothing is."""
    return password_rules.asked(management().password)


def virtual_systems() -> Mapping[Location, str]:
    """Return what admins see for each virtual system of the candidate, vsys1 first.

    Who owns virtual systems is named in the settings; the device always has one.
    """
    found: Mapping[Location, str] = import_string(settings.VIRTUAL_SYSTEMS)()
    return found


def locations() -> list[Location]:
    """Return where objects may live, in the order of the Location menu."""
    return [*virtual_systems(), SHARED]


def location_labels() -> Mapping[Location, str]:
    """Return what admins see for each location of the candidate: ``Branch (vsys2)``, ``Shared``."""
    others = {place: place.label for place in (SHARED, DEVICE)}
    return {**virtual_systems(), **others}


def master_key_id() -> str:
    """Return which master key protects the secrets; empty while there is none."""
    newest = DataKey.objects.order_by("-created_at").first()
    return newest.master_key_id if newest else ""


def has_password(username: str, password: str) -> bool:
    """Tell whether this is an admin's password; takes tens of milliseconds."""
    admin = Admin.objects.filter(username=username).first()
    return admin is not None and admin.check_password(password)


def has_admins() -> bool:
    """Tell whether anybody can sign in."""
    return Admin.objects.filter(is_active=True).exists()

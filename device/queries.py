"""What other packages may know about the device."""

from dataclasses import dataclass
from typing import Final

from device.models import Admin, DataKey
from device.models import DeviceFacts as FactsRow
from domain.locations import SHARED, VSYS1, Location


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
    hostname="scepadmin-fw",
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


def locations() -> list[Location]:
    """Return where objects may live, in the order of the Location menu."""
    return [VSYS1, SHARED]


def master_key_id() -> str:
    """Return which master key protects the secrets; empty while there is none."""
    newest = DataKey.objects.order_by("-created_at").first()
    return newest.master_key_id if newest else ""


def has_admins() -> bool:
    """Tell whether anybody can sign in."""
    return Admin.objects.filter(is_active=True).exists()

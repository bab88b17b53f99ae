"""How the CA behaves, and the password of its admin page."""

from dataclasses import dataclass
from typing import Final

from democa import hashers, ntlm, secrets
from democa.faults import Fault
from democa.models import Switches
from democa.services.writing import writing

NTLM_NAMES: Final = ("scep", "DEMO\\scep", "scep@demo.example")
"""How the one user of the admin page may be written for NTLM."""


@dataclass(frozen=True, slots=True)
class Behavior:
    """What the command line says.

    Attributes:
        password_max: one-time passwords open at once.
        approve_by_hand: hold each request until somebody approves it.
        allow_legacy: take single DES, 3DES, SHA-1 and RSA keys of 1024 bits.
        renewal_days: how long before its end a certificate may be renewed.
        requests_per_minute: PKIOperations taken from one address; 0 means no limit.
        sends_root: send the root with GetCACert, too, where it stands above the issuing CA.
        fault: what is wrong on purpose.
    """

    password_max: int = 5
    approve_by_hand: bool = False
    allow_legacy: bool = True
    renewal_days: int = 365
    requests_per_minute: int = 0
    sends_root: bool = True
    fault: Fault = Fault.NONE


@writing()
def configure(*, behavior: Behavior) -> None:
    """Set how the CA behaves from now on."""
    row = read()
    row.password_max = behavior.password_max
    row.approve_by_hand = behavior.approve_by_hand
    row.allow_legacy = behavior.allow_legacy
    row.renewal_days = behavior.renewal_days
    row.requests_per_minute = behavior.requests_per_minute
    row.sends_root = behavior.sends_root
    row.fault = behavior.fault.value
    row.save()


@writing()
def set_fault(*, fault: Fault) -> None:
    """Switch a fault on, or all off."""
    row = read()
    row.fault = fault.value
    row.save()


@writing()
def send_root(*, sends_root: bool) -> None:
    """Send the root with GetCACert, or leave it out (scep.md D40)."""
    row = read()
    row.sends_root = sends_root
    row.save()


def set_admin_password(*, password: str) -> None:
    """Set the password of the user ``scep`` of the admin page, for Basic and for NTLM.

    Killed on the way, it leaves the page without NTLM rather than with an old password.
    """
    secrets.ntlm_users().unlink(missing_ok=True)
    _store_admin_password(password)
    secrets.write_ntlm_users(ntlm.users_file(NTLM_NAMES, password))


@writing()
def _store_admin_password(password: str) -> None:
    row = read()
    row.admin_password = hashers.make(password)
    row.save()


def has_admin_password() -> bool:
    """Tell whether the admin page has a password yet."""
    return bool(read().admin_password)


def is_admin_password(password: str) -> bool:
    """Tell whether this is the admin page's password."""
    return hashers.matches(read().admin_password, password)


def read() -> Switches:
    """Return the row; at its defaults before it was written for the first time."""
    return Switches.objects.first() or Switches()

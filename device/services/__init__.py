"""Change the device: first start, admins, sign-in."""

from device.services.accounts import USERNAME_MAX, create_admin, set_password
from device.services.attempts import LockedOut, SignInRefused, unlock
from device.services.facts import (
    change_master_key,
    initialise,
    set_fips_cc,
    set_hostname,
    set_multi_vsys,
)
from device.services.passwords import PasswordRefused, check_password
from device.services.sessions import end_session, hide_message
from device.services.signing_in import PasswordWrong, confirm_password, note_sign_out, sign_in

__all__ = [
    "USERNAME_MAX",
    "LockedOut",
    "PasswordRefused",
    "PasswordWrong",
    "SignInRefused",
    "change_master_key",
    "check_password",
    "confirm_password",
    "create_admin",
    "end_session",
    "hide_message",
    "initialise",
    "note_sign_out",
    "set_fips_cc",
    "set_hostname",
    "set_multi_vsys",
    "set_password",
    "sign_in",
    "unlock",
]

"""The fields of the tokens that a profile's subject and SAN may use."""

from typing import Final

TOKEN_LABELS: Final = {
    "username": "Username",
    "emailaddress": "Email Address",
    "hostid": "Host ID",
    "udid": "UDID",
}

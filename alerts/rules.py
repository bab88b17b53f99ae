"""What is allowed in server profiles and alert settings, with the words admins read. Pure."""

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from alerts.fields import Choice, Field, Kind, Named, Number, Secret, Text
from alerts.spec import NAME_MAX, AlertSettings, EmailServer, HttpServer, Value
from domain.errors import Problem

MOST_ADDRESSES: Final = 10
MOST_THRESHOLDS: Final = 8
MOST_DAYS: Final = 365

_NAME: Final = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_. -]{{0,{NAME_MAX - 1}}}")
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,189}")
_PATH: Final = re.compile(r"/[!-~]*")
_REQUIRED: Final = "This field is required."


def check(
    kind: Kind,
    value: Value,
    *,
    typed: Mapping[str, str] | None = None,
    known: Mapping[str, Collection[str]] | None = None,
) -> list[Problem]:
    """List every broken rule in the order of the dialog.

    Args:
        kind: of the object.
        value: as it shall be.
        typed: secrets that are about to be sealed, by attribute.
        known: names of the server profiles there are, by kind; without, names are not looked up.
    """
    problems = [
        problem for field in kind.fields for problem in _field(field, value, typed or {}, known)
    ]
    if isinstance(value, EmailServer):
        problems += _email(
            value, has_password=bool(value.password or (typed or {}).get("password"))
        )
    if isinstance(value, HttpServer) and not value.key and not (typed or {}).get("key"):
        problems.append(Problem("key", _REQUIRED))
    return problems


def check_name(name: str) -> list[Problem]:
    """List what is wrong with the name of a server profile."""
    if _NAME.fullmatch(name):
        return []
    text = f"Up to {NAME_MAX} characters: letters, digits, spaces, hyphens, underscores, dots."
    return [Problem("name", text if name else _REQUIRED)]


def _field(
    field: Field,
    value: Value,
    typed: Mapping[str, str],
    known: Mapping[str, Collection[str]] | None,
) -> Iterator[Problem]:
    current = getattr(value, field.attribute)
    if isinstance(field, Text):
        yield from _text(field, current)
    elif isinstance(field, Number) and not 1 <= current <= 65535:
        yield Problem(field.attribute, "A port is a number from 1 to 65535.")
    elif isinstance(field, Choice) and current not in dict(field.choices):
        yield Problem(field.attribute, "Choose one of the list.")
    elif isinstance(field, Secret):
        yield from _secret(field, typed.get(field.attribute, ""))
    elif isinstance(field, Named) and not _is_known(current, known, field):
        yield Problem(field.attribute, f"There is no server profile {current}.")


def _is_known(name: str, known: Mapping[str, Collection[str]] | None, field: Named) -> bool:
    return not name or known is None or name in known.get(field.kind, ())


def _secret(field: Secret, typed: str) -> Iterator[Problem]:
    if typed and len(typed) < field.least:
        yield Problem(field.attribute, f"It needs at least {field.least} characters.")
    if not typed.isprintable():
        yield Problem(field.attribute, "Remove the characters that cannot be shown.")


def _text(field: Text, current: str) -> Iterator[Problem]:
    if not current:
        if field.is_required:
            yield Problem(field.attribute, _REQUIRED)
    elif len(current) > field.max_length:
        text = f"It has {len(current)} characters; at most {field.max_length} are allowed."
        yield Problem(field.attribute, text)
    elif not current.isprintable():
        yield Problem(field.attribute, "Remove the characters that cannot be shown.")
    elif field.shape and (message := SHAPES[field.shape](current)):
        yield Problem(field.attribute, message)


def _email(value: EmailServer, *, has_password: bool) -> Iterator[Problem]:
    if value.username and not has_password:
        yield Problem("password", "A user name needs a password.")
    if value.username and value.protocol == "SMTP":
        yield Problem("protocol", "A password is sent over TLS only. Choose STARTTLS or TLS.")


def _host(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        labels = text.removesuffix(".").split(".")
        if all(_LABEL.fullmatch(label) for label in labels):
            return ""
        return "Enter a host name or an IP address, without a scheme or port."
    return ""


def _address(text: str) -> str:
    return "" if _ADDRESS.fullmatch(text) else "Enter an address like pki@example.com."


def _addresses(text: str) -> str:
    each = [one.strip() for one in text.split(",")]
    if len(each) > MOST_ADDRESSES:
        return f"At most {MOST_ADDRESSES} addresses."
    wrong = next((one for one in each if not _ADDRESS.fullmatch(one)), None)
    return "" if wrong is None else f"{wrong or 'Nothing'} is no address like pki@example.com."


def _path(text: str) -> str:
    return "" if _PATH.fullmatch(text) else "A path begins with / and has no spaces."


def _days(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    numbers = AlertSettings(days=text).thresholds
    fits = all(1 <= number <= MOST_DAYS for number in numbers)
    if len(numbers) != len(parts) or not fits or len(set(numbers)) != len(numbers):
        return f"Enter different numbers from 1 to {MOST_DAYS}, with commas between them."
    return "" if len(numbers) <= MOST_THRESHOLDS else f"At most {MOST_THRESHOLDS} numbers."


SHAPES: Final[Mapping[str, Callable[[str], str]]] = {
    "host": _host,
    "address": _address,
    "addresses": _addresses,
    "path": _path,
    "days": _days,
}
"""What a text can have to be: each returns what is wrong with it, or nothing."""

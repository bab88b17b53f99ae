"""What is allowed in the management settings, with the words admins read."""

from collections.abc import Iterator

from device.spec import AuthenticationSettings, Banners, GeneralSettings, PasswordComplexity
from domain.errors import Problem
from domain.names import check_name
from setup.spec.management import Card, Choice, Field, Number, Text, Value


def check(card: Card, value: Value, *, fips_cc: bool = False) -> list[Problem]:
    """List every broken rule in the order of the dialog.

    Args:
        card: which card.
        value: its values as they shall be.
        fips_cc: whether the device runs in FIPS-CC mode, which knows no unlimited sessions.
    """
    problems = [problem for field in card for problem in _limits(field, value)]
    problems += _together(value)
    return [*problems, *(_fips_cc(value) if fips_cc else ())]


def range_words(field: Number) -> str:
    """Say which numbers are allowed, and what 0 means."""
    smallest = "" if field.minimum == 1 else f"{field.minimum} to {field.maximum}, or "
    return f"{smallest or f'1 to {field.maximum}, or '}0: {field.zero}."


def _limits(field: Field, value: Value) -> Iterator[Problem]:
    current = getattr(value, field.attribute)
    if isinstance(field, Number) and current != 0:
        if not field.minimum <= current <= field.maximum:
            yield Problem(field.attribute, f"Allowed: {range_words(field)}")
    elif isinstance(field, Text):
        yield from _text(field, current)
    elif isinstance(field, Choice) and current not in dict(field.choices):
        yield Problem(field.attribute, "Choose one of the list.")


def _text(field: Text, current: str) -> Iterator[Problem]:
    if field.is_name:
        name = field.attribute
        yield from check_name(current, max_length=field.max_length, spaces=False, field=name)
        return
    if len(current) > field.max_length:
        text = f"It has {len(current)} characters; at most {field.max_length} are allowed."
        yield Problem(field.attribute, text)
    allowed = "\n\t" if field.has_lines else ""
    if not all(character.isprintable() or character in allowed for character in current):
        yield Problem(field.attribute, "Remove the characters that cannot be shown.")


def _together(value: Value) -> Iterator[Problem]:
    """Find values that do not go together."""
    if isinstance(value, PasswordComplexity):
        yield from _periods(value)
    elif isinstance(value, Banners):
        yield from _message(value)
    elif isinstance(value, GeneralSettings):
        yield from _banner(value)


def _banner(general: GeneralSettings) -> Iterator[Problem]:
    if general.ack_login_banner and not general.login_banner.strip():
        yield Problem("login_banner", "Write what admins have to acknowledge.")


def _periods(rules: PasswordComplexity) -> Iterator[Problem]:
    last = rules.expiration_period_days
    if rules.expiration_warning_days > last:
        text = "The warning cannot begin before the password was set."
        yield Problem("expiration_warning_days", text if last else "Passwords do not expire.")
    if last and rules.change_period_block_days >= last:
        text = "The password would expire before it may be changed."
        yield Problem("change_period_block_days", text)


def _message(banners: Banners) -> Iterator[Problem]:
    if banners.motd_enabled and not banners.motd_title.strip():
        yield Problem("motd_title", "This field is required.")
    if banners.motd_enabled and not banners.motd_message.strip():
        yield Problem("motd_message", "Write the message, or switch it off.")


def _fips_cc(value: Value) -> Iterator[Problem]:
    if isinstance(value, AuthenticationSettings):
        for attribute in ("idle_timeout_min", "failed_attempts", "lockout_time_min"):
            if getattr(value, attribute) == 0:
                yield Problem(attribute, "FIPS-CC mode does not allow 0.")

"""Filters of the list as they stand in its URL."""

from datetime import date
from typing import Final

from django.http import QueryDict

from certificates.queries.filters import Days, Filter

_MAX_DAYS: Final = 3650
_TO: Final = ".."


def query_of(wanted: Filter) -> str:
    """Return the parameters of the list's URL that ask for what a filter lets through."""
    asked = QueryDict(mutable=True)
    asked["q"] = wanted.text
    values = {
        "status": wanted.status or "",
        "issuer": wanted.issuer,
        "profile": str(wanted.profile_uuid or ""),
        "algorithm": wanted.algorithm,
        "key": {True: "yes", False: "no", None: ""}[wanted.has_key],
        "within": _within(wanted),
        "weak": "yes" if wanted.is_weak else "",
    }
    for name, value in values.items():
        if value:
            asked[name] = value
    return asked.urlencode()


def _within(wanted: Filter) -> str:
    if wanted.ends_in is not None:
        return f"{wanted.ends_in.first}{_TO}{wanted.ends_in.last}"
    return "" if wanted.within_days is None else str(wanted.within_days)


def days(text: str) -> Days | None:
    """Read ``2027-03-01..2027-03-31``; ``None`` for anything else."""
    first, _, last = text.partition(_TO)
    try:
        return Days(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None


def end_words(within: str) -> str:
    """Say what stands for a time in which certificates end; empty when it is not understood."""
    if within.isdecimal() and len(within) < 5 and 0 < int(within) <= _MAX_DAYS:
        return f"within {within} days"
    some = days(within)
    return f"{some.first} to {some.last}" if some else ""

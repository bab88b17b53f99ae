"""How the list of certificates is shown: search, filters, order, columns. In the URL, and kept.

What the URL says wins over what the admin chose the last time. Filters count as one choice: a URL
with one of them (or with ``q``, be it empty) has all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import QueryDict

from certificates.forms import asking
from certificates.queries.filters import Filter, Offered
from certificates.queries.listing import PAGE_SIZE, SORTS, Wanted
from certificates.rules import Status
from domain.locations import Location

FILTERS: Final = ("q", "status", "issuer", "profile", "algorithm", "key", "within", "weak")
DISPLAY: Final = ("view", "sort", "col", "density", "size")

COLUMNS: Final = {
    "location": "Location",
    "subject": "Subject",
    "issuer": "Issuer",
    "ca": "CA",
    "key": "Key",
    "begins": "Valid from (UTC)",
    "expires": "Expires (UTC)",
    "status": "Status",
    "algorithm": "Algorithm",
    "usage": "Usage",
    "used": "Used by",
    "profile": "SCEP profile",
    "renewal": "Next renewal (UTC)",
    "signature": "Signature",
    "serial": "Serial number",
    "weak": "Weaknesses",
}
"""The columns that can be chosen, in their order; the name always stands before them."""

USUAL: Final = (
    *("location", "subject", "issuer", "ca", "key", "expires", "status", "algorithm"),
    *("usage", "used"),
)

_FLAT: Final = "flat"
_WITHIN: Final = tuple((str(days), f"within {days} days") for days in (7, 30, 60, 90, 365))
_SIZES: Final = (25, PAGE_SIZE, 500)


@dataclass(frozen=True, slots=True)
class ColumnBox:
    """A column to tick."""

    id: str
    value: str
    label: str
    is_ticked: bool


class ListForm(forms.Form):
    """Everything that the list can be asked; what cannot be read asks nothing."""

    q = forms.CharField(label="Search", required=False, max_length=200)
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Any"), *((one.value, one.value.capitalize()) for one in Status)],
    )
    within = forms.ChoiceField(
        label="Expires", required=False, choices=[("", "Any time"), *_WITHIN]
    )
    issuer = forms.ChoiceField(label="Issuer", required=False)
    profile = forms.ChoiceField(label="SCEP profile", required=False)
    algorithm = forms.ChoiceField(label="Algorithm", required=False)
    key = forms.ChoiceField(
        label="Private key",
        required=False,
        choices=[("", "Any"), ("yes", "On this device"), ("no", "Not on this device")],
    )
    weak = forms.ChoiceField(
        label="Weaknesses", required=False, choices=[("", "Any"), ("yes", "With weaknesses")]
    )
    col = forms.MultipleChoiceField(label="Columns", required=False, choices=list(COLUMNS.items()))
    density = forms.ChoiceField(
        label="Density", required=False, choices=[("", "Comfortable"), ("compact", "Compact")]
    )
    size = forms.ChoiceField(
        label="Per page",
        required=False,
        choices=[("" if size == PAGE_SIZE else str(size), str(size)) for size in _SIZES],
    )

    def __init__(
        self, data: QueryDict, *, saved: str, offered: Offered, profiles: Mapping[UUID, str]
    ) -> None:
        asked = _merged(data, QueryDict(saved))
        super().__init__(asked, label_suffix="")
        self._view = asked.get("view", "")
        self._sort = asked.get("sort", "")
        named = ((str(uuid), profiles.get(uuid, f"Deleted ({uuid})")) for uuid in offered.profiles)
        self._offer("issuer", ((one, one) for one in offered.issuers))
        self._offer("profile", named)
        self._offer("algorithm", ((one, one) for one in offered.algorithms))
        if asking.end_words(asked.get("within", "")):
            self._offer("within", _WITHIN, "Any time")
        self.full_clean()

    @property
    def filters(self) -> list[forms.BoundField]:
        """The fields that narrow the list, without the text searched for."""
        return [self[name] for name in FILTERS if name != "q"]

    @property
    def looks(self) -> list[forms.BoundField]:
        """The fields that change how the list looks."""
        return [self["density"], self["size"]]

    @property
    def column_boxes(self) -> list["ColumnBox"]:
        """A box for each column that can be chosen."""
        return [
            ColumnBox(f"id_col_{name}", name, label, is_ticked=name in self.columns)
            for name, label in COLUMNS.items()
        ]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns shown, in their order."""
        chosen = self.cleaned_data.get("col") or USUAL
        return tuple(name for name in COLUMNS if name in chosen)

    @property
    def is_compact(self) -> bool:
        """Whether rows stand close together."""
        return self.cleaned_data.get("density") == "compact"

    @property
    def sort(self) -> str:
        """The column that the list is sorted by, with a hyphen before it when downwards."""
        return self._sort if self._sort.removeprefix("-") in SORTS else ""

    def to_wanted(self, number: int = 1, *, seen: frozenset[Location] | None = None) -> Wanted:
        """Return what to list of the locations seen; ``None`` sees every one."""
        column = self.sort.removeprefix("-")
        return Wanted(
            filter=_filter(self.cleaned_data, seen),
            sort=column,
            descending=self.sort.startswith("-"),
            is_flat=self._view == _FLAT,
            number=number,
            size=int(self.cleaned_data.get("size") or PAGE_SIZE),
            used_by="used" in self.columns,
            renewal="renewal" in self.columns,
        )

    def query(self, **changes: str) -> QueryDict:
        """Return the parameters that ask the same again, with some of them changed.

        ``q`` is always there, so that what was saved does not come back into the filters.
        """
        asked = QueryDict(mutable=True)
        asked["q"] = ""
        for name in FILTERS:
            if value := self.cleaned_data.get(name):
                asked[name] = value
        asked["view"] = self._view if self._view == _FLAT else "tree"
        asked["sort"] = self.sort
        for name in ("density", "size"):
            asked[name] = self.cleaned_data.get(name, "")
        if self.columns != USUAL:
            asked.setlist("col", list(self.columns))
        for name, value in changes.items():
            asked[name] = value
        for name in ("sort", "density", "size"):
            if not asked[name]:
                del asked[name]
        return asked

    def to_save(self) -> str:
        """Return what is kept for the admin: all but the text searched for."""
        asked = self.query()
        del asked["q"]
        return asked.urlencode()

    def active(self) -> list[tuple[str, str, str]]:
        """List the filters that are set: name, label and value in words."""
        found = []
        for name in FILTERS:
            value = self.cleaned_data.get(name)
            field = self.fields[name]
            if value:
                words = dict(getattr(field, "choices", ())).get(value, f'"{value}"')
                found.append((name, str(field.label), str(words)))
        return found

    def _offer(self, name: str, choices: Iterable[tuple[str, str]], anything: str = "Any") -> None:
        """Set the choices of a field; a value that no longer occurs, or never did, stays one."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is declared above
        offered = dict(choices)
        asked = self.data.get(name, "")
        if asked and name != "profile":
            offered.setdefault(asked, asking.end_words(asked) if name == "within" else asked[:200])
        elif asked and _is_uuid(asked):
            offered.setdefault(asked, "No certificate of this profile")
        field.choices = [("", anything), *offered.items()]


def _filter(chosen: Mapping[str, Any], seen: frozenset[Location] | None) -> Filter:
    status, profile = chosen.get("status"), chosen.get("profile")
    key, within = chosen.get("key"), chosen.get("within") or ""
    return Filter(
        text=chosen.get("q", "").strip(),
        status=Status(status) if status else None,
        issuer=chosen.get("issuer", ""),
        profile_uuid=UUID(profile) if profile else None,
        algorithm=chosen.get("algorithm", ""),
        has_key=key == "yes" if key else None,
        within_days=int(within) if within.isdecimal() else None,
        ends_in=asking.days(within),
        is_weak=bool(chosen.get("weak")),
        seen=seen,
    )


def _merged(asked: QueryDict, saved: QueryDict) -> QueryDict:
    merged = QueryDict(mutable=True)
    for name in (*FILTERS, "density", "size"):
        merged[name] = ""
    filters = asked if any(name in asked for name in FILTERS) else saved
    for name in FILTERS:
        if name in filters:
            merged.setlist(name, filters.getlist(name)[:1])
    # A list that is sorted by nothing says so by its view.
    display = {name: asked if name in asked or "view" in asked else saved for name in DISPLAY}
    for name, source in display.items():
        if name in source:
            merged.setlist(name, source.getlist(name))
    return merged


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

"""The list as its templates want it: heads that sort, chips that drop a filter, tools."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from certificates.actions import ACTIONS, Action
from certificates.forms.listing import COLUMNS, ListForm
from certificates.queries.listing import SORTS, Page
from domain.locations import Location


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column.

    Attributes:
        query: of the URL that sorts by it, turned around when it is sorted by already; empty when
            it cannot be sorted by.
        sorted: ``"ascending"``, ``"descending"`` or empty, as ``aria-sort`` has it.
    """

    name: str
    label: str
    query: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set.

    Attributes:
        query: of the URL without it.
    """

    label: str
    value: str
    query: str


def context(
    form: ListForm, page: Page, *, may_write: bool, locations: Mapping[Location, str]
) -> dict[str, Any]:
    """Return the values of ``certificates/_table.html``.

    Without words for ``locations`` there is no such column.
    """
    shown = [name for name in form.columns if locations or name != "location"]
    asked = form.query()
    active = form.active()
    return {
        "form": form,
        "page": page,
        "locations": locations,
        "heads": [_head(form, "name", "Name"), *(_head(form, one, COLUMNS[one]) for one in shown)],
        "shows": {name: name in shown for name in COLUMNS},
        "chips": [Chip(label, value, _without(asked, [name])) for name, label, value in active],
        "clear_query": _without(asked, [name for name, _, _ in active]),
        "query": asked.urlencode(),
        "hidden": [(name, asked[name]) for name in ("view", "sort") if name in asked],
        "tree_query": form.query(view="tree", sort="").urlencode(),
        "flat_query": form.query(view="flat").urlencode(),
        "actions": list(_allowed(ACTIONS, may_write=may_write)),
    }


def _allowed(actions: Iterable[Action], *, may_write: bool) -> Iterable[Action]:
    return (action for action in actions if may_write or not action.writes)


def _head(form: ListForm, name: str, label: str) -> Head:
    if name not in SORTS:
        return Head(name, label, "", "")
    directions = {name: "ascending", f"-{name}": "descending"}
    turned = f"-{name}" if form.sort == name else name
    query = form.query(sort=turned).urlencode()
    return Head(name, label, query, directions.get(form.sort, ""))


def _without(asked: QueryDict, names: Iterable[str]) -> str:
    rest = asked.copy()
    for name in names:
        rest.pop(name, None)
    # Without q what was saved would come back.
    rest.setdefault("q", "")
    return rest.urlencode()

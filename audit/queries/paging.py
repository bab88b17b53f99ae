"""A list cut into pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, QuerySet

RowT = TypeVar("RowT")
ModelT = TypeVar("ModelT", bound=Model)

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """A part of a list.

    Attributes:
        number: of the page, from 1.
        count: rows in the whole list.
        rows: those of this page, newest first.
    """

    number: int
    count: int
    rows: tuple[RowT, ...]

    @property
    def first(self) -> int:
        """Place of the first row in the whole list, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Place of the last row in the whole list."""
        return self.first + len(self.rows) - 1

    @property
    def newer(self) -> int | None:
        """The page before this one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def older(self) -> int | None:
        """The page after this one."""
        return self.number + 1 if self.number * PAGE_SIZE < self.count else None


def cut(
    rows: "QuerySet[ModelT, Any]", number: int, show: Callable[[Sequence[ModelT]], tuple[RowT, ...]]
) -> Page[RowT]:
    """Return a page of rows that are in order; one beyond the end is the last."""
    count = rows.count()
    pages = max(1, -(-count // PAGE_SIZE))
    number = max(1, min(number, pages))
    start = (number - 1) * PAGE_SIZE
    return Page(number, count, show(list(rows[start : start + PAGE_SIZE])))

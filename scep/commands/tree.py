"""What a message says, as a tree of labels and values."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A label with a value, or with nodes below it, or both."""

    label: str
    value: str = ""
    children: tuple["Node", ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as indented lines."""
        head = f"{'  ' * depth}{self.label}"
        values = self.value.splitlines()
        yield f"{head}: {values[0]}" if len(values) == 1 else head
        if len(values) > 1:
            yield from (f"{'  ' * (depth + 1)}{value}" for value in values)
        for child in self.children:
            yield from child.lines(depth + 1)

    def to_json(self) -> dict[str, object]:
        """The tree as nested objects; parts that are empty are left out."""
        whole: dict[str, object] = {"label": self.label}
        if self.value:
            whole["value"] = self.value
        if self.children:
            whole["children"] = [child.to_json() for child in self.children]
        return whole


def node(label: str, value: str = "", *children: Node | None) -> Node:
    """Make a node; children that are None are left out."""
    return Node(label, value, tuple(child for child in children if child is not None))


def optional(label: str, value: str) -> Node | None:
    """Make a leaf, or nothing when there is no value."""
    return Node(label, value) if value else None

"""What differs between two texts of an object, field by field. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from lxml import etree


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs.

    Attributes:
        field: path of element names below the entry, as ``algorithm/rsa/rsa-nbits``; the second
            of several elements of one name has ``[2]`` behind it.
        before: the value; empty when the field was not there. A secret is never shown.
        after: likewise.
    """

    field: str
    before: str
    after: str


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """Compare two canonical texts of an object; either may be empty, for an object that is not.

    Fields come in the order of the newer text, then those that only the older one has.
    """
    old, new = _fields(before), _fields(after)
    return tuple(
        Difference(field, old.get(field, ""), new.get(field, ""))
        for field in dict.fromkeys([*new, *old])
        if old.get(field) != new.get(field)
    )


def _fields(text: str) -> dict[str, str]:
    return dict(_leaves(etree.fromstring(text), "")) if text else {}


def _leaves(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    """Go through the elements without children; those with the entry's own name have no path."""
    if path and not len(element):
        yield path, shown(element.text or "yes")
    seen: Counter[str] = Counter()
    for child in element:
        tag = str(child.tag)
        seen[tag] += 1
        name = tag if seen[tag] == 1 else f"{tag}[{seen[tag]}]"
        yield from _leaves(child, f"{path}/{name}" if path else name)


def shown(value: str) -> str:
    """Return a field's value as people see it; a secret stands in the text as its row's UUID."""
    try:
        uuid = UUID(value)
    except ValueError:
        return value
    # An MD5 fingerprint has 32 digits, too, and no hyphens.
    return f"secret {uuid.hex[:8]}" if str(uuid) == value else value

"""Leaving out of an entry what this product does not know."""

from collections.abc import Collection, Mapping

from lxml import etree


def prune(xml: str, children: Mapping[str, Collection[str]]) -> tuple[str, tuple[str, ...]]:
    """Return an entry without its unknown elements, and which they were.

    Args:
        xml: a well-formed entry.
        children: which elements are known in which, by the path below the entry; the entry itself
            has the path ``""``.

    Returns:
        The entry, and the paths of what was left out, each once.
    """
    entry = etree.fromstring(xml)
    left_out: dict[str, None] = {}
    _prune(entry, "", children, left_out)
    return etree.tostring(entry, encoding="unicode"), tuple(left_out)


def _prune(
    element: etree._Element,
    path: str,
    children: Mapping[str, Collection[str]],
    left_out: dict[str, None],
) -> None:
    for child in list(element):
        below = f"{path}/{child.tag}".lstrip("/")
        if child.tag in children.get(path, ()):
            _prune(child, below, children, left_out)
        else:
            left_out[below] = None
            element.remove(child)

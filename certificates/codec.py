"""A certificate entry as XML, and back. Pure.

The entry says only that the certificate exists. What the certificate is (key, validity, status)
is its material, so that polling or renewing it is no pending change.
"""

from lxml import etree


def to_xml(name: str) -> str:
    """Write an entry."""
    return etree.tostring(etree.Element("entry", name=name), encoding="unicode")

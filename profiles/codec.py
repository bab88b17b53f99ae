"""A SCEP profile as an XML entry, and back.

The element names are those of the product emulated. What is ours (transport, minimum) stands in
one ``x-scepadmin`` child that is absent at the defaults. Secrets appear as the UUID of their row.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from lxml import etree

from domain.errors import Problem, Refused
from domain.locations import Location
from profiles.spec import Challenge, Digest, Minimum, SanType, ScepProfileSpec, Transport

ValueT = TypeVar("ValueT")

OURS: Final = "x-scepadmin"
_SAN_ELEMENTS: Final = {
    SanType.RFC822: "rfc822name",
    SanType.DNS: "dnsname",
    SanType.URI: "uniform-resource-identifier",
}
_SAN_TYPES: Final = {element: san_type for san_type, element in _SAN_ELEMENTS.items()}

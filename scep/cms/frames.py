"""SignedData around its parts (RFC 5652 section 5.1), signed or not."""

from typing import Final

from pki import der
from scep.cms import ber, schema
from scep.cms.errors import Unreadable, reading
from scep.vocabulary import Oid

MAX_CERTIFICATES: Final = 64
"""Most certificates read from one message."""

_SEQUENCE: Final = 0x30


def load_signed(message: bytes, max_elements: int = ber.MAX_ELEMENTS) -> schema.Value:
    """Read a ContentInfo with SignedData, DER or BER.

    Args:
        message: the whole of it.
        max_elements: most elements read, in whatever depth.

    Raises:
        Unreadable: something else.
    """
    normal = ber.normalize(message, max_elements)
    with reading("signed message"):
        outer = schema.SignedContent.load(normal)
        if outer["content_type"].dotted != Oid.SIGNED_DATA:
            raise Unreadable("The message is not a PKCS#7 signed message.")
        return outer["content"]


def wrap_signed(*parts: bytes) -> bytes:
    """Write a ContentInfo with SignedData of version 1, from its parts after the version."""
    signed = der.sequence(der.integer(1), *parts)
    return der.sequence(der.oid(Oid.SIGNED_DATA), der.tagged(0, signed))


def certificates_of(signed: schema.Value) -> tuple[bytes, ...]:
    """Give the certificates of a SignedData, as sent; call it where parser errors are caught.

    Raises:
        Unreadable: there are more than anybody sends, or others than those of X.509.
    """
    certificates = list(ber.elements(signed["certificates"].contents or b""))
    if len(certificates) > MAX_CERTIFICATES:
        raise Unreadable(f"The message holds more than {MAX_CERTIFICATES} certificates.")
    if any(identifier != _SEQUENCE for identifier, _, _ in certificates):
        raise Unreadable("The message holds something else among its certificates.")
    return tuple(whole for _, whole, _ in certificates)

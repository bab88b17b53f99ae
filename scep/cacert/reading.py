"""GetCACert bodies (RFC 8894 section 4.2), in every dress that servers give them."""

import base64
import re
from collections.abc import Sequence
from typing import Final

from scep import cms
from scep.cacert.bundle import CaBundle, sort_out
from scep.errors import CaCertificateUnusable
from scep.transcript import StepName
from scep.wire import describe_body, excerpt

MAX_CERTIFICATES: Final = 20
"""Most certificates in a bundle; NDES sends three."""

_PEM: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,30}-----([A-Za-z0-9+/=\s]+)-----END ")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=\s]+")


def read_bundle(body: bytes, content_type: str = "") -> CaBundle:
    """Read a GetCACert body, whatever its content type says.

    A DER certificate, PKCS#7, PEM of either, and base64 of either are all understood.

    Args:
        body: the reply body.
        content_type: for the words of the error.

    Raises:
        CaCertificateUnusable: it holds no certificate.
    """
    if not body.strip():
        raise CaCertificateUnusable(
            "The server sent an empty CA certificate.",
            stage=StepName.CACERT,
            hint="Some servers do that when the CA-IDENT names no CA. Check the CA-IDENT.",
        )
    try:
        return _sort_out(body)
    except cms.Unreadable as error:
        raise CaCertificateUnusable(
            f"The server sent {describe_body(body)} instead of a CA certificate.",
            stage=StepName.CACERT,
            hint=(
                "Check the path of the server URL (NDES: /certsrv/mscep/) and the CA-IDENT, and "
                "that no login page or proxy stands in front of the server."
            ),
            details=(
                ("Content type", content_type or "none"),
                ("Body", excerpt(body)),
                ("Reason", error.fact),
            ),
        ) from error


def _sort_out(body: bytes) -> CaBundle:
    parts = _decode(body)
    _check_number(len(parts))
    ders = [der for part in parts for der in _certificates(part)]
    _check_number(len(ders))
    return sort_out(ders)


def _check_number(certificates: int) -> None:
    if certificates > MAX_CERTIFICATES:
        raise cms.Unreadable(
            f"There are {certificates} certificates; {MAX_CERTIFICATES} are the most."
        )


def _decode(body: bytes) -> list[bytes]:
    """Give the DER parts of a body: PEM blocks, base64, or the body itself."""
    blocks = _PEM.findall(body)
    if blocks:
        return [_from_base64(text) for text in blocks]
    if _BASE64.fullmatch(body):
        return [_from_base64(body)]
    return [body]


def _from_base64(text: bytes) -> bytes:
    with cms.reading("base64 text"):
        return base64.b64decode(b"".join(text.split()), validate=True)


def _certificates(der: bytes) -> Sequence[bytes]:
    try:
        cms.read_certificate(der)
    except cms.Unreadable:
        return cms.read_certificates(der)
    return [der]

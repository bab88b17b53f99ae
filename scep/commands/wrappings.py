"""What DER is wrapped in: PEM, base64, the URL of a GET request."""

import base64
import binascii
from typing import Final
from urllib.parse import urlsplit

from pki import bundle
from pki.errors import CertificateUnreadable
from scep.errors import ScepError
from scep.server import decode_get_message

_PEM_LABELS: Final = (
    "CERTIFICATE",
    "CERTIFICATE REQUEST",
    "NEW CERTIFICATE REQUEST",
    "PKCS7",
    "CMS",
    "X509 CRL",
)


def to_ders(body: bytes) -> tuple[bytes, ...]:
    """Find DER in the bytes: as it is, as PEM, as base64, or in the URL of a GET request."""
    if body.startswith(b"\x30"):
        return (body,)
    if b"-----BEGIN " in body:
        return _from_pem(body)
    text = body[:65536].decode("ascii", "replace").strip()
    try:
        if "message=" in text:
            found = decode_get_message(urlsplit(text).query or text)
        elif "%" in text:
            found = decode_get_message(f"message={text}")
        else:
            found = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError, ScepError):
        return ()
    return (found,) if found.startswith(b"\x30") else ()


def _from_pem(body: bytes) -> tuple[bytes, ...]:
    for label in _PEM_LABELS:
        try:
            return bundle.from_pem(body, label)
        except CertificateUnreadable:
            continue
    return ()

"""Whether the private key of a certificate is here, and belongs to it."""

from dataclasses import dataclass

from certificates.models import Material
from device import secrets
from domain.errors import Refused
from pki import private_keys
from pki.errors import PkiError


@dataclass(frozen=True, slots=True)
class KeyView:
    """What is known of a private key.

    Attributes:
        tone: which of the page's status shapes goes with it.
        words: how it stands, a few words.
        hint: what to do about it; empty when nothing has to be done.
    """

    tone: str
    words: str
    hint: str = ""


_ABSENT = KeyView("neutral", "not on this device")
_WAITS = KeyView("ok", "on this device, sealed; the certificate for it is not here yet")
_FITS = KeyView("ok", "on this device, sealed under the master key; it matches the certificate")
_WRONG = KeyView(
    "error", "on this device, but of another certificate", "Import the certificate with its key."
)


def key_view(material: Material) -> KeyView:
    """Unseal the private key of a certificate and compare it with the public one."""
    enrollment = material.enrollment
    secret = material.key_secret or (enrollment.key_secret if enrollment else None)
    if secret is None:
        return _ABSENT
    try:
        key = private_keys.from_der(secrets.unseal(secret))
        if not material.certificate_der:
            return _WAITS
        return _FITS if private_keys.is_pair(key, bytes(material.certificate_der)) else _WRONG
    except Refused as refusal:
        return KeyView("error", f"cannot be read: {refusal}", refusal.hint)
    except PkiError as error:
        return KeyView("error", f"cannot be used: {error}")

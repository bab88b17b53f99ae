"""SignedData without a signer (RFC 5652 section 5.1): a bag of certificates or of CRLs."""

from collections.abc import Sequence
from typing import Final

from pki import der
from scep.cms.errors import Unreadable, reading
from scep.cms.frames import certificates_of, load_signed, wrap_signed
from scep.vocabulary import Oid

MAX_CRLS: Final = 8
"""Most CRLs read from one message; a GetCRL reply holds one."""

MAX_CRL_ELEMENTS: Final = 150_000
"""Most elements of a message with CRLs: three or more for each revoked certificate."""


def read_certificates(message: bytes) -> tuple[bytes, ...]:
    """Read a certs-only SignedData and give its certificates, as sent.

    Raises:
        Unreadable: something else, or no certificates.
    """
    signed = load_signed(message)
    with reading("PKCS#7 certificates"):
        certificates = certificates_of(signed)
    if not certificates:
        raise Unreadable("The PKCS#7 message holds no certificates.")
    return certificates


def write_certificates(certificates: Sequence[bytes]) -> bytes:
    """Write a certs-only SignedData; the order of the certificates is kept."""
    return _write(der.tagged(0, *certificates))


def read_crls(message: bytes) -> tuple[bytes, ...]:
    """Read a SignedData that holds CRLs and no certificates (RFC 8894 section 3.3.5).

    Raises:
        Unreadable: something else, no CRL, or certificates beside it.
    """
    signed = load_signed(message, MAX_CRL_ELEMENTS)
    with reading("PKCS#7 CRLs"):
        crls = tuple(crl.dump() for crl in signed["crls"])
        beside = certificates_of(signed)
    if not crls or beside or len(crls) > MAX_CRLS:
        held = f"{len(crls)} CRLs and {len(beside)} certificates"
        raise Unreadable(f"The PKCS#7 message holds {held} instead of a CRL alone.")
    return crls


def write_crls(crls: Sequence[bytes]) -> bytes:
    """Write a SignedData that holds CRLs alone."""
    return _write(der.tagged(1, *crls))


def _write(held: bytes) -> bytes:
    return wrap_signed(der.set_of(), der.sequence(der.oid(Oid.DATA)), held, der.set_of())

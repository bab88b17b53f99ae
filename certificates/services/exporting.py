"""Certificates and keys as files for other programs; every export is logged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from audit import services as audit
from certificates import queries
from certificates.models import Material
from device import secrets
from device import services as device_services
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Forbidden, NotFound, Problem, Refused
from domain.locations import Location
from pki import bundle, formats, private_keys
from pki.errors import PkiError
from pki.formats import Bag, Pkcs12Profile
from pki.private_keys import PrivateKey


class Format(StrEnum):
    """What the file is."""

    PEM = "pem"
    DER = "der"
    PKCS7 = "pkcs7"
    PKCS12 = "pkcs12"
    PKCS12_LEGACY = "pkcs12-legacy"
    CSR = "csr"

    @property
    def is_pkcs12(self) -> bool:
        """Whether it is PKCS#12, however it is encrypted."""
        return self in {Format.PKCS12, Format.PKCS12_LEGACY}


_ENDINGS = {
    Format.PEM: ("pem", "application/x-pem-file"),
    Format.DER: ("cer", "application/pkix-cert"),
    Format.PKCS7: ("p7b", "application/x-pkcs7-certificates"),
    Format.PKCS12: ("p12", "application/x-pkcs12"),
    Format.PKCS12_LEGACY: ("p12", "application/x-pkcs12"),
    Format.CSR: ("csr", "application/pkcs10"),
}


class ExportRefused(Refused):
    """The certificates cannot be exported like this; ``problems`` says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported.

    Attributes:
        uuids: entries, in the order of the file.
        format: what the file is.
        chain: whether the certificates above are in it as well; not in a DER file.
        key: whether the private key of the one certificate is in it.
        passphrase: protects the key; all of a PKCS#12 file.
        password: the admin's own, which a private key asks for.
    """

    uuids: tuple[UUID, ...]
    format: Format
    chain: bool = False
    key: bool = False
    passphrase: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to download."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


def export(*, wanted: Wanted, by: Actor, at: datetime) -> ExportedFile:
    """Write certificates, with a private key if it is asked for and allowed, and log it.

    Raises:
        ExportRefused: the format does not fit what is wanted; ``problems`` says why.
        Forbidden: the key is wanted, and the admin may not have it.
        NotFound: one of them has no certificate.
        device_services.PasswordWrong: the admin's own password is not right.
    """
    require(by, Action.EXPORT_PRIVATE_KEYS if wanted.key else Action.READ_CERTIFICATES)
    rows = _rows(wanted)
    for row in rows:
        require(by, Action.READ_CERTIFICATES, Location(row.entry.object.location))
    problems = _problems(wanted, rows)
    if wanted.key:
        _require_key_export(by, rows)
        if not problems:
            device_services.confirm_password(by=by, password=wanted.password, at=at)
    if problems:
        raise ExportRefused("Nothing was exported.", problems=problems)
    try:
        data = _written(wanted, rows)
    except PkiError as error:
        raise ExportRefused(str(error), problems=[Problem("passphrase", str(error))]) from error
    _log(wanted, rows, by, at)
    ending, content_type = _ENDINGS[wanted.format]
    name = rows[0].entry.object.name if len(rows) == 1 else "certificates"
    return ExportedFile(f"{name}.{ending}", content_type, data)


def _rows(wanted: Wanted) -> list[Material]:
    found = {row.entry_id: row for row in queries.in_candidate().filter(entry_id__in=wanted.uuids)}
    rows = [found[uuid] for uuid in wanted.uuids if uuid in found]
    held = [row for row in rows if row.csr_der or row.certificate_der]
    if not held or len(held) != len(wanted.uuids):
        raise NotFound("There is no such certificate.", hint="Reload the list.")
    return held


def _problems(wanted: Wanted, rows: Sequence[Material]) -> list[Problem]:
    is_csr = wanted.format is Format.CSR
    without = [row for row in rows if not (row.csr_der if is_csr else row.certificate_der)]
    listed = ", ".join(row.entry.object.name for row in without)
    several = len(rows) > 1
    what = "no request was made here" if is_csr else "there is no certificate yet"
    return [
        Problem(name, message)
        for broken, name, message in (
            (without, "format", f"For {listed} {what}. Choose another format."),
            (
                several and (wanted.format in {Format.DER, Format.CSR} or wanted.format.is_pkcs12),
                "format",
                "This format holds one certificate. Choose PEM or PKCS#7 for several.",
            ),
            (
                wanted.key and wanted.format not in {Format.PEM, *_PKCS12},
                "key",
                "Only PEM and PKCS#12 hold a private key.",
            ),
            (wanted.key and several, "key", "Export private keys one by one."),
            (
                (wanted.key or wanted.format.is_pkcs12) and not wanted.passphrase,
                "passphrase",
                "Give a passphrase: it encrypts the file.",
            ),
        )
        if broken
    ]


_PKCS12 = (Format.PKCS12, Format.PKCS12_LEGACY)


def _require_key_export(by: Actor, rows: Sequence[Material]) -> None:
    for row in rows:
        name = row.entry.object.name
        require(by, Action.EXPORT_PRIVATE_KEYS, Location(row.entry.object.location))
        if row.key_secret is None:
            raise Refused(f"The private key of {name} is not on this device.")
        if row.block_key_export:
            raise Forbidden(
                f"The private key of {name} may not leave this device: its export was blocked "
                "when it was made.",
                hint="Export the certificate without its key.",
            )


def _written(wanted: Wanted, rows: Sequence[Material]) -> bytes:
    ders = [bytes(row.certificate_der) for row in rows]
    if wanted.chain:
        ders = list(dict.fromkeys([*ders, *(der for row in rows for der in _above(row))]))
    match wanted.format:
        case Format.CSR:
            return bundle.to_pem(bytes(rows[0].csr_der), "CERTIFICATE REQUEST").encode("ascii")
        case Format.DER:
            return ders[0]
        case Format.PKCS7:
            return formats.pkcs7(ders)
        case Format.PEM:
            key = _key(rows[0]) if wanted.key else None
            sealed = formats.encrypted_key_pem(key, wanted.passphrase) if key else b""
            return formats.certificates_pem(ders) + sealed
        case _:
            key = _key(rows[0]) if wanted.key else None
            bag = Bag(rows[0].entry.object.name, ders[0], key, tuple(ders[1:]))
            is_legacy = wanted.format is Format.PKCS12_LEGACY
            profile = Pkcs12Profile.LEGACY if is_legacy else Pkcs12Profile.STRONG
            return formats.pkcs12(bag, wanted.passphrase, profile)


def _above(row: Material) -> list[bytes]:
    """The certificates above one, its issuer first."""
    found: list[Material] = []
    step = row.issuer_material
    while step is not None and step not in found:
        found.append(step)
        step = step.issuer_material
    return [bytes(one.certificate_der) for one in found]


def _key(row: Material) -> PrivateKey:
    assert row.key_secret is not None  # noqa: S101 - checked before
    return private_keys.from_der(secrets.unseal(row.key_secret))


def _log(wanted: Wanted, rows: Sequence[Material], by: Actor, at: datetime) -> None:
    for row in rows:
        name = row.entry.object.name
        what = "with its private key" if wanted.key else "without a key"
        audit.record(
            kind="certificate",
            actor=by,
            text=f"Certificate {name} exported {what}.",
            at=at,
            object_name=name,
            detail={"format": wanted.format.value, "sha256": row.fingerprint_sha256},
        )

"""Uploaded files, read into certificates that have a name and perhaps a key; nothing is stored.

Reading tries passphrases and tests primes, which takes up to seconds: open no transaction before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Final

from certificates.models import Material
from domain.errors import Problem, Refused
from domain.locations import Location
from domain.names import CERTIFICATE_NAME_MAX, check_name
from pki import certinfo, formats, names, private_keys
from pki.errors import AnotherKind, PkiError
from pki.formats import Contents
from pki.private_keys import PrivateKey

MAX_FILES: Final = 100
"""Most files of one import."""

MAX_FILE_BYTES: Final = formats.MAX_FILE_BYTES
"""Largest file read."""

_UNFIT: Final = re.compile(r"[^A-Za-z0-9_.-]+")


class ImportRefused(Refused):
    """Nothing was imported; ``problems`` name the files and their faults."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it was sent.

    Attributes:
        name: as the sender calls it; shown, never opened.
        data: what it holds; at most one octet more than :data:`pki.formats.MAX_FILE_BYTES`.
    """

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """What is to be imported.

    Attributes:
        files: certificates, some perhaps with their keys.
        location: where the certificates go.
        name: of the certificate; empty names each after its file or its common name. With one
            file that holds a chain, the others are named after it.
        key_file: the private key of the one certificate imported; ``None`` without one.
        passphrase: opens whatever is encrypted.
        block_key_export: whether private keys never leave this device.
    """

    files: tuple[UploadedFile, ...]
    location: Location
    name: str = ""
    key_file: UploadedFile | None = None
    passphrase: str = field(default="", repr=False)
    block_key_export: bool = False


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """One certificate, and what belongs to it.

    Attributes:
        request: the request made here that it answers.
        keyless: the same certificate, which is here without the key that comes now.
    """

    file: str
    der: bytes = field(repr=False)
    name: str
    key: PrivateKey | None = field(default=None, repr=False)
    request: Material | None = None
    keyless: Material | None = None


def check_form(upload: Upload) -> None:
    """Check what needs no file to be read.

    Raises:
        ImportRefused: there is no file, there are too many, or the name cannot be used.
    """
    problems = []
    if not upload.files:
        problems.append(Problem("files", "Choose a file."))
    if len(upload.files) > MAX_FILES:
        problems.append(Problem("files", f"At most {MAX_FILES} files are imported at once."))
    if upload.name:
        problems += check_name(upload.name, max_length=CERTIFICATE_NAME_MAX, spaces=False)
        if len(upload.files) > 1:
            message = "Leave the name empty for several files: each is named after its file."
            problems.append(Problem("name", message))
    if problems:
        raise ImportRefused("Nothing was imported.", problems=problems)


def read_all(upload: Upload) -> tuple[list[FoundCertificate], list[Problem]]:
    """Read every file, and give every certificate its key and the request that it answers."""
    contents: list[tuple[UploadedFile, Contents]] = []
    problems: list[Problem] = []
    for file in upload.files:
        try:
            contents.append((file, formats.read(file.data, upload.passphrase)))
        except PkiError as error:
            problems.append(Problem("files", f"{file.name}: {error}"))
    found: dict[bytes, FoundCertificate] = {}  # A root that came with several files is found once.
    for file, held in contents:
        for der in held.certificates:
            name = _proposed(file, der, held, upload)
            found.setdefault(der, FoundCertificate(file.name, der, name))
    keys = [(file.name, "files", key) for file, held in contents for key in held.keys]
    if upload.key_file is not None:
        try:
            own = _keys_of(upload.key_file, upload.passphrase)
            keys += [(upload.key_file.name, "key_file", key) for key in own]
        except PkiError as error:
            problems.append(Problem("key_file", f"{upload.key_file.name}: {error}"))
    if problems:
        return [], problems
    return _with_keys(list(found.values()), keys)


def _keys_of(file: UploadedFile, passphrase: str) -> tuple[PrivateKey, ...]:
    keys = formats.read(file.data, passphrase).keys
    if not keys:
        raise AnotherKind("There is no private key in the file.")
    return keys


def _with_keys(
    found: list[FoundCertificate], keys: list[tuple[str, str, PrivateKey]]
) -> tuple[list[FoundCertificate], list[Problem]]:
    problems = []
    for file, where, key in keys:
        owner = next((n for n, one in enumerate(found) if private_keys.is_pair(key, one.der)), None)
        if owner is None:
            problems.append(Problem(where, f"{file}: {_mismatch(found)}"))
        else:
            found[owner] = replace(found[owner], key=key)
    return found, problems


def _mismatch(found: Sequence[FoundCertificate]) -> str:
    if not found:
        return "There is a private key in the file, and no certificate for it."
    subject = certinfo.read(found[0].der).subject
    which = f"the certificate {subject}" if len(found) == 1 else "any of the certificates"
    return f"The private key does not match {which}."


def _proposed(file: UploadedFile, der: bytes, held: Contents, upload: Upload) -> str:
    """Name a certificate: as typed, after its file, or after its common name in a chain."""
    if upload.name or len(held.certificates) == 1:
        return upload.name or fitting(PurePath(file.name.replace("\\", "/")).stem)
    return fitting(names.common_name(certinfo.load(der).subject))


def fitting(text: str) -> str:
    """Make a name for an entry of any text."""
    return _UNFIT.sub("-", text).strip("-")[:CERTIFICATE_NAME_MAX] or "certificate"

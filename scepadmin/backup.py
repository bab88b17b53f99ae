"""Backup and restore of the data folder, apart from the master key.

A backup is a gzipped tar of a manifest and the files it lists. It can be made while the product
runs. The master key is not in it: whoever has only the backup has no secret, and a backup can be
restored only where its master key is. Neither are the demo CA, which is a program of its own, and
the queue, which the job table fills again.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from device import master_key
from device import queries as device
from domain.errors import Refused

FORMAT: Final = 1
DATABASE: Final = "scepadmin.db"
QUEUE: Final = "jobs.db"
MANIFEST: Final = "manifest.json"
MANIFEST_MAX_BYTES: Final = 1024 * 1024
OTHERS: Final = ("audit.head", "django-secret", "web-certificate.pem", "web-key.pem")
"""Files beside the database that go along, if they are there."""


class BackupUnusable(Refused):
    """The backup cannot be made or restored; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        format: version of the layout.
        made_at: when, ISO 8601.
        sw_version: of the program that made it.
        master_key_id: the master key that its secrets need; empty when it has none.
        migrations: the database's, as ``app.name``.
        sha256: digest of each file, hexadecimal.
    """

    format: int
    made_at: str
    sw_version: str
    master_key_id: str
    migrations: tuple[str, ...]
    sha256: Mapping[str, str]


def make(file: Path, *, at: datetime) -> Manifest:
    """Write a backup, readable by its owner only; the product may run meanwhile.

    Raises:
        BackupUnusable: the file exists.
        OSError: it cannot be written.
    """
    if file.exists():
        raise BackupUnusable(f"{file} is there already.", hint="Name another file.")
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".backup-") as name:
        scratch = Path(name)
        # The end of the log before the log itself: it may lag behind, and never be ahead.
        for other in OTHERS:
            with suppress(FileNotFoundError):
                shutil.copyfile(Path(settings.DATA_DIR) / other, scratch / other)
        _copy_database(scratch / DATABASE)
        manifest = Manifest(
            format=FORMAT,
            made_at=at.isoformat(timespec="seconds"),
            sw_version=device.facts().sw_version,
            master_key_id=device.master_key_id(),
            migrations=tuple(sorted(_applied())),
            sha256={path.name: _sha256(path) for path in sorted(scratch.iterdir())},
        )
        text = json.dumps(asdict(manifest), indent=2)
        (scratch / MANIFEST).write_text(text, encoding="ascii")
        _write_archive(file, [scratch / MANIFEST, *(scratch / name for name in manifest.sha256)])
    return manifest


def restore(file: Path, *, at: datetime) -> tuple[Manifest, Path]:
    """Put a backup in the place of the data folder's state; nothing may use the folder meanwhile.

    What was there before is kept in a folder of its own. If the restore is interrupted, run it
    again.

    Returns:
        What was restored, and where the former state is.

    Raises:
        BackupUnusable: not a backup, damaged, of a newer version, or of another master key.
        MasterKeyMissing: the backup needs a master key, and there is none.
    """
    folder = Path(settings.DATA_DIR)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as name:
        scratch = Path(name)
        manifest = _unpack(file, scratch)
        _require_known(manifest)
        _require_key(manifest)
        connection.close()
        _settle_database(folder / DATABASE)
        kept = folder / f"before-restore-{at:%Y%m%dT%H%M%S-%f}"
        kept.mkdir(mode=0o700)
        for part in (DATABASE, *OTHERS):
            if (folder / part).exists():
                os.link(folder / part, kept / part)
            if (scratch / part).exists():
                (scratch / part).chmod(0o600)
                (scratch / part).replace(folder / part)
            else:
                (folder / part).unlink(missing_ok=True)
        (folder / QUEUE).unlink(missing_ok=True)
    return manifest, kept


def _copy_database(file: Path) -> None:
    """Copy the live database by SQLite's own backup, which holds up no writer."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)


def _write_archive(file: Path, parts: Sequence[Path]) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w:gz") as archive:
                for part in parts:
                    archive.add(part, part.name, filter=_anonymous)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _unpack(file: Path, scratch: Path) -> Manifest:
    """Write the files of a backup into a folder, each checked against the manifest."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            manifest = _manifest(archive)
            for name in manifest.sha256:
                with _stream(archive, name) as source, (scratch / name).open("wb") as target:
                    shutil.copyfileobj(source, target)
    except (
        OSError,
        EOFError,
        tarfile.TarError,
        KeyError,
        ValueError,
        TypeError,
        zlib.error,
    ) as error:
        message = f"{file} is not a whole backup of this product."
        raise BackupUnusable(message, hint="Take another backup.") from error
    for name, sha256 in manifest.sha256.items():
        if _sha256(scratch / name) != sha256:
            raise BackupUnusable(f"{name} in {file} is damaged.", hint="Take another backup.")
    return manifest


def _manifest(archive: tarfile.TarFile) -> Manifest:
    with _stream(archive, MANIFEST) as stream:
        values = json.loads(stream.read(MANIFEST_MAX_BYTES))
    if int(values["format"]) > FORMAT:
        raise _newer(str(values.get("sw_version", "unknown")))
    manifest = Manifest(**{**values, "migrations": tuple(values["migrations"])})
    if DATABASE not in manifest.sha256 or not set(manifest.sha256) <= {DATABASE, *OTHERS}:
        message = "the manifest names other files"
        raise ValueError(message)
    return manifest


def _stream(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    stream = archive.extractfile(name)
    if stream is None:
        raise KeyError(name)
    return stream


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _applied() -> set[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {f"{app}.{name}" for app, name in applied}


def _require_known(manifest: Manifest) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    if not set(manifest.migrations) <= known:
        raise _newer(manifest.sw_version)


def _newer(version: str) -> BackupUnusable:
    message = f"The backup was made by a newer version of this product ({version})."
    return BackupUnusable(message, hint="Restore it with that version or a later one.")


def _require_key(manifest: Manifest) -> None:
    if not manifest.master_key_id:
        return
    present = master_key.load().id
    if present != manifest.master_key_id:
        message = (
            f"The backup needs the master key {manifest.master_key_id}; "
            f"{master_key.path()} is {present}."
        )
        hint = "Put the master.key file there that was in use when the backup was made."
        raise BackupUnusable(message, hint=hint)


def _settle_database(file: Path) -> None:
    """Move what stands in the write-ahead log into the database, so that no log outlives it."""
    if file.exists():
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA journal_mode=DELETE")

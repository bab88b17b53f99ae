"""``manage.py import_certificate``: what the Import dialog does, for scripts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certificates.management import arguments
from certificates.services import importing
from certificates.services.uploads import MAX_FILE_BYTES, Upload, UploadedFile
from device import queries as device
from device.access import actor_named
from domain.actors import SYSTEM
from domain.errors import Refused


class Command(BaseCommand):
    """Imports certificates into the candidate configuration."""

    help = (
        "Import certificates (PEM, DER, PKCS#7, PKCS#12) into the candidate configuration: all "
        "files or none. Exit codes: 0 imported, 2 not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the files and the options."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--name", default="", help="of the certificate; else after its file")
        parser.add_argument("--location", help="shared or vsysN; the first virtual system if not")
        parser.add_argument("--key-file", type=Path, help="the private key, if it is apart")
        parser.add_argument("--passphrase-file", type=Path, help="its first line opens the files")
        parser.add_argument("--passphrase", action="store_true", help="ask for the passphrase")
        parser.add_argument(
            "--block-key-export", action="store_true", help="the key never leaves this device"
        )
        parser.add_argument("--by", default=SYSTEM.name, help=arguments.BY)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Read the files, import them, and print a line for each certificate."""
        upload = _upload(options)
        by, now = actor_named(options["by"]), timezone.now()  # noqa: TID251 - commands read the clock
        try:
            for one in importing.import_files(upload=upload, by=by, at=now):
                self.stdout.write(one.text)
        except Refused as refusal:
            raise arguments.refused(refusal) from refusal


def _upload(options: dict[str, Any]) -> Upload:
    key_file, passphrase = options["key_file"], ""
    if options["passphrase"] or options["passphrase_file"]:
        passphrase = arguments.secret(options["passphrase_file"], what="Passphrase")
    return Upload(
        files=tuple(_uploaded(path) for path in options["files"]),
        location=arguments.location_of(options["location"]) or device.locations()[0],
        name=options["name"],
        key_file=_uploaded(key_file) if key_file else None,
        passphrase=passphrase,
        block_key_export=options["block_key_export"],
    )


def _uploaded(path: Path) -> UploadedFile:
    return UploadedFile(path.name, arguments.read_file(path, limit=MAX_FILE_BYTES))

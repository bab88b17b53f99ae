"""``manage.py export_certificate``: what the Export Certificate dialog does, for scripts."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates import queries
from certificates.management import arguments
from certificates.services import exporting
from certificates.services.exporting import Format, Wanted
from device import queries as device
from device.access import actor_named
from domain.actors import SYSTEM
from domain.errors import Refused


class Command(BaseCommand):
    """Exports certificates of the candidate configuration."""

    help = (
        "Write certificates, with the private key if --key says so: then --by is an admin, whose "
        "own password is asked for. Exit codes: 0 written, 2 not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the names and the options."""
        parser.add_argument("names", nargs="+", metavar="NAME")
        parser.add_argument("--format", choices=[*Format], default=Format.PEM)
        parser.add_argument("--out", type=Path, required=True, help="must not exist; mode 0600")
        parser.add_argument("--location", help="where the names count; the first vsys if not given")
        parser.add_argument("--chain", action="store_true", help="with the certificates above")
        parser.add_argument("--key", action="store_true", help="with the private key, encrypted")
        parser.add_argument("--passphrase-file", type=Path, help="its first line encrypts the file")
        parser.add_argument("--password-file", type=Path, help="has the password of --by")
        parser.add_argument("--by", default=SYSTEM.name, help=arguments.BY)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Ask for what is secret, write the file, say where."""
        wanted = _wanted(options)
        by, now = actor_named(options["by"]), timezone.now()  # noqa: TID251 - commands read the clock
        try:
            file = exporting.export(wanted=wanted, by=by, at=now)
        except Refused as refusal:
            raise arguments.refused(refusal) from refusal
        _write(options["out"], file.data)
        self.stdout.write(f"Exported {', '.join(options['names'])} to {options['out']}.")


def _wanted(options: dict[str, Any]) -> Wanted:
    format_, with_key = Format(options["format"]), options["key"]
    location = arguments.location_of(options["location"]) or device.locations()[0]
    uuids = []
    for name in options["names"]:
        uuid = queries.candidate_entry(location, name)
        if uuid is None:
            message = f"There is no certificate {name} in {location} or Shared."
            raise CommandError(message, returncode=arguments.USAGE)
        uuids.append(uuid)
    passphrase = password = ""
    if with_key:
        password = arguments.secret(options["password_file"], what=f"Password of {options['by']}")
    if with_key or format_.is_pkcs12:
        passphrase = arguments.secret(
            options["passphrase_file"], what="Passphrase for the file", twice=True
        )
    return Wanted(tuple(uuids), format_, options["chain"], with_key, passphrase, password)


def _write(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}. Name another file."
        raise CommandError(message, returncode=arguments.USAGE) from error

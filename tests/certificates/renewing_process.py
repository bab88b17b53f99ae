"""A process with a device: ``python -m tests.certificates.renewing_process prepare | renew``.

``SCEPADMIN_DATA`` names its data folder. ``prepare SCEP PAGE`` enrolls a certificate at a demo CA;
``renew`` says that it is ready, waits for a line, and then does ``manage.py renew_due`` as if most
of the certificate's lifetime had passed.
"""

import os
import sys
from datetime import UTC, datetime, timedelta

import django
from django.core.management import call_command

from tests.democa_server import PASSWORD

LATER = timedelta(days=int(os.environ.get("LATER_DAYS", "0")))


def prepare(scep: str, page: str) -> None:
    """Make a device with one certificate, given where SCEP is spoken and passwords are."""
    from scepadmin import start_up, walk  # noqa: PLC0415  models need a set-up Django

    start_up.prepare(password=PASSWORD, at=_now())
    server = walk.WalkServer(
        scep_url=f"{scep}/certsrv/mscep/",
        challenge_url=f"{page}/CertSrv/mscep_admin/",
        username="scep",
        password=PASSWORD,
    )
    walk.walk(server, clock=_now, say=lambda line: print(line, flush=True))  # noqa: T201


def renew() -> None:
    """Renew what is due, as soon as standard input says so."""
    from certificates.management.commands.renew_due import Command  # noqa: PLC0415  likewise

    Command.clock = staticmethod(lambda: _now() + LATER)
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    call_command("renew_due")


def _now() -> datetime:
    return datetime.now(UTC)


def main(command: str, *urls: str) -> None:
    """Do what the command line says."""
    django.setup()
    if command == "prepare":
        prepare(*urls)
    else:
        renew()


if __name__ == "__main__":
    main(*sys.argv[1:])

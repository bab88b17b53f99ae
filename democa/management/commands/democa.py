"""``manage.py democa``: the demo CA alone, in a process of its own."""

import secrets
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Final, TypedDict, Unpack

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from democa import access, queries, services
from democa.faults import Fault
from democa.hierarchy import Design
from domain.errors import Refused
from webui import server, server_certificate, server_process

APPLICATION: Final = "democa.wsgi:application"
THREADS: Final = 8
MAX_COUNT: Final = 100_000

FLAGS: Final = (
    ("--approve-by-hand", "approve_by_hand", True, "hold each request until approved"),
    (
        *("--no-legacy", "legacy", False),
        "refuse single DES, 3DES, SHA-1 and RSA keys below 2048 bits",
    ),
    (
        *("--leave-out-root", "sends_root", False),
        "GetCACert sends no root that stands above the issuing CA",
    ),
)
NUMBERS: Final = (
    ("--password-max", 5, "one-time passwords open at once"),
    ("--renewal-days", 365, "renew certificates in their last so many days only"),
    ("--requests-per-minute", 0, "PKIOperations taken from one address; 0 means no limit"),
)


class Options(TypedDict):
    """The command line."""

    host: str
    port: int
    tls_port: int | None
    client_ca: Path | None
    password: str
    password_max: int
    approve_by_hand: bool
    legacy: bool
    renewal_days: int
    requests_per_minute: int
    design: Design | None
    sends_root: bool
    fault: str


class Command(BaseCommand):
    """Serves until Ctrl-C."""

    help = "Run the demo CA: a look-alike of NDES, for demos and tests only."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8081, help="HTTP port")
        parser.add_argument("--tls-port", type=int, help="HTTPS port; none unless given")
        parser.add_argument(
            "--client-ca",
            type=Path,
            metavar="FILE",
            help="PEM of CAs; the HTTPS port then wants a client certificate of theirs",
        )
        # manage.py has read it already: settings are made of it.
        parser.add_argument("--data", metavar="DIR", help="folder of all state")
        parser.add_argument(
            "--password",
            default="",
            help="password of the user scep for one-time passwords; '-' reads it from stdin",
        )
        parser.add_argument(
            "--design",
            type=Design,
            choices=list(Design),
            help="how the CA is laid out: a root that issues or two tiers, RSA or EC P-256 keys; "
            f"chosen at the first start, {Design.RSA} unless given",
        )
        parser.add_argument(
            "--fault", default=Fault.NONE.value, choices=list(Fault), help="fail on purpose"
        )
        for option, target, value, words in FLAGS:
            parser.add_argument(
                option,
                dest=target,
                action="store_const",
                const=value,
                default=not value,
                help=words,
            )
        for option, default, words in NUMBERS:
            parser.add_argument(option, type=_count, default=default, metavar="N", help=words)

    def handle(self, *_args: object, **options: Unpack[Options]) -> None:
        """Prepare the data folder, say where everything is, then serve."""
        client_ca = options["client_ca"]
        if client_ca is not None and not (options["tls_port"] and client_ca.is_file()):
            raise CommandError("--client-ca wants --tls-port and a file that exists.")
        call_command("migrate", verbosity=0, interactive=False)
        try:
            # A command is where the clock is read.
            services.initialise(at=timezone.now(), design=options["design"])  # noqa: TID251
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}") from refusal
        services.configure(
            behavior=services.Behavior(
                password_max=options["password_max"],
                approve_by_hand=options["approve_by_hand"],
                allow_legacy=options["legacy"],
                renewal_days=options["renewal_days"],
                requests_per_minute=options["requests_per_minute"],
                sends_root=options["sends_root"],
                fault=Fault(options["fault"]),
            )
        )
        self._announce(options, self._settle_password(options["password"]))
        # The worker is forked from this process and must open its own connections.
        connections.close_all()
        self._serve(options)

    def _settle_password(self, given: str) -> str:
        """Set the password if there is a new one; return what to print about it."""
        if given == "-":
            given = sys.stdin.readline().rstrip("\r\n")
        if not given and services.has_admin_password():
            return "the password of the first start; --password sets another"
        password = given or secrets.token_urlsafe(12)
        services.set_admin_password(password=password)
        return "the password given" if given else f"password {password}"

    def _announce(self, options: Options, password: str) -> None:
        host = f"[{options['host']}]" if ":" in options["host"] else options["host"]
        origin = f"http://{host}:{options['port']}"
        self.stdout.write(f"Demo CA, for demos and tests only: {origin}/")
        if options["tls_port"]:
            self.stdout.write(f"  also over TLS       https://{host}:{options['tls_port']}/")
        self.stdout.write(f"  SCEP                {origin}/certsrv/mscep/")
        self.stdout.write(f"  one-time passwords  {origin}/CertSrv/mscep_admin/")
        self.stdout.write(f"  sign in as          {access.USER}, {password}")
        ca = queries.current_ca()
        self.stdout.write(f"  CA                  {ca.common_name}: {ca.design}")
        self.stdout.write(f"  CA SHA-256          {ca.sha256.replace(' ', '')}")
        if ca.root_sha256:
            self.stdout.write(f"  root's SHA-256      {ca.root_sha256.replace(' ', '')}")
        self.stdout.flush()

    def _serve(self, options: Options) -> None:
        server_process.become(
            APPLICATION,
            plain=[server.PlainPort(options["host"], options["port"])],
            tls=tls_ports(options),
            threads=THREADS,
        )


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MAX_COUNT:
        message = f"{number} is not between 0 and {MAX_COUNT}"
        raise ArgumentTypeError(message)
    return number


def tls_ports(options: Options) -> list[server.TlsPort]:
    """Return the HTTPS port that was asked for, its certificate made if need be."""
    host, port = options["host"], options["tls_port"]
    if not port:
        return []
    folder = Path(settings.DATA_DIR)
    files = server_certificate.ensure(folder, host, issuer=services.tls_issuer())
    trusted = options["client_ca"]
    return [
        server.TlsPort(
            host,
            port,
            files.certificate,
            files.key,
            client_ca=trusted.resolve() if trusted else None,
            client_required=True,
        )
    ]

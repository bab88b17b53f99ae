"""``manage.py demo``: the firewall UI, its jobs and the demo CA; what ``make run`` starts."""

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from domain.errors import Refused
from scepadmin import demo_ca, start_up, transport, walk, web_process
from scepadmin.management.commands.web import add_web_arguments

LOOPBACK: Final = "127.0.0.1"
"""The demo CA is for this machine; it never listens elsewhere."""

CA_PORT: Final = 8081

CA_START_S: Final = 30.0


class Command(BaseCommand):
    """Serves until Ctrl-C, or does the main job once."""

    help = "Run the firewall UI, its jobs and the demo CA."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        add_web_arguments(parser)
        parser.add_argument(
            "--ca-port",
            type=int,
            help=f"HTTP port of the demo CA (default {CA_PORT}; with --once a free one)",
        )
        parser.add_argument(
            "--portal-port", type=int, help="accepted for later; this version has no portal"
        )
        parser.add_argument(
            "--once", action="store_true", help="do the main job once, verify it, and end"
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Prepare the data folder, start the demo CA, then serve or walk."""
        try:
            if options["once"]:
                self._walk(options)
            else:
                self._serve(options)
        except (Refused, walk.WalkFailed) as failure:
            hint = getattr(failure, "hint", "")
            raise CommandError(f"{failure} {hint}".strip()) from failure

    def _serve(self, options: dict[str, Any]) -> None:
        host, port, tls_port = options["host"], options["port"], options["tls_port"]
        ca_port = options["ca_port"] or CA_PORT
        wanted = [(host, port)] if web_process.is_loopback(host) else []
        self._require_free([*wanted, (host, tls_port), (LOOPBACK, ca_port)])
        # A command is where the clock is read.
        password = start_up.prepare(password=options["password"], at=timezone.now())  # noqa: TID251
        demo_ca.start(host=LOOPBACK, port=ca_port, password=password)
        # Jobs that were interrupted go on as soon as the web process runs, and may need the CA.
        self._await_ca(ca_port)
        for url in web_process.addresses(host, port, tls_port):
            self.stdout.write(f"Firewall UI   {url}")
        self.stdout.write(f"Demo CA       http://{LOOPBACK}:{ca_port}/")
        self._tell_passwords(password, given=bool(options["password"]))
        if options["portal_port"]:
            self.stdout.write("This version has no portal: --portal-port does nothing.")
        web_process.run(host, port, tls_port)

    def _tell_passwords(self, password: str, *, given: bool) -> None:
        users = f"{start_up.ADMIN} (firewall) and {demo_ca.USER} (demo CA)"
        if given:
            self.stdout.write(f"Users         {users}, both with the password you gave")
        elif password:
            self.stdout.write(f"Users         {users}, both with password {password}")
            self.stdout.write("              It is kept, and not shown again.")
        else:
            self.stdout.write(f"Users         {users}, with the passwords of the first start")
        self.stdout.write('Reset them    make run ARGS="--password NEW"')

    def _walk(self, options: dict[str, Any]) -> None:
        ca_port = options["ca_port"] or transport.free_port(LOOPBACK)
        password = options["password"] or start_up.new_password()
        start_up.prepare(password=password, at=timezone.now())  # noqa: TID251
        with demo_ca.running(host=LOOPBACK, port=ca_port, password=password):
            self._await_ca(ca_port)
            server = walk.WalkServer(
                scep_url=demo_ca.scep_url(LOOPBACK, ca_port),
                challenge_url=demo_ca.challenge_url(LOOPBACK, ca_port),
                username=demo_ca.USER,
                password=password,
            )
            walk.walk(server, clock=timezone.now, say=self.stdout.write)  # noqa: TID251
        self.stdout.write("all of it is true")

    def _await_ca(self, port: int) -> None:
        if not transport.wait_until_listening(LOOPBACK, port, timeout_s=CA_START_S):
            raise CommandError(f"The demo CA did not start on port {port}.")

    def _require_free(self, wanted: list[tuple[str, int]]) -> None:
        taken = [port for host, port in wanted if not transport.is_free(host, port)]
        if taken:
            ports = ", ".join(map(str, taken))
            message = f"Something already listens on port {ports}."
            hint = "End it, or choose others with --port, --tls-port and --ca-port."
            raise CommandError(f"{message} {hint}")

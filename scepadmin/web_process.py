"""The firewall's web process: the UI on HTTP and HTTPS, and the threads that run its jobs."""

import ipaddress
from typing import Final, NoReturn

from django.conf import settings

from jobs.runner import EmbeddedRunner
from webui import server, server_certificate

APPLICATION: Final = "scepadmin.wsgi:application"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def addresses(host: str, port: int, tls_port: int) -> list[str]:
    """Return the URLs that :func:`run` will serve."""
    shown = f"[{host}]" if ":" in host else host
    plain = [f"http://{shown}:{port}/"] if is_loopback(host) else []
    return [*plain, f"https://{shown}:{tls_port}/"]


def run(host: str, port: int, tls_port: int) -> NoReturn:
    """Serve until a signal ends it. A host that is not loopback is served over TLS only."""
    certificate = server_certificate.ensure(settings.DATA_DIR, host)
    runner = EmbeddedRunner()
    server.serve(
        APPLICATION,
        plain=[server.PlainPort(host, port)] if is_loopback(host) else [],
        tls=[server.TlsPort(host, tls_port, certificate.certificate, certificate.key)],
        hooks=server.WorkerHooks(started=runner.start, stopping=runner.stop),
    )

"""The firewall's web process: the UI on HTTP and HTTPS, and the threads that run its jobs."""

import ipaddress
import os
from typing import Final, NoReturn

from django.conf import settings

from jobs.runner import EmbeddedRunner
from webui import server_certificate, server_process
from webui.server import PlainPort, TlsPort, WorkerHooks

APPLICATION: Final = "scepadmin.wsgi:application"

_ALL_ADDRESSES: Final = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound

_RUNNER: Final = EmbeddedRunner()


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


def environment(host: str, names: str) -> dict[str, str]:
    """Return the variables that settings need for a host; see docs/settings.md.

    Args:
        host: address to listen on.
        names: host names the admin allows, separated by commas; empty allows the host itself,
            and any name when all addresses are listened on.
    """
    if is_loopback(host):
        return {}
    own = "*" if host in _ALL_ADDRESSES else f"[{host}]" if ":" in host else host
    return {"SCEPADMIN_HOSTS": names or own, "SCEPADMIN_TLS_ONLY": "1"}


def run(host: str, port: int, tls_port: int) -> NoReturn:
    """Become the web server. A host that is not loopback is served over TLS only."""
    os.environ |= environment(host, os.environ.get("SCEPADMIN_HOSTS", ""))
    files = server_certificate.ensure(settings.DATA_DIR, host)
    server_process.become(
        APPLICATION,
        plain=[PlainPort(host, port)] if is_loopback(host) else [],
        tls=[TlsPort(host, tls_port, files.certificate, files.key)],
        hooks=WorkerHooks(started=f"{__name__}:start_jobs", stopping=f"{__name__}:stop_jobs"),
    )


def start_jobs() -> None:
    """Run jobs in threads of this worker."""
    _RUNNER.start()


def stop_jobs() -> None:
    """Let running jobs end, or leave them to the next start."""
    _RUNNER.stop()

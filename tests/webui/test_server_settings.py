"""What the web server hands to gunicorn, seen without starting it."""

import logging
import ssl
from pathlib import Path

import pytest

from tests import issuing
from tests.webui import echo
from webui import server
from webui.server import PlainPort, TlsPort, WorkerHooks


def make(application: server.Application = "tests.webui.echo:application") -> server._Server:
    return server._Server(
        application,
        plain=[PlainPort("127.0.0.1", 8080), PlainPort("::1", 8080)],
        tls=[TlsPort("127.0.0.1", 8443, Path("c.pem"), Path("k.pem"))],
        threads=3,
        hooks=WorkerHooks(),
    )


def test_nothing_listens_beside_the_ports_asked_for() -> None:
    settings = make().cfg

    assert settings.control_socket_disable
    assert settings.workers == 1
    assert not settings.sendfile


def test_the_application_may_be_a_name_or_a_factory() -> None:
    assert make().load() is echo.application
    assert make(echo.make_application).load() is echo.application


def test_hooks_may_be_absent_names_or_functions() -> None:
    called: list[str] = []

    server._call("")
    server._call(lambda: called.append("function"))

    assert called == ["function"]


def test_a_name_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(Exception, match="nothing"):
        server._call("tests.webui.echo:nothing")


@pytest.mark.parametrize(
    ("ca_file", "required", "mode"),
    [
        ("", False, ssl.CERT_NONE),
        ("ca.pem", False, ssl.CERT_OPTIONAL),
        ("ca.pem", True, ssl.CERT_REQUIRED),
    ],
)
def test_client_certificates_are_asked_for_only_where_a_ca_is_given(
    tmp_path: Path, ca_file: str, mode: ssl.VerifyMode, *, required: bool
) -> None:
    authority = issuing.ca()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    (tmp_path / "k.pem").write_bytes(authority.key_pem)
    ca = tmp_path / ca_file if ca_file else None

    files = tmp_path / "ca.pem", tmp_path / "k.pem"
    context = TlsPort("127.0.0.1", 0, *files, ca, required).context()

    assert context.verify_mode is mode
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_client_that_goes_silent_is_no_error_of_ours() -> None:
    logger = server._Logger(make().cfg)
    seen: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = seen.append  # type: ignore[method-assign,assignment]  # the shortest handler there is
    logger.error_log.addHandler(handler)

    for error in (TimeoutError("silent client"), ValueError("ours")):
        try:
            raise error
        except (TimeoutError, ValueError):
            logger.exception("while serving")
    logger.error_log.removeHandler(handler)

    assert [record.exc_info[0] for record in seen if record.exc_info] == [ValueError]

"""What ``manage.py democa`` does before it serves."""

import io
import sys
from pathlib import Path

import pytest

from django.core.management import call_command
from django.core.management.base import CommandError

from democa import queries, services
from democa.hierarchy import Authority
from democa.management.commands.democa import Command, Options, tls_ports
from democa.models import AuthorityCertificate, Switches
from democa.services import switches
from tests.democa.conftest import made_successor
from webui import server_certificate

pytestmark = pytest.mark.usefixtures("ca")


class Prepares(Command):
    """The command up to the point where it becomes a web server."""

    def _serve(self, options: Options) -> None:
        self.served = options


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(Prepares(stdout=output), *arguments)
    return output.getvalue()


def test_it_says_where_everything_is() -> None:
    text = run("--port", "9000", "--tls-port", "9443", "--host", "::1")

    assert "demos and tests only" in text
    assert "http://[::1]:9000/certsrv/mscep/" in text
    assert "http://[::1]:9000/CertSrv/mscep_admin/" in text
    assert "https://[::1]:9443/" in text


def test_the_options_become_the_behavior() -> None:
    run("--password-max", "7", "--approve-by-hand", "--no-legacy")
    row = switches.read()
    assert (row.password_max, row.approve_by_hand, row.allow_legacy) == (7, True, False)

    run()
    row = switches.read()
    assert (row.password_max, row.approve_by_hand, row.allow_legacy) == (5, False, True)


def test_a_restart_keeps_the_ca_that_took_over() -> None:
    services.keep_next(made=made_successor(), generation=2)
    services.take_over()

    text = run("--renewal-days", "30", "--requests-per-minute", "600")

    row = switches.read()
    assert (row.generation, row.has_next) == (2, False)
    assert (row.renewal_days, row.requests_per_minute) == (30, 600)
    assert queries.current_ca().sha256.replace(" ", "") in text


def test_the_root_can_be_left_out_from_the_start() -> None:
    run("--leave-out-root")
    assert not switches.read().sends_root

    run()
    assert switches.read().sends_root


def test_the_design_is_chosen_at_the_first_start_only() -> None:
    assert "RSA 2048, a root that issues, two RAs" in run("--design", "rsa")

    with pytest.raises(CommandError, match="is there already, and is rsa, not ec"):
        run("--design", "ec")


@pytest.mark.django_db
def test_a_ca_below_a_root_shows_both_fingerprints(ca: Authority) -> None:
    AuthorityCertificate.objects.all().delete()

    text = run("--design", "ec-two-tier")

    row = queries.current_ca()
    assert row.sha256 != row.root_sha256
    for fingerprint in (row.sha256, row.root_sha256):
        assert fingerprint.replace(" ", "") in text
    del ca


@pytest.mark.parametrize("number", ["-1", "100001", "many"])
def test_a_number_that_makes_no_sense_is_refused(number: str) -> None:
    with pytest.raises(CommandError, match="--password-max"):
        run("--password-max", number)


def test_a_password_given_is_set_and_not_printed() -> None:
    text = run("--password", "swordfish")

    assert "swordfish" not in text
    assert services.is_admin_password("swordfish")


def test_a_password_may_come_by_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("from a pipe\n"))

    run("--password", "-")

    assert services.is_admin_password("from a pipe")


def test_a_new_password_is_one_for_ntlm_too(tmp_path: Path) -> None:
    before = (tmp_path / "ntlm-users").read_text(encoding="utf-8")
    run("--password", "swordfish")
    after = (tmp_path / "ntlm-users").read_text(encoding="utf-8")

    assert before != after
    assert [line.split(":")[0] for line in after.splitlines()] == list(switches.NTLM_NAMES)
    assert "swordfish" not in after


def test_the_first_start_makes_a_password_and_prints_it_once() -> None:
    Switches.objects.all().delete()

    first, second = run(), run()

    made = first.partition("scep, password ")[2].split()[0]
    assert services.is_admin_password(made)
    assert made not in second
    assert "the password of the first start; --password sets another" in second


def test_a_lost_key_ends_it_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "root.key").unlink()

    with pytest.raises(CommandError, match=r"lost its private key .*root\.key"):
        run()


def test_client_certificates_need_a_tls_port_and_a_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="wants --tls-port"):
        run("--client-ca", str(tmp_path / "root.key"))
    with pytest.raises(CommandError, match="a file that exists"):
        run("--client-ca", str(tmp_path / "none.pem"), "--tls-port", "9443")


def test_without_a_tls_port_no_certificate_is_made(ca: Authority, tmp_path: Path) -> None:
    del ca
    assert tls_ports(options()) == []
    assert not (tmp_path / server_certificate.CERTIFICATE_FILE).exists()


def test_the_tls_port_gets_its_certificate_and_client_ca(tmp_path: Path) -> None:
    (port,) = tls_ports(options(tls_port=9443, client_ca=tmp_path / "ca.pem"))

    assert (port.port, port.client_ca) == (9443, tmp_path / "ca.pem")
    assert port.certificate.read_bytes().startswith(b"-----BEGIN CERTIFICATE")


def options(tls_port: int | None = None, client_ca: Path | None = None) -> Options:
    return Options(
        host="127.0.0.1",
        port=8081,
        tls_port=tls_port,
        client_ca=client_ca,
        password="",
        password_max=5,
        approve_by_hand=False,
        legacy=True,
        renewal_days=365,
        requests_per_minute=0,
        design=None,
        sends_root=True,
        fault="none",
    )

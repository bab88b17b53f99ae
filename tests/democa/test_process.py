"""``manage.py democa`` as a real process: its own settings, its own folder, kept state."""

import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.democa_server import RunningCa, run_democa


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("democa") / "data"


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[RunningCa]:
    with run_democa(folder) as ca:
        yield ca


def test_it_answers_over_http_and_https(running: RunningCa) -> None:
    context = ssl.create_default_context(cadata=running.root_pem().decode())
    url = f"{running.tls_url}/certsrv/mscep/?operation=GetCACaps"
    with urllib.request.urlopen(url, context=context, timeout=10) as reply:  # noqa: S310 - loopback only
        over_tls = reply.read()

    assert b"SCEPStandard" in over_tls
    assert running.get("/certsrv/mscep/?operation=GetCACaps")[2] == over_tls


def test_its_own_page_names_the_scheme_it_was_asked_by(running: RunningCa) -> None:
    context = ssl.create_default_context(cadata=running.root_pem().decode())
    with urllib.request.urlopen(running.tls_url, context=context, timeout=10) as reply:  # noqa: S310 - loopback only
        page = reply.read().decode()

    assert f"{running.tls_url}/certsrv/mscep/" in page


def test_its_style_sheet_is_served(running: RunningCa) -> None:
    status, content_type, _ = running.get("/static/css/democa.css")

    assert (status, content_type.split(";")[0]) == (200, "text/css")


def test_one_time_passwords_are_for_the_operator(running: RunningCa) -> None:
    assert running.get("/CertSrv/mscep_admin/")[0] == 401
    assert running.one_time_password() != running.one_time_password()


def test_all_its_state_is_in_its_folder_and_private(running: RunningCa, folder: Path) -> None:
    del running
    names = {path.name for path in folder.iterdir()}

    assert {"democa.db", "root.key", "ra-signature.key", "ra-encryption.key"} <= names
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*.key"))
    assert folder.stat().st_mode & 0o077 == 0


def test_ca_and_password_outlive_a_restart(tmp_path: Path) -> None:
    with run_democa(tmp_path / "data", password="kept") as first:
        root = first.root_pem()
    with run_democa(tmp_path / "data", password="") as second:
        assert second.root_pem() == root
        status = RunningCa(**{**vars(second), "password": "kept"}).get(
            "/CertSrv/mscep_admin/", signed_in=True
        )[0]

    assert status == 200
    assert "kept" not in first.output.read_text(encoding="utf-8")

"""The demo as a process: what it prints, how it ends, and what it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo_process import PASSWORD, ROOT, run_demo
from tests.loopback import free_port
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a management command to its end."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_demo_says_where_it_is_and_never_shows_a_password_that_was_given(
    tmp_path: Path,
) -> None:
    with run_demo(tmp_path / "data") as demo:
        said = demo.output
        demo.stop()
        demo.start()
        said_later = demo.output.removeprefix(said)

    for words in (f"{demo.url}/", f"https://127.0.0.1:{demo.tls_port}/", demo.ca_origin):
        assert words in said
    assert PASSWORD not in said + said_later
    assert "passwords of the first start" in said_later


def test_it_ends_with_all_its_processes_and_frees_its_ports(tmp_path: Path) -> None:
    with run_demo(tmp_path / "data") as demo:
        family = demo.family()
        demo.stop()

        wait_until(lambda: not any(member.is_running() for member in family), timeout_s=15)
        demo.start()


def test_the_demo_ca_ends_when_the_rest_is_killed(tmp_path: Path) -> None:
    with run_demo(tmp_path / "data") as demo:
        children = demo.family()[1:]
        assert demo.process is not None

        demo.process.kill()
        demo.process.wait()

        wait_until(lambda: not any(child.is_running() for child in children), timeout_s=15)
        demo.process = None


def test_a_port_that_is_taken_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with run_demo(tmp_path / "first") as demo:
        done = manage(
            *("demo", "--data", str(tmp_path / "second"), "--port", str(demo.port)),
            *("--tls-port", str(free_port()), "--ca-port", str(free_port())),
        )

    assert done.returncode != 0
    assert f"Something already listens on port {demo.port}" in done.stderr
    assert not (tmp_path / "second" / "scepadmin.db").exists()


def test_state_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with run_demo(folder):
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}

    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    files = {name: mode for name, mode in modes.items() if (folder / name).is_file()}
    assert {"master.key", "scepadmin.db", "jobs.db", "web-key.pem"} <= set(files)
    assert set(files.values()) == {"0o600"}, files

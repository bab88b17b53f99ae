"""`manage.py demo --once`: the main job from an empty data folder, without a browser."""

import os
import subprocess
import sys

import pytest

from tests.demo_process import ROOT

pytestmark = pytest.mark.e2e


def run_once(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SCEPADMIN")
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", "demo", "--once", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_walk_is_done_from_an_empty_folder_and_each_step_is_printed() -> None:
    done = run_once()

    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("1 ", "2 ", "3 ", "4 CA certificate stored", "5 certificate walk-device", "6 "):
        assert f"\n{step}" in f"\n{done.stdout}"
    assert done.stdout.rstrip().endswith("all of it is true")


def test_a_port_that_is_taken_is_named_and_the_walk_fails(tmp_path: os.PathLike[str]) -> None:
    import socket  # noqa: PLC0415 - only this test holds a port

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        done = run_once("--ca-port", str(port), "--data", os.fspath(tmp_path))

    assert done.returncode != 0
    assert str(port) in done.stderr

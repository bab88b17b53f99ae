"""``python -m scep`` as a program."""

import re
import resource
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import scep.__main__
from scep.__main__ import main, run
from tests.scep.commands.conftest import Cli

COMMANDS = ["caps", "cacert", "enroll", "poll", "renew", "crl", "getcert", "nextca", "decode"]
ENROLL = ["enroll", "http://x/", "--subject", "CN=x", "--out", "x"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_the_exit_codes(cli: Cli, command: str) -> None:
    ran = cli(command, "--help")

    assert ran.code == 0
    assert "5  not trusted" in ran.out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "The following arguments are required: COMMAND"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["caps"], "The following arguments are required: URL"),
        (["enroll", "http://x/"], "--subject, --out"),
        ([*ENROLL, "--often", "5", "--quick=2"], "Unknown option --often, --quick."),
        ([*ENROLL, "--challenge-u", "http://x/"], "Unknown option --challenge-u."),
        (["caps", "http://x/", "http://y/"], "Too many arguments."),
    ],
    ids=["nothing", "unknown", "no URL", "no subject", "unknown option", "shortened", "too many"],
)
def test_a_wrong_command_line_is_told_in_one_line(cli: Cli, argv: list[str], words: str) -> None:
    ran = cli(*argv)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: ")
    assert words in ran.err
    assert "--help" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("typo", [["--challange", "sEcReT"], ["--challange=sEcReT"], ["sEcReT"]])
def test_what_stands_behind_a_mistyped_option_is_not_shown(cli: Cli, typo: list[str]) -> None:
    ran = cli(*ENROLL, *typo)

    assert ran.code == 2
    assert "sEcReT" not in ran.err


def ended(program: object) -> object:
    with pytest.raises(SystemExit) as caught:
        run(program)  # type: ignore[arg-type]
    return caught.value.code


def test_the_exit_code_is_the_commands() -> None:
    assert ended(lambda _: 4) == 4


def test_it_runs_as_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["scep", "caps", "ftp://nowhere/"])

    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(scep.__main__.__file__), run_name="__main__")

    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: The URL does not begin")


def test_an_interrupt_ends_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: Sequence[str]) -> int:
        raise KeyboardInterrupt

    assert ended(interrupted) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("capfd")
def test_a_closed_pipe_ends_quietly() -> None:
    def closed(_: Sequence[str]) -> int:
        raise BrokenPipeError

    assert ended(closed) == 0


def test_it_starts_in_less_than_0_4_seconds() -> None:
    command = [sys.executable, "-m", "scep", "caps", "ftp://nowhere/"]
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ended = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - fixed
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert ended.returncode == 2
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    # Time on the processor: what else the machine does is not our start-up.
    assert min(times) < 0.4


def test_every_command_and_option_stands_in_the_documents(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "command-line.md").read_text(encoding="utf-8")
    words = set(re.findall(r"--[a-z][a-z-]+", page))

    for command in COMMANDS:
        main([command, "--help"])
        options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
        assert options - words == set(), command
        assert f"`{command}" in page

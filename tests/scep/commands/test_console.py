"""What is written to stdout and stderr."""

import pytest

from scep.commands import console
from scep.commands.console import Failed
from scep.transcript import Outcome, Step, StepName


def test_a_failure_is_one_line_whatever_a_server_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.complain(Failed("PKIOperation", "no\x1b[2J\nroot@host:~# \u202e", ""))

    captured = capsys.readouterr()
    assert captured.err == "PKIOperation: no\ufffd[2J\ufffdroot@host:~# \ufffd\n"
    assert captured.out == ""


def test_a_table_leaves_out_what_has_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    console.say_table((("A", "1"), ("Much longer", ""), ("Bee", "2")))

    assert capsys.readouterr().out == "A    1\nBee  2\n"


def test_an_empty_table_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    console.say_table(())

    assert capsys.readouterr().out == ""


def test_a_warning_shows_its_hint_and_a_passed_step_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.say_step(Step(StepName.CSR, Outcome.PASSED, "Made.", "unused", duration_ms=0.4))
    console.say_step(Step(StepName.VERIFY, Outcome.WARNED, "Weak.", "Do this.", duration_ms=12))
    console.say_step(Step(StepName.VERIFY, Outcome.WARNED, "Weak."))

    assert capsys.readouterr().out.splitlines() == [
        "ok    CSR             Made.",
        "warn  Verify          Weak. (12 ms)",
        "                      Do this.",
        "warn  Verify          Weak.",
    ]

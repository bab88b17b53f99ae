"""``manage.py renew_due``."""

import io
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from django.core.management import call_command

from certificates.management.commands.renew_due import Command
from certificates.models import Material, Source
from tests.certificates.memory_ca import CAPABILITIES
from tests.certificates.workbench import Bench


@pytest.fixture(autouse=True)
def _plugged_in(settings: Settings) -> None:
    """The jobs reach the CA in memory."""
    settings.JOB_HANDLERS = {
        **settings.JOB_HANDLERS,
        "renew": "tests.certificates.plugs.generate",
    }


@pytest.fixture
def due(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A device with a certificate that is due."""
    bench.ca.capabilities = (*CAPABILITIES, "Renewal")
    bench.generate(bench.request(bench.running_profile(), "fw-1"))
    bench.pass_time(days=300)
    monkeypatch.setattr(Command, "clock", staticmethod(lambda: bench.now))
    return bench


def _renew(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("renew_due", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def _count() -> int:
    return Material.objects.filter(source=Source.ENROLLMENT).count()


def test_what_is_due_is_renewed_and_told_and_then_nothing_is(due: Bench) -> None:
    code, out = _renew()

    assert code == 0
    assert "certificate fw-1: Certificate fw-1 was renewed: O=acme,CN=jdoe, valid until" in out
    due.now -= timedelta(days=300)
    assert _renew() == (0, "No certificate is due.\n")
    assert _count() == 2


def test_a_dry_run_tells_and_does_nothing(due: Bench) -> None:
    code, out = _renew("--dry-run")

    assert (code, _count()) == (0, 1)
    assert out.startswith("fw-1: ends 20")
    due.now -= timedelta(days=300)
    assert _renew("--dry-run") == (0, "No certificate is due.\n")


@pytest.mark.parametrize(("verdict", "code"), [("pend", 3), ("refuse", 4)])
def test_pending_is_three_and_refused_four(due: Bench, verdict: str, code: int) -> None:
    due.ca.verdict = verdict

    assert _renew()[0] == code
    assert _count() == 1


def test_what_cannot_be_asked_for_is_two(due: Bench) -> None:
    profile = Material.objects.get(source=Source.ENROLLMENT).profile_uuid
    assert profile is not None
    due.ca.verdict = "pend"
    due.generate(due.request(profile, "fw-2"))

    code, out = _renew()

    assert code == 2
    assert out.startswith("fw-1: A certificate for O=acme,CN=jdoe is being requested")

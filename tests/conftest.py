"""What every test may use, and what happens to tests that were left out."""

import os
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import settings

from django.conf import settings as django_settings

pytest_plugins = ["tests.browser", "tests.conformance.outcomes", "tests.in_force"]

# Two busy cores make any example slow now and then; how slow our code may be is tested by itself.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

VECTORS_ABSENT = "Skipped: vectors absent"
"""Beginning of the one reason for skipping that REQUIRE_ALL=1 accepts."""


@pytest.fixture
def now() -> datetime:
    """A fixed moment, aware, UTC."""
    return datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="session")
def _key_of_the_log() -> None:
    """Log entries without a master key file, which few tests are about."""
    django_settings.AUDIT_CHAIN_KEY = "tests.conftest.audit_chain_key"


def audit_chain_key(at: datetime) -> bytes:
    """The key of the log's chain."""
    del at
    return bytes(32)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was left out, with its reason and count."""
    skipped = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.section("LEFT OUT", sep="!", red=True)
        for reason, count in sorted(skipped.items()):
            terminalreporter.line(f"{count} x {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With REQUIRE_ALL=1 a skipped test fails the run, but for the vectors folder's absence."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("REQUIRE_ALL") != "1" or reporter is None:
        return
    reasons = {_reason(report) for report in reporter.stats.get("skipped", [])}
    if any(not reason.startswith(VECTORS_ABSENT) for reason in reasons):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _reason(report: pytest.TestReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)

"""How marked tests ended: a pytest plugin that writes it down, and what judges a run by it."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from tests.conformance.claims import MARKS, ROOT, Claim
from tests.conformance.lines import LINES

FOLDER: Final = ROOT / "build" / "outcomes"
_ABSENT: Final = "vectors absent"
_WORST_FIRST: Final = ("error", "failed", "xpassed", "xfailed", "skipped", _ABSENT, "passed")

Proven: TypeAlias = tuple[str, str, tuple[str, ...]]
"""Test without its parameters, mark, words of the mark."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report say what its test is marked with: reports travel between processes."""
    for item in items:
        marks = [[mark.name, *mark.args] for mark in item.iter_markers() if mark.name in MARKS]
        if marks:
            item.user_properties.append(("claims", json.dumps(marks)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write how each marked test ended, in one file for each settings module and its run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or session.config.option.collectonly:
        return
    rows = [
        [_absent_or(outcome, report), report.nodeid, claims]
        for outcome in _WORST_FIRST
        for report in reporter.stats.get(outcome, [])
        if (claims := dict(getattr(report, "user_properties", ())).get("claims"))
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "main")
    (FOLDER / f"{settings}.json").write_text(json.dumps(rows), encoding="utf-8")


def _absent_or(outcome: str, report: pytest.TestReport) -> str:
    """Tell a test whose vectors are not there from others that were left out."""
    return _ABSENT if outcome == "skipped" and _ABSENT in str(report.longrepr) else outcome


def read_outcomes(folder: Path = FOLDER) -> dict[Proven, str]:
    """Read what the runs wrote: the worst outcome among the parameters of each test and mark."""
    ended: dict[Proven, set[str]] = {}
    for file in sorted(folder.glob("*.json")):
        for outcome, node_id, claims in json.loads(file.read_text(encoding="utf-8")):
            for mark, *words in json.loads(claims):
                proven = (node_id.partition("[")[0], mark, tuple(words))
                ended.setdefault(proven, set()).add(outcome)
    return {
        proven: next(outcome for outcome in _WORST_FIRST if outcome in outcomes)
        for proven, outcomes in ended.items()
    }


def not_passed(
    claims: Iterable[Claim], outcomes: dict[Proven, str], *, may_skip: bool
) -> Iterator[str]:
    """Tell which claims the run does not bear out, one sentence each.

    Args:
        claims: what the tests say to prove.
        outcomes: from :func:`read_outcomes`.
        may_skip: whether a test that was left out is no objection.
    """
    for claim in claims:
        outcome = outcomes.get((claim.node_id, claim.mark, claim.words), "not run")
        if outcome not in {"passed", _ABSENT} and not (may_skip and outcome == "skipped"):
            yield f"{claim.node_id} ({' / '.join(claim.words)}): {outcome}"


def unproven_lines(claims: Iterable[Claim], outcomes: dict[Proven, str]) -> list[str]:
    """Name the lines that must be proven and of which no test passed in the run."""
    claims = [claim for claim in claims if claim.mark == "conformance"]
    named = {word for claim in claims for word in claim.words}
    proven = {
        word
        for claim in claims
        if outcomes.get((claim.node_id, claim.mark, claim.words)) == "passed"
        for word in claim.words
    }
    return sorted(word for word in named - proven if LINES[word].must_be_proven)

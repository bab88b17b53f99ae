"""Killed while a commit waits to be confirmed; started again when the time is over."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage
from tests.demo_process import Demo, run_demo
from tests.journeys import steps

pytestmark = pytest.mark.e2e


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo that this test may kill."""
    with run_demo(tmp_path / "data") as running:
        yield running


def let_the_deadline_pass(demo: Demo) -> None:
    """Move the deadline of the stopped demo into the past: nobody waits for it."""
    past = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S")
    with closing(sqlite3.connect(demo.folder / "scepadmin.db")) as database, database:
        for table, column in (
            ("configuration_confirmation", "deadline_at"),
            ("jobs_job", "run_at"),
        ):
            changed = database.execute(
                f"UPDATE {table} SET {column} = ? WHERE {column} IS NOT NULL",  # noqa: S608 - ours
                [past],
            )
            assert changed.rowcount == 1


def test_a_commit_that_nobody_confirmed_is_rolled_back_once_after_the_restart(
    own_demo: Demo, browser_page: OpenPage
) -> None:
    page = browser_page().page
    steps.sign_in(page, own_demo)
    steps.open_scep(page)
    steps.fill_profile(page, **steps.dynamic_profile(own_demo, "trial"))
    steps.saved(page, "trial")
    page.locator("#commit-button").click()
    steps.set_fields(page, confirm_within="60")
    page.get_by_role("dialog").get_by_role("button", name="Commit", exact=True).click()
    steps.job_ends(page)
    page.goto("about:blank")

    own_demo.kill()
    let_the_deadline_pass(own_demo)
    own_demo.start()

    page.goto(f"{own_demo.url}/tasks/")
    rolled_back = page.get_by_role("row").filter(has_text="Rolled back: revision 2 runs")
    expect(rolled_back).to_have_count(1, timeout=steps.JOB_TIMEOUT_MS)
    expect(page.get_by_role("row").filter(has_text="Roll back")).to_have_count(1)
    page.goto(f"{own_demo.url}/device/scep/")
    expect(page.get_by_role("row").filter(has_text="trial")).to_contain_text("Not committed")
    expect(page.locator(".confirm-bar")).to_have_count(0)
    assert own_demo.output.count("Traceback") == 0

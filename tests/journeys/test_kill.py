"""SIGKILL in the middle of a commit and of a Generate; then the same folder is started again.

A gateway between the product and the demo CA holds the exchange at a known point, so that "in the
middle" is the same moment in every run.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenPage
from tests.demo_process import Demo, run_demo
from tests.gateway import Gateway, Hold, run_gateway
from tests.journeys import steps
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e
ARRIVES_S = 30.0


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo that this test may kill."""
    with run_demo(tmp_path / "data") as running:
        yield running


@pytest.fixture
def gateway(own_demo: Demo) -> Iterator[Gateway]:
    """Between the product and its demo CA."""
    with run_gateway(own_demo.ca_origin) as running:
        yield running


def kill_and_start_again(demo: Demo, gateway: Gateway) -> None:
    demo.kill()
    gateway.release()
    demo.start()


def held_profile(demo: Demo, gateway: Gateway) -> dict[str, str]:
    """A profile whose SCEP goes through the gateway; NTLM would not survive it."""
    profile = steps.dynamic_profile(demo, "held")
    return {**profile, "server_url": f"{gateway.url}/certsrv/mscep/"}


def hold_a_commit(page: Page, demo: Demo, gateway: Gateway, operation: str, when: Hold) -> None:
    """Commit a profile whose server is behind the gateway, and wait until it is held there."""
    steps.sign_in(page, demo)
    steps.open_scep(page)
    steps.fill_profile(page, **held_profile(demo, gateway))
    steps.saved(page, "held")
    gateway.hold_at(operation, when)
    steps.commit(page)
    assert gateway.reached.wait(ARRIVES_S)
    page.goto("about:blank")


def newest_job(page: Page, demo: Demo) -> None:
    """Open the dialog of the newest job."""
    page.goto(f"{demo.url}/tasks/")
    page.locator("table.grid tbody th[scope=row] a").first.click()
    expect(page.locator("#job-progress")).to_be_visible()


def issued_by_the_demo_ca(page: Page, demo: Demo, name: str) -> int:
    """Count what the demo CA says it issued for a subject."""
    page.goto(f"{demo.ca_origin}/")
    return page.get_by_role("row").filter(has_text=name).count()


def test_a_commit_killed_while_it_fetches_goes_on_after_the_restart(
    own_demo: Demo, gateway: Gateway, browser_page: OpenPage
) -> None:
    page = browser_page().page
    hold_a_commit(page, own_demo, gateway, "GetCACert", "before")

    kill_and_start_again(own_demo, gateway)

    newest_job(page, own_demo)
    steps.job_ends(page)
    steps.close_dialog(page)
    expect(page.locator("#commit-button")).to_contain_text("no pending changes")
    steps.open_certificates(page)
    expect(page.get_by_role("row").filter(has_text="held-ca")).to_have_count(1)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_generate_killed_around_its_request_brings_exactly_one_certificate(
    own_demo: Demo, gateway: Gateway, browser_page: OpenPage, when: Hold
) -> None:
    watched = browser_page()
    page = watched.page
    steps.sign_in(page, own_demo)
    steps.open_scep(page)
    profile = held_profile(own_demo, gateway)
    steps.fill_profile(page, **{**profile, "subject": "CN=killed-device"})
    steps.saved(page, "held")
    steps.commit(page)
    steps.job_ends(page)
    steps.close_dialog(page)
    steps.open_certificates(page)
    gateway.hold_at("PKIOperation", when)
    steps.generate(page, "once", "held")
    assert gateway.reached.wait(ARRIVES_S)
    page.goto("about:blank")

    kill_and_start_again(own_demo, gateway)

    newest_job(page, own_demo)
    steps.job_ends(page)
    page.goto(f"{own_demo.url}/device/certificates/")
    expect(page.get_by_role("row").filter(has_text="once")).to_have_count(1)
    assert issued_by_the_demo_ca(page, own_demo, "killed-device") == 1
    assert own_demo.output.count("Traceback") == 0


def test_a_killed_worker_is_replaced_and_its_job_goes_on(
    own_demo: Demo, gateway: Gateway, browser_page: OpenPage
) -> None:
    page = browser_page().page
    hold_a_commit(page, own_demo, gateway, "GetCACaps", "after")
    assert own_demo.process is not None
    children = {member.pid: member for member in own_demo.family()[1:]}
    worker = next(m for m in children.values() if not re.search("democa", " ".join(m.cmdline())))

    worker.kill()
    gateway.release()

    wait_until(lambda: own_demo.answers(f"{own_demo.url}/login/"), timeout_s=30)
    newest_job(page, own_demo)
    steps.job_ends(page)

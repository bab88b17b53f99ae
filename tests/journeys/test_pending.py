"""A CA that decides by hand: the request is kept, survives a restart, and is polled."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage
from tests.demo_process import PASSWORD, Demo, run_demo
from tests.democa_server import RunningCa, run_democa
from tests.journeys import steps

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def careful_ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    """A demo CA that holds every request until someone approves it."""
    folder = tmp_path_factory.mktemp("careful-ca")
    with run_democa(folder, password=PASSWORD, extra=["--approve-by-hand"]) as running:
        yield running


@pytest.fixture
def own_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that this test may start again."""
    with run_demo(tmp_path_factory.mktemp("pending") / "data") as running:
        yield running


@pytest.mark.conformance("C51")
def test_a_pending_request_survives_a_restart_and_brings_its_certificate_once_approved(
    own_demo: Demo, careful_ca: RunningCa, browser_page: OpenPage
) -> None:
    page = browser_page().page
    steps.sign_in(page, own_demo)
    steps.open_scep(page)
    profile = steps.dynamic_profile(own_demo, "careful", origin=careful_ca.url)
    steps.fill_profile(page, **profile)
    steps.saved(page, "careful")
    steps.commit(page)
    steps.job_ends(page)
    steps.close_dialog(page)
    steps.open_certificates(page)
    steps.generate(page, "patient", "careful")
    steps.job_ends(page, steps.DONE)
    steps.close_dialog(page)
    row = page.get_by_role("row").filter(has_text="patient")
    expect(row).to_contain_text("pending")
    page.goto("about:blank")

    own_demo.stop()
    own_demo.start()
    careful_ca.approve_all()

    page.goto(f"{own_demo.url}/device/certificates/")
    row.get_by_role("link", name="patient").click()
    page.get_by_role("dialog").get_by_role("button", name="Poll now").click()
    steps.job_ends(page)
    steps.close_dialog(page)
    expect(row).to_contain_text("valid")
    expect(row).to_have_count(1)

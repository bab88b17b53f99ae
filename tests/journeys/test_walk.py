"""The main job in a real browser: against the demo CA, then against Debian's scepserver."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.demo_process import Demo
from tests.journeys import steps
from tests.servers import ScepServerProcess

pytestmark = pytest.mark.e2e


def test_an_admin_enrolls_a_certificate_at_the_demo_ca(
    demo: Demo, admin_page: Page, downloads: Path
) -> None:
    page = admin_page
    steps.open_scep(page)
    steps.fill_profile(page, **steps.dynamic_profile(demo))
    steps.saved(page, "demo")
    expect(page.locator("#commit-button")).to_contain_text("pending change")

    steps.commit(page)
    said = steps.job_ends(page)
    assert "GetCACaps" in said
    assert "GetCACert" in said
    steps.close_dialog(page)
    expect(page.locator("#commit-button")).to_contain_text("no pending changes")

    steps.open_certificates(page)
    expect(page.get_by_role("row").filter(has_text="demo-ca")).to_have_count(1)

    steps.generate(page, "fw1", "demo")
    said = steps.job_ends(page)
    assert "PKIOperation" in said
    steps.close_dialog(page)

    row = page.get_by_role("row").filter(has_text="fw1")
    expect(row).to_contain_text("valid")
    certificate = steps.download_pem(page, "fw1", downloads)
    page.get_by_role("dialog").get_by_role("link", name="Extensions").click()
    expect(page.get_by_role("dialog")).to_contain_text("digitalSignature")
    steps.close_dialog(page)
    ca = steps.download_pem(page, "demo-ca", downloads)
    assert steps.openssl_verifies(certificate, ca)


@pytest.mark.interop
def test_an_admin_enrolls_at_scepserver_and_reads_why_a_wrong_password_fails(
    scepserver: ScepServerProcess, admin_page: Page, downloads: Path
) -> None:
    page = admin_page
    fields = {
        "challenge": "fixed",
        "server_url": scepserver.url,
        "ca_ident": "scep",
        "subject": "CN=$UDID,O=Acme",
    }
    steps.open_scep(page)
    steps.fill_profile(page, name="good", **fields, challenge_password=scepserver.challenge)
    steps.saved(page, "good")
    steps.fill_profile(page, name="bad", **fields, challenge_password="WRONG")
    steps.saved(page, "bad")
    steps.commit(page)
    steps.job_ends(page)
    steps.close_dialog(page)

    steps.open_certificates(page)
    steps.generate(page, "at-scepserver", "good")
    said = steps.job_ends(page, steps.WARNED)
    assert "DES" in said, "weak algorithms in the answer are told"
    steps.close_dialog(page)
    certificate = steps.download_pem(page, "at-scepserver", downloads)
    steps.close_dialog(page)
    ca = steps.download_pem(page, "good-ca", downloads)
    steps.close_dialog(page)
    assert steps.openssl_verifies(certificate, ca)

    steps.generate(page, "refused", "bad")
    said = steps.job_ends(page, steps.FAILED)
    assert "badRequest (2)" in said
    assert "challenge" in said
    assert "WRONG" not in said
    steps.close_dialog(page)
    expect(page.get_by_role("row").filter(has_text="refused")).to_have_count(0)

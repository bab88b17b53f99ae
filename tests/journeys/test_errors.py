"""What goes wrong, as the admin sees it: where the message stands, what it says, what stays."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests import issuing
from tests.demo_process import Demo
from tests.journeys import steps
from tests.loopback import Answer, Request, free_port, serve

pytestmark = pytest.mark.e2e

HTML = b"<!doctype html><html><head><title>IIS Windows Server</title></head><body>Hi</body></html>"
DER = (("Content-Type", "application/x-x509-ca-cert"),)


def _html(_: Request) -> Answer:
    return Answer(200, HTML, (("Content-Type", "text/html"),))


def _junk(request: Request) -> Answer:
    return Answer(200, b"\x00junk" * 210_000) if "GetCACaps" in request.path else Answer(404)


def _expired(request: Request) -> Answer:
    past = datetime.now(UTC) - timedelta(days=30)
    wanted = issuing.Wanted(
        "Old CA", ca=True, not_before=past - timedelta(days=365), not_after=past
    )
    if "GetCACaps" in request.path:
        return Answer(200, b"AES\nSHA-256\nPOSTPKIOperation\n")
    return Answer(200, issuing.issue(wanted).der, DER)


@pytest.fixture(scope="module")
def strange_servers(demo: Demo) -> Iterator[dict[str, str]]:
    """Servers that will not do, by the name of the profile that will use them."""
    with ExitStack() as running:
        html, junk, expired = (
            running.enter_context(serve(answer)) for answer in (_html, _junk, _expired)
        )
        yield {
            "down": f"http://127.0.0.1:{free_port()}/scep",
            "html": html.url,
            "junk": junk.url,
            "expired": expired.url,
            "mistaken": f"{demo.ca_origin}/certsrv/mscep/",
        }


def test_each_server_that_will_not_do_is_a_warning_of_its_own_and_stores_nothing(
    admin_page: Page, strange_servers: dict[str, str]
) -> None:
    page = admin_page
    steps.open_scep(page)
    for name, url in strange_servers.items():
        fingerprint = {"fingerprint": "00" * 32} if name == "mistaken" else {}
        steps.fill_profile(
            page, name=name, server_url=url, ca_ident=name, subject="CN=$UDID", **fingerprint
        )
        steps.saved(page, name)

    steps.commit(page)
    said = steps.job_ends(page, steps.WARNED)
    steps.close_dialog(page)

    for name in strange_servers:
        assert f'SCEP profile "{name}"' in said
    for fact in ("refused", "HTML", "IIS Windows Server", "expired", "fingerprint"):
        assert fact.lower() in said.lower(), fact
    expect(page.locator("#commit-button")).to_contain_text("no pending changes")
    steps.open_certificates(page)
    for name in strange_servers:
        expect(page.get_by_role("row").filter(has_text=f"{name}-ca")).to_have_count(0)


def test_every_wrong_field_of_a_profile_is_told_at_the_field_and_nothing_is_lost(
    admin_page: Page, demo: Demo
) -> None:
    page = admin_page
    steps.open_scep(page)
    steps.fill_profile(page, **steps.dynamic_profile(demo, "occupied"))
    steps.saved(page, "occupied")

    steps.fill_profile(
        page,
        name="occupied",
        server_url="ldap://ca.example/",
        ca_ident="c" * 256,
        subject="O=Acme",
        fingerprint="12:34",
    )

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("need attention")
    wrong = dialog.locator("[aria-invalid=true]")
    names = [wrong.nth(position).get_attribute("name") for position in range(wrong.count())]
    assert names == ["server_url", "ca_ident", "subject", "fingerprint"]
    expect(dialog).to_contain_text("256 characters")
    expect(dialog).to_contain_text("common name")
    expect(dialog.locator("[name=subject]")).to_have_value("O=Acme")

    steps.set_fields(
        page,
        server_url="http://ca.example/scep",
        ca_ident="c" * 255,
        subject="CN=$UDID",
        fingerprint="",
    )
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    expect(dialog).to_contain_text("already")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row").filter(has_text="occupied")).to_have_count(1)


def test_generate_tells_what_is_wrong_with_a_name_and_leaves_no_row(
    admin_page: Page, demo: Demo
) -> None:
    page = admin_page
    steps.open_scep(page)
    steps.fill_profile(page, **steps.dynamic_profile(demo, "names"))
    steps.saved(page, "names")
    steps.commit(page)
    steps.job_ends(page, steps.DONE)
    steps.close_dialog(page)
    steps.open_certificates(page)
    steps.generate(page, "first", "names")
    steps.job_ends(page)
    steps.close_dialog(page)

    dialog = page.get_by_role("dialog")
    for name, words in {"with a space": "cannot contain spaces", "first": "already exists"}.items():
        steps.generate(page, name, "names")
        expect(dialog.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
        expect(dialog).to_contain_text(words)
        expect(dialog.locator("[name=name]")).to_have_value(name)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    expect(page.get_by_role("row").filter(has_text="first")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text="with a space")).to_have_count(0)

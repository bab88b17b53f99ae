"""Every page and dialog of the firewall UI, and how to get there: for pictures and for axe."""

import base64
import re
import urllib.request
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Page, expect

from tests import loopback
from tests.demo_process import PASSWORD, Demo
from tests.journeys import steps

Visit = Callable[[Page, Demo], None]


def furnish(page: Page, demo: Demo) -> None:
    """Bring the demo to a state worth looking at, through the browser like anybody else."""
    steps.open_scep(page)
    steps.fill_profile(page, **steps.dynamic_profile(demo, "ndes-devices"))
    steps.saved(page, "ndes-devices")
    steps.fill_profile(
        page,
        name="ndes-unreachable",
        server_url="http://127.0.0.1:1/certsrv/mscep/",
        ca_ident="lab",
        subject="CN=$USERNAME,OU=Users,O=Acme",
    )
    steps.saved(page, "ndes-unreachable")
    steps.commit(page)
    steps.job_ends(page, steps.WARNED)
    steps.close_dialog(page)
    steps.open_certificates(page)
    for name in ("branch-00", "branch-01", "branch-02"):
        steps.generate(page, name, "ndes-devices")
        steps.job_ends(page)
        steps.close_dialog(page)
    _put_off(page, demo)
    _set_fault(page, demo, "no-aes")
    page.goto(f"{demo.url}{SCEP}")
    steps.fill_profile(
        page,
        name="ndes-users",
        challenge="fixed",
        challenge_password="not-committed-yet",
        server_url="https://ndes.example.com/certsrv/mscep/",
        ca_ident="corp",
        subject="CN=$USERNAME,O=Acme",
        san_type="rfc822",
        san_value="$EMAILADDRESS",
    )
    steps.saved(page, "ndes-users")
    _save(page, demo, "before-move.xml")
    steps.take_lock(page, kind="commit", location="vsys1", comment="until the RA has moved")
    steps.close_dialog(page)


def _save(page: Page, demo: Demo, name: str) -> None:
    """Save the candidate, without a name and under one."""
    page.goto(f"{demo.url}{OPERATIONS}")
    page.get_by_role("button", name="Save candidate configuration").click()
    page.get_by_text("Save named configuration snapshot").click()
    steps.set_fields(page, name=name)
    page.get_by_role("dialog").get_by_role("button", name="OK").click()
    expect(page.get_by_role("rowheader", name=name)).to_be_visible()


def _put_off(page: Page, demo: Demo) -> None:
    """Leave a job that waits to run again, and one that was cancelled while it waited."""
    with loopback.serve(lambda asked: _busy(asked, demo)) as server:
        page.goto(f"{demo.url}{SCEP}")
        busy = steps.dynamic_profile(demo, "ndes-busy") | {"server_url": server.url}
        steps.fill_profile(page, **busy)
        steps.saved(page, "ndes-busy")
        steps.commit(page)
        steps.job_ends(page, steps.DONE)
        steps.close_dialog(page)
        steps.open_certificates(page)
        for name in ("branch-03", "branch-04"):
            steps.generate(page, name, "ndes-busy")
            dialog = page.get_by_role("dialog")
            # It waits before it runs at all, too; then there is nothing to see yet.
            put_off = re.compile(r"until \S+ \S+ UTC")
            expect(dialog).to_contain_text(put_off, timeout=steps.JOB_TIMEOUT_MS)
            cancel = dialog.get_by_role("button", name="Cancel job")
            if name == "branch-03":
                cancel.click()
                expect(cancel).to_have_count(0)
            steps.close_dialog(page)


def _busy(asked: loopback.Request, demo: Demo) -> loopback.Answer:
    """Answer as the demo CA does, except that no request is ever taken."""
    if asked.method == "POST":
        return loopback.Answer(503, b"busy")
    asks = f"{demo.ca_origin}/certsrv/mscep/?{urlsplit(asked.path).query}"
    with urllib.request.urlopen(asks, timeout=20) as reply:  # noqa: S310 - loopback only
        content_type = reply.headers["Content-Type"]
        return loopback.Answer(200, reply.read(), (("Content-Type", content_type),))


def _set_fault(page: Page, demo: Demo, fault: str) -> None:
    page.goto(f"{demo.ca_origin}/")
    token = page.locator("form[action$=fault] [name=csrfmiddlewaretoken]").input_value()
    operator = base64.b64encode(f"scep:{PASSWORD}".encode()).decode()
    answer = page.request.post(
        f"{demo.ca_origin}/fault",
        form={"fault": fault, "csrfmiddlewaretoken": token},
        headers={"Authorization": f"Basic {operator}"},
    )
    assert answer.ok, answer.status


def at(path: str) -> Visit:
    """A page with a URL of its own."""

    def visit(page: Page, demo: Demo) -> None:
        page.goto(f"{demo.url}{path}")

    return visit


def _dialog(path: str, opener: Callable[[Page], None]) -> Visit:
    def visit(page: Page, demo: Demo) -> None:
        page.goto(f"{demo.url}{path}")
        opener(page)
        expect(page.get_by_role("dialog")).to_be_visible()

    return visit


def _click_row(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("link", name=name, exact=True).click()


def _click_link(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("link", name=name).click()


def _click_tool(name: str, *ticked: str) -> Callable[[Page], None]:
    def click(page: Page) -> None:
        for row in ticked:
            page.get_by_role("row").filter(has_text=row).get_by_role("checkbox").first.check()
        page.locator(".toolbar").get_by_text(name, exact=True).click()

    return click


def _refused_profile(page: Page) -> None:
    steps.fill_profile(page, name="x" * 32, challenge="fixed", ca_ident="c" * 256, subject="O=Acme")
    expect(page.get_by_role("dialog").locator("[aria-invalid=true]").first).to_be_visible()


def _tested(page: Page) -> None:
    _click_row("ndes-devices")(page)
    page.get_by_role("dialog").get_by_role("button", name="Test", exact=True).click()
    ended = page.locator("#profile-test").get_by_role("status")
    expect(ended).to_contain_text("Test ", timeout=steps.JOB_TIMEOUT_MS)
    ended.scroll_into_view_if_needed()


def _rehearsal(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}{SCEP}")
    _click_tool("Rehearse", "ndes-devices")(page)
    # Another name of the same demo CA stands for the second server.
    other = f"http://localhost:{demo.ca_port}"
    steps.set_fields(
        page,
        server_url=f"{other}/certsrv/mscep/",
        otp_server_url=f"{other}/CertSrv/mscep_admin/",
    )
    page.get_by_role("dialog").get_by_role("button", name="OK").click()
    report = page.get_by_role("dialog").get_by_role("link", name="Report", exact=True)
    expect(report).to_be_visible(timeout=steps.JOB_TIMEOUT_MS)


def _report(page: Page, demo: Demo) -> None:
    """Show the file that Report downloads, as people open it: from a disk, without our headers."""
    page.goto(f"{demo.url}{EXCHANGES}")
    _row("Certificate request ndes-devices")(page)
    report = page.get_by_role("dialog").get_by_role("link", name="Report", exact=True)
    answer = page.request.get(f"{demo.url}{report.get_attribute('href')}")
    page.goto("about:blank")
    page.set_content(answer.text())


def _demo_ca(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.ca_origin}/")


def _row(of: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("row", name=of).get_by_role("link").first.click()


def _first(page: Page) -> None:
    page.locator("table.grid tbody th[scope=row] a").last.click()


SCEP: Final = "/device/scep/"
ADMINS: Final = "/device/administrators/"
ROLES: Final = "/device/admin-roles/"
SYSTEMS: Final = "/device/virtual-systems/"
CERTIFICATES: Final = "/device/certificates/"
TRUSTED: Final = "/device/certificates/trusted/"
EXCHANGES: Final = "/monitor/scep/"
AUDIT: Final = "/device/config-audit/"
SETUP: Final = "/device/setup/management/"
OPERATIONS: Final = "/device/setup/operations/"


def _tab_of(name: str, tab: str) -> Callable[[Page], None]:
    def open_tab(page: Page) -> None:
        _click_row(name)(page)
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("link", name=tab, exact=True).click()
        expect(dialog.locator(".tabs [aria-current=page]")).to_have_text(tab)

    return open_tab


def _first_ca(page: Page) -> None:
    page.locator("table.grid tbody th[scope=row] a").first.click()


def _generate_local(page: Page) -> None:
    _click_tool("Generate")(page)
    page.get_by_role("dialog").get_by_text("Local", exact=True).click()


def _click_add(page: Page) -> None:
    page.get_by_role("link", name="Add", exact=True).click()


def _own_password(page: Page) -> None:
    page.get_by_role("link", name="Change Password").click()


def _commit_some(page: Page) -> None:
    page.locator("#commit-button").click()
    page.get_by_role("dialog").get_by_text("Changes Made By", exact=True).click()


def _checked_import(page: Page) -> None:
    page.get_by_role("link", name="Import configuration").click()
    firewall = b"""<config><shared><address><entry name="a"/></address><scep><entry name="hq">
        <scep-challenge><fixed>-AQ==sealed</fixed></scep-challenge><scep-url>http://ca/</scep-url>
        <ca-identity-name>HQ</ca-identity-name><subject>CN=$USERNAME</subject><retry/>
        </entry></scep></shared></config>"""
    file: FilePayload = {"name": "hq.xml", "mimeType": "application/xml", "buffer": firewall}
    page.get_by_role("dialog").locator("[name=file]").set_input_files([file])
    page.get_by_role("dialog").get_by_role("button", name="Check Only").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nothing was changed.")


PAGES: Final[dict[str, Visit]] = {
    "dashboard": at("/dashboard/"),
    "certificates": at(CERTIFICATES),
    "certificate": _dialog(CERTIFICATES, _click_row("branch-01")),
    "certificate-ca": _dialog(CERTIFICATES, _click_row("ndes-devices-ca")),
    "certificate-extensions": _dialog(CERTIFICATES, _tab_of("branch-01", "Extensions")),
    "certificate-text": _dialog(CERTIFICATES, _tab_of("branch-01", "Text")),
    "certificate-asn1": _dialog(CERTIFICATES, _tab_of("branch-01", "ASN.1")),
    "certificate-history": _dialog(CERTIFICATES, _tab_of("branch-01", "History")),
    "trusted-cas": at(TRUSTED),
    "trusted-ca": _dialog(TRUSTED, _first_ca),
    "generate": _dialog(CERTIFICATES, _click_tool("Generate")),
    "generate-local": _dialog(CERTIFICATES, _generate_local),
    "certificate-import": _dialog(CERTIFICATES, _click_tool("Import")),
    "certificate-export": _dialog(CERTIFICATES, _click_tool("Export Certificate", "branch-02")),
    "certificate-revoke": _dialog(CERTIFICATES, _click_tool("Revoke", "branch-02")),
    "certificate-renew": _dialog(CERTIFICATES, _click_tool("Renew", "branch-02")),
    "certificate-delete": _dialog(CERTIFICATES, _click_tool("Delete", "branch-02")),
    "scep": at(SCEP),
    "scep-add": _dialog(SCEP, _click_tool("Add")),
    "scep-errors": _dialog(SCEP, _refused_profile),
    "scep-edit-dynamic": _dialog(SCEP, _click_row("ndes-devices")),
    "scep-edit-fixed": _dialog(SCEP, _click_row("ndes-users")),
    "scep-tested": _dialog(SCEP, _tested),
    "setup": at(SETUP),
    "setup-general": _dialog(SETUP, _click_link("Edit General Settings")),
    "setup-authentication": _dialog(SETUP, _click_link("Edit Authentication Settings")),
    "setup-passwords": _dialog(SETUP, _click_link("Edit Minimum Password Complexity")),
    "setup-banners": _dialog(SETUP, _click_link("Edit Banners and Messages")),
    "sessions": at("/device/sessions/"),
    "sign-ins": _dialog(SETUP, _click_link("Last Login Time")),
    "administrators": at(ADMINS),
    "administrator-add": _dialog(ADMINS, _click_tool("Add")),
    "administrator-edit": _dialog(ADMINS, _click_row("admin")),
    "admin-roles": at(ROLES),
    "admin-role-add": _dialog(ROLES, _click_tool("Add")),
    "own-password": _dialog(ADMINS, _own_password),
    "virtual-systems": at(SYSTEMS),
    "virtual-system-add": _dialog(SYSTEMS, _click_tool("Add")),
    "multi-vsys": _dialog(SYSTEMS, _click_tool("Multi Virtual System Capability")),
    "rehearse": _dialog(SCEP, _click_tool("Rehearse", "ndes-devices")),
    "rehearsal": _rehearsal,
    "scep-clone": _dialog(SCEP, _click_tool("Clone", "ndes-users")),
    "scep-delete": _dialog(SCEP, _click_tool("Delete", "ndes-users")),
    "commit": _dialog(SCEP, lambda page: page.locator("#commit-button").click()),
    "commit-some": _dialog(SCEP, _commit_some),
    "commit-preview": at("/commit/preview/"),
    "commit-preview-side": at("/commit/preview/?scope=all&layout=side&context=all"),
    "commit-summary": at("/commit/summary/"),
    "config-audit": at(AUDIT),
    "config-audit-load": _dialog(AUDIT, _click_row("Load revision 1")),
    "config-audit-compare": at(f"{AUDIT}compare/?old=revision-1&new=candidate"),
    "config-audit-compare-side": at(
        f"{AUDIT}compare/?old=revision-1&new=candidate&layout=side&context=1"
    ),
    "operations": at(OPERATIONS),
    "operations-save": _dialog(OPERATIONS, _click_row("Save named configuration snapshot")),
    "operations-revert": _dialog(OPERATIONS, _click_row("Revert to running configuration")),
    "operations-export": _dialog(OPERATIONS, _click_row("Export configuration")),
    "operations-import": _dialog(OPERATIONS, _click_row("Import configuration")),
    "operations-imported": _dialog(OPERATIONS, _checked_import),
    "operations-delete": _dialog(OPERATIONS, _click_row("Delete before-move.xml")),
    "locks": _dialog(SCEP, lambda page: page.locator("#lock-button").click()),
    "lock-take": _dialog("/locks/", lambda page: page.get_by_text("Take a Lock").click()),
    "log-configuration": at("/monitor/configuration/"),
    "log-system": at("/monitor/system/"),
    "log-entry": _dialog("/monitor/configuration/", _first),
    "exchanges": at(EXCHANGES),
    "exchange": _dialog(EXCHANGES, _row("Certificate request ndes-devices")),
    "report": _report,
    "alerts": at("/monitor/alerts/"),
    "alert-settings": at("/device/alert-settings/"),
    "server-profiles": at("/device/server-profiles/email/"),
    "server-profile-add": _dialog("/device/server-profiles/http/", _click_add),
    "tasks": at("/tasks/"),
    "job-generate": _dialog("/tasks/", _row("branch-02")),
    "job-commit-warning": _dialog("/tasks/", _first),
    "job-waiting": _dialog("/tasks/", _row("branch-04")),
    "job-cancelled": _dialog("/tasks/", _row("branch-03")),
    "demo-ca": _demo_ca,
    "not-found": at("/no/such/page/"),
}
"""Name of the picture and the way there, for an admin who is signed in to a furnished demo."""

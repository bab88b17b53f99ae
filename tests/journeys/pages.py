"""Every page and dialog of the firewall UI, and how to get there: for pictures and for axe."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page, expect

from tests.demo_process import Demo
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
    steps.open_scep(page)
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


def _click_tool(name: str, *ticked: str) -> Callable[[Page], None]:
    def click(page: Page) -> None:
        for row in ticked:
            page.get_by_role("row").filter(has_text=row).get_by_role("checkbox").first.check()
        page.locator(".toolbar").get_by_text(name, exact=True).click()

    return click


def _refused_profile(page: Page) -> None:
    steps.fill_profile(page, name="x" * 32, challenge="fixed", ca_ident="c" * 256, subject="O=Acme")
    expect(page.get_by_role("dialog").locator("[aria-invalid=true]").first).to_be_visible()


def _newest_job(page: Page) -> None:
    page.locator("table.grid tbody th[scope=row] a").first.click()


def _first_job(page: Page) -> None:
    page.locator("table.grid tbody th[scope=row] a").last.click()


SCEP: Final = "/device/scep/"
CERTIFICATES: Final = "/device/certificates/"
EXCHANGES: Final = "/monitor/scep/"

PAGES: Final[dict[str, Visit]] = {
    "certificates": at(CERTIFICATES),
    "certificate": _dialog(CERTIFICATES, _click_row("branch-01")),
    "certificate-ca": _dialog(CERTIFICATES, _click_row("ndes-devices-ca")),
    "generate": _dialog(CERTIFICATES, _click_tool("Generate")),
    "certificate-delete": _dialog(CERTIFICATES, _click_tool("Delete", "branch-02")),
    "scep": at(SCEP),
    "scep-add": _dialog(SCEP, _click_tool("Add")),
    "scep-errors": _dialog(SCEP, _refused_profile),
    "scep-edit-dynamic": _dialog(SCEP, _click_row("ndes-devices")),
    "scep-edit-fixed": _dialog(SCEP, _click_row("ndes-users")),
    "scep-clone": _dialog(SCEP, _click_tool("Clone", "ndes-users")),
    "scep-delete": _dialog(SCEP, _click_tool("Delete", "ndes-users")),
    "commit": _dialog(SCEP, lambda page: page.locator("#commit-button").click()),
    "log-configuration": at("/monitor/configuration/"),
    "log-system": at("/monitor/system/"),
    "log-entry": _dialog("/monitor/configuration/", _first_job),
    "exchanges": at(EXCHANGES),
    "exchange": _dialog(EXCHANGES, _newest_job),
    "tasks": at("/tasks/"),
    "job-generate": _dialog("/tasks/", _newest_job),
    "job-commit-warning": _dialog("/tasks/", _first_job),
    "not-found": at("/no/such/page/"),
}
"""Name of the picture and the way there, for an admin who is signed in to a furnished demo."""

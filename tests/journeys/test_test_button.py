"""Test in the profile's dialog, in Chromium, against real servers on loopback."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from certificates.models import Source
from certificates.services import store
from device import secrets
from device.models import Admin
from domain.actors import SYSTEM
from domain.locations import VSYS1
from jobs import runner
from jobs.models import Job
from tests import issuing, loopback
from tests.browser import BrowserPage, OpenPage, accessibility_problems, open_signed_in
from tests.democa_server import RunningCa, run_democa
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def democa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    """A demo CA that gives one password at a time."""
    with run_democa(tmp_path_factory.mktemp("ca") / "data", password_max=1) as ca:
        yield ca


class Dialog:
    """The dialog of a new profile, and its Test."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.get_by_role("toolbar").get_by_text("Add").click()
        self.fill(ca_ident="CORP", subject="CN=$UDID")

    @property
    def dialog(self) -> Locator:
        """The dialog itself."""
        return self.page.get_by_role("dialog")

    def fill(self, **fields: str) -> None:
        """Fill fields by their names."""
        for name, value in fields.items():
            self.dialog.locator(f"[name={name}]").fill(value)

    def dynamic(self, ca: RunningCa) -> None:
        """Let the passwords come from the demo CA."""
        self.dialog.locator("[name=challenge]").select_option("dynamic")
        self.fill(otp_server_url=ca.challenge_url, otp_username=ca.user, otp_password=ca.password)

    def test(self) -> Locator:
        """Press Test, do the job's work, and return what the dialog then shows."""
        before = Job.objects.count()
        self.dialog.get_by_role("button", name="Test", exact=True).click()
        wait_until(lambda: Job.objects.count() > before, timeout_s=30)
        assert runner.run_now(Job.objects.latest("pk").pk)
        shown = self.dialog.locator("#profile-test")
        expect(shown.get_by_role("status")).to_contain_text("Test ")
        return shown


def step(shown: Locator, name: str) -> Locator:
    """A step by its name."""
    return shown.get_by_role("listitem").filter(
        has=shown.page.locator(".step-name", has_text=re.compile(f"^{name}$"))
    )


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path, db: None) -> None:
    """An empty data folder."""
    del db
    settings.DATA_DIR = tmp_path
    secrets.forget_unwrapped_keys()


@pytest.fixture
def elsewhere() -> Iterator[loopback.Site]:
    """A server with TLS for another name, whose CA the device knows as ``tls-root``."""
    root = issuing.ca("TLS root")
    now = datetime.now(UTC)
    entry = store.add_entry(location=VSYS1, name="tls-root", by=SYSTEM, at=now)
    store.set_material(store.NewMaterial(entry, Source.SCEP_CA, root.der, entry), at=now)
    context = loopback.tls_context(issuing.server(root, "ca.elsewhere.example"))
    with loopback.serve(lambda _: loopback.Answer(), context) as site:
        yield site


@pytest.fixture
def profile(client: Client, live_server: LiveServer, browser_page: OpenPage) -> Dialog:
    """The dialog of a new profile, open."""
    client.force_login(Admin.objects.create(username="maria", created_at=datetime.now(UTC)))
    watched: BrowserPage = browser_page()
    return Dialog(open_signed_in(watched, live_server.url, client, "/device/scep/"))


def test_a_working_server_and_a_fingerprint_that_is_taken_over(
    profile: Dialog, democa: RunningCa
) -> None:
    profile.fill(server_url=democa.scep_url)
    profile.dynamic(democa)

    shown = profile.test()

    expect(shown.get_by_role("status")).to_contain_text("successful with warnings")
    expect(step(shown, "CA fingerprint")).to_contain_text("not authenticated")
    expect(step(shown, "Challenge")).to_contain_text("took the user, signed in by NTLM")
    assert accessibility_problems(profile.page) == []
    shown.get_by_role("button", name="Use the SHA-256 fingerprint").first.click()
    expect(profile.dialog.locator("[name=fingerprint]")).to_have_value(re.compile("^[0-9a-f]{64}$"))
    expect(profile.test().get_by_role("status")).to_contain_text("Test successful.")


def test_a_dead_port(profile: Dialog, democa: RunningCa) -> None:
    profile.fill(server_url=f"http://127.0.0.1:{loopback.free_port()}/scep")
    profile.dynamic(democa)

    shown = profile.test()

    expect(step(shown, "TCP").first).to_contain_text("refused the connection")
    expect(step(shown, "Challenge")).to_contain_text("took the user")


def test_a_tls_name_mismatch(elsewhere: loopback.Site, profile: Dialog) -> None:
    profile.fill(server_url=elsewhere.secure_url)
    profile.dialog.locator("[name=scep_ca_certificate]").select_option("tls-root")

    shown = profile.test()

    expect(step(shown, "TLS")).to_contain_text("is not for 127.0.0.1")


def test_an_html_page(profile: Dialog, democa: RunningCa) -> None:
    profile.fill(server_url=f"{democa.url}/")

    shown = profile.test()

    expect(step(shown, "GetCACert")).to_contain_text("an HTML page titled")
    expect(step(shown, "GetCACert")).to_contain_text("Check the path of the server URL")


def test_a_wrong_fingerprint(profile: Dialog, democa: RunningCa) -> None:
    profile.fill(server_url=democa.scep_url, fingerprint="ab" * 32)

    shown = profile.test()

    expect(step(shown, "CA fingerprint")).to_contain_text("Failed")
    expect(step(shown, "CA chain")).to_contain_text("Passed")
    expect(shown.get_by_role("button", name="Use the SHA-256 fingerprint").first).to_be_visible()


def test_a_full_password_cache(profile: Dialog, democa: RunningCa) -> None:
    democa.get("/CertSrv/mscep_admin/", signed_in=True)  # The only password there is room for.
    profile.fill(server_url=democa.scep_url)
    profile.dynamic(democa)
    profile.dialog.get_by_label("Fetch a password, too").check()

    shown = profile.test()

    expect(step(shown, "Challenge")).to_contain_text("Failed")
    expect(step(shown, "Challenge")).to_contain_text("cache")


def test_what_cannot_be_tested_is_said_beside_the_button(profile: Dialog) -> None:
    profile.dialog.get_by_role("button", name="Test", exact=True).click()

    expect(profile.dialog.get_by_role("alert")).to_contain_text("Not tested")
    assert not Job.objects.exists()

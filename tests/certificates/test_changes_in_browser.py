"""Making, moving, revoking and renewing certificates in Chromium; keyboard, no JavaScript, axe."""

import re
from collections.abc import Sequence
from uuid import UUID

import pytest
from playwright.sync_api import FilePayload, expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from certificates import enrollment_jobs
from certificates.local import EXTERNAL, LocalWish
from certificates.models import CertificateEntry, Enrollment, MaterialStatus
from device import services as device_services
from device.models import Admin
from jobs.models import Job
from pki import formats
from pki.private_keys import KeyAlgorithm
from tests.browser import ColorScheme, OpenPage, accessibility_problems
from tests.certificates.test_in_browser import Certificates
from tests.certificates.test_store import LEAF, ROOT
from tests.certificates.workbench import Bench, current, make, making_job

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FAULTY: list[FilePayload] = [
    {"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG"},
    {"name": "cut.der", "mimeType": "application/octet-stream", "buffer": LEAF.der[:99]},
]
GOOD: list[FilePayload] = [
    {"name": "root.pem", "mimeType": "application/x-pem-file", "buffer": ROOT.pem},
    {"name": "fw.pem", "mimeType": "application/x-pem-file", "buffer": LEAF.pem + LEAF.key_pem},
]


@pytest.fixture
def seen(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> Certificates:
    """The list, open."""
    del bench
    return Certificates(browser_page(), live_server, maria)


@pytest.fixture
def plain(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> Certificates:
    """The list in a browser without JavaScript."""
    del bench
    return Certificates(browser_page(javascript=False), live_server, maria)


def _make(bench: Bench, name: str, **wish: object) -> UUID:
    usual = {"common_name": name, "algorithm": KeyAlgorithm.EC, "key_bits": 256}
    return make(bench, LocalWish(name, **{**usual, **wish}))  # type: ignore[arg-type]


def _choose(seen: Certificates, name: str, tool: str) -> None:
    seen.page.goto(seen.url)
    seen.row(name).get_by_role("checkbox").check()
    seen.tool(tool).click()


def _files(seen: Certificates, files: Sequence[FilePayload]) -> None:
    seen.page.get_by_label("Certificate Files").set_input_files(files)


def test_generate_local_by_keyboard_gives_way_to_the_job(bench: Bench, seen: Certificates) -> None:
    seen.tool("Generate").focus()
    seen.page.keyboard.press("Enter")
    expect(seen.field("name")).to_be_focused()
    expect(seen.field("common_name")).to_be_hidden()
    seen.page.keyboard.press("Shift+Tab")
    seen.page.keyboard.press("ArrowUp")
    expect(seen.field("profile")).to_have_count(0)
    seen.field("name").fill("fw-1")
    seen.field("common_name").fill("fw.example.com")
    seen.field("algorithm").select_option("EC")
    expect(seen.field("rsa_bits")).to_be_hidden()
    seen.field("common_name").press("Enter")

    expect(seen.dialog.get_by_role("heading", name=re.compile("Job [0-9]+: Make"))).to_be_visible()
    job = Job.objects.get()
    enrollment_jobs.make(making_job(job.pk), exchange=bench.exchange)
    assert CertificateEntry.objects.get().object.name == "fw-1"


def test_a_refused_wish_stays_in_the_dialog_with_its_type(bench: Bench, seen: Certificates) -> None:
    del bench
    seen.tool("Generate").click()
    seen.dialog.get_by_text("Local", exact=True).click()
    seen.field("name").fill("fw-1")
    seen.field("country").fill("Germany")
    seen.press("Generate")

    expect(seen.field("common_name")).to_be_focused()
    expect(seen.field("country")).to_have_accessible_description(re.compile("two letters"))
    expect(seen.field("country")).to_have_value("Germany")


def test_files_are_imported_after_the_faulty_ones_were_named(
    bench: Bench, seen: Certificates
) -> None:
    seen.tool("Import").click()
    _files(seen, FAULTY)
    seen.press("Import")
    expect(seen.dialog.get_by_text("photo.png: The file is a picture")).to_be_visible()
    expect(seen.dialog.get_by_text("cut.der: The file is cut off")).to_be_visible()

    _files(seen, GOOD)
    seen.press("Import")

    expect(seen.dialog.get_by_text("Successfully imported root")).to_be_visible()
    expect(seen.dialog.get_by_text("Successfully imported fw")).to_be_visible()
    seen.page.keyboard.press("Escape")
    expect(seen.row("fw")).to_be_visible()
    assert bench.names() == ["root", "fw"]


def test_files_can_be_dropped_on_the_field(bench: Bench, seen: Certificates) -> None:
    seen.tool("Import").click()
    transfer = seen.page.evaluate_handle(
        """pem => {
            const held = new DataTransfer();
            held.items.add(new File([pem], "dropped.pem"));
            return held;
        }""",
        ROOT.pem.decode(),
    )
    # Chromium takes a drop only from a real drag, so the files are given the way it gives them.
    seen.page.get_by_label("Certificate Files").evaluate(
        "(field, held) => { field.files = held.files; }", transfer
    )
    seen.press("Import")

    expect(seen.dialog.get_by_text("Successfully imported dropped")).to_be_visible()
    assert bench.names() == ["dropped"]


def test_a_key_is_exported_with_the_admin_s_password(
    bench: Bench, maria: Client, live_server: LiveServer, browser_page: OpenPage
) -> None:
    bench.keep("fw-1", LEAF, key_secret=bench.seal_key(LEAF))
    device_services.set_password(username="maria", password="own", at=bench.now)
    maria.force_login(Admin.objects.get(username="maria"))
    seen = Certificates(browser_page(), live_server, maria)
    _choose(seen, "fw-1", "Export Certificate")
    expect(seen.field("password")).to_be_hidden()
    seen.field("format").select_option("pkcs12")
    seen.field("key").check()
    for name in ("passphrase", "confirmation"):
        seen.field(name).fill("secret")
    seen.field("password").fill("own")

    with seen.page.expect_download() as download:
        seen.press("Export")

    assert download.value.suggested_filename == "fw-1.p12"
    contents = formats.read(download.value.path().read_bytes(), "secret")
    assert (contents.certificates, len(contents.keys)) == ((LEAF.der,), 1)


def test_several_certificates_are_exported_in_one_file(bench: Bench, seen: Certificates) -> None:
    bench.keep("root", ROOT)
    bench.keep("fw-1", LEAF)
    seen.page.goto(seen.url)
    seen.page.get_by_label("Select all certificates").check()
    seen.tool("Export Certificate").click()

    with seen.page.expect_download() as download:
        seen.press("Export")

    assert download.value.suggested_filename == "certificates.pem"
    assert set(formats.read(download.value.path().read_bytes()).certificates) == {
        ROOT.der,
        LEAF.der,
    }


def test_certificates_are_revoked_and_renewed_from_the_list(
    bench: Bench, seen: Certificates
) -> None:
    uuid = _make(bench, "fw-1")
    first = current(uuid)
    _choose(seen, "fw-1", "Renew")
    seen.field("days").fill("90")
    seen.field("days").press("Enter")
    expect(seen.dialog).to_have_count(0)
    assert current(uuid).pk != first.pk

    _choose(seen, "fw-1", "Revoke")
    seen.field("reason").select_option("keyCompromise")
    seen.press("Revoke")

    expect(seen.dialog).to_have_count(0)
    expect(seen.row("fw-1")).to_contain_text("revoked")
    assert current(uuid).status == MaterialStatus.REVOKED


def test_a_scep_certificate_is_renewed_from_its_dialog(bench: Bench, seen: Certificates) -> None:
    row = bench.request(bench.running_profile(), "fw-1")
    bench.generate(row)
    seen.page.goto(seen.url)
    seen.open("fw-1")
    seen.dialog.get_by_role("link", name="Renew").click()
    seen.press("Renew")

    expect(seen.dialog.get_by_role("heading", name=re.compile("Job [0-9]+: Renew"))).to_be_visible()
    assert Enrollment.objects.filter(renews__isnull=False).count() == 1


def test_usage_is_ticked_in_its_dialog(bench: Bench, seen: Certificates) -> None:
    for name in ("first", "second"):
        _make(bench, name, is_ca=True)
    for name in ("first", "second"):
        seen.page.goto(seen.url)
        seen.open(name)
        seen.dialog.get_by_role("link", name="Usage").click()
        seen.page.get_by_label("Forward Trust Certificate").check()
        seen.press("OK")
        if name == "first":
            expect(seen.dialog).to_have_count(0)

    expect(seen.dialog.get_by_text("was taken from first.")).to_be_visible()


def test_a_pending_request_is_given_up_in_its_dialog(bench: Bench, seen: Certificates) -> None:
    bench.ca.verdict = "pend"
    bench.generate(bench.request(bench.running_profile(), "fw-1"))
    seen.page.goto(seen.url)
    seen.open("fw-1")
    seen.press("Give up")

    expect(seen.dialog).to_have_count(0)
    expect(seen.row("fw-1")).to_contain_text("maria gave the request up.")


def test_import_and_generate_work_without_javascript(bench: Bench, plain: Certificates) -> None:
    plain.tool("Import").click()
    _files(plain, GOOD)
    plain.page.get_by_role("button", name="Import").click()
    expect(plain.page.get_by_text("Successfully imported fw")).to_be_visible()

    plain.page.goto(plain.url)
    plain.tool("Generate").click()
    plain.page.get_by_label("Local", exact=True).check()
    plain.page.locator("[name=name]").fill("made")
    plain.page.locator("[name=common_name]").fill("made")
    plain.page.get_by_role("button", name="Generate").click()
    expect(plain.page.get_by_role("heading", name=re.compile("Job [0-9]+: Make"))).to_be_visible()
    assert bench.names() == ["root", "fw"]


def test_revoke_and_export_work_without_javascript(bench: Bench, plain: Certificates) -> None:
    uuid = bench.keep("root", ROOT)
    _choose(plain, "root", "Export Certificate")
    with plain.page.expect_download() as download:
        plain.page.get_by_role("button", name="Export").click()
    assert download.value.path().read_bytes() == ROOT.pem

    _choose(plain, "root", "Revoke")
    plain.page.get_by_role("button", name="Revoke").click()

    expect(plain.row("root")).to_contain_text("revoked")
    assert current(uuid).status == MaterialStatus.REVOKED


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_of_the_dialogs(
    color_scheme: ColorScheme,
    bench: Bench,
    maria: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
) -> None:
    _make(bench, "root", is_ca=True)
    _make(bench, "waiting", signed_by=EXTERNAL)
    bench.running_profile()
    seen = Certificates(browser_page(color_scheme=color_scheme), live_server, maria)
    for tool in ("Revoke", "Renew", "Export Certificate", "Import", "Generate"):
        _choose(seen, "root", tool)
        expect(seen.dialog).to_be_visible()
        if tool == "Generate":
            seen.dialog.get_by_text("Local", exact=True).click()
        _look(seen)
    seen.press("Generate")
    expect(seen.field("common_name")).to_have_attribute("aria-invalid", "true")
    _look(seen)
    for name in ("root", "waiting"):
        seen.page.goto(seen.url)
        seen.open(name)
        _look(seen)
    seen.page.goto(seen.url)
    seen.open("root")
    seen.dialog.get_by_role("link", name="Usage").click()
    expect(seen.page.get_by_label("Trusted Root CA")).to_be_visible()
    _look(seen)


def _look(seen: Certificates) -> None:
    assert accessibility_problems(seen.page) == []

"""What an administrator does in the browser, one function a step."""

import re
import subprocess
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from tests.demo_process import PASSWORD, Demo

JOB_TIMEOUT_MS: Final = 60_000
OK: Final = "Successful"
WARNED: Final = "Successful with warnings"
FAILED: Final = "Failed"
DONE: Final = re.compile("Successful")
"""With or without warnings."""


def sign_in(page: Page, demo: Demo, *, password: str = PASSWORD) -> None:
    """Sign in as the first administrator, and go from the dashboard to the certificates."""
    page.goto(f"{demo.url}/login/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log In").click()
    page.wait_for_url(re.compile(r"/dashboard/"))
    page.goto(f"{demo.url}/device/certificates/")


def open_scep(page: Page) -> None:
    """Go to the SCEP page through the tree."""
    page.get_by_role("link", name="SCEP", exact=True).click()
    expect(page.locator("h1")).to_contain_text("SCEP")


def open_certificates(page: Page) -> None:
    """Go to the Certificates page through the tree."""
    page.get_by_role("link", name="Certificates", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Certificates")


def fill_profile(page: Page, **fields: str) -> None:
    """Open the dialog of a new profile and fill fields, by their names; press OK."""
    page.get_by_role("link", name="Add").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    set_fields(page, **fields)
    dialog.get_by_role("button", name="OK").click()


def set_fields(page: Page, **fields: str) -> None:
    """Fill fields of the open dialog; choices by their value, check boxes with "on"."""
    dialog = page.get_by_role("dialog")
    for name, value in fields.items():
        field = dialog.locator(f"[name={name}]")
        kind = field.evaluate("field => field.type")
        if kind == "select-one":
            field.select_option(value)
        elif kind == "checkbox":
            field.set_checked(value == "on")
        else:
            field.fill(value)


def take_lock(page: Page, **fields: str) -> None:
    """Take a lock through the padlock; its dialog then lists all."""
    page.locator("#lock-button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Take a Lock").click()
    expect(dialog.locator("[name=comment]")).to_be_visible()
    set_fields(page, **fields)
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_role("rowheader")).not_to_have_count(0)


def dynamic_profile(demo: Demo, name: str = "demo", *, origin: str = "") -> dict[str, str]:
    """The fields of a profile for the demo CA with a dynamic challenge."""
    base = origin or demo.ca_origin
    return {
        "name": name,
        "challenge": "dynamic",
        "otp_server_url": f"{base}/CertSrv/mscep_admin/",
        "otp_username": "scep",
        "otp_password": PASSWORD,
        "server_url": f"{base}/certsrv/mscep/",
        "ca_ident": name,
        "subject": "O=Acme,CN=$UDID",
        "use_as_digital_signature": "on",
        "use_for_key_encipherment": "on",
    }


def saved(page: Page, name: str) -> None:
    """Wait until the dialog has closed and the list shows the object."""
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text=name)).to_have_count(1)


def commit(page: Page) -> None:
    """Press Commit in the top bar and in the dialog; the job's dialog opens."""
    page.locator("#commit-button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Commit", exact=True).click()
    expect(dialog.locator("#job-progress")).to_be_visible()


def job_ends(page: Page, result: str | re.Pattern[str] = OK) -> str:
    """Wait for the open job's end and check its result; return all that its dialog says."""
    dialog = page.get_by_role("dialog")
    facts = dialog.locator("dl.facts").first
    expect(facts).to_contain_text("Completed", timeout=JOB_TIMEOUT_MS)
    expect(facts.locator(".status").first).to_have_text(result)
    return dialog.inner_text()


def close_dialog(page: Page) -> None:
    """Close the open dialog."""
    page.get_by_role("dialog").get_by_text("Close", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def generate(page: Page, name: str, profile: str) -> None:
    """Ask for a certificate; the job's dialog opens."""
    fill_generate(page, name, profile)
    page.get_by_role("dialog").get_by_role("button", name="Generate").click()


def fill_generate(page: Page, name: str, profile: str) -> None:
    """Open the Generate dialog and fill it."""
    page.get_by_role("link", name="Generate").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.locator("[name=name]").fill(name)
    choice = dialog.locator("[name=profile] option", has_text=re.compile(f"^{profile} "))
    dialog.locator("[name=profile]").select_option(choice.get_attribute("value"))


def download_pem(page: Page, name: str, folder: Path) -> Path:
    """Open a certificate's details and download it as PEM; the dialog stays open."""
    page.get_by_role("row").filter(has_text=name).get_by_role("link", name=name).click()
    dialog = page.get_by_role("dialog")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download PEM").click()
    path = folder / f"{name}.pem"
    download.value.save_as(path)
    return path


def openssl_verifies(certificate: Path, ca: Path) -> bool:
    """Let OpenSSL judge the chain."""
    command = ["openssl", "verify", "-CAfile", str(ca), str(certificate)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    return done.returncode == 0 and done.stdout.strip().endswith("OK")

"""Rehearse with an enrollment, in Chromium, on two demo CAs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from certificates.models import CertificateEntry
from device import secrets
from device.models import Admin
from domain.actors import Actor
from jobs import runner
from jobs.models import Job
from profiles import services as profiles
from tests.browser import OpenPage, accessibility_problems, open_signed_in
from tests.democa_server import RunningCa, run_democa
from tests.profiles import factories
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def issuing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    """A demo CA that issues at once."""
    with run_democa(tmp_path_factory.mktemp("issuing") / "data") as ca:
        yield ca


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    """A demo CA whose administrator decides."""
    folder = tmp_path_factory.mktemp("waiting") / "data"
    with run_democa(folder, extra=["--fault", "pending"]) as ca:
        yield ca


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path, db: None) -> None:
    """An empty data folder."""
    del db
    settings.DATA_DIR = tmp_path
    secrets.forget_unwrapped_keys()


def test_one_server_issues_and_the_other_decides_later(
    client: Client,
    live_server: LiveServer,
    browser_page: OpenPage,
    issuing: RunningCa,
    waiting: RunningCa,
) -> None:
    now = datetime.now(UTC)
    client.force_login(Admin.objects.create(username="maria", created_at=now))
    dynamic = factories.dynamic(
        server_url=issuing.scep_url,
        otp_server_url=issuing.challenge_url,
        otp_username=issuing.user,
        typed_otp_password=issuing.password,
        subject="CN=$USERNAME",
    )
    profiles.save_profile(draft=factories.draft(**dynamic), by=Actor(name="maria"), at=now)
    page = open_signed_in(browser_page(), live_server.url, client, "/device/scep/")
    page.get_by_role("table").get_by_role("checkbox").last.check()
    page.get_by_role("toolbar").get_by_text("Rehearse").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=server_url]").fill(waiting.scep_url)
    dialog.locator("[name=otp_server_url]").fill(waiting.challenge_url)
    expect(dialog.locator("[name=username]")).to_be_hidden()
    dialog.get_by_label("Enroll, too").check()
    dialog.locator("[name=username]").fill("jdoe")
    assert accessibility_problems(page) == []

    dialog.get_by_role("button", name="OK").click()
    wait_until(lambda: Job.objects.count() == 2, timeout_s=30)
    for number in Job.objects.values_list("pk", flat=True):
        assert runner.run_now(number)

    result = dialog.get_by_role("row").filter(has_text="Result")
    expect(result).to_contain_text("The server issued a certificate, serial number")
    expect(result).to_contain_text("The server decides later (PENDING)")
    expect(dialog.get_by_role("rowheader", name="PKIOperation", exact=True)).to_have_count(1)
    assert accessibility_problems(page) == []
    assert not CertificateEntry.objects.exists()

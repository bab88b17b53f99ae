"""Device > Setup > Management in the browser's eyes."""

from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from django.test import Client

from device import queries as device
from device.models import Admin
from device.spec import GeneralSettings
from domain.actors import Role
from setup.queries import management as queries
from tests.setup.workbench import Workbench

PAGE = "/device/setup/management/"
HTMX = {"HX-Request": "true"}
FILLED = {
    "idle_timeout_min": "10",
    "failed_attempts": "3",
    "lockout_time_min": "5",
    "failed_attempts_per_address": "20",
    "max_session_count": "0",
    "max_session_time_min": "0",
}
DIALOG = f"{PAGE}authentication-settings/"


@pytest.fixture(autouse=True)
def _section(settings: Settings) -> None:
    settings.CONFIG_SECTIONS = [
        *settings.CONFIG_SECTIONS,
        "setup.section.management.ManagementSection",
    ]


@pytest.fixture
def reader(client: Client, now: datetime, db: None) -> Client:
    del db
    client.force_login(
        Admin.objects.create(username="rita", role=Role.DEVICEREADER, created_at=now)
    )
    return client


def test_the_page_shows_every_card(maria: Client) -> None:
    page = maria.get(PAGE).content.decode()

    for words in ("Authentication Settings", "Minimum Password Complexity", "Login Banner"):
        assert words in page
    assert "Automatically Acquire Commit Lock" in page
    assert "Not committed" not in page
    assert 'href="/device/setup/management/" aria-current="page"' in page.replace("\n", " ")


def test_a_dialog_saves_to_the_candidate(maria: Client, bench: Workbench) -> None:
    answer = maria.post(DIALOG, FILLED, headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "config-changed")
    assert "Not committed" in maria.get(PAGE, headers=HTMX).content.decode()
    bench.commit()
    assert device.management().authentication.lockout_time_min == 5


def test_what_is_wrong_is_told_at_its_field(maria: Client) -> None:
    answer = maria.post(DIALOG, FILLED | {"failed_attempts": "11", "idle_timeout_min": "x"})
    assert answer.status_code == 422
    assert "Enter a whole number." in answer.content.decode()

    answer = maria.post(DIALOG, FILLED | {"failed_attempts": "11"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "1 field needs attention." in page
    assert "1 to 10, or 0: user names are never locked out." in page


def test_text_keeps_its_lines_and_is_escaped(maria: Client) -> None:
    filled = {"hostname": "fw-1", "login_banner": "<b>Only</b>\r\nfor us"}
    answer = maria.post(f"{PAGE}general-settings/", filled)

    assert answer.headers["Location"] == PAGE
    value = queries.card("general-settings").value
    assert isinstance(value, GeneralSettings)
    assert value.login_banner == "<b>Only</b>\nfor us"
    assert "&lt;b&gt;Only&lt;/b&gt;" in maria.get(PAGE).content.decode()


def test_a_choice_is_shown_in_words(maria: Client) -> None:
    filled = {"motd_title": "News", "motd_severity": "warning", "motd_message": ""}
    maria.post(f"{PAGE}banners-and-messages/", filled)

    assert "<dd >Warning</dd>" in maria.get(PAGE).content.decode()


def test_the_second_editor_of_a_card_is_told(maria: Client) -> None:
    maria.post(DIALOG, FILLED)

    answer = maria.post(DIALOG, FILLED | {"failed_attempts": "4"})

    assert answer.status_code == 422
    assert "Someone else changed these settings" in answer.content.decode()


def test_who_only_reads_sees_no_ok(reader: Client) -> None:
    assert "Edit Authentication Settings" not in reader.get(PAGE).content.decode()
    dialog = reader.get(DIALOG, headers=HTMX).content.decode()

    assert "OK</button>" not in dialog
    assert "disabled" in dialog
    assert reader.post(DIALOG, FILLED).status_code == 422


def test_there_are_no_other_dialogs(maria: Client) -> None:
    assert maria.get(f"{PAGE}odd/").status_code == 404

"""Pages and dialogs of alerts over HTTP."""

import re
from datetime import datetime
from uuid import UUID

import pytest

from django.test import Client

from alerts.fields import KINDS
from alerts.models import Delivery, DeliveryState
from alerts.queries import profiles as queries
from alerts.spec import EMAIL, HTTP, AlertSettings, EmailServer
from device.models import Admin
from tests.alerts.workbench import HOOK, KEY, Workbench

EMAILS = "/device/server-profiles/email/"
SETTINGS = "/device/alert-settings/"
FILLED = {
    "name": "ops",
    "gateway": "mail.example.com",
    "protocol": "STARTTLS",
    "port": "587",
    "sender": "fw@example.com",
    "recipients": "pki@example.com, noc@example.com",
}


def page(client: Client, url: str) -> str:
    """A page as HTML."""
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def reader(now: datetime, db: None) -> Client:
    """A browser in which rita, who only reads, has signed in."""
    del db
    client = Client()
    client.force_login(Admin.objects.create(username="rita", role="superreader", created_at=now))
    return client


@pytest.mark.parametrize("slug", ["email", "syslog", "http"])
def test_an_empty_list_says_what_profiles_are_for(maria: Client, slug: str) -> None:
    text = page(maria, f"/device/server-profiles/{slug}/")

    assert "No server profile yet" in text
    assert f'hx-get="/device/server-profiles/{slug}/add/"' in text


def test_a_profile_is_added_listed_changed_and_deleted(maria: Client) -> None:
    assert maria.post(f"{EMAILS}add/", FILLED).headers["Location"] == EMAILS
    item = queries.items(KINDS[EMAIL])[0]
    assert isinstance(item.value, EmailServer)
    assert item.value.addresses == ("pki@example.com", "noc@example.com")
    text = page(maria, EMAILS)
    assert "mail.example.com" in text
    assert "Not committed" in text

    version = re.search(r'name="version" value="(\d+)"', page(maria, f"{EMAILS}{item.uuid}/"))
    assert version is not None
    changed = FILLED | {"gateway": "new.example.com", "version": version[1]}
    assert maria.post(f"{EMAILS}{item.uuid}/", changed).status_code == 303
    assert "new.example.com" in page(maria, EMAILS)

    asked = maria.post(f"{EMAILS}delete/", {"object": str(item.uuid), "ask": "1"})
    assert "Delete 1 server profile" in asked.content.decode()
    maria.post(f"{EMAILS}delete/", {"object": str(item.uuid)})
    assert queries.items(KINDS[EMAIL]) == []


def test_what_is_wrong_is_shown_at_its_field(maria: Client) -> None:
    answer = maria.post(f"{EMAILS}add/", FILLED | {"gateway": "http://x", "port": "many"})

    assert answer.status_code == 422
    assert "Enter a whole number." in answer.content.decode()
    answer = maria.post(f"{EMAILS}add/", FILLED | {"gateway": "http://x"})
    assert "without a scheme or port" in answer.content.decode()


def test_a_key_is_never_shown_again(maria: Client, device: Workbench) -> None:
    uuid = device.profile(HOOK, "hook", key=KEY)

    text = page(maria, f"/device/server-profiles/http/{uuid}/")

    assert KEY not in text
    assert "Leave empty to keep" in text
    assert "PasswordInput" not in text


def test_a_profile_in_use_is_not_deleted_and_says_why(maria: Client, device: Workbench) -> None:
    uuid = device.profile()
    device.settings(email="ops")

    answer = maria.post(f"{EMAILS}delete/", {"object": str(uuid)})

    assert answer.status_code == 422
    assert "alerts -&gt; email -&gt; ops" in answer.content.decode()


def test_someone_elses_change_is_told(maria: Client, device: Workbench) -> None:
    uuid = device.profile()
    device.profile(name="renamed", uuid=uuid)

    answer = maria.post(f"{EMAILS}{uuid}/", FILLED | {"version": "1"})

    assert answer.status_code == 422


def test_settings_are_shown_and_saved(maria: Client, device: Workbench) -> None:
    device.profile()
    assert "30, 14, 7, 1" in page(maria, SETTINGS)
    assert '<option value="ops">' in page(maria, f"{SETTINGS}edit/")

    answer = maria.post(
        f"{SETTINGS}edit/", {"days": "60, 2", "expiry": "on", "email": "ops", "version": ""}
    )

    assert answer.headers["Location"] == SETTINGS
    value = queries.settings().value
    assert isinstance(value, AlertSettings)
    assert (value.thresholds, value.expiry, value.ca_changed) == ((60, 2), True, False)
    assert value.email == "ops"
    assert "60, 2" in page(maria, SETTINGS)


def test_settings_that_are_wrong_are_not_saved(maria: Client) -> None:
    answer = maria.post(f"{SETTINGS}edit/", {"days": "0", "version": ""})

    assert answer.status_code == 422
    assert queries.settings().uuid is None


def test_a_test_message_leads_to_its_job(maria: Client, device: Workbench) -> None:
    uuid = device.profile()

    answer = maria.post(f"/device/server-profiles/test/{uuid}/")

    row = Delivery.objects.get()
    assert answer.headers["Location"] == f"/tasks/{row.job_id}/"
    assert row.is_test


def test_who_only_reads_changes_nothing(reader: Client, device: Workbench) -> None:
    uuid = device.profile()

    assert "Add" not in page(reader, EMAILS).split("<main", 1)[1]
    assert "Send test" not in page(reader, f"{EMAILS}{uuid}/")
    assert reader.post(f"/device/server-profiles/test/{uuid}/").status_code == 403
    assert reader.post(f"{EMAILS}add/", FILLED).status_code in {403, 422}
    assert "disabled" in page(reader, f"{SETTINGS}edit/")


def test_unknown_kinds_are_not_found(maria: Client) -> None:
    assert maria.get("/device/server-profiles/pigeon/add/").status_code == 404
    assert maria.get(f"{EMAILS}{UUID(int=1)}/").status_code == 404


def test_the_log_of_deliveries_can_be_filtered(maria: Client, device: Workbench) -> None:
    assert "No alert was sent yet" in page(maria, "/monitor/alerts/")
    for state, result in ((DeliveryState.SENT, "Taken."), (DeliveryState.FAILED, "<b>away</b>")):
        Delivery.objects.create(
            created_at=device.now,
            event="expiry",
            headline=f"Headline {state}",
            count=1,
            target_kind=HTTP,
            target=UUID(int=1),
            target_name="hook",
            state=state,
            result=result,
            job_id=7,
        )

    both = page(maria, "/monitor/alerts/")
    assert "Headline sent" in both
    assert "&lt;b&gt;away" in both
    assert "HTTP server profile" in both
    assert 'hx-get="/tasks/7/"' in both
    failed = page(maria, "/monitor/alerts/?result=failed")
    assert "Headline sent" not in failed
    assert "No such message" in page(maria, "/monitor/alerts/?result=waiting")
    assert "Headline sent" in page(maria, "/monitor/alerts/?result=nonsense")

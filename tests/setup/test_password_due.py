"""A password that must be replaced before anything else."""

from datetime import timedelta

import pytest
import time_machine
from pytest_django.fixtures import Settings

from django.test import Client

from device.models import Admin
from device.spec import PasswordComplexity
from setup.services.management import save
from tests.setup.workbench import MARIA, Workbench

PASSWORD = "Blue-Harbor-42"
DIALOG = "/device/own-password/"
NEW = {"present": PASSWORD, "password": "Green-Harbor-43", "confirmation": "Green-Harbor-43"}
HTMX = {"HX-Request": "true", "HX-Trigger": "add", "HX-Target": "modal"}
ITSELF = {"HX-Request": "true", "HX-Trigger": "jobs-badge", "HX-Target": "jobs-badge"}


@pytest.fixture(autouse=True)
def _section(settings: Settings) -> None:
    settings.CONFIG_SECTIONS = [
        *settings.CONFIG_SECTIONS,
        "setup.section.management.ManagementSection",
    ]


def have(bench: Workbench, **rules: int) -> None:
    value = PasswordComplexity(
        enabled=True,
        change_on_first_login=bool(rules.get("first")),
        expiration_period_days=rules.get("days", 0),
    )
    save(name="password-complexity", value=value, expected_version=None, by=MARIA, at=bench.tick())
    bench.commit()


def sign_in(client: Client, password: str = PASSWORD) -> None:
    filled = {"username": "maria", "password": password, "next": "/tasks/"}
    assert client.post("/login/", filled).headers["Location"] == "/tasks/"


def test_one_that_somebody_else_has_set_is_replaced_first(bench: Workbench, maria: Client) -> None:
    del maria
    have(bench, first=True)
    client = Client()
    sign_in(client)

    assert client.get("/tasks/").headers["Location"] == DIALOG
    assert client.get("/tasks/", headers=HTMX).headers["HX-Redirect"] == DIALOG
    assert client.post("/tasks/news/", headers=ITSELF).status_code == 204
    assert "Choose another one to go on." in client.get(DIALOG).content.decode()
    assert client.post(DIALOG, NEW | {"present": "wrong"}).status_code == 422
    assert client.get("/tasks/").status_code == 302

    assert client.post(DIALOG, NEW).status_code == 303

    assert client.get("/tasks/").status_code == 200
    assert "Choose another one" not in client.get(DIALOG).content.decode()
    client.post("/logout/")
    sign_in(client, NEW["password"])
    assert client.get("/tasks/").status_code == 200


def test_one_that_has_expired_is_replaced_first(bench: Workbench, maria: Client) -> None:
    del maria
    have(bench, days=30)
    changed_at = Admin.objects.get().password_changed_at
    assert changed_at is not None

    for days, answer in ((29, 200), (30, 302)):
        client = Client()
        with time_machine.travel(changed_at + timedelta(days=days), tick=False):
            sign_in(client)
            assert client.get("/tasks/").status_code == answer


def test_whoever_has_to_replace_it_may_sign_out_instead(bench: Workbench, maria: Client) -> None:
    del maria
    have(bench, first=True)
    client = Client()
    sign_in(client)

    assert client.post("/logout/").headers["Location"] == "/login/"


def test_without_such_rules_nothing_is_due(bench: Workbench, maria: Client) -> None:
    del bench, maria
    client = Client()
    sign_in(client)

    assert client.get("/tasks/").status_code == 200


def test_all_that_is_wrong_with_ones_own_new_password_is_told_at_once(
    bench: Workbench, maria: Client
) -> None:
    rules = PasswordComplexity(
        enabled=True, minimum_length=16, new_password_differs_by=5, password_history_count=2
    )
    save(name="password-complexity", value=rules, expected_version=None, by=MARIA, at=bench.tick())
    bench.commit()

    again = {"present": PASSWORD, "password": PASSWORD, "confirmation": PASSWORD}
    page = maria.post(DIALOG, again).content.decode()

    for words in ("at least 16 characters", "at least 5 characters", "was used before"):
        assert words in page

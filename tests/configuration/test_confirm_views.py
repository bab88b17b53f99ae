"""The bar that says a commit is not confirmed yet, and the field of the commit dialog."""

from datetime import timedelta

import pytest
import time_machine

from django.test import Client
from django.urls import reverse

from configuration import queries, services
from device.models import Admin
from domain.actors import Role
from jobs import runner
from jobs.models import Job
from tests.configuration.fakes import MARIA
from tests.configuration.workbench import Workbench, running

pytestmark = pytest.mark.django_db

COMMIT = reverse("configuration:commit")
BAR = reverse("configuration:confirmation")
CONFIRM = reverse("configuration:confirm")
ROLL_BACK = reverse("configuration:roll_back")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def maria(client: Client, bench: Workbench) -> Client:
    """A browser in which maria has signed in, whose commit is not confirmed yet."""
    return signed_in(client, bench, Role.SUPERUSER)


def signed_in(client: Client, bench: Workbench, role: Role) -> Client:
    with time_machine.travel(bench.now, tick=False):
        admin = Admin.objects.create(username=MARIA.name, role=role, created_at=bench.now)
        client.force_login(admin)
        bench.put("a")
        job = services.commit(by=MARIA, description="", confirm_within_min=10, at=bench.now)
        runner.run_now(job)
    return client


def get(client: Client, url: str, bench: Workbench, *, later_s: int = 0) -> str:
    with time_machine.travel(bench.now + timedelta(seconds=later_s), tick=False):
        return client.get(url, headers=HTMX).text


def test_every_page_says_until_when_the_commit_can_be_confirmed(
    maria: Client, bench: Workbench
) -> None:
    with time_machine.travel(bench.now + timedelta(seconds=18), tick=False):
        page = maria.get(reverse("jobs:index")).text

    assert "Revision 1 is not confirmed." in page
    assert "rolled back to revision 0" in page
    assert "2026-11-23 12:10:00 UTC</time>" in page
    assert 'data-left="522"' in page
    assert f'action="{CONFIRM}"' in page
    assert f'action="{ROLL_BACK}"' in page


def test_a_reader_sees_the_bar_without_buttons(client: Client, bench: Workbench) -> None:
    reader = signed_in(client, bench, Role.SUPERREADER)

    page = get(reader, BAR, bench)

    assert "Revision 1 is not confirmed." in page
    assert "<button" not in page
    with time_machine.travel(bench.now, tick=False):
        assert reader.post(CONFIRM, headers=HTMX).status_code == 409


def test_after_the_deadline_the_bar_asks_every_second(maria: Client, bench: Workbench) -> None:
    before, after = get(maria, BAR, bench), get(maria, BAR, bench, later_s=600)

    assert "load delay:1s" not in before
    assert "load delay:1s" in after
    assert "It is being rolled back to revision 0." in after
    assert "<button" not in after


def test_confirm_takes_the_bar_away_and_the_page_hears_of_it(
    maria: Client, bench: Workbench
) -> None:
    with time_machine.travel(bench.now, tick=False):
        answer = maria.post(CONFIRM, headers=HTMX)
        again = maria.post(CONFIRM, headers=HTMX)

    assert "section" not in answer.text
    assert answer.headers["HX-Trigger"] == "config-changed, locks-changed"
    assert again.status_code == 409
    assert queries.open_confirmation() is None


def test_without_javascript_confirm_leads_home(maria: Client, bench: Workbench) -> None:
    with time_machine.travel(bench.now, tick=False):
        answer = maria.post(CONFIRM)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_roll_back_now_leads_to_its_job(maria: Client, bench: Workbench) -> None:
    with time_machine.travel(bench.now, tick=False):
        answer = maria.post(ROLL_BACK, headers=HTMX)
        job = Job.objects.order_by("pk").last()
        assert job is not None
        runner.run_now(job.pk)
        bar = maria.get(f"{BAR}?was=1", headers=HTMX)

    assert answer.headers["Location"] == reverse("jobs:job", args=[job.pk])
    assert running() == {}
    assert bar.headers["HX-Trigger"] == "config-changed"
    assert "section" not in bar.text


def test_a_bar_that_is_still_right_tells_nothing(maria: Client, bench: Workbench) -> None:
    with time_machine.travel(bench.now, tick=False):
        assert "HX-Trigger" not in maria.get(f"{BAR}?was=1", headers=HTMX).headers
        assert "HX-Trigger" not in maria.get(BAR, headers=HTMX).headers


@pytest.mark.parametrize(("typed", "told"), [("", None), ("5", 5)])
def test_the_commit_dialog_takes_the_minutes(
    maria: Client, bench: Workbench, typed: str, told: int | None
) -> None:
    with time_machine.travel(bench.now, tick=False):
        services.confirmation.confirm(by=MARIA, at=bench.now)
        bench.put("b")
        dialog = maria.get(COMMIT, headers=HTMX).text
        maria.post(COMMIT, {"description": "", "confirm_within": typed}, headers=HTMX)

    job = Job.objects.order_by("pk").last()
    assert job is not None
    assert job.arguments.get("confirm_within_min") == told
    assert 'max="60"' in dialog


def test_minutes_out_of_bounds_are_refused_at_their_field(maria: Client, bench: Workbench) -> None:
    with time_machine.travel(bench.now, tick=False):
        services.confirmation.confirm(by=MARIA, at=bench.now)
        bench.put("b")
        answer = maria.post(COMMIT, {"description": "", "confirm_within": "61"}, headers=HTMX)

    assert answer.status_code == 422
    assert "The time to confirm is 1 to 60 minutes." in answer.text


def test_another_commit_is_refused_in_its_dialog(maria: Client, bench: Workbench) -> None:
    with time_machine.travel(bench.now, tick=False):
        bench.put("b")
        answer = maria.post(COMMIT, {"description": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert "Confirm it or roll it back first" in answer.text

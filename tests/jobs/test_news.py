"""The frame's badge, and the toast that tells an admin of the end of a job."""

from datetime import datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from django.test import Client

from device import services as device
from device.models import Admin, AdminSession
from jobs import runner
from jobs.models import Job
from tests.browser import ColorScheme, OpenPage, accessibility_problems, open_signed_in
from tests.jobs import factories

HTMX = {"HX-Request": "true"}
STOP_POLLING = 286


@pytest.fixture
def alice(client: Client, now: datetime, db: None) -> Client:  # noqa: ARG001 - the database
    """A browser of alice's."""
    device.create_admin(username="alice", password="x", at=now)
    client.force_login(Admin.objects.get())
    return client


def news(client: Client) -> str:
    answer = client.post("/tasks/news/", headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_page_asks_for_news(alice: Client) -> None:
    page = alice.get("/tasks/").content.decode()

    assert 'hx-post="/tasks/news/"' in page
    assert 'hx-trigger="every 5s, job-finished from:body"' in page


def test_the_badge_says_how_many_jobs_are_not_finished(alice: Client, now: datetime) -> None:
    assert "badge" not in news(alice)

    factories.job(now)

    assert '<span class="badge">1<' in news(alice)


@pytest.mark.parametrize(
    ("kind", "level", "words"),
    [
        ("echo", "ok", "Successful."),
        ("warn", "warn", "Successful with warnings."),
        ("fail", "error", "Failed."),
    ],
)
def test_the_end_of_a_job_is_told_once_in_words_with_the_way_to_it(
    alice: Client, now: datetime, kind: str, level: str, words: str
) -> None:
    number = factories.job(now, kind=kind, description="<b>fw-1</b>")
    assert "toast" not in news(alice)
    runner.run_now(number)

    told = news(alice)

    assert 'hx-swap-oob="beforeend:#toasts"' in told
    assert f"notice-{level}" in told
    assert f"Job {number}, {kind.capitalize()} (&lt;b&gt;fw-1&lt;/b&gt;): {words}" in told
    assert f'href="/tasks/{number}/"' in told
    assert "toast" not in news(alice)


def test_a_job_whose_end_was_seen_in_its_dialog_is_not_told(alice: Client, now: datetime) -> None:
    number = factories.job(now)
    runner.run_now(number)

    alice.get(f"/tasks/{number}/progress/", headers=HTMX)

    assert "toast" not in news(alice)
    assert Job.objects.get(pk=number).announced


def test_watching_does_not_keep_a_session_alive(alice: Client, now: datetime) -> None:
    itself = HTMX | {"HX-Trigger": "jobs-badge", "HX-Target": "jobs-badge"}
    with time_machine.travel(now, tick=False) as clock:
        alice.get("/tasks/")
        before = AdminSession.objects.get().used_at
        clock.shift(timedelta(minutes=30))

        assert alice.post("/tasks/news/", headers=itself).status_code == 200

    assert AdminSession.objects.get().used_at == before


@pytest.mark.django_db
def test_a_page_whose_session_is_over_stops_asking_and_stays(client: Client) -> None:
    answer = client.post("/tasks/news/", headers=HTMX)

    assert (answer.status_code, answer.content) == (STOP_POLLING, b"")
    assert "HX-Redirect" not in answer.headers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_a_toast_comes_up_wherever_the_admin_is(
    color_scheme: ColorScheme,
    alice: Client,
    now: datetime,
    live_server: LiveServer,
    browser_page: OpenPage,
) -> None:
    watched = browser_page(color_scheme=color_scheme)
    page = open_signed_in(watched, live_server.url, alice, "/monitor/system/")
    number = factories.job(now, kind="fail", description="fw-1")
    runner.run_now(number)

    toast = page.locator("#toasts .toast")
    expect(toast).to_contain_text(f"Job {number}, Fail (fw-1): Failed.", timeout=15_000)
    assert accessibility_problems(page) == []
    toast.get_by_role("link", name="Show job").click()

    expect(page.get_by_role("heading", name=f"Tasks / Job {number}")).to_be_visible()


def test_a_page_hears_that_its_session_is_about_to_end(alice: Client, now: datetime) -> None:
    itself = HTMX | {"HX-Trigger": "jobs-badge", "HX-Target": "jobs-badge"}
    with time_machine.travel(now, tick=False) as clock:
        alice.get("/tasks/")
        clock.shift(timedelta(minutes=57))
        assert "HX-Trigger" not in alice.post("/tasks/news/", headers=itself).headers
        clock.shift(timedelta(minutes=1))

        answer = alice.post("/tasks/news/", headers=itself)

    assert answer.headers["HX-Trigger"] == "session-ends"

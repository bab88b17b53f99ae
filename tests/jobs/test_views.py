"""The task list and the job dialog."""

from datetime import UTC, datetime, timedelta

import pytest

from django.test import Client

from audit import services as audit
from device import services as device
from device.models import Admin
from domain.actors import Actor, Role
from domain.locations import VSYS1
from jobs import leases, runner
from jobs.models import Job
from scep.transcript import Outcome, Step, StepName
from tests.jobs import factories

HTMX = {"HX-Request": "true"}
POLL = 'hx-trigger="load delay:700ms"'

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, now: datetime) -> Client:
    """A browser of an admin."""
    device.create_admin(username="alice", password="x", at=now)
    client.force_login(Admin.objects.get())
    return client


def text(client: Client, path: str, *, fragment: bool = False) -> str:
    answer = client.get(path, headers=HTMX if fragment else None)
    assert answer.status_code == 200
    return answer.content.decode()


def test_visitors_see_no_tasks(client: Client) -> None:
    assert client.get("/tasks/").headers["Location"].startswith("/login/")
    assert client.get("/tasks/1/").headers["Location"].startswith("/login/")


def test_an_empty_list_says_so(signed_in: Client) -> None:
    page = text(signed_in, "/tasks/")

    assert "No jobs yet" in page
    assert "<table" not in page


def test_an_admin_of_some_virtual_systems_sees_the_jobs_that_are_his_own(
    signed_in: Client, now: datetime
) -> None:
    factories.job(now, description="Get a certificate")
    others = factories.job(now, description="Commit it all", by=Actor("bob"))
    Admin.objects.update(role=Role.VSYSADMIN, scope=["vsys1"])

    page = text(signed_in, "/tasks/?admin=bob")

    assert "Get a certificate" in page
    assert "Commit it all" not in page
    assert 'value="bob"' not in page
    assert signed_in.get(f"/tasks/{others}/").status_code == 403


def test_the_list_shows_state_and_result_in_words(signed_in: Client, now: datetime) -> None:
    runner.run_now(factories.job(now, kind="fail", description="Get a certificate"))
    factories.job(now)

    page = text(signed_in, "/tasks/")

    for words in ("Get a certificate", "Failed", "The server refused.", "Queued 0 %", "alice"):
        assert words in page
    assert "status-error" in page


def test_the_list_refreshes_itself_while_something_runs(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)
    assert "load delay:2s" in text(signed_in, "/tasks/", fragment=True)
    assert '<noscript><meta http-equiv="refresh"' in text(signed_in, "/tasks/")

    runner.run_now(number)

    assert "load delay" not in text(signed_in, "/tasks/", fragment=True)
    assert "http-equiv" not in text(signed_in, "/tasks/")


def test_the_list_tells_the_page_when_nothing_runs_any_more(
    signed_in: Client, now: datetime
) -> None:
    job_id = factories.job(now)
    assert "HX-Trigger" not in signed_in.get("/tasks/", headers=HTMX).headers

    runner.run_now(job_id)

    told = signed_in.get("/tasks/", headers=HTMX).headers["HX-Trigger"]
    assert told == "config-changed, certificates-changed"


def test_the_filter_is_kept_while_the_list_refreshes_and_turns_pages(
    signed_in: Client, now: datetime
) -> None:
    runner.run_now(factories.job(now, kind="fail", description="Get a certificate"))
    factories.job(now)

    page = text(signed_in, "/tasks/?kind=fail&result=failed&text=certificate")

    assert "Get a certificate" in page
    assert "1 to 1 of 1 job, 1 not finished" in page
    assert "kind=fail&amp;result=failed&amp;text=certificate" in page
    assert '<option value="fail" selected>Fail</option>' in page


def test_a_filter_that_lets_nothing_through_says_so(signed_in: Client, now: datetime) -> None:
    factories.job(now)

    assert "The filter lets no job through." in text(signed_in, "/tasks/?text=nothing&page=7")
    assert "1 to 1 of 1 job" in text(signed_in, "/tasks/?kind=unheard-of")


def test_the_running_tab_stays_when_the_filter_changes(signed_in: Client, now: datetime) -> None:
    factories.job(now)

    assert 'name="show" value="running"' in text(signed_in, "/tasks/?show=running")


def test_htmx_gets_the_list_alone(signed_in: Client) -> None:
    assert "<html" not in text(signed_in, "/tasks/", fragment=True)
    assert "<html" in text(signed_in, "/tasks/")


def test_the_dialog_is_a_fragment_or_a_page(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)

    fragment = text(signed_in, f"/tasks/{number}/", fragment=True)
    page = text(signed_in, f"/tasks/{number}/")

    assert "<dialog" in fragment
    assert "<html" not in fragment
    assert "<dialog" in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_a_job_that_is_not_there_is_a_page_that_says_so(signed_in: Client) -> None:
    answer = signed_in.get("/tasks/4711/")

    assert answer.status_code == 404
    assert "There is no job 4711." in answer.content.decode()


def test_the_dialog_polls_while_the_job_is_unfinished(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)

    assert POLL in text(signed_in, f"/tasks/{number}/", fragment=True)
    answer = signed_in.get(f"/tasks/{number}/progress/", headers=HTMX)
    assert POLL in answer.content.decode()
    assert "HX-Trigger" not in answer.headers


def test_the_last_poll_tells_the_page_of_the_end(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)
    runner.run_now(number)

    answer = signed_in.get(f"/tasks/{number}/progress/", headers=HTMX)

    assert "hx-trigger" not in answer.content.decode()
    events = answer.headers["HX-Trigger"].split(", ")
    assert events == ["job-finished", "config-changed", "certificates-changed"]
    assert f"Job {number}: Successful." in answer.content.decode()


def test_a_dialog_opened_just_after_the_end_polls_once(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)
    runner.run_now(number)

    assert POLL in text(signed_in, f"/tasks/{number}/", fragment=True)
    Job.objects.update(finished_at=datetime.now(UTC) - timedelta(minutes=1))
    assert POLL not in text(signed_in, f"/tasks/{number}/", fragment=True)
    assert "http-equiv" not in text(signed_in, f"/tasks/{number}/")


def test_a_failed_job_shows_reason_and_hint_as_an_error(signed_in: Client, now: datetime) -> None:
    number = factories.job(now, kind="fail")
    runner.run_now(number)

    page = text(signed_in, f"/tasks/{number}/", fragment=True)

    assert "notice-error" in page
    for words in ("The server refused.", "Look at its log.", "The server said no.", "Ask it why."):
        assert words in page


def test_a_warning_stands_in_its_own_row(signed_in: Client, now: datetime) -> None:
    number = factories.job(now, kind="warn")
    runner.run_now(number)

    page = text(signed_in, f"/tasks/{number}/", fragment=True)

    assert "<dt>Warnings</dt>" in page
    assert "<dt>Details</dt>" not in page
    assert "The CA certificate expires soon." in page


def test_the_result_can_be_followed(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)
    runner.run_now(number)

    page = text(signed_in, f"/tasks/{number}/", fragment=True)

    assert '<a href="/tasks/">Show tasks</a>' in page
    assert "hello" in page


def test_a_line_leads_to_the_dialog_of_what_it_names(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)
    runner.run_now(number)

    page = text(signed_in, f"/tasks/{number}/", fragment=True)

    link = '<a href="/tasks/7/" hx-get="/tasks/7/" hx-target="#modal" hx-swap="innerHTML">'
    assert f"{link}attempt 1 of echo {number} for alice</a>" in page


def test_the_dialog_shows_what_was_said_to_the_server(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)
    start = audit.TranscriptStart("enroll", None, "ndes", VSYS1, subject="CN=a", job_id=number)
    uuid = audit.open_transcript(start, now)
    step = Step(StepName.CAPS, Outcome.WARNED, "<b>7</b> words", "Hm.", (("AES", "yes"),), 12.0)
    audit.add_step(uuid, 1, step, now)

    page = text(signed_in, f"/tasks/{number}/", fragment=True)

    for words in ("GetCACaps", "Warning", "&lt;b&gt;7&lt;/b&gt; words", "Hm.", "AES", "12 ms"):
        assert words in page
    assert "Waiting for the server" in page
    assert "<details" in page


def test_a_second_attempt_is_said(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)
    leases.claim(number, owner="one", now=now)
    leases.release_owner("one", now=now)
    runner.run_now(number)

    assert "(attempt 2)" in text(signed_in, f"/tasks/{number}/", fragment=True)


def test_a_failed_job_is_retried_from_its_dialog(signed_in: Client, now: datetime) -> None:
    number = factories.job(now, kind="fail")
    runner.run_now(number)
    assert f'hx-post="/tasks/{number}/retry/"' in text(signed_in, f"/tasks/{number}/")
    assert f'hx-post="/tasks/{number}/retry/"' in text(signed_in, "/tasks/")

    answer = signed_in.post(f"/tasks/{number}/retry/", headers=HTMX, follow=True)

    new = Job.objects.latest("pk")
    assert new.retry_of_id == number
    assert answer.redirect_chain == [(f"/tasks/{new.pk}/", 303)]
    assert f"job {number}</a>" in answer.content.decode()


def test_a_waiting_job_is_cancelled_from_its_dialog(signed_in: Client, now: datetime) -> None:
    number = factories.job(now)
    assert f'hx-post="/tasks/{number}/cancel/"' in text(signed_in, f"/tasks/{number}/")
    assert f'hx-post="/tasks/{number}/cancel/"' in text(signed_in, "/tasks/")

    answer = signed_in.post(f"/tasks/{number}/cancel/", headers=HTMX, follow=True)

    page = answer.content.decode()
    assert "Cancelled by alice." in page
    assert "cancel/" not in page


def test_cancelling_a_job_that_has_ended_is_refused_in_words(
    signed_in: Client, now: datetime
) -> None:
    number = factories.job(now)
    runner.run_now(number)

    answer = signed_in.post(f"/tasks/{number}/cancel/", headers=HTMX)

    assert answer.status_code == 409
    assert "runs already, or has ended" in answer.content.decode()


def test_a_job_that_will_try_again_says_when(signed_in: Client, now: datetime) -> None:
    number = factories.job(now, run_at=now + timedelta(minutes=5))

    page = text(signed_in, f"/tasks/{number}/", fragment=True)

    assert "until" in page
    assert "2026-11-23 12:05:00" in page


def test_the_list_can_show_only_what_runs(signed_in: Client, now: datetime) -> None:
    runner.run_now(factories.job(now, description="the first"))
    assert "Nothing runs" in text(signed_in, "/tasks/?show=running")
    factories.job(now, description="the second")

    page = text(signed_in, "/tasks/?show=running", fragment=True)

    assert "the second" in page
    assert "the first" not in page
    assert 'hx-get="/tasks/?show=running"' in page


def test_the_pages_only_read(signed_in: Client) -> None:
    for path in ("/tasks/", "/tasks/1/", "/tasks/1/progress/"):
        assert signed_in.post(path).status_code == 405

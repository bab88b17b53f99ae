"""The dashboard: numbers that lead to lists, the timeline, enrollments, failures, jobs."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Final

import pytest

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates.models import EnrollmentState, MaterialStatus
from device.models import Admin, DeviceFacts
from domain.actors import Actor, Role
from domain.locations import SHARED, Location
from jobs import services as jobs
from scep.transcript import StepName
from tests.certificates.workbench import Bench
from tests.dashboard.furnishing import enroll, fail_exchange, keep

URL: Final = "/dashboard/"
ITSELF: Final = {"HX-Request": "true", "HX-Target": "dashboard", "HX-Trigger": "dashboard"}
VSYS2: Final = Location("vsys2")


def shown(client: Client, query: str = "") -> str:
    """The page as it is sent, without the line breaks of its templates."""
    answer = client.get(f"{URL}{query}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def tile(page: str, key: str) -> tuple[int, str]:
    """Number and URL of a tile."""
    found = re.search(rf'id="tile-{key}" class="tile" href="([^"]*)">\s*<span[^>]*>(\d+)<', page)
    assert found is not None, key
    return int(found[2]), unescape(found[1])


def test_a_new_device_shows_the_first_steps(maria: Client) -> None:
    page = shown(maria)

    assert "Make a SCEP profile" in page
    assert 'hx-get="/device/scep/add/"' in page
    assert 'hx-get="/device/certificates/generate/"' not in page
    assert "No certificate was requested" in page


def test_each_step_done_leads_to_the_next(maria: Client, bench: Bench) -> None:
    bench.profile()
    assert "Open Commit" in shown(maria)
    assert 'hx-get="/device/certificates/generate/"' not in shown(maria)

    bench.commit()
    assert 'hx-get="/device/certificates/generate/"' in shown(maria)

    bench.request(bench.running_profile(name="other"))
    assert "First steps" not in shown(maria)


def test_the_first_steps_are_those_of_what_one_sees(bench: Bench) -> None:
    DeviceFacts.objects.update(multi_vsys=True)
    bench.running_profile(name="elsewhere")

    page = shown(_signed_in(bench.now, Role.VSYSADMIN, ["vsys2"]))

    assert "First steps" in page
    assert ">Done<" not in page
    assert 'hx-get="/device/certificates/generate/"' not in page


def test_a_tile_leads_to_as_many_certificates_as_it_says(maria: Client, bench: Bench) -> None:
    keep(bench, "old", days=-3)
    keep(bench, "soon", days=3)
    keep(bench, "later", days=20)
    keep(bench, "good", days=400)
    keep(bench, "gone", days=3)
    bench.restate(bench.row("gone").uuid, MaterialStatus.REVOKED)

    page = shown(maria)

    numbers = {"all": 5, "valid": 1, "expiring": 2, "soon": 1, "expired": 1, "revoked": 1}
    for key, number in (numbers | {"pending": 0}).items():
        count, url = tile(page, key)
        assert count == number, key
        assert maria.get(url).context["page"].count == number, key


@pytest.mark.parametrize("unit", ["month", "week"])
def test_a_bar_and_its_row_lead_to_what_ends_then(maria: Client, bench: Bench, unit: str) -> None:
    keep(bench, "soon", days=3)
    keep(bench, "far", days=4000)

    page = shown(maria, f"?by={unit}")

    bars = re.findall(r'<a id="bar-[^>]* href="([^"]*)" aria-label="([^"]*: 1 certificate)"', page)
    rows = re.findall(r'<a id="row-[^"]*" href="([^"]*)">', page)
    assert len(bars) == 1
    assert rows == [bars[0][0]]
    listed = maria.get(unescape(bars[0][0])).context["page"]
    assert [row.name for row in listed.rows] == ["soon"]
    assert "1 certificate expires in the next" in page


def test_an_unknown_length_of_bars_is_a_month(maria: Client) -> None:
    assert "24 months" in shown(maria, "?by=century")


def test_enrollments_are_shown_with_rate_and_job(maria: Client, bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    issued = enroll(bench, profile, "fw-1", EnrollmentState.ISSUED)
    enroll(bench, profile, "fw-2", EnrollmentState.REFUSED, reason="The CA said no.")

    page = shown(maria)

    assert f'hx-get="/tasks/{issued.job_id}/"' in page
    assert "Issued" in page
    assert 'title="The CA said no."' in page
    assert "50 %" in page
    assert "1 of 2" in page


def test_failures_are_shown_by_step_with_the_last_exchange(maria: Client) -> None:
    exchange = fail_exchange(StepName.TCP, "The connection was refused.")

    page = shown(maria)

    assert "/monitor/scep/?result=failed&amp;step=TCP" in page
    assert f'hx-get="/monitor/scep/{exchange}/"' in page
    assert "The connection was refused." in page


def test_jobs_are_shown_of_those_whom_one_may_see(bench: Bench, maria: Client) -> None:
    for name in ("maria", "paul"):
        jobs.enqueue(
            kind="commit", arguments={}, by=Actor(name), at=bench.now, description=f"of {name}"
        )
    assert "of paul" in shown(maria)

    vera = _signed_in(bench.now, Role.VSYSADMIN, ["vsys1"])
    page = shown(vera)

    assert "of paul" not in page


def test_an_admin_of_a_virtual_system_sees_its_certificates_and_shareds(bench: Bench) -> None:
    DeviceFacts.objects.update(multi_vsys=True)
    keep(bench, "mine", days=3)
    keep(bench, "everybodys", days=3, location=SHARED)
    keep(bench, "foreign", days=3, location=VSYS2)

    page = shown(_signed_in(bench.now, Role.VSYSREADER, ["vsys1"]))

    assert tile(page, "all")[0] == 2
    assert "2 certificates expire in the next" in page


def test_what_a_role_may_not_read_is_left_out(bench: Bench) -> None:
    cleo = _signed_in(bench.now, Role.CUSTOM, [], permitted=["read-dashboard", "read-tasks"])

    page = shown(cleo)

    assert "Running jobs" in page
    for hidden in ("tile-all", "Expiry timeline", "Recent enrollments", "Why requests failed"):
        assert hidden not in page


def test_a_role_without_the_dashboard_is_refused(bench: Bench) -> None:
    cleo = _signed_in(bench.now, Role.CUSTOM, [], permitted=["read-tasks"])

    assert cleo.get(URL).status_code == 403


def test_a_page_that_asks_again_gets_nothing_until_something_has_changed(
    maria: Client, bench: Bench
) -> None:
    keep(bench, "soon", days=3)
    version = re.search(r'name="shown" value="([^"]*)"', shown(maria))
    assert version is not None
    again = f"{URL}?shown={version[1]}"

    assert maria.get(again, headers=ITSELF).status_code == 204

    keep(bench, "new", days=3)
    answer = maria.get(again, headers=ITSELF)

    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b'id="tile-all"' in answer.content


def test_watching_does_not_make_a_session_longer(maria: Client) -> None:
    session = maria.session
    session.set_expiry(600)
    session.save()
    before = maria.session.get_expiry_date()

    maria.get(URL, headers=ITSELF)

    assert maria.session.get_expiry_date() - before < timedelta(seconds=1)


def test_names_are_escaped(maria: Client, bench: Bench) -> None:
    jobs.enqueue(kind="commit", arguments={}, by=Actor("<b>"), at=bench.now, description="<script>")

    page = shown(maria)

    assert "<script>" not in page.split("<main", 1)[1]
    assert "&lt;b&gt;" in page


def test_the_number_of_queries_does_not_grow(maria: Client, bench: Bench) -> None:
    counts = []
    for number in range(3):
        keep(bench, f"fw-{number}", days=10 * number)
        counts.append(_queries(maria))

    assert len(set(counts)) == 1


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        shown(client)
    return len(asked)


def _signed_in(
    at: datetime, role: Role, scope: list[str], *, permitted: list[str] | None = None
) -> Client:
    admin = Admin.objects.create(
        username="other", role=role, scope=scope, permitted=permitted or [], created_at=at
    )
    client = Client()
    client.force_login(admin)
    return client

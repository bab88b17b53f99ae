"""Rehearsal: one profile tested on two servers side by side."""

import pytest

from django.test import Client

from certificates import enrollment_jobs
from device.models import Admin
from jobs.models import Job
from tests.certificates.workbench import MARIA, Bench
from tests.configuration.fakes import FakeJob
from tests.profiles import factories
from tests.profiles.pages import HTMX

URL = "/device/certificates/rehearse/"
OTHER = {"server_url": "http://other.example/scep", "fingerprint": ""}


def test_the_dialog_asks_for_what_is_different(bench: Bench, maria: Client) -> None:
    plain, dynamic = bench.profile(), bench.profile(name="dynamic", **factories.dynamic())

    assert "Other Challenge URL" not in maria.get(f"{URL}?object={plain}").content.decode()
    assert "Other Challenge URL" in maria.get(f"{URL}?object={dynamic}").content.decode()


def test_both_servers_are_tested_and_shown_side_by_side(bench: Bench, maria: Client) -> None:
    uuid = bench.profile(**factories.dynamic())
    wish = {**OTHER, "object": str(uuid), "otp_server_url": "http://other.example/otp"}

    answer = maria.post(URL, wish, headers=HTMX)

    assert answer.status_code == 303
    first, second = Job.objects.order_by("pk")
    assert (first.kind, second.kind) == ("test", "test")
    assert "http://other.example/scep" in second.arguments["xml"]
    assert "http://other.example/otp" in second.arguments["xml"]
    before = maria.get(answer.headers["Location"], headers=HTMX).content.decode()
    assert "hx-trigger" in before
    for row in (first, second):
        job = FakeJob(id=row.pk, by=MARIA, arguments=row.arguments)
        enrollment_jobs.try_out(job, exchange=bench.exchange)
    Job.objects.update(state="finished", result="ok", finished_at=bench.now)
    after = maria.get(answer.headers["Location"], headers=HTMX).content.decode()
    assert "hx-trigger" not in after
    assert after.count("CA fingerprint") == 1
    assert "/monitor/scep/report.html?exchange=" in after


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"server_url": ""}, "This field is required."),
        ({"server_url": "ftp://other"}, "must begin with http"),
        ({**OTHER, "fingerprint": "xyz"}, "hexadecimal digits only"),
    ],
)
def test_what_cannot_be_tested_is_said_at_its_field(
    bench: Bench, maria: Client, wish: dict[str, str], words: str
) -> None:
    uuid = bench.profile()

    answer = maria.post(URL, {**wish, "object": str(uuid)}, headers=HTMX)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Job.objects.exists()


def test_who_only_reads_is_told_so_in_the_dialog(bench: Bench, maria: Client) -> None:
    uuid = bench.profile()
    Admin.objects.update(role="superreader")

    answer = maria.post(URL, {**OTHER, "object": str(uuid)}, headers=HTMX)

    assert "Your role does not allow" in answer.content.decode()


def test_one_profile_is_rehearsed_at_a_time(bench: Bench, maria: Client) -> None:
    del bench

    assert maria.get(URL).status_code == 409

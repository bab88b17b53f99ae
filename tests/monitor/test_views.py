"""The list of exchanges, one exchange, and what can be downloaded of it."""

import base64
import json
from uuid import uuid4

import pytest

from django.test import Client

from device.models import Admin
from domain.locations import Location
from tests.monitor.conftest import (
    CAPS_WARNED,
    DNS_PASSED,
    TLS_FAILED,
    Keep,
    sent_and_received,
)

URL = "/monitor/scep/"


def listed(client: Client, query: str = "") -> str:
    answer = client.get(f"{URL}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_exchanges_the_page_says_what_will_be_there(maria: Client) -> None:
    page = listed(maria)

    assert "No exchanges yet" in page
    assert "Kept for 30 days" in page


def test_a_row_tells_the_step_that_failed_and_its_fact(maria: Client, keep: Keep) -> None:
    keep(DNS_PASSED, TLS_FAILED, outcome="failed")

    page = listed(maria)

    assert "The certificate has expired." in page
    assert "status-error" in page
    assert 'href="/tasks/7/"' in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?result=failed", 1),
        ("?result=warned", 1),
        ("?result=running", 1),
        ("?step=DNS", 2),
        ("?step=TLS&result=failed", 1),
        ("?step=DNS&result=failed", 0),
        ("?result=nonsense&step=nonsense&profile=nonsense&page=x", 4),
    ],
)
def test_the_filter_lets_through(maria: Client, keep: Keep, query: str, count: int) -> None:
    keep(DNS_PASSED, TLS_FAILED, outcome="failed")
    keep(CAPS_WARNED, outcome="warned")
    keep(DNS_PASSED)
    keep(outcome=None)

    assert listed(maria, query).count("<tr>") - 1 == (count or -1)


def test_a_profile_without_exchanges_lists_none_rather_than_all(maria: Client, keep: Keep) -> None:
    keep(name="used")

    page = listed(maria, f"?profile={uuid4()}")

    assert "No such exchange" in page
    assert "No exchange with this profile" in page


def test_the_exchanges_of_one_profile_can_be_listed(maria: Client, keep: Keep) -> None:
    mine = uuid4()
    keep(profile=mine, name="mine")
    keep(name="other")

    assert listed(maria, f"?profile={mine}").count("<tr>") == 2


def test_htmx_gets_the_list_alone(maria: Client, keep: Keep) -> None:
    keep()

    answer = maria.get(URL, headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode()
    assert 'id="exchanges"' in answer.content.decode()


def test_an_exchange_shows_its_steps_and_links_to_its_messages(maria: Client, keep: Keep) -> None:
    uuid = keep(sent_and_received())

    page = maria.get(f"{URL}{uuid}/").content.decode()

    assert "The server granted the request." in page
    assert "what-the-server-said" in page
    assert f"{URL}{uuid}/1/sent" in page
    assert f"{URL}{uuid}/1/received" in page


def test_messages_are_downloaded_as_bytes_whatever_they_are(maria: Client, keep: Keep) -> None:
    uuid = keep(sent_and_received())

    sent = maria.get(f"{URL}{uuid}/1/sent")
    received = maria.get(f"{URL}{uuid}/1/received")

    assert (sent.content, received.content) == (b"\x30\x82request", b"<html>reply")
    assert sent.headers["Content-Disposition"] == (
        f'attachment; filename="exchange-{uuid}-1-sent.der"'
    )
    assert received.headers["Content-Disposition"].endswith('-received.bin"')
    assert received.headers["Content-Type"] == "application/octet-stream"


def test_a_step_without_a_message_has_none_to_download(maria: Client, keep: Keep) -> None:
    uuid = keep(DNS_PASSED)

    assert maria.get(f"{URL}{uuid}/1/sent").status_code == 404
    assert maria.get(f"{URL}{uuid}/2/sent").status_code == 404


def test_the_json_has_the_steps_and_the_messages(maria: Client, keep: Keep) -> None:
    uuid = keep(sent_and_received())

    document = json.loads(maria.get(f"{URL}{uuid}/transcript.json").content)

    assert (document["format"], document["outcome"]) == ("scepadmin-transcript-1", "passed")
    (step,) = document["steps"]
    assert step["details"][0] == ["Status", "SUCCESS (0)"]
    assert base64.b64decode(step["sent"]) == b"\x30\x82request"


def test_an_admin_who_only_reads_gets_no_bodies(reader: Client, keep: Keep) -> None:
    uuid = keep(sent_and_received())

    page = reader.get(f"{URL}{uuid}/").content.decode()
    document = json.loads(reader.get(f"{URL}{uuid}/transcript.json").content)

    assert "SUCCESS (0)" in page
    assert "what-the-server-said" not in page
    assert "/sent" not in page
    assert reader.get(f"{URL}{uuid}/1/received").status_code == 403
    assert "sent" not in document["steps"][0]


def test_an_admin_of_one_vsys_sees_only_its_exchanges(maria: Client, keep: Keep) -> None:
    Admin.objects.update(scope=["vsys1"])
    here, there = keep(name="here"), keep(name="there", location=Location("vsys2"))

    page = listed(maria)

    assert "here" in page
    assert "there" not in page
    assert maria.get(f"{URL}{here}/").status_code == 200
    assert maria.get(f"{URL}{there}/").status_code == 404


def test_nobody_looks_without_signing_in(client: Client, keep: Keep) -> None:
    uuid = keep()

    for path in ("", f"{uuid}/", f"{uuid}/transcript.json", f"{uuid}/1/sent"):
        assert client.get(URL + path).status_code == 302


def test_a_report_of_exchanges_is_one_page_for_others(maria: Client, keep: Keep) -> None:
    good, bad = keep(DNS_PASSED), keep(DNS_PASSED, TLS_FAILED, outcome="failed")

    answer = maria.get(f"{URL}report.html?exchange={good}&exchange={bad}&exchange={good}")

    page = answer.content.decode()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="scep-report.html"'
    assert page.count("<h2>") == 2
    assert "not reached" in page
    assert "What to try: Renew it." in page
    assert "<script" not in page


def test_a_report_is_to_be_had_as_json_without_messages(maria: Client, keep: Keep) -> None:
    uuid = keep(sent_and_received())

    document = json.loads(maria.get(f"{URL}report.json?exchange={uuid}").content)

    assert document["format"] == "scepadmin-report-1"
    (exchange,) = document["exchanges"]
    assert exchange["exchange"] == str(uuid)
    assert "sent" not in exchange["steps"][0]


@pytest.mark.parametrize("query", ["", "?exchange=x", "?" + "&".join(9 * [f"exchange={uuid4()}"])])
def test_a_report_of_nothing_or_too_much_is_refused(maria: Client, query: str) -> None:
    assert maria.get(f"{URL}report.html{query}").status_code == 404

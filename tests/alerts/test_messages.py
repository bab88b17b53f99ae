"""What alerts look like as e-mail, syslog and webhook; whatever stands in names."""

import email
import email.policy
import hashlib
import hmac
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import messages
from alerts.messages import MOST_SYSLOG_BYTES, Event, Item
from tests.alerts.workbench import a_message

NASTY = 'fw\r\nBcc: eve@example.com\r\n\r\n<14>1 "]\\\x00\u2028'


def read(raw: bytes) -> email.message.EmailMessage:
    """Read an e-mail as a receiver does."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_an_email_says_what_where_and_from_which_device() -> None:
    mail = messages.to_email(a_message(), "fw@example.com", ["a@example.com", "b@example.com"])

    got = read(mail.as_bytes())

    assert got["Subject"] == "[fw-lab-1] 1 certificate expires within 7 days."
    assert got["To"] == "a@example.com, b@example.com"
    assert got["Message-ID"] == "<11111111-2222-4333-8444-555555555555@fw-lab-1>"
    assert got["Date"].datetime.isoformat() == "2026-11-23T12:00:00+00:00"
    assert got.get_content().splitlines() == [
        "1 certificate expires within 7 days.",
        "",
        "- fw-1 (Shared): expires in 3 days.",
        "",
        "Device fw-lab-1, serial number 007951000000.",
    ]


def test_a_digest_says_how_many_it_does_not_list() -> None:
    mail = messages.to_email(a_message(count=10_000), "fw@example.com", ["a@example.com"])

    assert "- and 9999 more" in mail.get_content()


@given(st.text(max_size=80))
def test_no_name_adds_a_header_or_a_line(name: str) -> None:
    item = Item(name, name, name)
    message = a_message(headline=name, items=(item,), hostname=name)

    got = read(messages.to_email(message, "fw@example.com", ["a@example.com"]).as_bytes())

    assert sorted(got.keys()) == sorted(
        [
            *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"),
            *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
        ]
    )
    assert len(got.get_content().splitlines()) == 5


def test_a_header_is_one_line_however_nasty_the_name() -> None:
    message = a_message(headline=NASTY, hostname=NASTY)

    raw = messages.to_email(message, "fw@example.com", ["a@example.com"]).as_bytes()

    assert b"\nBcc:" not in raw
    assert read(raw)["Bcc"] is None


def test_a_syslog_message_is_of_rfc_5424() -> None:
    line = messages.to_syslog(a_message(), "LOG_LOCAL3").decode()

    assert line == (
        "<156>1 2026-11-23T12:00:00.250Z fw-lab-1 scepadmin - expiry "
        '[alert@32473 id="11111111-2222-4333-8444-555555555555" event="expiry" count="1"] '
        "\ufeff1 certificate expires within 7 days. fw-1 (Shared): expires in 3 days."
    )


@pytest.mark.parametrize(
    ("event", "priority"), [(Event.EXPIRY, 12), (Event.RENEWAL_FAILED, 11), (Event.TEST, 14)]
)
def test_the_priority_says_how_bad_it_is(event: Event, priority: int) -> None:
    assert messages.to_syslog(a_message(event=event), "LOG_USER").startswith(
        f"<{priority}>1".encode()
    )


@given(st.text(max_size=3000))
def test_a_syslog_message_is_one_line_of_limited_length(name: str) -> None:
    message = a_message(items=(Item(name, "Shared", name),), hostname=name)

    line = messages.to_syslog(message, "LOG_USER")

    assert len(line) <= MOST_SYSLOG_BYTES
    assert line.decode().isprintable() or "\ufeff" in line.decode()
    assert not re.search(rb"[\x00-\x1f\x7f]", line)
    header = line.split(b"\xef\xbb\xbf")[0]
    assert re.fullmatch(
        rb'<\d+>1 \S+ [!-~]{1,255} scepadmin - expiry \[alert@32473( \w+="[^"]*")+\] ', header
    )


def test_on_a_stream_the_length_comes_first() -> None:
    assert messages.framed("<14>1 é".encode()) == "8 <14>1 é".encode()


def test_a_webhook_has_everything_as_json() -> None:
    body = json.loads(messages.to_json(a_message()))

    assert body == {
        "id": "11111111-2222-4333-8444-555555555555",
        "event": "expiry",
        "headline": "1 certificate expires within 7 days.",
        "count": 1,
        "at": "2026-11-23T12:00:00+00:00",
        "device": {"hostname": "fw-lab-1", "serial": "007951000000"},
        "items": [
            {
                "name": "fw-1",
                "location": "Shared",
                "text": "expires in 3 days.",
                "not_after": "2026-11-26T12:00:00+00:00",
                "serial": "0a1b",
            }
        ],
    }


def test_the_signature_is_over_time_and_body() -> None:
    wanted = hmac.new(b"key", b'1700000000.{"a":1}', hashlib.sha256).hexdigest()

    assert messages.signature(b"key", 1_700_000_000, b'{"a":1}') == f"sha256={wanted}"


@pytest.mark.parametrize(
    ("event", "words"),
    [(Event.EXPIRY, "Expiry"), (Event.CA_CHANGED, "CA changed"), (Event.TEST, "Test")],
)
def test_events_have_words(event: Event, words: str) -> None:
    assert event.words == words

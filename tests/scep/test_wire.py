"""URLs and bodies."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scep.wire import (
    HttpReply,
    HttpRequest,
    describe_body,
    excerpt,
    join_url,
    looks_like_html,
    media_type,
    read_retry_after,
)

CAPS = (("operation", "GetCACaps"),)


@pytest.mark.conformance("C39")
@pytest.mark.parametrize(
    ("server_url", "joined"),
    [
        pytest.param(
            "http://h/certsrv/mscep/",
            "http://h/certsrv/mscep/?operation=GetCACaps",
            id="NDES folder",
        ),
        pytest.param(
            "http://h/certsrv/mscep/mscep.dll",
            "http://h/certsrv/mscep/mscep.dll?operation=GetCACaps",
            id="NDES program",
        ),
        pytest.param(
            "https://h:8443/scep?profile=x%20y&b",
            "https://h:8443/scep?profile=x%20y&b&operation=GetCACaps",
            id="query kept as it was",
        ),
        pytest.param(
            "http://h/scep?Operation=GetCACert&p=1",
            "http://h/scep?p=1&operation=GetCACaps",
            id="pasted operation gives way",
        ),
        pytest.param("http://h", "http://h/cgi-bin/pkiclient.exe?operation=GetCACaps", id="bare"),
        pytest.param("http://h/#top", "http://h/?operation=GetCACaps", id="fragment dropped"),
    ],
)
def test_the_operation_is_appended_to_the_server_url(server_url: str, joined: str) -> None:
    assert join_url(server_url, CAPS) == joined


@pytest.mark.conformance("C37", "D5")
def test_a_base64_message_is_percent_encoded() -> None:
    url = join_url("http://h/s", (("operation", "PKIOperation"), ("message", "a+b/c==")))

    assert url == "http://h/s?operation=PKIOperation&message=a%2Bb%2Fc%3D%3D"


def test_a_challenge_url_stays_as_it_is() -> None:
    assert join_url("https://h/CertSrv/mscep_admin/", ()) == "https://h/CertSrv/mscep_admin/"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "an empty body", id="empty"),
        pytest.param(
            b"<!DOCTYPE html><html><title> IIS \n Windows </title>",
            'an HTML page titled "IIS Windows"',
            id="title",
        ),
        pytest.param(b"<html><body>x", "an HTML page without a title", id="no title"),
        pytest.param(
            "<html><title>Ü</title>".encode("utf-16-le"), 'an HTML page titled "Ü"', id="UTF-16"
        ),
        pytest.param(b"wrong password", '14 bytes beginning with "wrong password"', id="text"),
        pytest.param(b"\x30\x82\x01", "3 bytes beginning with 30 82 01", id="binary"),
        pytest.param(
            b"0\x84" + b"\xff" * 999,
            "1,001 bytes beginning with 30 84 ff ff ff ff ff ff ff ff ff ff ff ff ff ff",
            id="binary that could be text",
        ),
        pytest.param(
            b"Ung\xfcltige Anfrage",
            '17 bytes beginning with "Ung\ufffdltige Anfrage"',
            id="text of another charset",
        ),
    ],
)
def test_a_body_is_described_in_a_few_words(body: bytes, words: str) -> None:
    assert describe_body(body) == words


def test_a_long_text_is_cut() -> None:
    assert excerpt(b"word " * 100, 10) == '"word word …"'


def test_a_page_is_recognized_after_a_byte_order_mark() -> None:
    assert looks_like_html("\ufeff<html>".encode("utf-16-le"))
    assert looks_like_html(b"\xef\xbb\xbf  <HTML>")
    assert not looks_like_html(b"AES\nSHA-1\n")


def test_a_media_type_loses_its_parameters() -> None:
    assert media_type("Application/X-PKI-Message; charset=x") == "application/x-pki-message"


@given(st.binary(max_size=300))
def test_any_body_can_be_described(body: bytes) -> None:
    assert describe_body(body).isprintable()
    assert excerpt(body).isprintable()


def test_bodies_are_not_shown_because_a_password_may_stand_in_them() -> None:
    shown = f"{HttpRequest('POST', body=b'secret')} {HttpReply(200, 'text/html', b'secret')}"

    assert "secret" not in shown


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 12:00:30 -0000", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("\u0661", None),
    ],
)
def test_a_server_says_when_to_come_back(header: str, seconds: float | None) -> None:
    assert read_retry_after(header, datetime(2026, 11, 23, 12, tzinfo=UTC)) == seconds


@given(st.text(max_size=64))
def test_any_retry_after_is_read_or_ignored(header: str) -> None:
    found = read_retry_after(header, datetime(2026, 11, 23, 12, tzinfo=UTC))

    assert found is None or found >= 0

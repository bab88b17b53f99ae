"""The challenge page, as a session."""

import hashlib

import pytest

from scep.cacert import sort_out
from scep.client import FetchChallenge
from scep.errors import ChallengeRefused, HttpRefused, ScepError
from scep.transcript import Outcome
from scep.wire import HttpReply
from tests import issuing
from tests.fakes import Recording, drive

PAGE = (
    "<HTML><Head><Title>Network Device Enrollment Service</Title></Head><Body>"
    "The thumbprint (hash value) for the CA certificate is: "
    "<B> 12345678 9ABCDEF0 12345678 9ABCDEF0 </B>"
    "The enrollment challenge password is: <B> 0123456789ABCDEF </B>"
    "This password can be used only once and will expire within 60 minutes.</Body></HTML>"
).encode("utf-16-le")


def test_the_page_is_fetched_once_and_its_password_stays_out_of_the_steps() -> None:
    record = Recording()
    session = FetchChallenge(record=record)
    request = session.next_request()

    page = drive(session, lambda _: HttpReply(200, "text/html", PAGE, elapsed_ms=3))

    assert request is not None
    assert (request.method, request.query) == ("GET", ())
    assert page.password == "0123456789ABCDEF"
    step = record.steps[0]
    assert step.fact == "The challenge page gave a one-time password, good for 60 minutes."
    assert ("CA thumbprint on the page", "123456789abcdef0" * 2) in step.details
    assert (step.outcome, step.duration_ms) == (Outcome.PASSED, 3)
    assert "0123456789ABCDEF" not in repr(record.steps) + repr(page)


def test_a_password_that_serves_many_times_is_told_so() -> None:
    record = Recording()
    body = (
        b"<HTML>The enrollment challenge password is: <B> 0123456789ABCDEF0123456789ABCDEF </B>"
        b"This password can be used multiple times and will not expire.</HTML>"
    )

    drive(FetchChallenge(record=record), lambda _: HttpReply(200, "text/html", body))

    assert record.steps[0].fact == "The challenge page gave a password that serves many times."


def test_a_password_known_by_its_shape_alone_is_worth_a_warning() -> None:
    record = Recording()
    body = b"<HTML>Kennwort: <B> 0123456789ABCDEF </B></HTML>"

    drive(FetchChallenge(record=record), lambda _: HttpReply(200, "text/html", body))

    assert record.outline == [("Challenge", "warned")]
    assert "not in English" in record.steps[0].hint


@pytest.mark.parametrize("known", [True, False])
def test_the_thumbprint_on_the_page_is_compared_with_the_ca(*, known: bool) -> None:
    authority = issuing.ca("Page CA")
    thumbprint = hashlib.md5(authority.der if known else b"other").hexdigest()  # noqa: S324 - NDES shows MD5
    body = f"thumbprint: {thumbprint} enrollment challenge password is: 01".encode()
    record = Recording()
    session = FetchChallenge(bundle=sort_out([authority.der]), record=record)

    page = drive(session, lambda _: HttpReply(200, "text/html", body))

    assert page.ca_thumbprint == thumbprint
    warned = [step.fact for step in record.steps if step.outcome is Outcome.WARNED]
    assert warned == ["The challenge page shows the thumbprint of another CA certificate."] * (
        not known
    )


@pytest.mark.parametrize(
    ("status", "words"), [(403, "IIS 403.4"), (404, "/CertSrv/mscep_admin/"), (500, "events 2 and")]
)
def test_what_iis_answers_instead_of_the_page_is_explained(status: int, words: str) -> None:
    with pytest.raises(ScepError) as caught:
        drive(FetchChallenge(), lambda _: HttpReply(status, "", b""))

    assert words in caught.value.hint


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        pytest.param(
            HttpReply(401, "text/html", b"<html>"), ChallengeRefused, "HTTP 401", id="sign-in"
        ),
        pytest.param(HttpReply(403, "", b""), ChallengeRefused, "HTTP 403", id="forbidden"),
        pytest.param(
            HttpReply(404, "", b""), HttpRefused, "challenge page with HTTP 404", id="404"
        ),
        pytest.param(
            HttpReply(200, "text/html", b"<html>The password cache is full.</html>"),
            ChallengeRefused,
            "cache is full",
            id="cache full",
        ),
    ],
)
def test_a_page_without_a_password_ends_it(
    reply: HttpReply, kind: type[ScepError], words: str
) -> None:
    record = Recording()

    with pytest.raises(kind, match=words):
        drive(FetchChallenge(record=record), lambda _: reply)

    assert record.outline == [("Challenge", "failed")]

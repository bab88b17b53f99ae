"""What the steps of whole exchanges tell, and what they never tell."""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scep.client import FetchCa, FetchChallenge
from scep.errors import ChallengeRefused, NotConnected, UrlUnusable
from scep.transcript import MAX_MESSAGE_BYTES, Outcome, Step, StepName, drop, to_dict
from scep.transport import Connection, Server, drive
from scep.vocabulary import Capability
from scep.wire import HttpReply
from tests import fakes, loopback
from tests.fakes import Recording, over_http
from tests.scep.conftest import Enrollment
from tests.scep.factories import NOW


def test_a_step_without_a_recorder_leaves_no_trace() -> None:
    assert drop(Step(StepName.DNS, Outcome.PASSED, "Resolved.")) is None  # type: ignore[func-returns-value]


@pytest.fixture
def site(enrollment: Enrollment) -> Iterator[loopback.Site]:
    with loopback.serve(over_http(enrollment.ca.answer)) as running:
        yield running


@pytest.mark.conformance("C65")
def test_an_exchange_tells_every_step_with_its_messages_and_their_hashes(
    enrollment: Enrollment, site: loopback.Site
) -> None:
    record = enrollment.record
    url = site.named("localhost")
    with Connection(Server(url)) as connection:
        connection.drive(FetchCa(now=NOW, record=record), record=record)
        connection.drive(enrollment.enroll(), record=record)

    steps = {step.name: step for step in record.steps}
    assert list(steps) == [
        StepName.DNS,
        StepName.TCP,
        StepName.CAPS,
        StepName.CACERT,
        StepName.FINGERPRINT,
        StepName.CHAIN,
        StepName.PKIOPERATION,
        StepName.VERIFY,
        StepName.MATCH,
    ]
    sent = enrollment.prepared.message_der
    operation = steps[StepName.PKIOPERATION]
    told = dict(operation.details)
    assert told["Request"] == f"POST {url}?operation=PKIOperation"
    assert told["Message sent"] == "PkcsReq"
    assert told["Transaction sent"] == told["Transaction"] == enrollment.prepared.transaction_id
    assert told["Nonce sent"] == enrollment.prepared.sender_nonce.hex()
    assert told["SHA-256 sent"] == hashlib.sha256(sent).hexdigest()
    assert told["Size sent"] == f"{len(sent):,} bytes"
    assert (operation.sent, len(operation.received) > 1000) == (sent, True)
    assert told["SHA-256 received"] == hashlib.sha256(operation.received).hexdigest()
    assert all(steps[name].duration_ms > 0 for name in (StepName.TCP, StepName.CAPS))
    assert dict(steps[StepName.VERIFY].details)["Message type"] == "CertRep (3)"
    assert dict(steps[StepName.CAPS].details)["Request"] == f"GET {url}?operation=GetCACaps"
    assert steps[StepName.CAPS].received.startswith(b"AES\n")


@pytest.mark.conformance("C65")
def test_a_message_sent_by_get_is_kept_as_the_message_and_not_in_the_url(
    enrollment: Enrollment,
) -> None:
    by_get = enrollment.again(capabilities=(Capability.AES, Capability.SHA_256))

    fakes.drive(by_get.enroll(), by_get.ca.answer)

    step = by_get.record.steps[0]
    assert step.sent == by_get.prepared.message_der
    assert dict(step.details)["Request"] == "GET"


def test_headers_that_explain_an_answer_are_told_and_others_are_not(
    enrollment: Enrollment,
) -> None:
    record = Recording()
    reply = replace(
        enrollment.ca.answer(FetchCa(now=NOW).next_request()),  # type: ignore[arg-type]
        headers=(("Server", "Microsoft-IIS/10.0"),),
    )

    fakes.drive(
        FetchCa(now=NOW, record=record),
        lambda request: reply if "Caps" in str(request) else enrollment.ca.answer(request),
    )

    assert ("Header Server", "Microsoft-IIS/10.0") in record.steps[0].details


def test_the_transport_picks_the_headers_that_are_told() -> None:
    answer = loopback.Answer(
        body=b"AES\n", headers=(("Set-Cookie", "id=1"), ("Server", "x" * 999), ("Via", "proxy"))
    )
    record = Recording()
    with loopback.serve(lambda _: answer) as running, pytest.raises(Exception, match="CA cert"):
        drive(FetchCa(now=NOW, record=record), Server(running.url), record=record)

    told = [pair for step in record.steps for pair in step.details if pair[0].startswith("Header")]
    assert told[:2] == [("Header Server", "x" * 200), ("Header Via", "proxy")]
    assert {label for label, _ in told} == {"Header Server", "Header Via"}


@pytest.mark.conformance("C65")
def test_a_large_answer_is_hashed_whole_and_kept_in_part() -> None:
    body = b"junk " * 40_000
    record = Recording()

    with pytest.raises(Exception, match="instead of a CA certificate"):
        fakes.drive(FetchCa(now=NOW, record=record), lambda _: HttpReply(200, "text/plain", body))

    failed = record.steps[-1]
    assert (failed.name, failed.outcome) == (StepName.CACERT, Outcome.FAILED)
    assert failed.received == body[:MAX_MESSAGE_BYTES]
    assert ("SHA-256 received", hashlib.sha256(body).hexdigest()) in failed.details


PASSWORD = "5EC12E7AB1E5EC12"
PAGE = f"<HTML>The enrollment challenge password is: <B> {PASSWORD} </B></HTML>".encode()


@pytest.mark.conformance("C65")
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(HttpReply(200, "text/html", PAGE, url="https://h/"), id="read"),
        pytest.param(HttpReply(200, "text/html", PAGE, truncated=True), id="too long"),
    ],
)
def test_nothing_of_a_challenge_page_is_kept(reply: HttpReply) -> None:
    record = Recording()
    session = FetchChallenge(record=record)
    with contextlib.suppress(ChallengeRefused):
        fakes.drive(session, lambda _: reply)

    (step,) = record.steps
    assert (step.sent, step.received) == (b"", b"")
    assert PASSWORD not in json.dumps(to_dict(step))
    assert hashlib.sha256(PAGE).hexdigest() not in json.dumps(to_dict(step))


@pytest.mark.conformance("C65")
def test_a_step_that_failed_before_any_answer_tells_what_was_asked() -> None:
    record = Recording()
    url = f"http://user@127.0.0.1:{loopback.free_port()}/scep?token=t0p"
    with pytest.raises(UrlUnusable):
        drive(FetchCa(now=NOW), Server(url), record=record)
    with pytest.raises(UrlUnusable):
        drive(FetchCa(now=NOW), Server("http://[bad/"), record=record)
    with pytest.raises(NotConnected):
        drive(FetchCa(now=NOW), Server(url.replace("user@", "")), record=record)

    asked = [dict(step.details)["Request"] for step in record.steps]
    assert asked[0] == asked[2]
    assert asked[1:] == [
        "GET an address that is none",
        asked[0],
    ]
    assert asked[0].endswith("/scep?operation=GetCACaps")
    assert "t0p" not in str(asked) + str(record.steps)


def test_a_step_fits_into_json_with_its_messages_as_base64() -> None:
    bare = Step(StepName.DNS, Outcome.PASSED, "Resolved.", details=(("A", "b"),))
    full = replace(bare, sent=b"\x00\xff", received=b"x")

    assert "sent" not in to_dict(bare)
    kept = json.loads(json.dumps(to_dict(full)))
    assert (kept["sent"], kept["received"], kept["details"]) == ("AP8=", "eA==", [["A", "b"]])

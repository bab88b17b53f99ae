"""Each attack is refused with its own error, by the deadline, and told in its own words."""

import gzip
import hashlib
import time
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from scep import errors
from scep.client import FetchCa, FetchChallenge
from scep.errors import ScepError
from scep.tls import TlsMaterial
from scep.transcript import Outcome, StepName
from scep.transport import Credentials, Server, drive
from tests import issuing, loopback
from tests.fakes import FakeCa, Recording, over_http
from tests.hostile import servers
from tests.hostile.attacks import CACERT, OPERATION, PAGE, Attack, attacks_at
from tests.scep.conftest import Enrollment
from tests.scep.factories import NOW

TIMEOUT_S = 1.0
SLACK_S = 4.0
"""For a busy machine: less than any attack would take if it were let."""


def pin_of(attack: Attack, ca: FakeCa) -> str:
    """Give the fingerprint that the client has."""
    return hashlib.sha256(ca.identity.certificate_der).hexdigest() if attack.fingerprint else ""


def refused(work: Callable[[], object], record: Recording) -> ScepError:
    """Run it into its error, which has to come in time and to be the last step told."""
    started = time.monotonic()
    with pytest.raises(ScepError) as caught:
        work()

    assert time.monotonic() - started < TIMEOUT_S + SLACK_S
    error, last = caught.value, record.steps[-1]
    assert (last.name, last.outcome, last.fact, last.hint) == (
        error.stage,
        Outcome.FAILED,
        error.fact,
        error.hint,
    )
    assert [step.outcome for step in record.steps].count(Outcome.FAILED) == 1
    return error


def assert_told(attack: Attack, error: ScepError) -> None:
    """The error is that of the attack, with its fact and hint."""
    assert (type(error), error.stage) == (attack.error, attack.stage)
    assert attack.fact in error.fact
    assert attack.hint in error.hint


@pytest.mark.conformance("C16", "C20", "C21", "C40", "C66")
@pytest.mark.parametrize("attack", attacks_at(CACERT))
def test_an_attack_on_the_ca_certificate_is_refused(attack: Attack, enrollment: Enrollment) -> None:
    record = enrollment.record
    session = FetchCa(fingerprint=pin_of(attack, enrollment.ca), now=NOW, record=record)

    with servers.serve(enrollment.ca, CACERT, attack.act()) as site:
        server = Server(site.url, timeout_s=TIMEOUT_S)
        error = refused(lambda: drive(session, server, record=record), record)

    assert_told(attack, error)


@pytest.mark.conformance("C40", "C66")
@pytest.mark.parametrize("attack", attacks_at(PAGE))
def test_an_attack_on_the_challenge_is_refused(attack: Attack, enrollment: Enrollment) -> None:
    record = enrollment.record

    with servers.serve(enrollment.ca, PAGE, attack.act()) as site:
        server = Server(site.url, timeout_s=TIMEOUT_S, credentials=Credentials("u", "pa55word"))
        error = refused(lambda: drive(FetchChallenge(record=record), server, record=record), record)

    assert_told(attack, error)
    assert "pa55word" not in f"{error.fact} {error.hint} {error.details} {record.steps}"


@pytest.mark.conformance("C40", "C42", "C43", "C44", "C46", "C47", "C48", "C66")
@pytest.mark.parametrize("attack", attacks_at(OPERATION))
def test_an_attack_on_the_answer_is_refused(attack: Attack, enrollment: Enrollment) -> None:
    record = enrollment.record

    with servers.serve(enrollment.ca, OPERATION, attack.act()) as site:
        server = Server(site.url, timeout_s=TIMEOUT_S)
        error = refused(lambda: drive(enrollment.enroll(), server, record=record), record)

    assert_told(attack, error)


@pytest.mark.conformance("C40")
@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "deflate"])
def test_a_bomb_takes_little_memory(encoding: str, enrollment: Enrollment) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 15 if encoding == "deflate" else 31)
    megabyte = bytes(1 << 20)
    bomb = b"".join(packer.compress(megabyte) for _ in range(192)) + packer.flush()
    body = gzip.compress(bomb) if encoding == "gzip, gzip" else bomb
    answer = loopback.Answer(body=body, headers=(("Content-Encoding", encoding),))
    session = FetchCa(now=NOW, record=enrollment.record)
    tracemalloc.start()
    try:
        with loopback.serve(lambda _: answer) as site:
            error = refused(
                lambda: drive(session, Server(site.url), record=enrollment.record),
                enrollment.record,
            )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(error, errors.CaCertificateUnusable)
    assert peak < 64 * 1024 * 1024


def _expired(ca: issuing.Issued) -> issuing.Issued:
    now = datetime.now(UTC)
    return issuing.server(
        ca, "localhost", not_before=now - timedelta(days=9), not_after=now - timedelta(days=1)
    )


@pytest.mark.conformance("C40", "C66")
@pytest.mark.parametrize(
    ("make", "fact", "hint"),
    [
        pytest.param(
            lambda ca: issuing.server(ca, "other.example"),
            "is not for localhost",
            "Use a name that is in the certificate",
            id="another name",
        ),
        pytest.param(_expired, "has expired", "Renew it on the server", id="expired"),
        pytest.param(
            lambda _: issuing.issue(issuing.Wanted("localhost")),
            "is not issued by a trusted CA",
            "root CA of the server's TLS certificate",
            id="self-signed",
        ),
    ],
)
def test_a_server_that_is_not_who_it_says_gets_no_request(
    make: Callable[[issuing.Issued], issuing.Issued], fact: str, hint: str, enrollment: Enrollment
) -> None:
    ca, record = issuing.ca("TLS CA"), enrollment.record
    context = loopback.tls_context(make(ca))
    with loopback.serve(over_http(enrollment.ca.answer), context) as site:
        server = Server(site.named("localhost"), timeout_s=TIMEOUT_S, tls=TlsMaterial(ca.pem))
        error = refused(lambda: drive(enrollment.enroll(), server, record=record), record)

    assert (type(error), error.stage) == (errors.TlsFailed, StepName.TLS)
    assert fact in error.fact
    assert hint in error.hint
    assert site.requests == []


@pytest.mark.conformance("C40", "C66")
@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ("169.254.169.254", "a link-local address"),
        ("fe80::1", "a link-local address"),
        ("::ffff:169.254.169.254", "a link-local address"),
        ("64:ff9b::a9fe:a9fe", "a link-local address"),
        ("100.100.100.200", "a cloud metadata service"),
        ("fd00:ec2::254", "a cloud metadata service"),
        ("0.0.0.0", "not the address of a server"),  # noqa: S104 - refused here
    ],
)
def test_a_name_that_leads_to_secrets_of_this_machine_is_refused(
    answer: str, fact: str, enrollment: Enrollment
) -> None:
    record = enrollment.record
    server = Server(
        "http://ca.example/scep",
        timeout_s=TIMEOUT_S,
        # One good address does not make the other one good.
        resolve=lambda _host, _port: ["192.0.2.1", answer],
    )

    error = refused(lambda: drive(enrollment.enroll(), server, record=record), record)

    assert (type(error), error.stage) == (errors.AddressRefused, StepName.DNS)
    assert fact in error.fact
    assert "in your network" in error.hint


def test_the_password_for_the_challenge_page_follows_no_redirect(enrollment: Enrollment) -> None:
    def elsewhere(request: loopback.Request) -> loopback.Answer:
        del request
        return loopback.Answer(200, servers.PAGE)

    with loopback.serve(elsewhere) as thief:
        answer = loopback.Answer(302, headers=(("Location", thief.named("localhost")),))
        with loopback.serve(lambda _: answer) as site:
            server = Server(site.url, credentials=Credentials("u", "pa55word"))
            error = refused(
                lambda: drive(
                    FetchChallenge(record=enrollment.record), server, record=enrollment.record
                ),
                enrollment.record,
            )

    assert type(error) is errors.RedirectRefused
    assert thief.requests == []

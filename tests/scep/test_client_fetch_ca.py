"""GetCACaps and GetCACert: sessions against a CA in memory, and against nonsense."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.cacert import spell
from scep.capabilities import Minimum
from scep.client import FetchCa
from scep.errors import HttpRefused, MalformedReply, NotTrusted, ScepError, UnusableRequest
from scep.messages import Identity
from scep.transcript import Outcome
from scep.vocabulary import Capability
from scep.wire import HttpReply, HttpRequest
from tests.fakes import FakeCa, Recording, drive
from tests.scep import factories
from tests.scep.factories import NOW

HTML = b"<html><head><title>Sign in</title></head></html>"


@pytest.fixture
def fake(ca: Identity) -> FakeCa:
    return FakeCa(identity=ca, now=NOW)


@pytest.fixture
def record() -> Recording:
    return Recording()


def answering(fake: FakeCa, operation: str, reply: HttpReply) -> object:
    """Give a peer that answers one operation in its own way."""

    def answer(request: HttpRequest) -> HttpReply:
        return reply if dict(request.query)["operation"] == operation else fake.answer(request)

    return answer


def fetch(answer: object, record: Recording, **kwargs: object) -> ScepError:
    session = FetchCa(now=NOW, record=record, **kwargs)  # type: ignore[arg-type]
    with pytest.raises(ScepError) as caught:
        drive(session, answer)  # type: ignore[arg-type]
    assert session.next_request() is None
    failed = record.steps[-1]
    assert (failed.outcome, failed.name) == (Outcome.FAILED, caught.value.stage)
    assert (failed.fact, failed.hint) == (caught.value.fact, caught.value.hint)
    return caught.value


@pytest.mark.conformance("C01", "C14", "D7")
def test_capabilities_and_certificates_are_fetched_one_after_the_other(
    fake: FakeCa, record: Recording
) -> None:
    session = FetchCa(ca_ident="Main CA", now=NOW, record=record)
    requests = []

    def answer(request: HttpRequest) -> HttpReply:
        requests.append(request)
        return replace(fake.answer(request), elapsed_ms=12.5)

    fetched = drive(session, answer)

    assert [request.query for request in requests] == [
        (("operation", "GetCACaps"), ("message", "Main CA")),
        (("operation", "GetCACert"), ("message", "Main CA")),
    ]
    assert {request.method for request in requests} == {"GET"}
    assert requests[0].max_reply_bytes == 65_536
    assert Capability.AES in fetched.capabilities.known
    assert fetched.caps_body.startswith(b"AES\n")
    assert (fetched.bundle.ca.der, fetched.pinned) == (fake.identity.certificate_der, False)
    assert record.outline == [
        ("GetCACaps", "passed"),
        ("GetCACert", "passed"),
        ("CA fingerprint", "warned"),
        ("CA chain", "passed"),
    ]
    assert [step.duration_ms for step in record.steps] == [12.5, 12.5, 0, 0]


@pytest.mark.conformance("C01")
def test_without_a_ca_ident_no_message_is_sent() -> None:
    request = FetchCa(now=NOW).next_request()

    assert request is not None
    assert request.query == (("operation", "GetCACaps"),)


def test_a_session_has_no_result_before_its_end() -> None:
    with pytest.raises(RuntimeError):
        _ = FetchCa(now=NOW).result


@pytest.mark.conformance("C21")
def test_without_a_pin_the_step_shows_what_to_pin(fake: FakeCa, record: Recording) -> None:
    fetched = drive(FetchCa(now=NOW, record=record), fake.answer)

    step = record.steps[2]
    assert step.fact == "The CA certificate is not authenticated: no fingerprint was given."
    assert spell(fetched.bundle.ca.facts.fingerprint_sha256) in step.hint


@pytest.mark.conformance("C21")
@pytest.mark.parametrize(
    ("algorithm", "outcome"),
    [("sha256", Outcome.PASSED), ("sha1", Outcome.PASSED), ("md5", Outcome.WARNED)],
)
def test_the_right_fingerprint_pins_the_ca(
    fake: FakeCa, record: Recording, algorithm: str, outcome: Outcome
) -> None:
    open_bundle = drive(FetchCa(now=NOW), fake.answer).bundle
    fingerprint = open_bundle.ca.certificate.fingerprint(algorithm)

    fetched = drive(FetchCa(fingerprint=fingerprint, now=NOW, record=record), fake.answer)

    assert fetched.pinned
    assert fetched.bundle.pinned_sha256 == open_bundle.ca.facts.fingerprint_sha256
    assert record.steps[2].outcome is outcome


@pytest.mark.conformance("C21", "D43")
def test_a_wrong_fingerprint_ends_it_and_shows_both(fake: FakeCa, record: Recording) -> None:
    error = fetch(fake.answer, record, fingerprint="00" * 20)

    assert isinstance(error, NotTrusted)
    assert error.exit_code == 5
    assert error.details[0] == ("Expected", ":".join(["00"] * 20))
    assert record.outline[-1] == ("CA fingerprint", "failed")
    assert record.steps[-1].details == error.details


@pytest.mark.conformance("C21", "D48")
def test_what_is_no_fingerprint_ends_it_before_anything_is_sent(record: Recording) -> None:
    with pytest.raises(UnusableRequest):
        FetchCa(fingerprint="nonsense", now=NOW, record=record)

    assert record.outline == [("CA fingerprint", "failed")]


CAPS_NONSENSE = [
    pytest.param(HttpReply(404, "text/html", HTML), "HTTP 404", id="404"),
    pytest.param(HttpReply(500, "", b""), "HTTP 500", id="500"),
    pytest.param(HttpReply(0, "", b""), "closed the connection", id="hung up"),
    pytest.param(HttpReply(200, "text/html", HTML), 'HTML page titled "Sign in"', id="HTML"),
    pytest.param(HttpReply(200, "", b""), "list of capabilities is empty", id="empty"),
    pytest.param(
        HttpReply(200, "", b"junk " * 13_000, truncated=True), "65,000 bytes beginning", id="junk"
    ),
    pytest.param(HttpReply(200, "", b"Update\nX"), "no capability that RFC 8894 knows", id="odd"),
]


@pytest.mark.conformance("C07", "C08")
@pytest.mark.parametrize(("reply", "words"), CAPS_NONSENSE)
def test_unusable_capabilities_are_none_and_a_warning(
    fake: FakeCa, record: Recording, reply: HttpReply, words: str
) -> None:
    session = FetchCa(now=NOW, record=record)

    fetched = drive(session, answering(fake, "GetCACaps", reply))  # type: ignore[arg-type]

    assert fetched.capabilities.known == frozenset()
    step = record.steps[0]
    assert (step.outcome, words in step.fact) == (Outcome.WARNED, True)
    assert step.fact.endswith("It is taken to have no capabilities.")
    assert "3DES and SHA-1" in step.hint


@pytest.mark.conformance("C05")
def test_unknown_capabilities_are_shown(ca: Identity, record: Recording) -> None:
    fake = FakeCa(identity=ca, now=NOW, capabilities=(Capability.AES, "Update", "X-Y"))

    drive(FetchCa(now=NOW, record=record), fake.answer)

    assert ("Not in RFC 8894", "Update, X-Y") in record.steps[0].details


@pytest.mark.conformance("C16", "D3")
def test_html_as_ca_certificate_has_its_own_error(fake: FakeCa, record: Recording) -> None:
    answer = answering(fake, "GetCACert", HttpReply(200, "text/html", HTML))

    error = fetch(answer, record)

    assert isinstance(error, MalformedReply)
    assert error.fact == (
        'The server sent an HTML page titled "Sign in" instead of a CA certificate.'
    )
    assert error.details[:2] == (("HTTP status", "200"), ("Content type", "text/html"))
    assert "/certsrv/mscep/" in error.hint


@pytest.mark.conformance("C16")
@pytest.mark.parametrize(
    ("status", "hint"),
    [(404, "/certsrv/mscep/"), (401, "sign-in"), (503, "pool"), (500, "log of the server")],
)
def test_an_http_error_for_the_ca_certificate_ends_it(
    fake: FakeCa, record: Recording, status: int, hint: str
) -> None:
    error = fetch(
        answering(fake, "GetCACert", HttpReply(status, "text/html", HTML, retry_after_s=9)), record
    )

    assert isinstance(error, HttpRefused)
    assert (error.status, error.retry_after_s) == (status, 9)
    assert error.fact == (
        f'The server answered GetCACert with HTTP {status} and an HTML page titled "Sign in".'
    )
    assert hint in error.hint


def test_an_endless_ca_certificate_ends_it(fake: FakeCa, record: Recording) -> None:
    reply = HttpReply(200, "", b"x" * 1000, truncated=True)

    error = fetch(answering(fake, "GetCACert", reply), record)

    assert error.fact == "The answer to GetCACert is longer than 2,097,152 bytes."


@pytest.mark.conformance("C22")
def test_an_expired_ca_ends_it_with_its_dates(ca_key: RSAPrivateKey, record: Recording) -> None:
    expired = Identity(factories.authority(ca_key, days=(-400, -35)), ca_key)

    error = fetch(FakeCa(identity=expired, now=NOW).answer, record)

    assert isinstance(error, NotTrusted)
    assert "expired on 2026-10-19" in error.fact
    assert record.outline[-1] == ("CA chain", "failed")


@pytest.mark.conformance("C22")
def test_strict_wants_keys_of_2048_bits(record: Recording) -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - refused below
    fake = FakeCa(identity=Identity(factories.authority(short), short), now=NOW)

    drive(FetchCa(now=NOW), fake.answer)
    error = fetch(fake.answer, record, minimum=Minimum.STRICT)

    assert "1024 bits; 2048 is the least" in error.fact


@pytest.mark.conformance("C18")
def test_ra_certificates_are_told_apart(
    ca: Identity, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey, record: Recording
) -> None:
    signing = factories.certificate(
        "RA", ra_key, issuer=("Test CA", ca_key), usage=["digitalSignature"]
    )
    encryption = factories.certificate(
        "RA", ra_key, issuer=("Test CA", ca_key), usage=["keyEncipherment"]
    )
    fake = FakeCa(identity=ca, now=NOW, ra=Identity(encryption, ra_key), chain=(signing,))

    drive(FetchCa(now=NOW, record=record), fake.answer)

    step = record.steps[1]
    assert (step.outcome, step.fact) == (Outcome.PASSED, "The server sent 3 certificates.")
    assert ("Requests are encrypted to", "CN=RA") in step.details
    assert [text for label, text in step.details if label == "Replies may be signed by"] == [
        "CN=RA",
        "CN=Test CA",
    ]
    assert ("RA: key usage", "keyEncipherment") in step.details
    assert ("Content type", "application/x-x509-ca-ra-cert") in step.details


@pytest.mark.conformance("C19")
def test_a_ca_that_may_not_encrypt_is_used_with_a_warning(
    ca_key: RSAPrivateKey, record: Recording
) -> None:
    limited = Identity(factories.authority(ca_key, usage=["keyCertSign"]), ca_key)

    drive(FetchCa(now=NOW, record=record), FakeCa(identity=limited, now=NOW).answer)

    assert record.steps[1].outcome is Outcome.WARNED
    assert "lacks keyEncipherment" in record.steps[1].fact


def test_a_chain_is_labelled_by_role(
    ca_key: RSAPrivateKey, ra_key: RSAPrivateKey, record: Recording
) -> None:
    root = factories.authority(ra_key, "Root")
    issuing = factories.certificate("Test CA", ca_key, issuer=("Root", ra_key), ca=True)
    fake = FakeCa(identity=Identity(issuing, ca_key), now=NOW, chain=(root,))

    drive(FetchCa(now=NOW, record=record), fake.answer)

    assert ("root: subject", "CN=Root") in record.steps[1].details
    assert ("CA: key usage", "not limited") in record.steps[1].details

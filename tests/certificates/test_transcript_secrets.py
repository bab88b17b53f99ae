"""Whatever is kept of an exchange, no password and nothing of a private key stands in it."""

import base64
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from audit.models import AuditEvent, Transcript, TranscriptStep
from certificates.models import Enrollment
from device import secrets
from domain.locations import SHARED
from jobs.handlers import JobFailed
from jobs.models import Job, JobLine
from pki import keys
from profiles.spec import Challenge, Transport
from scep.wire import HttpReply
from tests import secrecy
from tests.certificates.test_store import LEAF
from tests.certificates.workbench import Bench
from tests.issuing import rsa_key
from tests.profiles import factories

PASSWORD = "Zwölf-Boxkämpfer 99"
OTP_PASSWORD = "sEcreT-of-the-RA"

Journey = Callable[[Bench, dict[str, bytes]], object]


def fixed(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a profile
    return {"challenge": Challenge.FIXED, "typed_challenge_password": PASSWORD, **more}


def generate(bench: Bench, secret: dict[str, bytes], **profile: Any) -> Enrollment:  # noqa: ANN401
    """Enroll, and note the secrets of it at the moment when the request is sent."""
    row = bench.request(bench.running_profile(**profile))

    def note() -> None:
        row.refresh_from_db()
        key = keys.from_pkcs8_der(secrets.unseal(row.key_secret))  # type: ignore[arg-type]
        secret.update(secrecy.of_key("the new key", key))
        secret.update(secrecy.of_password("the challenge", bench.ca.challenge or PASSWORD))

    bench.ca.cut("before PKIOperation", note)
    with contextlib.suppress(JobFailed):
        bench.generate(row)
    return row


def issued(bench: Bench, secret: dict[str, bytes]) -> None:
    bench.ca.challenge = PASSWORD
    generate(bench, secret, **fixed())


def issued_by_get(bench: Bench, secret: dict[str, bytes]) -> None:
    bench.ca.challenge = PASSWORD
    generate(bench, secret, **fixed(transport=Transport.GET))


def issued_dynamic(bench: Bench, secret: dict[str, bytes]) -> None:
    generate(bench, secret, **factories.dynamic(typed_otp_password=OTP_PASSWORD))
    secret.update(secrecy.of_password("the page's password", OTP_PASSWORD))


def refused(bench: Bench, secret: dict[str, bytes]) -> None:
    bench.ca.verdict = "refuse"
    generate(bench, secret, **fixed())


def answered_with_a_page(bench: Bench, secret: dict[str, bytes]) -> None:
    bench.ca.replies["PKIOperation"] = HttpReply(200, "text/html", b"<html><title>x</title>")
    generate(bench, secret, **fixed())


def pending_and_polled(bench: Bench, secret: dict[str, bytes]) -> None:
    bench.ca.verdict = "pend"
    row = generate(bench, secret, **fixed())
    bench.poll(row)
    bench.ca.verdict = "issue"
    bench.poll(row)


def with_a_tls_client_key(bench: Bench, secret: dict[str, bytes]) -> None:
    stored = bench.seal_key(LEAF)
    bench.keep("client", LEAF, location=SHARED, key_secret=stored)
    generate(bench, secret, **fixed(scep_client_certificate="client"))
    secret.update(secrecy.of_key("the TLS key", LEAF.rsa))


JOURNEYS: list[Journey] = [
    issued,
    issued_by_get,
    issued_dynamic,
    refused,
    answered_with_a_page,
    pending_and_polled,
    with_a_tls_client_key,
]


@pytest.mark.conformance("C25", "C65")
@pytest.mark.parametrize("journey", JOURNEYS)
def test_no_secret_stands_in_what_is_kept_of_a_journey(journey: Journey, bench: Bench) -> None:
    secret: dict[str, bytes] = {}

    journey(bench, secret)

    assert len(secret) >= 10
    steps = list(secrecy.rows(TranscriptStep))
    assert any(len(value) > 1000 for value in steps)
    assert (
        secrecy.found([*steps, *secrecy.rows(Transcript, AuditEvent, Job, JobLine)], secret) == []
    )


@pytest.mark.parametrize(
    "spell",
    [
        pytest.param(lambda der: der, id="as it is"),
        pytest.param(lambda der: der.hex().upper().encode(), id="hexadecimal"),
        pytest.param(lambda der: base64.b64encode(b"x" + der), id="base64"),
    ],
)
def test_a_secret_that_did_stand_there_would_be_found(spell: Callable[[bytes], bytes]) -> None:
    secret = secrecy.of_key("k", rsa_key("leaked", 1024))

    leaked = secrecy.found([b"before " + spell(secret["k as DER"]) + b" after"], secret)

    assert "k as DER" in leaked
    assert "p of k" in leaked
    password = secrecy.of_password("w", PASSWORD)
    assert secrecy.found([f"x{PASSWORD}".encode("utf-16-le")], password) == ["w in UTF-16"]

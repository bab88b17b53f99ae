"""The status of a certificate from where it says: a CRL by HTTP, an OCSP responder."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509 import ReasonFlags

from pki.ocsp import Question
from scep.cacert import sort_out
from scep.capabilities import Minimum
from scep.client import AskOcsp, DownloadCrl, Search
from scep.errors import CrlNotTrusted, HttpRefused, ReplyUnreadable
from scep.failures import stage
from scep.messages import Identity
from scep.transcript import Outcome, Step, StepName
from scep.wire import HttpReply
from tests.issuing import NOW as ISSUED_AT
from tests.pki.test_ocsp import CA, GOOD, LEAF, REVOKED, UNKNOWN, answer, responder
from tests.scep import factories
from tests.scep.asking import SERIAL
from tests.scep.factories import NOW

QUESTION = Question(LEAF.der, CA.der, b"0123456789abcdef")


def _downloaded(ca: Identity, reply: HttpReply, steps: list[Step]) -> DownloadCrl:
    search = Search(SERIAL, sort_out([ca.certificate_der]).issuers, Minimum.DEFAULT, NOW)
    session = DownloadCrl(search, record=steps.append)
    request = session.next_request()
    assert request is not None
    assert (request.method, request.query, stage(request)) == ("GET", (), StepName.GET_CRL)
    session.receive(reply)
    return session


@pytest.mark.conformance("C60")
def test_a_crl_from_its_distribution_point_is_verified_and_read(
    ca: Identity, ca_key: RSAPrivateKey
) -> None:
    steps: list[Step] = []
    body = factories.crl(ca_key, serials=[SERIAL])

    found = _downloaded(ca, HttpReply(200, "application/pkix-crl", body), steps).result

    assert found.revocation is not None
    assert [step.name for step in steps] == [StepName.GET_CRL, StepName.MATCH]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (HttpReply(404, "", b""), HttpRefused),
        (HttpReply(200, "", b"x", truncated=True), ReplyUnreadable),
        (HttpReply(200, "text/html", b"<html>"), ReplyUnreadable),
    ],
)
def test_what_is_no_crl_is_refused(ca: Identity, reply: HttpReply, error: type[Exception]) -> None:
    with pytest.raises(error):
        _downloaded(ca, reply, [])


def test_a_crl_that_the_ca_has_not_signed_is_refused(
    ca: Identity, device_key: RSAPrivateKey
) -> None:
    body = factories.crl(device_key)

    with pytest.raises(CrlNotTrusted):
        _downloaded(ca, HttpReply(200, "application/pkix-crl", body), [])


def _asked(reply: HttpReply, steps: list[Step]) -> AskOcsp:
    session = AskOcsp(QUESTION, now=ISSUED_AT, record=steps.append)
    request = session.next_request()
    assert request is not None
    assert request.body == QUESTION.to_der()
    assert stage(request) is StepName.OCSP
    session.receive(reply)
    return session


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        (answer(GOOD), Outcome.PASSED, "The certificate is not revoked. Signed by CN=OCSP CA."),
        (answer(REVOKED), Outcome.WARNED, "The certificate was revoked on 2026-"),
        (answer(UNKNOWN, due=None), Outcome.WARNED, "does not know the certificate"),
    ],
)
def test_an_ocsp_answer_is_told_in_words(body: bytes, outcome: Outcome, words: str) -> None:
    steps: list[Step] = []

    _asked(HttpReply(200, "application/ocsp-response", body), steps)

    (step,) = steps
    assert (step.name, step.outcome) == (StepName.OCSP, outcome)
    assert words in step.fact


def test_a_revocation_has_its_reason_in_words() -> None:
    steps: list[Step] = []
    body = answer(REVOKED, reason=ReasonFlags.key_compromise)

    _asked(HttpReply(200, "application/ocsp-response", body), steps)

    assert "(keyCompromise)" in steps[0].fact


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (HttpReply(500, "", b""), HttpRefused),
        (HttpReply(200, "text/html", b"<html>"), ReplyUnreadable),
        (HttpReply(200, "", answer(by=responder("nobody", extensions=[]))), CrlNotTrusted),
    ],
)
def test_an_ocsp_answer_that_cannot_be_used_is_refused(
    reply: HttpReply, error: type[Exception]
) -> None:
    steps: list[Step] = []

    with pytest.raises(error):
        _asked(reply, steps)

    assert steps[0].outcome is Outcome.FAILED

"""FetchCa remembers what a server has offered: nobody gets weaker requests by a shorter list."""

import pytest

from scep.capabilities import STANDARD, Capabilities, Minimum, parse
from scep.client import FetchCa, FetchedCa
from scep.errors import Downgraded
from scep.messages import Identity
from scep.transcript import Outcome, StepName
from scep.vocabulary import Capability
from scep.wire import HttpReply, HttpRequest
from tests.fakes import FakeCa, Recording, drive
from tests.scep.factories import NOW

BEFORE = parse(b"SCEPStandard\nRenewal")


@pytest.fixture
def record() -> Recording:
    return Recording()


def fetch(
    fake: FakeCa,
    record: Recording,
    before: Capabilities = BEFORE,
    minimum: Minimum = Minimum.DEFAULT,
) -> FetchedCa:
    session = FetchCa(before=before, minimum=minimum, now=NOW, record=record)
    return drive(session, fake.answer)


@pytest.mark.conformance("C12")
def test_a_shortened_list_is_a_warning_that_says_what_it_means(
    ca: Identity, record: Recording
) -> None:
    fake = FakeCa(identity=ca, now=NOW, capabilities=(Capability.DES3, Capability.SHA_256))

    fetched = fetch(fake, record)

    step = record.steps[0]
    assert (step.name, step.outcome) == (StepName.CAPS, Outcome.WARNED)
    assert step.fact == (
        "The server offers DES3, SHA-256. It has offered more before. AES is missing: requests "
        "would be encrypted with 3DES. POSTPKIOperation is missing: requests would go by GET. "
        "Renewal is missing: certificates can no longer be renewed, only enrolled anew."
    )
    assert ("Gone by all the same", "AES, POSTPKIOperation") in step.details
    assert "somebody may have shortened it" in step.hint
    assert fetched.capabilities.offers(Capability.AES)


@pytest.mark.conformance("C12", "C07")
def test_a_server_that_answers_no_more_is_taken_for_what_it_was(
    ca: Identity, record: Recording
) -> None:
    fake = FakeCa(identity=ca, now=NOW)

    def broken(request: HttpRequest) -> HttpReply:
        caps = dict(request.query)["operation"] == "GetCACaps"
        return HttpReply(503, "text/plain", b"busy") if caps else fake.answer(request)

    fetched = drive(FetchCa(before=STANDARD, now=NOW, record=record), broken)

    assert fetched.capabilities.offers(Capability.SHA_256)
    assert record.steps[0].fact.startswith(
        "The server answered GetCACaps with HTTP 503. It has offered more before."
    )
    assert fetched.caps_body == b""


@pytest.mark.conformance("C12")
def test_a_lost_service_is_told_and_nothing_is_gone_by(ca: Identity, record: Recording) -> None:
    fetch(FakeCa(identity=ca, now=NOW), record)

    step = record.steps[0]
    assert (step.outcome, "Renewal is missing" in step.fact) == (Outcome.WARNED, True)
    assert "operator" in step.hint
    assert not any(label == "Gone by all the same" for label, _ in step.details)


@pytest.mark.conformance("C12")
def test_strict_stops_at_a_shortened_list_and_asks_for_nothing_more(
    ca: Identity, record: Recording
) -> None:
    fake = FakeCa(identity=ca, now=NOW, capabilities=(Capability.DES3,))

    with pytest.raises(Downgraded) as caught:
        fetch(fake, record, minimum=Minimum.STRICT)

    assert record.outline == [("GetCACaps", "failed")]
    assert ("Offered", "DES3") in caught.value.details

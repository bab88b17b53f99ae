"""GetNextCACert: what the present CA announces, and what nobody can announce in its place."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep import cms, server
from scep.cacert import CaBundle, read_bundle
from scep.capabilities import Capabilities, Minimum, choose, parse
from scep.client import FetchNextCa, NextCa
from scep.errors import (
    ChainNotTrusted,
    HttpRefused,
    NextCaUnavailable,
    NextCaUnusable,
    ReplyNotVerified,
    ReplyUnreadable,
    TooWeak,
)
from scep.messages import Identity
from scep.prepare import EnrollmentKey, prepare
from scep.transcript import Outcome, StepName
from scep.vocabulary import Digest
from scep.wire import HttpReply, HttpRequest
from tests.fakes import FakeCa, Recording, drive
from tests.scep import factories
from tests.scep.factories import NOW

OFFERED = parse(b"GetNextCACert")


@dataclass
class Rollover:
    """A device that knows a CA whose certificate ends soon."""

    ca: FakeCa
    bundle: CaBundle
    record: Recording = field(default_factory=Recording)

    def session(
        self, capabilities: Capabilities = OFFERED, minimum: Minimum = Minimum.DEFAULT
    ) -> FetchNextCa:
        return FetchNextCa(
            current=self.bundle,
            capabilities=capabilities,
            ca_ident="main",
            minimum=minimum,
            now=NOW,
            record=self.record,
        )

    def announced(self, body: bytes, content_type: str = "", **kwargs: object) -> NextCa:
        reply = HttpReply(200, content_type or "application/x-x509-next-ca-cert", body)
        return drive(self.session(**kwargs), lambda _: reply)  # type: ignore[arg-type]


@pytest.fixture
def coming(ra_key: RSAPrivateKey) -> Identity:
    """The next CA: another key, valid from tomorrow."""
    return Identity(factories.authority(ra_key, days=(1, 3650)), ra_key)


@pytest.fixture
def rollover(ca_key: RSAPrivateKey, coming: Identity) -> Rollover:
    present = Identity(factories.authority(ca_key, days=(-300, 30)), ca_key)
    fake = FakeCa(identity=present, now=NOW, next_ca=coming)
    return Rollover(fake, read_bundle(present.certificate_der))


@pytest.mark.conformance("C61", "C62", "S23")
def test_the_next_ca_is_taken_from_the_present_one_and_waits_for_its_time(
    rollover: Rollover, coming: Identity
) -> None:
    found = drive(rollover.session(minimum=Minimum.STRICT), rollover.ca.answer)

    assert found.bundle.ca.der == coming.certificate_der
    assert found.takes_over == NOW + timedelta(days=30)
    assert not found.is_due(NOW + timedelta(days=30))
    assert found.is_due(NOW + timedelta(days=30, seconds=1))
    assert rollover.record.outline == [("GetNextCACert", "passed"), ("Verify", "passed")]
    assert rollover.record.steps[-1].fact == (
        "The present CA has signed the announcement; its own certificate is in force until "
        "2026-12-23, the next one is valid from 2026-11-24 to 2036-11-20."
    )


@pytest.mark.conformance("C62")
def test_a_request_may_be_encrypted_to_the_next_ca_ahead_of_time(
    rollover: Rollover, coming: Identity, device_key: RSAPrivateKey
) -> None:
    found = drive(rollover.session(), rollover.ca.answer)

    prepared = prepare(
        csr_der=factories.csr(device_key),
        key=EnrollmentKey(device_key),
        bundle=found.bundle,
        algorithms=choose(parse(b"SCEPStandard"), Minimum.STRICT),
        now=NOW,
    )

    request = server.read_request(prepared.message_der, recipients=[coming])
    assert request.csr_der == prepared.csr_der


@pytest.mark.conformance("C09", "C61")
def test_it_is_asked_for_only_where_it_is_listed(rollover: Rollover) -> None:
    with pytest.raises(NextCaUnavailable, match="does not list GetNextCACert") as caught:
        rollover.session(parse(b"SCEPStandard"))

    assert (caught.value.stage, caught.value.exit_code) == (StepName.NEXT_CA, 4)


def test_the_request_names_operation_and_ca(rollover: Rollover) -> None:
    request = rollover.session().next_request()

    assert request == HttpRequest("GET", (("operation", "GetNextCACert"), ("message", "main")))


@pytest.mark.conformance("C61")
def test_nobody_else_can_announce_the_next_ca(
    rollover: Rollover, coming: Identity, device_key: RSAPrivateKey
) -> None:
    forger = Identity(factories.authority(device_key), device_key)
    for signer in (coming, forger):
        _, body = server.next_ca_reply([coming.certificate_der], signer=signer)

        with pytest.raises(ReplyNotVerified, match="not announced by the present CA") as caught:
            rollover.announced(body)

        assert rollover.record.outline[-1] == ("Verify", "failed")
        assert caught.value.details[0][0] == "Signer named in the answer"


@pytest.mark.conformance("C61")
def test_an_unsigned_announcement_is_not_even_looked_at(
    rollover: Rollover, coming: Identity
) -> None:
    for body in (cms.write_certificates([coming.certificate_der]), coming.certificate_der):
        with pytest.raises(NextCaUnusable, match="GetNextCACert is not usable"):
            rollover.announced(body)


@pytest.mark.conformance("C61")
def test_a_signed_announcement_must_hold_certificates(rollover: Rollover) -> None:
    body = cms.sign(
        b"junk", {}, signer=rollover.ca.identity, digest=Digest.SHA_256, certificates=()
    )

    with pytest.raises(NextCaUnusable):
        rollover.announced(body)


@pytest.mark.conformance("C61")
def test_another_content_type_is_taken_with_a_warning(rollover: Rollover, coming: Identity) -> None:
    _, body = server.next_ca_reply([coming.certificate_der], signer=rollover.ca.identity)

    assert rollover.announced(body, "application/octet-stream; q=1").bundle.ca.der
    step = rollover.record.steps[-2]
    assert (step.name, step.outcome) == (StepName.NEXT_CA, Outcome.WARNED)
    assert step.fact.endswith("Its content type is application/octet-stream.")
    reply = HttpReply(200, "", body)
    drive(rollover.session(), lambda _: reply)
    assert rollover.record.steps[-2].fact.endswith("Its content type is missing.")


def test_a_server_that_has_none_to_announce_says_so(rollover: Rollover) -> None:
    rollover.ca.next_ca = None

    with pytest.raises(HttpRefused, match="answered GetNextCACert with HTTP 500"):
        drive(rollover.session(), rollover.ca.answer)
    with pytest.raises(ReplyUnreadable, match="empty body"):
        rollover.announced(b"")


def test_a_next_ca_that_has_expired_is_not_trusted(
    rollover: Rollover, ra_key: RSAPrivateKey
) -> None:
    old = factories.authority(ra_key, days=(-30, -1))
    _, body = server.next_ca_reply([old], signer=rollover.ca.identity)

    with pytest.raises(ChainNotTrusted, match="expired"):
        rollover.announced(body)


def test_a_gap_between_the_two_and_no_change_at_all_are_warnings(
    rollover: Rollover, ra_key: RSAPrivateKey
) -> None:
    late = factories.authority(ra_key, days=(31, 900))
    for certificate, words in ((late, "there is a gap"), (rollover.bundle.ca.der, "itself")):
        _, body = server.next_ca_reply([certificate], signer=rollover.ca.identity)

        rollover.announced(body)

        step = rollover.record.steps[-1]
        assert step.outcome is Outcome.WARNED
        assert words in step.fact


@pytest.mark.conformance("C61")
def test_an_announcement_signed_with_sha_1_is_a_warning_and_refused_by_strict(
    rollover: Rollover, coming: Identity
) -> None:
    body = cms.sign(
        cms.write_certificates([coming.certificate_der]),
        {},
        signer=rollover.ca.identity,
        digest=Digest.SHA_1,
        certificates=(),
    )

    rollover.announced(body)
    with pytest.raises(TooWeak, match="announced with SHA-1"):
        rollover.announced(body, minimum=Minimum.STRICT)

    assert any("signed with SHA-1, which is weak" in one.fact for one in rollover.record.steps)


def test_a_short_key_is_refused_by_strict(rollover: Rollover) -> None:
    short = factories.authority(rsa.generate_private_key(65537, 1024))  # noqa: S505 - refused below
    _, body = server.next_ca_reply([short], signer=rollover.ca.identity)

    assert rollover.announced(body).bundle.ca.der == short
    with pytest.raises(ChainNotTrusted, match="1024 bits"):
        rollover.announced(body, minimum=Minimum.STRICT)


def test_a_next_ca_below_a_root_by_sha_1_is_refused_by_strict(
    rollover: Rollover, ra_key: RSAPrivateKey, device_key: RSAPrivateKey
) -> None:
    root = factories.authority(device_key, "Root")
    issuing = factories.authority(ra_key, "Next CA", issuer=("Root", device_key))
    _, body = server.next_ca_reply(
        [factories.with_sha_1(issuing, device_key), root], signer=rollover.ca.identity
    )

    assert rollover.announced(body).bundle.ca.facts.subject == "CN=Next CA"
    with pytest.raises(TooWeak, match="CN=Next CA is signed with SHA-1"):
        rollover.announced(body, minimum=Minimum.STRICT)

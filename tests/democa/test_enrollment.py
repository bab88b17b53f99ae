"""Granting, holding, refusing and repeating requests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from democa import services
from democa.hierarchy import Authority
from democa.issuer import Unacceptable
from democa.models import EnrollmentRequest, IssuedCertificate, OneTimePassword
from democa.services import enrollment, passwords, switches
from democa.services.enrollment import Arrival, Granted, Held
from domain.errors import NotFound, Refused
from pki import certinfo, chain, csr, names
from pki.csr import CsrSpec
from scep.messages import Nonce, TransactionId
from scep.server import ServerRequest
from scep.vocabulary import Cipher, Digest, FailInfo, MessageType
from tests import issuing
from tests.issuing import Wanted

pytestmark = pytest.mark.usefixtures("ca")

ADDRESS = "192.0.2.7"
Make = Callable[..., ServerRequest]


def build(subject: str, challenge: str, bits: int = 2048) -> bytes:
    spec = CsrSpec(names.parse(subject), challenge_password=challenge)
    return csr.build(spec, issuing.rsa_key(f"requester {bits}", bits))


@pytest.fixture
def make(now: datetime) -> Make:
    """Makes requests as the protocol hands them on; by default each with a fresh password."""

    def request(
        transaction_id: str = "T1",
        *,
        subject: str = "CN=fw-01",
        challenge: str | None = None,
        bits: int = 2048,
        signer: str = "signer",
    ) -> ServerRequest:
        if challenge is None:
            fresh = passwords.issue(at=now)
            assert fresh is not None
            challenge = fresh.text
        return ServerRequest(
            transaction_id=TransactionId(transaction_id),
            sender_nonce=Nonce(b"n" * 16),
            request_digest=Digest.SHA_256,
            message_type=MessageType.PKCS_REQ,
            signer_certificate_der=issuing.issue(Wanted(signer)).der,
            request_cipher=Cipher.AES_128,
            csr_der=build(subject, challenge, bits),
            challenge=challenge,
        )

    return request


def enroll(request: ServerRequest, at: datetime, generation: int = 1) -> enrollment.Outcome:
    return enrollment.enroll(Arrival(request, generation, ADDRESS, switches.read(), at))


def hold_requests() -> None:
    services.configure(behavior=services.Behavior(approve_by_hand=True))


def unused_passwords() -> int:
    return OneTimePassword.objects.filter(used_at=None).count()


def test_a_request_with_a_good_password_is_granted_and_recorded(
    ca: Authority, make: Make, now: datetime
) -> None:
    outcome = enroll(make("T1"), now)

    assert isinstance(outcome, Granted)
    chain.verify_issued(outcome.certificate_der, ca.root.certificate_der)
    row = IssuedCertificate.objects.get()
    facts = certinfo.read(outcome.certificate_der)
    assert (row.serial_hex, row.not_after) == (facts.serial_hex, facts.not_after)
    assert (row.request.subject, row.request.address) == ("CN=fw-01", ADDRESS)
    assert unused_passwords() == 0


@pytest.mark.conformance("S19")
def test_a_repeated_request_gets_the_same_certificate_though_its_password_is_used(
    make: Make, now: datetime
) -> None:
    request = make("T1")

    assert enroll(request, now) == enroll(request, now)
    assert IssuedCertificate.objects.count() == 1


@pytest.mark.conformance("S19")
def test_the_same_transaction_id_with_another_request_is_refused(make: Make, now: datetime) -> None:
    enroll(make("T1"), now)

    with pytest.raises(Unacceptable, match="belongs to another request") as refusal:
        enroll(make("T1", subject="CN=fw-02"), now)

    assert refusal.value.fail_info is FailInfo.BAD_REQUEST
    assert unused_passwords() == 1


@pytest.mark.conformance("S13")
def test_a_password_grants_one_request_only(make: Make, now: datetime) -> None:
    first = make("T1")
    enroll(first, now)

    with pytest.raises(Unacceptable, match="used before"):
        enroll(make("T2", challenge=first.challenge), now)

    assert IssuedCertificate.objects.count() == 1


@pytest.mark.conformance("S13")
@pytest.mark.parametrize("held", [False, True], ids=["granted at once", "held"])
def test_a_refused_request_costs_no_password_and_may_be_corrected(
    make: Make,
    now: datetime,
    held: bool,  # noqa: FBT001 - a table of switches
) -> None:
    services.configure(behavior=services.Behavior(approve_by_hand=held, allow_legacy=False))
    weak = make("T1", bits=1024)
    with pytest.raises(Unacceptable, match="2048"):
        enroll(weak, now)
    assert not EnrollmentRequest.objects.exists()

    outcome = enroll(make("T1", challenge=weak.challenge), now)

    assert isinstance(outcome, Held if held else Granted)


@pytest.mark.conformance("S13", "S14")
@pytest.mark.parametrize("challenge", ["", "0000000000000000"], ids=["none", "wrong"])
def test_without_a_good_password_nothing_is_issued_or_held(
    make: Make, now: datetime, challenge: str
) -> None:
    with pytest.raises(Unacceptable) as refusal:
        enroll(make("T1", challenge=challenge), now)

    assert refusal.value.fail_info is FailInfo.BAD_REQUEST
    assert not EnrollmentRequest.objects.exists()


@pytest.mark.parametrize("transaction_id", ["", "T" * 256])
def test_a_transaction_id_without_or_with_too_many_characters_is_refused(
    make: Make, now: datetime, transaction_id: str
) -> None:
    with pytest.raises(Unacceptable, match="1 to 255 characters"):
        enroll(make(transaction_id), now)


@pytest.mark.parametrize(
    ("signer_der", "fail_info"),
    [
        pytest.param(
            issuing.issue(Wanted("EC", key=ec.generate_private_key(ec.SECP256R1()))).der,
            FailInfo.BAD_ALG,
            id="EC key",
        ),
        pytest.param(b"junk", FailInfo.BAD_MESSAGE_CHECK, id="no certificate"),
    ],
)
def test_a_signer_who_could_not_read_the_reply_gets_no_certificate(
    make: Make, now: datetime, signer_der: bytes, fail_info: FailInfo
) -> None:
    with pytest.raises(Unacceptable) as refusal:
        enroll(replace(make("T1"), signer_certificate_der=signer_der), now)

    assert refusal.value.fail_info is fail_info
    assert not EnrollmentRequest.objects.exists()
    assert unused_passwords() == 1


def test_small_keys_are_taken_while_old_clients_are(make: Make, now: datetime) -> None:
    assert isinstance(enroll(make("T1", bits=1024), now), Granted)


@pytest.mark.conformance("S21", "D42")
def test_a_held_request_stays_pending_until_it_is_approved(make: Make, now: datetime) -> None:
    hold_requests()
    request = make("T1")
    polls = replace(request, message_type=MessageType.CERT_POLL)

    assert [enroll(request, now), enroll(request, now)] == [Held(), Held()]
    assert enrollment.poll(request=polls) == Held()
    assert unused_passwords() == 0
    services.approve(request_id=EnrollmentRequest.objects.get().pk, at=now)

    granted = enrollment.poll(request=polls)
    assert isinstance(granted, Granted)
    assert enroll(request, now) == granted


def test_a_rejected_request_stays_rejected(make: Make, now: datetime) -> None:
    hold_requests()
    request = make("T1")
    enroll(request, now)
    services.reject(request_id=EnrollmentRequest.objects.get().pk, at=now)

    with pytest.raises(Unacceptable, match="rejected by hand"):
        enrollment.poll(request=request)
    with pytest.raises(Unacceptable, match="rejected by hand"):
        enroll(request, now)


@pytest.mark.conformance("S20")
def test_a_poll_for_an_unknown_transaction_is_refused(make: Make) -> None:
    with pytest.raises(Unacceptable) as refusal:
        enrollment.poll(request=make("T1"))

    assert refusal.value.fail_info is FailInfo.BAD_CERT_ID


@pytest.mark.conformance("S21")
def test_only_the_requester_may_poll(make: Make, now: datetime) -> None:
    enroll(make("T1"), now)

    with pytest.raises(Unacceptable) as refusal:
        enrollment.poll(request=make("T1", signer="somebody else"))

    assert refusal.value.fail_info is FailInfo.BAD_CERT_ID


def test_a_request_is_decided_once(make: Make, now: datetime) -> None:
    hold_requests()
    enroll(make("T1"), now)
    request_id = EnrollmentRequest.objects.get().pk
    services.approve(request_id=request_id, at=now)

    with pytest.raises(NotFound):
        services.approve(request_id=request_id, at=now)
    with pytest.raises(NotFound):
        services.reject(request_id=request_id, at=now)


def test_an_approval_obeys_the_policy_of_its_day(make: Make, now: datetime) -> None:
    hold_requests()
    enroll(make("T1", bits=1024), now)
    services.configure(behavior=services.Behavior(allow_legacy=False))

    with pytest.raises(Refused, match="2048"):
        services.approve(request_id=EnrollmentRequest.objects.get().pk, at=now)

    assert EnrollmentRequest.objects.get().state == "held"

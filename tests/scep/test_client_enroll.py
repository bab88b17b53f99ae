"""PKCSReq and CertPoll against a CA in memory: every way it can end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import der
from scep import cms
from scep.capabilities import Minimum
from scep.client import Issued, Pending
from scep.cms.signatures import RSA_OIDS
from scep.codec import encode_reply, fresh_nonce, read_header
from scep.errors import (
    EnrollmentRefused,
    HttpRefused,
    MalformedReply,
    NotTrusted,
    ScepError,
)
from scep.messages import CertRep, Identity, Nonce, TransactionId
from scep.transcript import Outcome
from scep.vocabulary import Capability, Cipher, Digest, FailInfo, Oid, PkiStatus
from scep.wire import HttpReply, HttpRequest
from tests.fakes import FakeCa, drive
from tests.scep import factories
from tests.scep.conftest import Enrollment, enrollment_with
from tests.scep.factories import NOW
from tests.scep.test_codec import reply as cert_rep

WEAK = (Capability.SHA_1, Capability.DES3)


def refused(enrollment: Enrollment, reply: HttpReply, **kwargs: object) -> ScepError:
    """Enroll against a peer that answers with one reply; the last step is the error's."""
    with pytest.raises(ScepError) as caught:
        drive(enrollment.enroll(**kwargs), lambda _: reply)  # type: ignore[arg-type]
    failed = enrollment.record.steps[-1]
    assert (failed.outcome, failed.name) == (Outcome.FAILED, caught.value.stage)
    return caught.value


def scep_reply(body: bytes) -> HttpReply:
    return HttpReply(200, "application/x-pki-message", body, elapsed_ms=7)


@pytest.mark.conformance("C46", "C47")
def test_a_certificate_is_issued(enrollment: Enrollment) -> None:
    result = drive(enrollment.enroll(Minimum.STRICT), enrollment.ca.answer)

    assert isinstance(result, Issued)
    certificate = x509.load_der_x509_certificate(result.certificate_der)
    ca = x509.load_der_x509_certificate(enrollment.ca.identity.certificate_der)
    certificate.verify_directly_issued_by(ca)
    assert certificate.public_key() == enrollment.key.private_key.public_key()
    assert (result.others_der, result.differences) == ((), ())
    assert enrollment.record.outline == [
        ("PKIOperation", "passed"),
        ("Verify", "passed"),
        ("Match", "passed"),
    ]
    operation, verify, match = enrollment.record.steps
    assert operation.fact == "The server granted the request."
    assert ("Status", "SUCCESS (0)") in operation.details
    assert ("Encryption", "AES-128-CBC, RSAES-PKCS1-v1_5") in operation.details
    assert verify.fact == "CN=Test CA has signed the reply, and it answers our request."
    assert ("Subject", "CN=host.example") in match.details


@pytest.mark.conformance("C36")
def test_the_request_goes_by_post_with_its_type(enrollment: Enrollment) -> None:
    request = enrollment.enroll().next_request()

    assert request == HttpRequest(
        "POST",
        (("operation", "PKIOperation"),),
        enrollment.prepared.message_der,
        "application/x-pki-message",
    )


@pytest.mark.conformance("C37")
def test_the_request_goes_by_get_when_the_server_lists_no_post(enrollment: Enrollment) -> None:
    by_get = enrollment.again(capabilities=(Capability.AES, Capability.SHA_256))
    session = by_get.enroll()
    request = session.next_request()

    result = drive(session, by_get.ca.answer)

    assert request is not None
    assert (request.method, request.body, request.query[0]) == (
        "GET",
        b"",
        ("operation", "PKIOperation"),
    )
    assert "\n" not in request.query[1][1]
    assert isinstance(result, Issued)


@pytest.mark.conformance("C18", "C43")
def test_an_ra_answers_in_place_of_the_ca(
    enrollment: Enrollment, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> None:
    ra = factories.certificate("RA", ra_key, issuer=("Test CA", ca_key))
    with_ra = enrollment.again(ra=Identity(ra, ra_key))

    assert isinstance(drive(with_ra.enroll(), with_ra.ca.answer), Issued)
    assert with_ra.record.steps[1].fact.startswith("CN=RA has signed the reply")


@pytest.mark.conformance("C48")
def test_a_wrong_challenge_is_told_with_meaning_and_advice(enrollment: Enrollment) -> None:
    wrong = enrollment.again(challenge="another")

    with pytest.raises(EnrollmentRefused) as caught:
        drive(wrong.enroll(), wrong.ca.answer)

    error = caught.value
    assert error.fact == (
        'The server refused the request: badRequest (2). It says "wrong challenge password".'
    )
    assert (error.fail_info, error.fail_info_text) == (
        FailInfo.BAD_REQUEST,
        "wrong challenge password",
    )
    assert FailInfo.BAD_REQUEST.meaning in error.hint
    assert FailInfo.BAD_REQUEST.advice in error.hint
    assert error.exit_code == 4
    assert wrong.record.outline == [("PKIOperation", "failed")]
    assert ("failInfo", "badRequest (2)") in wrong.record.steps[0].details
    assert "secret" not in repr(wrong.record.steps)


def failure(enrollment: Enrollment, changes: dict[str, bytes | None]) -> HttpReply:
    return scep_reply(
        cert_rep(
            enrollment.ca.identity,
            {
                Oid.TRANSACTION_ID: der.text(enrollment.prepared.transaction_id),
                Oid.RECIPIENT_NONCE: der.octet_string(enrollment.prepared.sender_nonce),
                Oid.PKI_STATUS: der.text("2"),
                **changes,
            },
        )
    )


@pytest.mark.conformance("C48")
def test_a_failure_without_text_reads_as_the_rfc_names_it(enrollment: Enrollment) -> None:
    error = refused(enrollment, failure(enrollment, {Oid.FAIL_INFO: der.text("2")}))

    assert error.fact == "The server refused the request: badRequest (2)."


@pytest.mark.conformance("C48", "D23")
def test_the_windows_error_of_ndes_comes_first(enrollment: Enrollment) -> None:
    changes: dict[str, bytes | None] = {
        Oid.FAIL_INFO: der.text("2"),
        Oid.MICROSOFT_HRESULT: der.text("-2146875392"),
    }

    error = refused(enrollment, failure(enrollment, changes))

    assert error.hint.startswith(
        "Windows error 0x80094800, the certification authority does not offer the certificate"
    )
    assert isinstance(error, EnrollmentRefused)
    assert error.hresult == 0x80094800
    assert any(label == "HRESULT" for label, _ in error.details)


@pytest.mark.conformance("C48")
def test_a_failure_without_any_reason_is_told_so(enrollment: Enrollment) -> None:
    error = refused(enrollment, failure(enrollment, {}))

    assert error.fact == "The server refused the request without a reason."
    assert error.hint == "Look into the log of the server."


@pytest.mark.conformance("C48")
def test_a_text_of_the_server_cannot_carry_control_characters(enrollment: Enrollment) -> None:
    changes: dict[str, bytes | None] = {
        Oid.FAIL_INFO: der.text("0"),
        Oid.FAIL_INFO_TEXT: der.utf8_string("\x1b[31mno"),
    }

    error = refused(enrollment, failure(enrollment, changes))

    assert "\x1b" not in error.fact + repr(error.details)


def test_a_request_may_wait_and_be_polled_until_it_is_granted(enrollment: Enrollment) -> None:
    waiting = enrollment.again(manual=True)

    first = drive(waiting.enroll(), waiting.ca.answer)
    second = drive(waiting.poll(), waiting.ca.answer)
    waiting.ca.approved.add(waiting.prepared.transaction_id)
    third = drive(waiting.poll(), waiting.ca.answer)

    assert first == second == Pending(waiting.prepared.transaction_id)
    assert isinstance(third, Issued)
    assert waiting.record.outline == [
        ("PKIOperation", "passed"),
        ("Verify", "passed"),
        ("CertPoll", "passed"),
        ("Verify", "passed"),
        ("CertPoll", "passed"),
        ("Verify", "passed"),
        ("Match", "passed"),
    ]
    assert "waits for a decision" in waiting.record.steps[0].fact
    assert "approve" in waiting.record.steps[0].hint


@pytest.mark.conformance("C30", "C52", "D33")
def test_each_poll_has_the_transaction_of_the_request_and_a_nonce_of_its_own(
    enrollment: Enrollment,
) -> None:
    headers = [
        read_header(cms.read_signed(enrollment.poll().next_request().body))  # type: ignore[union-attr]
        for _ in range(2)
    ]

    assert {header.transaction_id for header in headers} == {enrollment.prepared.transaction_id}
    nonces = {header.sender_nonce for header in headers} | {enrollment.prepared.sender_nonce}
    assert len(nonces) == 3


@pytest.mark.conformance("C52", "D32")
def test_a_poll_names_the_subject_of_the_ca_that_issues(
    enrollment: Enrollment, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> None:
    ra = factories.certificate("RA", ra_key, issuer=("Test CA", ca_key))
    with_ra = enrollment.again(ra=Identity(ra, ra_key))
    message = cms.read_signed(with_ra.poll().next_request().body)  # type: ignore[union-attr]

    content = cms.read_envelope(message.content).open([Identity(ra, ra_key)]).content

    assert cms.read_issuer_and_subject(content) == (
        factories.name("Test CA").public_bytes(),
        factories.name("host.example").public_bytes(),
    )


def test_a_forgotten_poll_is_refused_as_such(enrollment: Enrollment) -> None:
    with pytest.raises(EnrollmentRefused, match="badCertId"):
        drive(enrollment.poll(), enrollment.ca.answer)

    assert enrollment.record.outline == [("CertPoll", "failed")]


def test_weak_answers_are_taken_with_a_warning(enrollment: Enrollment) -> None:
    weak = enrollment.again(capabilities=WEAK, legacy=True)

    result = drive(weak.enroll(), weak.ca.answer)

    assert isinstance(result, Issued)
    step = weak.record.steps[1]
    assert (step.name.value, step.outcome) == ("Verify", Outcome.WARNED)
    assert "signed with SHA-1 and encrypted with 3DES-CBC, which is weak" in step.fact
    assert "strict" in step.hint


def test_strict_refuses_weak_answers(enrollment: Enrollment) -> None:
    weak = enrollment.again(capabilities=WEAK, legacy=True)

    with pytest.raises(NotTrusted, match="signed with SHA-1 and encrypted with 3DES-CBC, which"):
        drive(weak.enroll(Minimum.STRICT), weak.ca.answer)

    assert weak.record.outline[-1] == ("Verify", "failed")


def test_strict_refuses_a_weak_signature_on_an_answer_that_grants_nothing_too(
    enrollment: Enrollment,
) -> None:
    weak = enrollment.again(capabilities=WEAK, legacy=True, manual=True)

    with pytest.raises(NotTrusted, match="signed with SHA-1, which strict"):
        drive(weak.enroll(Minimum.STRICT), weak.ca.answer)


def _sha_1_certificate(enrollment: Enrollment) -> bytes:
    issued = drive(enrollment.enroll(), enrollment.ca.answer)
    assert isinstance(issued, Issued)
    certificate = cms.read_certificate(issued.certificate_der)
    oids = [der.algorithm(RSA_OIDS[digest]) for digest in (Digest.SHA_256, Digest.SHA_1)]
    signed = certificate.signed_der.replace(oids[0], oids[1])
    signature = enrollment.ca.identity.private_key.sign(
        signed,
        padding.PKCS1v15(),
        hashes.SHA1(),  # noqa: S303 - old CAs do
    )
    return der.sequence(signed, oids[1], der.bit_string(signature))


def granting(enrollment: Enrollment, certificates: tuple[bytes, ...], **changes: object) -> bytes:
    rep = CertRep(
        TransactionId(enrollment.prepared.transaction_id),
        PkiStatus.SUCCESS,
        fresh_nonce(),
        Digest.SHA_256,
        certificates=certificates,
        cipher=Cipher.AES_128,
    )
    return encode_reply(
        replace(rep, **changes),  # type: ignore[arg-type]
        recipient_nonce=Nonce(enrollment.prepared.sender_nonce),
        recipient_der=enrollment.prepared.signer_certificate_der,
        signer=enrollment.ca.identity,
    )


def test_a_certificate_signed_with_sha_1_is_taken_with_a_warning_and_refused_by_strict(
    enrollment: Enrollment,
) -> None:
    reply = scep_reply(granting(enrollment, (_sha_1_certificate(enrollment),)))

    result = drive(enrollment.enroll(), lambda _: reply)
    error = refused(enrollment, reply, minimum=Minimum.STRICT)

    assert isinstance(result, Issued)
    assert enrollment.record.steps[-4].fact.endswith("It is signed with SHA-1, which is weak.")
    assert isinstance(error, NotTrusted)
    assert error.fact == "The certificate is signed with SHA-1, which strict does not accept."


@pytest.mark.conformance("C26", "C47")
def test_differences_are_a_warning_and_part_of_the_result(
    enrollment: Enrollment, device_key: RSAPrivateKey
) -> None:
    plain = factories.csr(device_key)
    fake = FakeCa(identity=enrollment.ca.identity, now=NOW + timedelta(days=1))
    other = enrollment_with(fake, enrollment.key, plain)
    reply = _reply_of(other)
    enrollment.prepared = replace(other.prepared, csr_der=enrollment.prepared.csr_der)

    result = drive(enrollment.enroll(), lambda _: reply)

    assert isinstance(result, Issued)
    assert result.differences == (
        "The subject alternative name lacks dns:host.example, which was requested.",
    )
    step = enrollment.record.steps[-1]
    assert (step.name.value, step.outcome) == ("Match", Outcome.WARNED)
    assert "one of the two clocks is wrong" in step.fact


def _reply_of(enrollment: Enrollment) -> HttpReply:
    request = enrollment.enroll().next_request()
    assert request is not None
    return enrollment.ca.answer(request)


@pytest.mark.conformance("C47")
def test_a_swapped_certificate_is_not_trusted(
    enrollment: Enrollment, ra_key: RSAPrivateKey, ca_key: RSAPrivateKey
) -> None:
    stranger = factories.certificate("host.example", ra_key, issuer=("Test CA", ca_key))

    error = refused(enrollment, scep_reply(granting(enrollment, (stranger,))))

    assert isinstance(error, NotTrusted)
    assert error.stage.value == "Match"


@pytest.mark.conformance("C44")
def test_a_replayed_reply_is_not_trusted(enrollment: Enrollment) -> None:
    old = _reply_of(enrollment)
    again = enrollment_with(enrollment.ca, enrollment.key, enrollment.prepared.csr_der)

    error = refused(again, old)

    assert isinstance(error, NotTrusted)
    assert error.fact == "The reply does not repeat the nonce of our request."
    assert again.record.outline == [("PKIOperation", "passed"), ("Verify", "failed")]
    assert again.record.steps[0].fact.startswith("The server answered with")


@pytest.mark.conformance("C44")
def test_a_reply_without_nonce_is_taken_by_legacy_only(enrollment: Enrollment) -> None:
    changes: dict[str, bytes | None] = {
        Oid.TRANSACTION_ID: der.text(enrollment.prepared.transaction_id),
        Oid.RECIPIENT_NONCE: None,
    }
    reply = scep_reply(cert_rep(enrollment.ca.identity, changes))

    result = drive(enrollment.enroll(Minimum.LEGACY), lambda _: reply)

    assert isinstance(result, Pending)
    assert enrollment.record.steps[-1].outcome is Outcome.WARNED
    assert "no recipientNonce" in enrollment.record.steps[-1].fact
    assert isinstance(refused(enrollment, reply), NotTrusted)


@pytest.mark.conformance("C43")
def test_a_forged_signer_that_does_not_belong_to_the_ca_is_not_trusted(
    enrollment: Enrollment, ra_key: RSAPrivateKey
) -> None:
    forger = Identity(factories.authority(ra_key), ra_key)
    forged = replace(enrollment.ca, identity=forger)
    reply = scep_reply(granting(replace(enrollment, ca=forged), (b"\x30\x00",)))

    error = refused(enrollment, reply)

    assert isinstance(error, NotTrusted)
    assert "None of the certificates allowed to sign" in error.fact


UNUSABLE = [
    pytest.param(HttpReply(200, "text/plain", b""), "with an empty body", id="empty"),
    pytest.param(
        HttpReply(200, "text/html", b"<html><title>Oops</title>"),
        'with an HTML page titled "Oops"',
        id="HTML",
    ),
    pytest.param(
        HttpReply(200, "text/plain", b"failed to verify"),
        "The server's answer is not usable. The message is truncated",
        id="text",
    ),
    pytest.param(
        HttpReply(200, "", b"\x30\x03\x02\x01\x05"),
        "not usable. The signed message cannot be read",
        id="DER",
    ),
    pytest.param(
        HttpReply(200, "", b"x" * 100, truncated=True), "longer than 2,097,152", id="endless"
    ),
]


@pytest.mark.conformance("C42", "D2", "D3")
@pytest.mark.parametrize(("reply", "words"), UNUSABLE)
def test_what_is_no_message_is_described(
    enrollment: Enrollment, reply: HttpReply, words: str
) -> None:
    error = refused(enrollment, reply)

    assert isinstance(error, MalformedReply)
    assert words in error.fact
    assert error.stage.value == "PKIOperation"
    assert ("HTTP status", "200") in error.details


@pytest.mark.conformance("C46")
def test_an_envelope_for_another_key_is_said_to_be_so(
    enrollment: Enrollment, ra_key: RSAPrivateKey
) -> None:
    other = factories.certificate("other", ra_key)
    prepared = replace(enrollment.prepared, signer_certificate_der=other)
    body = granting(replace(enrollment, prepared=prepared), (b"\x30\x00",))

    error = refused(enrollment, scep_reply(body))

    assert "The envelope is for another certificate (serial number" in error.fact


@pytest.mark.conformance("C42")
def test_an_http_error_shows_what_the_server_said(enrollment: Enrollment) -> None:
    error = refused(enrollment, HttpReply(500, "text/plain", b"failed to decrypt", elapsed_ms=9))

    assert isinstance(error, HttpRefused)
    assert error.fact == (
        "The server answered PKIOperation with HTTP 500 and 17 bytes beginning with "
        '"failed to decrypt".'
    )
    assert enrollment.record.steps[-1].duration_ms == 9


@pytest.mark.conformance("C38", "D22")
def test_a_get_that_is_too_long_is_explained(enrollment: Enrollment) -> None:
    by_get = enrollment.again(capabilities=(Capability.AES, Capability.SHA_256))

    error = refused(by_get, HttpReply(414, "text/html", b"<html>"))

    assert "characters as GET; IIS takes 2,048" in error.hint
    assert "POSTPKIOperation" in error.hint

"""OCSP questions and answers: believed, refused, and made by OpenSSL."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as made_by
from cryptography.x509.oid import ExtendedKeyUsageOID

from pki import ocsp
from pki.crl import Revocation
from pki.errors import OcspUnusable, SignatureWrong
from pki.ocsp import MAX_OCSP_BYTES, Answer, Question
from tests import openssl
from tests.issuing import NOW, Issued, Wanted, issue

CA = issue(Wanted("OCSP CA", ca=True, not_before=NOW, not_after=NOW + timedelta(days=900)))
LEAF = issue(Wanted("fw"), CA)
REVOKED_AT = NOW - timedelta(days=3)
QUESTION = Question(LEAF.der, CA.der, b"0123456789abcdef")
SIGNING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
GOOD, REVOKED, UNKNOWN = (
    made_by.OCSPCertStatus.GOOD,
    made_by.OCSPCertStatus.REVOKED,
    made_by.OCSPCertStatus.UNKNOWN,
)


def responder(name: str, by: Issued = CA, **wanted: Any) -> Issued:  # noqa: ANN401 - of Wanted
    usual = {"extensions": [(SIGNING, False)], "not_before": NOW - timedelta(days=1)}
    return issue(Wanted(name, **{**usual, "not_after": NOW + timedelta(days=9), **wanted}), by)


def answer(
    status: made_by.OCSPCertStatus = GOOD,
    *,
    by: Issued = CA,
    about: Issued = LEAF,
    nonce: bytes = b"",
    reason: x509.ReasonFlags | None = None,
    at: datetime = NOW,
    due: timedelta | None = timedelta(hours=1),
    issuer: Issued = CA,
) -> bytes:
    """What a responder says."""
    is_revoked = status is REVOKED
    builder = made_by.OCSPResponseBuilder().add_response(
        cert=about.certificate,
        issuer=issuer.certificate,
        algorithm=hashes.SHA1(),  # noqa: S303 - a name
        cert_status=status,
        this_update=at,
        next_update=at + due if due else None,
        revocation_time=REVOKED_AT if is_revoked else None,
        revocation_reason=reason,
    )
    builder = builder.responder_id(made_by.OCSPResponderEncoding.HASH, by.certificate)
    if by is not CA:
        builder = builder.certificates([by.certificate])
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.sign(by.rsa, hashes.SHA256()).public_bytes(Encoding.DER)


def read(der: bytes, now: datetime = NOW) -> Answer:
    return ocsp.read(der, QUESTION, now)


def test_the_ca_itself_says_that_a_certificate_is_not_revoked() -> None:
    found = read(answer(nonce=QUESTION.nonce))

    assert found == Answer(
        is_known=True,
        revocation=None,
        this_update=NOW,
        next_update=NOW + timedelta(hours=1),
        responder="CN=OCSP CA",
    )


@pytest.mark.parametrize(
    ("reason", "words"),
    [(None, ""), (x509.ReasonFlags.key_compromise, "keyCompromise")],
)
def test_a_revocation_has_its_time_and_its_reason(
    reason: x509.ReasonFlags | None, words: str
) -> None:
    assert read(answer(REVOKED, reason=reason)).revocation == Revocation(REVOKED_AT, words)


def test_a_responder_that_does_not_know_the_certificate_says_so() -> None:
    found = read(answer(UNKNOWN))

    assert (found.is_known, found.revocation) == (False, None)


def test_a_responder_that_the_ca_delegated_to_is_believed() -> None:
    assert read(answer(by=responder("R"))).responder == "CN=R"


NOBODY = "not signed by the CA"
OTHER_CA = issue(Wanted("Other CA", ca=True))


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(responder("of another CA", OTHER_CA), id="of another CA"),
        pytest.param(responder("no purpose", extensions=[]), id="without the purpose"),
        pytest.param(
            responder(
                "tls",
                extensions=[(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)],
            ),
            id="with another purpose",
        ),
        pytest.param(
            responder("ended", not_after=NOW - timedelta(hours=1)), id="with an ended certificate"
        ),
        pytest.param(issue(Wanted("itself")), id="nobody knows"),
    ],
)
def test_a_responder_that_the_ca_does_not_vouch_for_is_refused(by: Issued) -> None:
    with pytest.raises(SignatureWrong, match=NOBODY):
        read(answer(by=by))


def test_an_answer_that_was_changed_is_refused() -> None:
    whole = answer(REVOKED)
    changed = whole.replace(b"\x18\x0f20", b"\x18\x0f19", 1)

    assert changed != whole
    with pytest.raises(SignatureWrong):
        read(changed)


_SALT = {"salt_length": 32}


def test_a_signature_with_rsa_pss_is_refused() -> None:
    response = asn1.OCSPResponse.load(answer())
    basic = response["response_bytes"]["response"].parsed
    basic["signature_algorithm"] = {"algorithm": "rsassa_pss", "parameters": _SALT}
    response["response_bytes"]["response"] = basic

    with pytest.raises(SignatureWrong):
        read(response.dump(force=True))


@pytest.mark.parametrize(
    ("der", "words"),
    [
        pytest.param(b"", "cannot be read", id="nothing"),
        pytest.param(b"\x30\x03\x0a\x01\x09", "cannot be read", id="an unknown status"),
        pytest.param(b"\x30" * (MAX_OCSP_BYTES + 1), "larger than", id="too long"),
        pytest.param(answer(nonce=b"another"), "another question", id="another nonce"),
        pytest.param(
            answer(about=issue(Wanted("other"), CA)), "nothing about", id="another certificate"
        ),
        pytest.param(answer(issuer=OTHER_CA), "nothing about", id="the number of another CA"),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(der: bytes, words: str) -> None:
    with pytest.raises(OcspUnusable, match=words):
        read(der)


@pytest.mark.parametrize(
    "status", [one for one in made_by.OCSPResponseStatus if one.name != "SUCCESSFUL"]
)
def test_a_responder_that_gives_no_status_says_why(status: made_by.OCSPResponseStatus) -> None:
    der = made_by.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)

    with pytest.raises(OcspUnusable, match="gave no status: it"):
        read(der)


@pytest.mark.parametrize(
    ("due", "later", "is_fine"),
    [
        (timedelta(hours=1), timedelta(minutes=64), True),
        (timedelta(hours=1), timedelta(minutes=66), False),
        (None, timedelta(hours=24), True),
        (None, timedelta(hours=25), False),
        (timedelta(hours=1), timedelta(minutes=-6), False),
    ],
)
def test_an_answer_has_its_time(due: timedelta | None, later: timedelta, *, is_fine: bool) -> None:
    der = answer(due=due)

    if is_fine:
        assert read(der, NOW + later).is_known
    else:
        with pytest.raises(OcspUnusable, match="The OCSP answer is for"):
            read(der, NOW + later)


@openssl.needs_openssl
def test_openssl_understands_the_question_and_its_answer_is_understood(tmp_path: Path) -> None:
    serial = LEAF.certificate.serial_number
    index = tmp_path / "index.txt"
    index.write_text(
        f"R\t991231235959Z\t261101000000Z,keyCompromise\t{serial:02X}\tunknown\t/CN=fw\n"
    )
    files = {
        "ca.pem": CA.pem,
        "ca.key": CA.key_pem,
        "question.der": QUESTION.to_der(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    answered = tmp_path / "answer.der"

    openssl.run(
        *("ocsp", "-index", index, "-CA", tmp_path / "ca.pem", "-rsigner", tmp_path / "ca.pem"),
        *("-rkey", tmp_path / "ca.key", "-reqin", tmp_path / "question.der"),
        *("-respout", answered, "-ndays", "1"),
    )

    found = ocsp.read(answered.read_bytes(), QUESTION, datetime.now(NOW.tzinfo))
    assert found.revocation is not None
    assert found.revocation.reason == "keyCompromise"


def test_a_question_names_the_certificate_and_its_ca() -> None:
    asked = made_by.load_der_ocsp_request(QUESTION.to_der())

    assert asked.serial_number == LEAF.certificate.serial_number
    assert asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == QUESTION.nonce
    other = made_by.load_der_ocsp_request(replace(QUESTION, nonce=b"x" * 16).to_der())
    assert other.extensions != asked.extensions

"""What a refusal suggests beside what its reason does."""

from dataclasses import replace

import pytest

from scep.client.words import verify_step, weaknesses
from scep.errors import EnrollmentRefused
from scep.messages import CertRep, TransactionId
from scep.transcript import Outcome
from scep.vocabulary import Capability, Cipher, Digest, MessageType, PkiStatus
from tests.fakes import drive
from tests.scep.conftest import Enrollment

REFUSED = frozenset({MessageType.PKCS_REQ})


@pytest.mark.conformance("D46", "C48")
def test_a_refused_request_in_3des_suggests_aes(enrollment: Enrollment) -> None:
    weak = enrollment.again(capabilities=(Capability.DES3, Capability.SHA_1), refuses=REFUSED)

    with pytest.raises(EnrollmentRefused) as caught:
        drive(weak.enroll(), weak.ca.answer)

    assert "encrypted with 3DES, which some servers with their key in hardware" in caught.value.hint


@pytest.mark.conformance("C48")
def test_a_refused_request_in_aes_does_not(enrollment: Enrollment) -> None:
    strong = enrollment.again(refuses=REFUSED)

    with pytest.raises(EnrollmentRefused) as caught:
        drive(strong.enroll(), strong.ca.answer)

    assert "3DES" not in caught.value.hint


@pytest.mark.conformance("D26", "D27")
def test_a_reply_in_single_des_names_the_servers_that_insist_on_it() -> None:
    rep = CertRep(
        TransactionId("id-1"),
        PkiStatus.SUCCESS,
        None,
        Digest.SHA_1,
        cipher=Cipher.DES,
        signed_by="CN=CA",
        signature="ECDSA with SHA-1",
    )

    step = verify_step(rep, weaknesses(rep))

    assert step.outcome is Outcome.WARNED
    assert "signed with SHA-1 and encrypted with DES-CBC, which is weak" in step.fact
    assert "The server insists on single DES" in step.hint
    assert ("Signature", "ECDSA with SHA-1") in step.details
    assert "DES" not in verify_step(replace(rep, cipher=Cipher.DES3), ["x"]).hint

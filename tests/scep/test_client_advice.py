"""What a refusal suggests beside what its reason does."""

import pytest

from scep.errors import EnrollmentRefused
from scep.vocabulary import Capability, MessageType
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

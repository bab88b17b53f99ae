"""The word in the Status column."""

from certificates.models import ListedCertificate, MaterialStatus
from certificates.queries import rows
from certificates.rules import Status
from tests.issuing import NOW


def test_a_request_for_another_ca_is_pending_until_its_answer_is_imported() -> None:
    waiting = ListedCertificate(status=MaterialStatus.PENDING)

    assert rows.status_of(waiting, NOW) is Status.PENDING


def test_a_revoked_certificate_says_so_even_when_it_has_expired() -> None:
    revoked = ListedCertificate(status=MaterialStatus.REVOKED, not_before=NOW, not_after=NOW)

    assert rows.status_of(revoked, NOW) is Status.REVOKED

"""The word in the Status column."""

from certificates.models import Material, MaterialStatus, Source
from certificates.queries import listing
from certificates.rules import Status
from tests.issuing import NOW


def test_a_request_for_another_ca_is_pending_until_its_answer_is_imported() -> None:
    waiting = Material(status=MaterialStatus.PENDING, source=Source.LOCAL)

    assert listing.status_of(waiting, NOW) is Status.PENDING


def test_a_revoked_certificate_says_so_even_when_it_has_expired() -> None:
    revoked = Material(status=MaterialStatus.REVOKED, not_before=NOW, not_after=NOW)

    assert listing.status_of(revoked, NOW) is Status.REVOKED

"""Asking a server in another way when it refuses to renew a certificate.

Some servers list Renewal and refuse RenewalReq, others take only new enrollments (RFC 8894 section
2.4 has no word for either). Only a refusal that says nothing about the certificate, the clock or
the algorithms is a reason to ask in another way; what got no answer never is, because its
certificate may exist.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from certificates.models import Enrollment, EnrollmentState
from certificates.rules import RenewalMethod
from certificates.services import renewing, store
from certificates.services.requesting import Ready
from jobs.handlers import LeaseLost
from profiles.spec import Challenge, ScepProfileSpec
from scep.errors import EnrollmentRefused
from scep.vocabulary import FailInfo, MessageType

_ANSWERS: Final = frozenset({FailInfo.BAD_REQUEST, None})
"""Refusals that another kind of request may not meet. badCertId is none of them: a certificate that
was revoked must not be replaced behind the back of whoever revoked it."""

_WAYS: Final = {
    RenewalMethod.COMPATIBLE: "with a PKCSReq that the old certificate signs",
    RenewalMethod.ENROLL: "for a new enrollment, with a challenge password",
}

ANOTHER_METHOD: Final = "Renew again with another method."
NO_CHALLENGE: Final = (
    "The SCEP profile has no challenge password, so it was not asked for a new enrollment."
)
ENDED: Final = (
    "The certificate has ended and cannot sign its own renewal, and the SCEP profile has no "
    "challenge password: give it one, or ask the CA's operator."
)


def next_way(
    row: Enrollment, spec: ScepProfileSpec, ready: Ready, refusal: EnrollmentRefused
) -> RenewalMethod | None:
    """Return how to ask after a refusal; ``None`` when that is its end."""
    if row.renewal_method != RenewalMethod.AUTO or refusal.fail_info not in _ANSWERS:
        return None
    if ready.prepared.message_type is MessageType.RENEWAL_REQ:
        return RenewalMethod.COMPATIBLE
    signed_anew = ready.reply_key is ready.key.private_key
    return None if signed_anew or spec.challenge is Challenge.NONE else RenewalMethod.ENROLL


def words(refusal: EnrollmentRefused, way: RenewalMethod) -> str:
    """Say that the server is asked again, for the log of the job."""
    return f"{refusal.fact} It is asked again, {_WAYS[way]}."


@transaction.atomic
def begin_again(row: Enrollment, way: RenewalMethod) -> None:
    """Forget the request that was refused; the next one has a key and a transaction of its own.

    Raises:
        LeaseLost: another run has done something else with it.
    """
    is_mine = Enrollment.objects.select_for_update().filter(
        pk=row.pk, state=EnrollmentState.PREPARED, transaction_id=row.transaction_id
    )
    if not is_mine.exists():
        raise LeaseLost
    store.forget_secrets(row)
    row.state = EnrollmentState.QUEUED
    row.fallback = way.value
    row.transaction_id = ""
    row.save()


def hint(row: Enrollment, spec: ScepProfileSpec, refusal: EnrollmentRefused, at: datetime) -> str:
    """Say what is left to do when a renewal was refused for good; may be empty."""
    if row.renews is None:
        return ""
    if row.renewal_method != RenewalMethod.AUTO or refusal.fail_info not in _ANSWERS:
        return ANOTHER_METHOD
    if spec.challenge is not Challenge.NONE:
        return ""
    return NO_CHALLENGE if renewing.can_sign(row.renews, at) else ENDED

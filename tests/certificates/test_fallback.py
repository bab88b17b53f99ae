"""A server that refuses to renew in one way is asked in another, where that is right."""

from typing import Any
from uuid import UUID

import pytest

from audit import queries as audit
from certificates import enrollment_jobs
from certificates.models import Enrollment, EnrollmentState, Material
from certificates.rules import RenewalMethod
from certificates.services import fallback, renewal
from certificates.services.renewal import Renewal
from jobs.handlers import JobFailed, LeaseLost, TryAgain
from profiles.spec import Challenge
from scep.errors import HungUp
from scep.transcript import StepName
from scep.vocabulary import FailInfo, MessageType
from tests.certificates.memory_ca import CAPABILITIES, Killed
from tests.certificates.workbench import MARIA, Bench, current
from tests.configuration.fakes import FakeJob

RENEWAL_REQ, PKCS_REQ = MessageType.RENEWAL_REQ, MessageType.PKCS_REQ

FIXED: dict[str, Any] = {"challenge": Challenge.FIXED, "typed_challenge_password": "secret"}


def _enrolled(bench: Bench, **profile: Any) -> UUID:  # noqa: ANN401 - fields of a profile
    """A certificate of a server that lists Renewal and takes no RenewalReq."""
    bench.ca.capabilities = (*CAPABILITIES, "Renewal")
    bench.ca.challenge = profile.get("typed_challenge_password", "")
    row = bench.request(bench.running_profile(**profile), "fw-1")
    bench.generate(row)
    row.refresh_from_db()
    assert row.entry_uuid is not None
    bench.ca.wishes.clear()
    bench.ca.asked.clear()
    bench.ca.refuses = frozenset({RENEWAL_REQ})
    return row.entry_uuid


def _asked(bench: Bench, uuid: UUID, method: RenewalMethod = RenewalMethod.AUTO) -> Enrollment:
    done = renewal.renew(wanted=Renewal(uuid, method=method), by=MARIA, at=bench.now)
    return Enrollment.objects.get(job_id=done.job_id)


def _run(bench: Bench, row: Enrollment) -> FakeJob:
    job = FakeJob(id=row.job_id or 0, by=MARIA, arguments={"enrollment": str(row.uuid)})
    enrollment_jobs.renew(job, exchange=bench.exchange)
    return job


def _refused(bench: Bench, row: Enrollment) -> JobFailed:
    with pytest.raises(JobFailed) as failed:
        _run(bench, row)
    row.refresh_from_db()
    assert row.state == EnrollmentState.REFUSED
    return failed.value


def _types(bench: Bench) -> list[MessageType]:
    return [wish.message_type for wish in bench.ca.wishes]


@pytest.mark.conformance("C56", "D36")
def test_a_refused_renewalreq_is_followed_by_a_pkcsreq_that_the_old_certificate_signs(
    bench: Bench,
) -> None:
    uuid = _enrolled(bench)
    old = current(uuid)
    row = _asked(bench, uuid)

    job = _run(bench, row)

    assert _types(bench) == [RENEWAL_REQ, PKCS_REQ]
    assert bench.ca.wishes[1].signer_certificate_der == bytes(old.certificate_der)
    assert len(bench.ca.transactions()) == 2
    assert current(uuid).enrollment == row
    assert Material.objects.filter(entry_id=uuid).count() == 2
    said = "badRequest (2). It is asked again, with a PKCSReq that the old certificate signs."
    assert any(said in line for line in job.lines)


def test_each_try_has_its_own_transcript(bench: Bench) -> None:
    row = _asked(bench, _enrolled(bench))
    _run(bench, row)

    tries = audit.transcripts_of_job(row.job_id or 0)

    assert sorted(one.outcome for one in tries) == ["failed", "passed"]


@pytest.mark.conformance("C56")
def test_then_a_new_enrollment_follows_with_the_challenge_password(bench: Bench) -> None:
    uuid = _enrolled(bench, **FIXED)
    old = current(uuid)

    _run(bench, _asked(bench, uuid))

    assert _types(bench) == [RENEWAL_REQ, PKCS_REQ, PKCS_REQ]
    assert [wish.challenge for wish in bench.ca.wishes] == ["", "", "secret"]
    assert bench.ca.wishes[2].signer_certificate_der != bytes(old.certificate_der)
    assert current(uuid) != old


def test_without_a_challenge_password_there_is_no_new_enrollment(bench: Bench) -> None:
    uuid = _enrolled(bench)
    old = current(uuid)
    bench.ca.refuses = frozenset({RENEWAL_REQ, PKCS_REQ})

    failure = _refused(bench, _asked(bench, uuid))

    assert _types(bench) == [RENEWAL_REQ, PKCS_REQ]
    assert fallback.NO_CHALLENGE in failure.hint
    assert current(uuid) == old


def test_what_has_ended_and_has_no_challenge_password_says_so(bench: Bench) -> None:
    uuid = _enrolled(bench)
    bench.ca.refuses = frozenset({PKCS_REQ})
    bench.pass_time(days=400)
    row = _asked(bench, uuid)

    _refused(bench, row)

    assert fallback.ENDED in row.hint
    assert _types(bench) == [PKCS_REQ]


def test_the_end_of_all_ways_is_a_refusal(bench: Bench) -> None:
    uuid = _enrolled(bench, **FIXED)
    bench.ca.refuses = frozenset({RENEWAL_REQ, PKCS_REQ})

    _refused(bench, _asked(bench, uuid))

    assert _types(bench) == [RENEWAL_REQ, PKCS_REQ, PKCS_REQ]


@pytest.mark.parametrize(
    "reason",
    [
        FailInfo.BAD_CERT_ID,
        FailInfo.BAD_TIME,
        FailInfo.BAD_ALG,
        FailInfo.BAD_MESSAGE_CHECK,
    ],
)
def test_a_refusal_that_another_request_does_not_meet_is_the_end(
    bench: Bench, reason: FailInfo
) -> None:
    uuid = _enrolled(bench, **FIXED)
    bench.ca.fail_info = reason

    failure = _refused(bench, _asked(bench, uuid))

    assert _types(bench) == [RENEWAL_REQ]
    assert fallback.ANOTHER_METHOD in failure.hint


def test_a_method_that_was_chosen_stays_the_only_one(bench: Bench) -> None:
    uuid = _enrolled(bench, **FIXED)

    failure = _refused(bench, _asked(bench, uuid, RenewalMethod.COMPATIBLE))

    assert _types(bench) == [PKCS_REQ]
    assert fallback.ANOTHER_METHOD in failure.hint


def test_what_was_pending_and_is_refused_then_was_refused_by_somebody(bench: Bench) -> None:
    uuid = _enrolled(bench, **FIXED)
    bench.ca.verdict = "pend"
    row = _asked(bench, uuid)
    _run(bench, row)
    bench.ca.verdict = "refuse"

    with pytest.raises(JobFailed):
        bench.poll(row)

    assert Enrollment.objects.get(pk=row.pk).state == EnrollmentState.REFUSED


def test_without_an_answer_the_same_request_is_sent_again_and_no_other(bench: Bench) -> None:
    uuid = _enrolled(bench, **FIXED)
    row = _asked(bench, uuid)
    bench.ca.replies["PKIOperation"] = HungUp("Nothing came.", stage=StepName.PKIOPERATION)

    with pytest.raises(TryAgain):
        _run(bench, row)

    row.refresh_from_db()
    assert (row.state, row.fallback) == (EnrollmentState.PREPARED, "")


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("moment", ["before PKIOperation", "after PKIOperation"])
def test_a_renewal_that_is_killed_between_the_ways_goes_on_and_brings_one_certificate(
    bench: Bench, moment: str, nth: int
) -> None:
    uuid = _enrolled(bench)
    row = _asked(bench, uuid)
    bench.ca.cut(moment, None if nth == 1 else lambda: bench.ca.cut(moment))
    with pytest.raises(Killed):
        _run(bench, row)

    row.refresh_from_db()
    _run(bench, row)

    assert current(uuid).enrollment == row
    assert Material.objects.filter(entry_id=uuid).count() == 2
    assert len(bench.ca.transactions()) == 2


def test_a_run_that_another_has_overtaken_changes_nothing(bench: Bench) -> None:
    row = _asked(bench, _enrolled(bench))

    with pytest.raises(LeaseLost):
        fallback.begin_again(row, RenewalMethod.COMPATIBLE)

    row.refresh_from_db()
    assert row.fallback == ""

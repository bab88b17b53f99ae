"""What it is to retry a failed job of each kind that brings certificates."""

from typing import Any
from uuid import UUID

import pytest

from certificates import enrollment_jobs
from certificates.models import Enrollment
from certificates.services import trial
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from jobs.handlers import JobFailed
from jobs.models import Job
from profiles import services as profiles
from profiles.subject import TokenValues
from tests.certificates.workbench import MARIA, Bench
from tests.profiles import factories

RITA = Actor("rita", role=Role.SUPERREADER)


def asked(bench: Bench, *, enroll: TokenValues | None = None, **draft: Any) -> Job:  # noqa: ANN401
    """The job of a Test, or of a rehearsal."""
    profile = profiles.try_out(draft=factories.draft(**draft), uuid=None, by=MARIA, at=bench.now)
    number = trial.request(
        trial=profile, takes_password=False, enroll=enroll, by=MARIA, at=bench.now
    )
    return Job.objects.get(pk=number)


def refused(bench: Bench) -> Enrollment:
    """A certificate that the CA did not grant."""
    bench.ca.verdict = "refuse"
    row = bench.request(bench.running_profile(), "fw-1", values=TokenValues(username="jdoe"))
    with pytest.raises(JobFailed):
        bench.generate(row)
    return row


def test_a_certificate_that_was_refused_is_requested_anew(bench: Bench) -> None:
    old = refused(bench)

    number = enrollment_jobs.generate_again({"enrollment": str(old.uuid)}, MARIA, bench.now)

    bench.ca.verdict = "issue"
    new = Enrollment.objects.get(job_id=number)
    bench.generate(new)
    assert (new.name, new.tokens, new.subject) == (old.name, old.tokens, old.subject)
    assert new.uuid != old.uuid
    assert bench.row("fw-1").status == "valid"


def test_the_rules_of_now_hold_for_a_retry(bench: Bench) -> None:
    old = refused(bench)

    with pytest.raises(Forbidden):
        enrollment_jobs.generate_again({"enrollment": str(old.uuid)}, RITA, bench.now)


def test_a_poll_is_made_again_at_once(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile(), "fw-1")
    bench.generate(row)

    number = enrollment_jobs.poll_again({"enrollment": str(row.uuid)}, MARIA, bench.now)

    job = Job.objects.get(pk=number)
    assert (job.kind, job.run_at, job.admin) == ("poll", None, "maria")


def test_nothing_is_polled_for_that_no_ca_decides_about(bench: Bench) -> None:
    row = refused(bench)

    with pytest.raises(NotFound, match="nothing to poll for"):
        enrollment_jobs.poll_again({"enrollment": str(row.uuid)}, MARIA, bench.now)


@pytest.mark.parametrize(
    ("enroll", "kind"), [(None, "test"), (TokenValues(username="jdoe"), "rehearse")]
)
def test_a_test_is_made_again_as_it_was(
    bench: Bench, enroll: TokenValues | None, kind: str
) -> None:
    old = asked(bench, enroll=enroll)

    new = Job.objects.get(pk=enrollment_jobs.test_again(old.arguments, MARIA, bench.now))

    assert (new.kind, new.arguments, new.description) == (kind, old.arguments, old.description)
    assert new.pk != old.pk


def test_a_test_with_typed_passwords_is_begun_from_the_profile(bench: Bench) -> None:
    old = asked(bench, **factories.dynamic())
    assert [UUID(one) for one in old.arguments["temporary"]]

    with pytest.raises(Refused, match="typed for this Test were removed"):
        enrollment_jobs.test_again(old.arguments, MARIA, bench.now)


def test_who_may_only_read_tests_nothing_again(bench: Bench) -> None:
    with pytest.raises(Forbidden):
        enrollment_jobs.test_again(asked(bench).arguments, RITA, bench.now)

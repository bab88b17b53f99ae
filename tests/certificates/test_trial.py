"""Test: every step but the enrollment, whatever fails before."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes

from audit import queries as audit
from audit.queries import StepView, TranscriptView
from certificates import enrollment_jobs
from certificates.models import Enrollment, Material
from certificates.queries.fetched import fetched_by
from certificates.services import trial
from device.models import DeviceFacts, Secret
from domain.actors import Actor, Role
from domain.errors import Forbidden
from jobs import queries as jobs
from jobs.handlers import JobFailed, JobResult
from jobs.models import Job
from profiles import services as profiles
from profiles.services import ProfileRefused
from profiles.spec import Challenge, Minimum, Transport
from scep.wire import HttpReply
from tests.certificates.memory_ca import authority
from tests.certificates.workbench import MARIA, Bench
from tests.configuration.fakes import FakeJob
from tests.profiles import factories


def start(bench: Bench, uuid: UUID | None = None, *, take: bool = False, **draft: Any) -> FakeJob:  # noqa: ANN401
    """Ask for a Test of a profile as typed."""
    tested = profiles.try_out(draft=factories.draft(**draft), uuid=uuid, by=MARIA, at=bench.now)
    number = trial.request(trial=tested, takes_password=take, by=MARIA, at=bench.now)
    row = Job.objects.get(pk=number)
    return FakeJob(id=number, kind="test", by=MARIA, arguments=row.arguments)


def run(bench: Bench, job: FakeJob) -> JobResult:
    return enrollment_jobs.try_out(job, exchange=bench.exchange)


def exchange_of(job: FakeJob) -> TranscriptView:
    (kept,) = audit.transcripts_of_job(job.id)
    return kept


def step(job: FakeJob, name: str) -> StepView:
    return [step for step in exchange_of(job).steps if step.name == name][-1]


def pin(bench: Bench) -> str:
    return bench.ca.ca.certificate.fingerprint(hashes.SHA256()).hex()


def test_a_profile_that_will_work_passes_every_step_and_enrolls_nothing(bench: Bench) -> None:
    job = start(bench, fingerprint=pin(bench), **factories.dynamic())

    assert run(bench, job) == JobResult("Every step passed.")
    assert [one.name for one in exchange_of(job).steps] == [
        "FIPS-CC rules",
        "GetCACaps",
        "GetCACert",
        "CA fingerprint",
        "CA chain",
        "Algorithms",
        "Challenge",
    ]
    assert exchange_of(job).outcome == "passed"
    assert bench.ca.seen == ["GetCACaps", "GetCACert", "challenge"]
    assert not Enrollment.objects.exists()
    assert not Material.objects.exists()


def test_without_a_fingerprint_the_result_is_a_warning(bench: Bench) -> None:
    job = start(bench)

    assert run(bench, job).warning
    assert exchange_of(job).outcome == "warned"


def test_typed_passwords_are_sealed_for_the_job_and_gone_after_it(bench: Bench) -> None:
    before = set(Secret.objects.values_list("pk", flat=True))
    job = start(bench, **factories.dynamic())

    assert "once" not in str(job.arguments)
    assert len(job.arguments["temporary"]) == 1
    run(bench, job)
    assert set(Secret.objects.values_list("pk", flat=True)) == before


def test_a_stored_password_is_used_and_stays(bench: Bench) -> None:
    uuid = bench.profile(**factories.dynamic())
    kept = set(Secret.objects.values_list("pk", flat=True))
    job = start(bench, uuid, **{**factories.dynamic(), "typed_otp_password": None})

    run(bench, job)

    assert bench.ca.servers[-1].credentials is not None
    assert bench.ca.servers[-1].credentials.password == "once"
    assert set(Secret.objects.values_list("pk", flat=True)) == kept
    assert exchange_of(job).profile_uuid == uuid


def test_a_cancelled_test_leaves_no_password_behind(bench: Bench) -> None:
    before = Secret.objects.count()
    job = start(bench, challenge=Challenge.FIXED, typed_challenge_password="secret")

    enrollment_jobs.cancel_test(job.arguments, MARIA, bench.now)

    assert Secret.objects.count() == before


def test_a_wrong_fingerprint_is_named_and_the_rest_is_looked_at(bench: Bench) -> None:
    job = start(bench, fingerprint="ab" * 32, **factories.dynamic())

    with pytest.raises(JobFailed, match=r"1 step failed\. CA fingerprint"):
        run(bench, job)

    assert step(job, "CA chain").outcome == "passed"
    assert step(job, "Algorithms").outcome == "passed"
    assert step(job, "Challenge").outcome == "passed"
    assert bench.ca.seen.count("GetCACert") == 1
    assert exchange_of(job).outcome == "failed"


def test_a_wrong_fingerprint_and_a_chain_that_is_bad_are_two_failures(bench: Bench) -> None:
    expired = authority(
        "Old CA",
        not_before=bench.now - timedelta(days=20),
        not_after=bench.now - timedelta(days=10),
    )
    bench.ca.ca = expired
    job = start(bench, fingerprint="ab" * 32)

    with pytest.raises(JobFailed, match="2 steps failed"):
        run(bench, job)
    assert step(job, "CA chain").outcome == "failed"


def test_a_server_that_sends_a_page_fails_and_the_challenge_is_looked_at(bench: Bench) -> None:
    page = HttpReply(200, "text/html", b"<html><title>Welcome</title></html>")
    bench.ca.replies = {"GetCACert": page}
    job = start(bench, **factories.dynamic())

    with pytest.raises(JobFailed, match="an HTML page titled"):
        run(bench, job)
    assert step(job, "Challenge").outcome == "passed"
    assert fetched_by(job.id) is None


def test_the_page_is_only_fetched_on_demand_and_that_is_said(bench: Bench) -> None:
    run(bench, start(bench, **factories.dynamic()))
    asked = start(bench, take=True, **factories.dynamic())

    run(bench, asked)

    assert step(asked, "Challenge").fact.startswith("A password was fetched and dropped")
    assert bench.ca.challenge not in str(exchange_of(asked))


def test_a_page_that_is_fetched_without_the_ca_known_is_read_all_the_same(bench: Bench) -> None:
    bench.ca.replies = {"GetCACert": HttpReply(500, "", b"")}
    job = start(bench, take=True, **factories.dynamic())

    with pytest.raises(JobFailed, match="1 step failed"):
        run(bench, job)
    assert step(job, "Challenge").outcome == "passed"


def test_a_password_that_serves_many_times_is_not_used_up(bench: Bench) -> None:
    page = (
        b"<html>The enrollment challenge password is: <B> ABCDEF0123456789 </B> "
        b"This password can be used multiple times.</html>"
    )
    bench.ca.replies = {"challenge": HttpReply(200, "text/html", page)}
    job = start(bench, take=True, **factories.dynamic())

    run(bench, job)

    assert "serves many times" in step(job, "Challenge").fact


def test_a_fixed_password_is_not_sent(bench: Bench) -> None:
    job = start(bench, challenge=Challenge.FIXED, typed_challenge_password="secret")

    run(bench, job)

    assert "The CA alone can say" in step(job, "Challenge").hint


@pytest.mark.parametrize(
    ("capabilities", "minimum", "outcome"),
    [
        (("AES", "SHA-256", "POSTPKIOperation"), Minimum.DEFAULT, "passed"),
        (("DES3",), Minimum.DEFAULT, "warned"),
        (("DES3",), Minimum.STRICT, "failed"),
    ],
)
def test_the_algorithms_are_judged_by_the_minimum(
    bench: Bench, capabilities: tuple[str, ...], minimum: Minimum, outcome: str
) -> None:
    bench.ca.capabilities = capabilities
    job = start(bench, minimum=minimum, transport=Transport.GET)

    if outcome == "failed":
        with pytest.raises(JobFailed):
            run(bench, job)
    else:
        run(bench, job)
        assert "by GET" in step(job, "Algorithms").fact
    assert step(job, "Algorithms").outcome == outcome


def test_in_fips_cc_mode_a_profile_that_breaks_its_rules_is_not_sent_anywhere(
    bench: Bench,
) -> None:
    DeviceFacts.objects.create(
        hostname="fw", serial="0" * 12, model="m", sw_version="1", fips_cc=True
    )
    job = start(bench)

    with pytest.raises(JobFailed, match="FIPS-CC rules: The profile breaks rules"):
        run(bench, job)

    assert bench.ca.seen == []
    assert ("Rule", "FIPS-CC mode requires a Dynamic challenge.") in (
        step(job, "FIPS-CC rules").details
    )


def test_a_profile_that_fips_cc_mode_allows_is_told(bench: Bench) -> None:
    bench.keep("tls-root", authority("TLS root"))
    job = start(
        bench,
        server_url="https://ca.example/scep",
        scep_ca_certificate="tls-root",
        **factories.dynamic(),
    )

    run(bench, job)

    assert step(job, "FIPS-CC rules").fact == "The profile keeps the rules of FIPS-CC mode."
    assert bench.ca.servers[0].tls is not None


def test_a_certificate_for_tls_that_is_gone_is_a_failed_step(bench: Bench) -> None:
    entry = bench.keep("tls-root", authority("TLS root"))
    job = start(bench, scep_ca_certificate="tls-root")
    bench.delete(entry)

    with pytest.raises(JobFailed, match="TLS: The certificate tls-root"):
        run(bench, job)


def test_what_breaks_a_rule_is_not_tested_but_a_name_may_be_missing(bench: Bench) -> None:
    with pytest.raises(ProfileRefused) as refused:
        start(bench, name="", subject="O=acme")
    assert [problem.field for problem in refused.value.problems] == ["subject"]

    job = start(bench, name="")
    run(bench, job)

    assert jobs.job(job.id).description.startswith("unsaved profile, http://ca.example/")
    assert exchange_of(job).profile_name == "unsaved profile"


def test_who_only_reads_tests_nothing(bench: Bench) -> None:
    tested = profiles.try_out(draft=factories.draft(), by=MARIA, at=bench.now)
    rita = Actor("rita", Role.SUPERREADER)

    with pytest.raises(Forbidden):
        trial.request(trial=tested, takes_password=False, by=rita, at=bench.now)


def test_the_fingerprints_received_can_be_taken_over(bench: Bench) -> None:
    job = start(bench)
    run(bench, job)

    found = fetched_by(job.id)

    assert found is not None
    assert ("SHA-256", pin(bench)) in found.certificates[0].fingerprints
    assert fetched_by(0) is None

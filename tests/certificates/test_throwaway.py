"""A rehearsal that enrolls, too: asked for once, verified, and stored nowhere."""

import socket
from typing import Any

import pytest

from django.test import Client

from audit import queries as audit
from audit.models import AuditEvent, Transcript, TranscriptStep
from audit.queries import TranscriptView
from certificates import enrollment_jobs
from certificates.models import CertificateEntry, Enrollment, Material
from certificates.services import rehearsal
from certificates.services.enrollment import RequestRefused
from certificates.services.exchange import Exchange
from certificates.services.rehearsal import OtherServer
from device.models import Secret
from jobs.handlers import JobFailed, JobResult
from jobs.models import Job
from profiles.spec import Challenge
from profiles.subject import TokenValues
from scep.errors import TransportFailed
from scep.transcript import StepName
from tests.certificates.memory_ca import Killed
from tests.certificates.workbench import MARIA, Bench
from tests.configuration.fakes import FakeJob
from tests.profiles import factories

URL = "/device/certificates/rehearse/"
OTHER = OtherServer("http://other.example/scep", "http://other.example/otp")
JDOE = TokenValues(username="jdoe")


def start(
    bench: Bench,
    other: OtherServer = OTHER,
    **draft: Any,  # noqa: ANN401 - fields of a profile
) -> tuple[FakeJob, FakeJob]:
    """Ask for a rehearsal that enrolls."""
    uuid = bench.profile(**draft)
    numbers = rehearsal.request(uuid=uuid, other=other, by=MARIA, at=bench.now, enroll=JDOE)
    first, second = (Job.objects.get(pk=number) for number in numbers)
    return fake(first), fake(second)


def fake(row: Job) -> FakeJob:
    return FakeJob(id=row.pk, kind=row.kind, by=MARIA, arguments=row.arguments)


def run(bench: Bench, job: FakeJob) -> JobResult:
    return enrollment_jobs.rehearse(job, exchange=bench.exchange)


def enrollment_of(job: FakeJob) -> TranscriptView:
    (kept,) = [one for one in audit.transcripts_of_job(job.id) if one.kind == "rehearse"]
    return kept


def nothing_is_kept() -> bool:
    return not any(model.objects.exists() for model in (CertificateEntry, Enrollment, Material))


def test_a_server_enrolls_and_nothing_of_it_is_kept(bench: Bench) -> None:
    job, _ = start(bench, **factories.dynamic())
    secrets = set(Secret.objects.values_list("pk", flat=True))

    result = run(bench, job)

    (der,) = bench.ca.issued.values()
    assert "thrown away with its key" in result.text
    assert result.warning  # the profile has no fingerprint
    kept = enrollment_of(job)
    assert [step.name for step in kept.steps if step.outcome != "passed"] == ["Challenge"]
    assert kept.title.startswith("Trial enrollment, ")
    assert "CN=jdoe" in kept.subject
    names = [step.name for step in kept.steps]
    assert names[:2] == ["Key pair", "Challenge"]
    assert names[-2:] == ["Verify", "Match"]
    assert bench.ca.one_time_passwords == 1
    assert nothing_is_kept()
    assert set(Secret.objects.values_list("pk", flat=True)) == secrets
    assert AuditEvent.objects.filter(kind="certificate", text__contains="rehearsal").count() == 1
    received = TranscriptStep.objects.values_list("received", flat=True)
    assert not any(der in bytes(body or b"") for body in received)


def test_no_password_stands_in_what_is_recorded(bench: Bench) -> None:
    password = "Zwoelf-Boxkaempfer-99"
    bench.ca.challenge = password
    job, _ = start(bench, challenge=Challenge.FIXED, typed_challenge_password=password)

    run(bench, job)

    assert password not in str([job.arguments, *audit.transcripts_of_job(job.id)])
    for step in TranscriptStep.objects.all():
        assert password.encode() not in bytes(step.sent or b"") + bytes(step.received or b"")


def test_how_a_certificate_differs_from_the_request_is_said(bench: Bench) -> None:
    bench.ca.drops_extensions = True
    job, _ = start(bench, use_as_digital_signature=True)

    assert run(bench, job).warning
    assert any("key usage" in line.lower() for line in job.lines)


def test_a_server_that_decides_later_is_a_result(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    job, _ = start(bench)

    result = run(bench, job)

    assert "decides later (PENDING)" in result.text
    assert result.warning
    assert nothing_is_kept()


def test_a_refusal_is_told_in_words(bench: Bench) -> None:
    bench.ca.verdict = "refuse"
    job, _ = start(bench)

    with pytest.raises(JobFailed, match=r"The server did not enroll: .*badRequest"):
        run(bench, job)
    assert enrollment_of(job).outcome == "failed"
    assert nothing_is_kept()


def test_after_a_request_without_an_answer_the_ca_is_to_be_looked_at(bench: Bench) -> None:
    unanswered = TransportFailed("No answer came.", stage=StepName.PKIOPERATION)
    bench.ca.replies = {"PKIOperation": unanswered}
    job, _ = start(bench)

    with pytest.raises(JobFailed, match="No answer came") as failed:
        run(bench, job)

    assert "The CA may have issued a certificate" in failed.value.hint
    assert bench.ca.seen.count("PKIOperation") == 1


def test_one_server_that_is_down_is_not_asked_to_enroll_and_the_other_is(bench: Bench) -> None:
    with socket.socket() as bound:  # and never listens: connections to it are refused
        bound.bind(("127.0.0.1", 0))
        down = OtherServer(f"http://127.0.0.1:{bound.getsockname()[1]}/scep")
        first, second = start(bench, other=down)
        run(bench, first)

        with pytest.raises(JobFailed, match="failed"):
            enrollment_jobs.rehearse(second, exchange=Exchange(clock=lambda: bench.now))

    assert len(bench.ca.bodies) == 1
    assert "warning: Nothing was enrolled: the Test failed" in second.lines
    assert not Transcript.objects.filter(job_id=second.id, kind="rehearse").exists()


@pytest.mark.parametrize("moment", ["before PKIOperation", "after PKIOperation"])
def test_killed_while_it_enrolls_the_job_fails_and_never_asks_again(
    bench: Bench, moment: str
) -> None:
    job, _ = start(bench, **factories.dynamic())
    bench.ca.cut(moment)
    with pytest.raises(Killed):
        run(bench, job)
    asked = list(bench.ca.seen)

    with pytest.raises(JobFailed, match="cut off, and is not tried a second time"):
        run(bench, job)

    assert bench.ca.seen == asked
    assert nothing_is_kept()


def test_killed_in_its_test_the_job_starts_anew_and_enrolls_once(bench: Bench) -> None:
    job, _ = start(bench)
    bench.ca.cut("after GetCACert")
    with pytest.raises(Killed):
        run(bench, job)

    run(bench, job)

    assert len(bench.ca.bodies) == len(bench.ca.issued) == 1


def test_a_token_without_a_value_is_refused_before_anything_runs(bench: Bench) -> None:
    uuid = bench.profile()

    with pytest.raises(RequestRefused):
        rehearsal.request(uuid=uuid, other=OTHER, by=MARIA, at=bench.now, enroll=TokenValues())

    assert not Job.objects.exists()


def test_the_dialog_asks_for_the_tokens_of_the_profile(bench: Bench, maria: Client) -> None:
    uuid = bench.profile()
    page = maria.get(f"{URL}?object={uuid}").content.decode()

    assert 'name="enroll"' in page
    assert "stored nowhere" in page
    assert 'name="username"' in page
    assert 'name="udid"' not in page
    wish = {"object": str(uuid), "server_url": OTHER.server_url, "enroll": "on"}
    refused = maria.post(URL, wish)
    assert refused.status_code == 422
    assert "The profile needs $USERNAME." in refused.content.decode()


def test_comparison_and_reports_hold_tests_and_enrollments(bench: Bench, maria: Client) -> None:
    uuid = bench.profile()
    wish = {"object": str(uuid), "server_url": OTHER.server_url, "enroll": "on", "username": "jdoe"}
    answer = maria.post(URL, wish)
    assert answer.status_code == 303
    for row in Job.objects.order_by("pk"):
        assert row.kind == "rehearse"
        run(bench, fake(row))
    Job.objects.update(state="finished", result="ok", finished_at=bench.now)

    page = maria.get(answer.headers["Location"]).content.decode()

    assert page.count('<th scope="row">PKIOperation</th>') == 1
    assert 'colspan="3">Enrollment' in page
    kept = "&".join(f"exchange={one.pk}" for one in Transcript.objects.order_by("-kind"))
    assert page.count("exchange=") == 2 * 4
    report = maria.get(f"/monitor/scep/report.html?{kept}").content.decode()
    assert report.count("<h2>") == 4
    assert report.count("Trial enrollment, ") == 4  # in the table, and above its steps
    document = maria.get(f"/monitor/scep/report.json?{kept}").json()
    assert [one["kind"] for one in document["exchanges"]].count("rehearse") == 2

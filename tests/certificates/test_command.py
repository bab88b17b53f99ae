"""``manage.py enroll``."""

import io
from datetime import UTC, datetime

import pytest
from pytest_django.fixtures import Settings

from django.core.management import CommandError, call_command

from certificates.management.commands.enroll import Command
from domain.locations import SHARED, VSYS1
from jobs import leases, runner
from jobs.models import Job
from profiles.spec import Challenge, SanType
from scep.errors import NotTrusted, TransportFailed
from scep.transcript import StepName
from tests.certificates.workbench import Bench


@pytest.fixture(autouse=True)
def _plugged_in(settings: Settings) -> None:
    """The job reaches the CA in memory."""
    settings.JOB_HANDLERS = {
        **settings.JOB_HANDLERS,
        "generate": "tests.certificates.plugs.generate",
    }


def _enroll(*arguments: str) -> str:
    out = io.StringIO()
    call_command("enroll", *arguments, stdout=out)
    return out.getvalue()


def _exit_code(*arguments: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as error:
        _enroll(*arguments)
    return error.value.returncode, str(error.value)


def test_an_issued_certificate_is_told_and_the_exit_code_is_zero(bench: Bench) -> None:
    bench.running_profile(name="ndes", subject="CN=$USERNAME,O=$EMAILADDRESS")

    out = _enroll("ndes", "fw-1", "--username", "jdoe", "--emailaddress", "j@example.com")

    assert out.startswith("Job ")
    assert "Certificate fw-1 was issued: CN=jdoe,O=j@example.com, valid until" in out
    assert "fw-1" in bench.names()


def test_host_id_and_udid_are_the_serial_number_unless_told_otherwise(bench: Bench) -> None:
    bench.running_profile(name="ndes", subject="CN=$UDID,O=$HOSTID")

    out = _enroll("ndes", "fw-1", "--hostid", "fw")

    assert "CN=000000000000,O=fw" in out


def test_warnings_of_the_job_are_printed(bench: Bench) -> None:
    bench.running_profile(name="ndes", san_type=SanType.DNS, san_value="fw.example.com")
    bench.ca.drops_extensions = True

    assert "\nwarning: " in _enroll("ndes", "fw-1", "--username", "j")


def test_the_admin_named_is_who_asked(bench: Bench) -> None:
    bench.running_profile(name="ndes")

    _enroll("ndes", "fw-1", "--username", "j", "--by", "robot")

    assert Job.objects.get(kind="generate").admin == "robot"


def test_pending_is_three(bench: Bench) -> None:
    bench.running_profile(name="ndes")
    bench.ca.verdict = "pend"

    with pytest.raises(SystemExit) as end:
        _enroll("ndes", "fw-1", "--username", "j")

    assert end.value.code == 3


def test_refused_by_the_server_is_four(bench: Bench) -> None:
    bench.ca.challenge = "right"
    bench.running_profile(name="ndes", challenge=Challenge.FIXED, typed_challenge_password="wrong")

    code, words = _exit_code("ndes", "fw-1", "--username", "j")

    assert code == 4
    assert "badRequest (2)" in words


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotTrusted("The signature is wrong.", stage=StepName.VERIFY), 5),
        (TransportFailed("Nothing answers.", stage=StepName.TCP), 6),
    ],
)
def test_not_trusted_is_five_and_no_usable_answer_six(
    error: NotTrusted | TransportFailed, code: int, bench: Bench
) -> None:
    bench.running_profile(name="ndes")
    bench.ca.replies["PKIOperation"] = error

    assert _exit_code("ndes", "fw-1", "--username", "j") == (code, error.fact)


def test_a_bug_is_one(bench: Bench, settings: Settings) -> None:
    bench.running_profile(name="ndes")
    settings.JOB_HANDLERS = {"generate": "tests.certificates.plugs.broken"}

    code, words = _exit_code("ndes", "fw-1", "--username", "j")

    assert code == 1
    assert "ValueError" in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(
            ["nobody", "fw-1"], "There is no committed SCEP profile named nobody.", id="1"
        ),
        pytest.param(["fresh", "fw-1"], "It is not committed yet: commit it first.", id="2"),
        pytest.param(["ndes", "my cert"], "The name cannot contain spaces.", id="3"),
        pytest.param(["ndes", "fw-1"], "The profile needs $USERNAME.", id="4"),
        pytest.param(["ndes", "fw-1", "--location", "moon"], "moon is not a location", id="5"),
    ],
)
def test_what_cannot_be_asked_for_is_two(arguments: list[str], words: str, bench: Bench) -> None:
    bench.running_profile(name="ndes")
    bench.profile(name="fresh")

    code, said = _exit_code(*arguments)

    assert code == 2
    assert words in said


def test_a_name_taken_is_two(bench: Bench) -> None:
    bench.running_profile(name="ndes")
    _enroll("ndes", "fw-1", "--username", "j")

    code, said = _exit_code("ndes", "fw-1", "--username", "j")

    assert code == 2
    assert "already exists in vsys1" in said


def test_the_profile_nearest_to_the_location_is_used(bench: Bench) -> None:
    bench.running_profile(name="ndes", location=VSYS1, subject="CN=own")
    bench.running_profile(name="ndes", location=SHARED, subject="CN=shared")

    assert "CN=own" in _enroll("ndes", "fw-1", "--location", "vsys1")
    assert "CN=shared" in _enroll("ndes", "fw-1", "--location", "shared")
    code, said = _exit_code("ndes", "fw-2")
    assert code == 2
    assert "in several locations. Give the location." in said


def test_a_shared_profile_serves_a_vsys_that_has_none_of_its_own(bench: Bench) -> None:
    bench.running_profile(name="ndes", location=SHARED)

    _enroll("ndes", "fw-1", "--location", "vsys1", "--username", "j")

    assert bench.rows()[1].location == VSYS1


class _TakenByAnother(io.StringIO):
    """Output that lets another process have the job as soon as its number is printed."""

    def write(self, text: str, /) -> int:
        if text.startswith("Job"):
            Job.objects.filter(kind="generate").update(run_at=datetime(2099, 1, 1, tzinfo=UTC))
        return super().write(text)


def test_a_job_that_another_process_runs_is_waited_for(bench: Bench) -> None:
    bench.running_profile(name="ndes")
    command = Command(stdout=_TakenByAnother())
    waits: list[float] = []

    def other_process(pause_s: float) -> None:
        waits.append(pause_s)
        Job.objects.filter(kind="generate").update(run_at=None)
        runner.run_now(Job.objects.get(kind="generate").pk)

    command.pause = other_process
    call_command(command, "ndes", "fw-1", "--username", "j")

    assert waits == [0.2]
    assert "fw-1" in bench.names()


class _TakenByTheDead(io.StringIO):
    """Output that lets another process have the job, which dies of it."""

    def write(self, text: str, /) -> int:
        if text.startswith("Job"):
            long_ago = datetime(2020, 1, 1, tzinfo=UTC)
            assert leases.claim(int(text.split()[1]), owner="the dead", now=long_ago)
        return super().write(text)


def test_a_job_whose_process_has_died_is_run_here(bench: Bench) -> None:
    bench.running_profile(name="ndes")
    command = Command(stdout=_TakenByTheDead())

    def pause(_: float) -> None:
        pytest.fail("the command waits for nobody")

    command.pause = pause
    call_command(command, "ndes", "fw-1", "--username", "j")

    assert "fw-1" in bench.names()

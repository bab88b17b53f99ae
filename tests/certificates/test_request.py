"""Asking for a certificate: the rules that hold at every door."""

from uuid import uuid4

import pytest

from certificates.models import Enrollment, EnrollmentState
from certificates.services import enrollment
from certificates.services.enrollment import (
    AlreadyRequested,
    ProfileNotRunning,
    RequestRefused,
    Wanted,
)
from configuration.locking import LockHeld, LockKind
from configuration.services import locks
from domain.actors import Actor, Role
from domain.errors import Forbidden, NameTaken
from domain.locations import SHARED, VSYS1, Location
from jobs import queries as jobs
from jobs.models import Job
from profiles.spec import SanType
from profiles.subject import TokenValues
from tests.certificates.test_store import ROOT
from tests.certificates.workbench import MARIA, Bench


def test_a_request_is_a_job_and_an_enrollment(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")

    row = bench.request(profile, "fw-1", values=TokenValues(username="jdoe"))

    assert row.job_id is not None
    assert jobs.job(row.job_id).description == "certificate fw-1"
    assert (row.state, row.profile_name, row.location) == ("queued", "ndes", "vsys1")
    assert row.tokens["username"] == "jdoe"


def test_a_profile_that_was_never_committed_cannot_be_used(bench: Bench) -> None:
    profile = bench.profile(name="fresh")

    with pytest.raises(ProfileNotRunning) as refusal:
        bench.request(profile)

    assert refusal.value.message == "The SCEP profile fresh is not committed yet."
    assert "Commit the configuration first" in refusal.value.hint
    assert refusal.value.problems[0].field == "profile"


def test_a_config_lock_of_another_admin_stops_a_request(bench: Bench) -> None:
    profile = bench.running_profile()
    locks.take(kind=LockKind.CONFIG, location=SHARED, by=Actor(name="paul"), at=bench.now)

    with pytest.raises(LockHeld, match="paul has held a config lock"):
        bench.request(profile, "fw-1")

    assert not Enrollment.objects.exists()


def test_a_profile_that_does_not_exist_cannot_be_used(bench: Bench) -> None:
    with pytest.raises(ProfileNotRunning, match="does not exist"):
        bench.request(uuid4())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("my cert", "The name cannot contain spaces.", id="space"),
        pytest.param("", "This field is required.", id="empty"),
        pytest.param("n" * 64, "The name has 64 characters; at most 63 are allowed.", id="long"),
        pytest.param("a/b", "Only letters, digits", id="slash"),
    ],
)
def test_a_name_that_breaks_a_rule_is_refused_at_its_field(
    name: str, message: str, bench: Bench
) -> None:
    profile = bench.running_profile()

    with pytest.raises(RequestRefused) as refusal:
        bench.request(profile, name)

    assert refusal.value.problems[0].field == "name"
    assert refusal.value.problems[0].message.startswith(message)
    assert not Enrollment.objects.exists()


def test_everything_wrong_is_said_at_once_in_form_order(bench: Bench) -> None:
    profile = bench.running_profile(
        subject="CN=$USERNAME,O=$HOSTID", san_type=SanType.RFC822, san_value="$EMAILADDRESS"
    )

    with pytest.raises(RequestRefused) as refusal:
        bench.request(profile, "my cert", values=TokenValues(), location=SHARED)

    fields = [problem.field for problem in refusal.value.problems]
    assert fields == ["name", "location", "username", "emailaddress", "hostid"]


def test_a_value_that_no_san_can_carry_is_refused(bench: Bench) -> None:
    profile = bench.running_profile(san_type=SanType.RFC822, san_value="$EMAILADDRESS")

    with pytest.raises(RequestRefused) as refusal:
        bench.request(profile, values=TokenValues(username="jdoe", emailaddress="nobody"))

    assert "The subject alternative name cannot be used" in refusal.value.problems[0].message


def test_a_value_cannot_add_parts_to_the_subject(bench: Bench) -> None:
    row = bench.request(bench.running_profile(), values=TokenValues(username="x,O=evil"))

    assert row.subject == r"O=acme,CN=x\,O=evil"


def test_a_name_of_the_candidate_is_taken(bench: Bench) -> None:
    profile = bench.running_profile()
    bench.keep("fw-1", ROOT, location=VSYS1)

    with pytest.raises(NameTaken) as refusal:
        bench.request(profile, "fw-1")

    assert refusal.value.problems[0].field == "name"
    assert not Enrollment.objects.exists()


def test_a_name_that_is_being_requested_is_taken(bench: Bench) -> None:
    profile = bench.running_profile()
    bench.request(profile, "fw-1")

    with pytest.raises(NameTaken, match="or is being requested"):
        bench.request(profile, "fw-1")

    assert Enrollment.objects.count() == 1


def test_the_same_name_is_free_in_another_location(bench: Bench) -> None:
    profile = bench.running_profile(location=SHARED)

    bench.request(profile, "fw-1", location=VSYS1)
    bench.request(profile, "fw-1", location=SHARED, values=TokenValues(username="paul"))

    assert Enrollment.objects.count() == 2


@pytest.mark.conformance("C54")
def test_a_subject_is_requested_once_at_a_time_from_one_ca(bench: Bench) -> None:
    here, there = bench.running_profile(name="here"), bench.running_profile(name="there")
    first = bench.request(here, "fw-1")

    with pytest.raises(AlreadyRequested) as refusal:
        bench.request(there, "fw-2")

    assert refusal.value.message == (
        "A certificate for O=acme,CN=jdoe is being requested from this CA already: "
        f"fw-1, job {first.job_id}."
    )
    assert "Look at it in Tasks" in refusal.value.hint
    assert Enrollment.objects.count() == 1


@pytest.mark.conformance("C54")
def test_a_request_of_another_virtual_system_is_not_named(bench: Bench) -> None:
    shared = bench.running_profile(location=SHARED)
    bench.request(shared, "secret-name", location=VSYS1)
    Enrollment.objects.update(location="vsys2")

    with pytest.raises(AlreadyRequested) as refusal:
        bench.request(shared, "fw-2", location=VSYS1)

    assert "in another virtual system" in refusal.value.message
    assert "secret-name" not in str(refusal.value.problems)


@pytest.mark.conformance("C54")
def test_a_subject_is_requested_anew_once_the_ca_has_answered(bench: Bench) -> None:
    profile = bench.running_profile()
    bench.generate(bench.request(profile, "fw-1"))

    assert bench.request(profile, "fw-2").state == EnrollmentState.QUEUED


def test_another_ca_may_be_asked_for_the_same_subject(bench: Bench) -> None:
    one = bench.running_profile(name="one")
    other = bench.running_profile(name="other", ca_ident="other")
    bench.request(one, "fw-1")

    assert bench.request(other, "fw-2").state == EnrollmentState.QUEUED


def test_a_shared_profile_puts_the_certificate_into_shared_unless_told_otherwise(
    bench: Bench,
) -> None:
    row = bench.request(bench.running_profile(location=SHARED))

    assert row.location == "shared"


def test_a_location_that_does_not_exist_is_refused(bench: Bench) -> None:
    profile = bench.running_profile(location=SHARED)

    with pytest.raises(RequestRefused) as refusal:
        bench.request(profile, location=Location("vsys7"))

    assert refusal.value.problems[0].message == "There is no location vsys7."


def test_a_superreader_requests_nothing(bench: Bench) -> None:
    wanted = Wanted("fw-1", bench.running_profile(), TokenValues(username="jdoe"))

    with pytest.raises(Forbidden):
        enrollment.request(wanted=wanted, by=Actor("rita", Role.SUPERREADER), at=bench.now)


def test_a_name_held_by_a_job_that_was_given_up_becomes_free(bench: Bench) -> None:
    profile = bench.running_profile()
    stuck = bench.request(profile, "fw-1")
    Job.objects.filter(pk=stuck.job_id or 0).update(
        state="finished", result="failed", finished_at=bench.now
    )

    fresh = bench.request(profile, "fw-1")

    stuck.refresh_from_db()
    assert stuck.state == EnrollmentState.FAILED
    assert stuck.reason == "The job that asked for this certificate ended before it had an answer."
    assert fresh.state == EnrollmentState.QUEUED
    assert MARIA.name == fresh.requested_by

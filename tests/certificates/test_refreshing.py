"""CA certificates asked for between commits: every day, on demand, and what may be taken."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from certificates import enrollment_jobs
from certificates.models import AuthorityWatch, Material, ScepAuthority, Source
from certificates.queries import authorities
from certificates.services import listed, refreshing
from domain.actors import SYSTEM, Actor, Role
from domain.errors import Forbidden, NotFound
from domain.locations import SHARED
from jobs.handlers import JobFailed, JobResult
from jobs.models import Job, State
from scep.errors import TransportFailed
from scep.transcript import StepName
from tests.certificates.memory_ca import CAPABILITIES, authority
from tests.certificates.ra import registration_authorities
from tests.certificates.workbench import MARIA, Bench
from tests.configuration.fakes import FakeJob

DOWN = TransportFailed("Nothing answers.", stage=StepName.TCP, hint="Is it running?")
OTHER = authority(serial_of="another key")


def _swept(bench: Bench) -> FakeJob | None:
    """Let the worker look what is due, and run the job that it asked for, if there is one."""
    before = set(Job.objects.values_list("pk", flat=True))
    refreshing.sweep(bench.now)
    row = Job.objects.exclude(pk__in=before).first()
    return _run(bench, row) if row else None


def _run(bench: Bench, row: Job) -> FakeJob:
    job = FakeJob(id=row.pk, by=SYSTEM, arguments=row.arguments)
    try:
        enrollment_jobs.refresh(job, exchange=bench.exchange)
    finally:
        Job.objects.filter(pk=row.pk).update(
            state=State.FINISHED, result="ok", finished_at=bench.now
        )
    return job


def _asked(bench: Bench, uuid: UUID) -> FakeJob:
    number = refreshing.request(uuids=[uuid], by=MARIA, at=bench.now)
    return _run(bench, Job.objects.get(pk=number))


def _ca(profile: UUID) -> bytes:
    return bytes(
        Material.objects.get(
            profile_uuid=profile, source=Source.SCEP_CA, is_current=True
        ).certificate_der
    )


def _texts(bench: Bench, profile: UUID) -> list[str]:
    return [notice.text for notice in authorities.notices(profile, bench.now)]


def test_a_ca_is_asked_for_once_a_day(bench: Bench) -> None:
    uuid = bench.running_profile()
    bench.pass_time(hours=23, minutes=59)
    assert _swept(bench) is None

    bench.pass_time(minutes=1)
    job = _swept(bench)

    assert job is not None
    assert bench.ca.seen == ["GetCACaps", "GetCACert"]
    assert ScepAuthority.objects.get(pk=uuid).fetched_at == bench.now
    assert _swept(bench) is None
    assert _texts(bench, uuid) == []


def test_a_server_that_gives_nothing_is_asked_again_after_six_hours(bench: Bench) -> None:
    uuid = bench.running_profile()
    bench.ca.replies["GetCACert"] = DOWN
    bench.pass_time(days=1)
    with pytest.raises(JobFailed, match="Nothing answers"):
        _swept(bench)

    (notice,) = authorities.notices(uuid, bench.now)
    assert notice.text == f"Nothing answers. Asked at {bench.now:%Y-%m-%d %H:%M:%S} UTC."
    assert "Its CA certificate was not refreshed." in AuditEvent.objects.latest("pk").text
    bench.pass_time(hours=5)
    assert _swept(bench) is None
    bench.pass_time(hours=1)
    bench.ca.replies.clear()
    assert _swept(bench) is not None
    assert _texts(bench, uuid) == []


def test_a_ca_that_the_commit_did_not_get_is_fetched_by_the_worker(bench: Bench) -> None:
    bench.ca.replies["GetCACert"] = DOWN
    uuid = bench.running_profile()
    bench.ca.replies.clear()

    _swept(bench)

    assert _ca(uuid) == bench.ca.ca.der


def test_the_worker_takes_no_ca_that_the_present_one_does_not_vouch_for(bench: Bench) -> None:
    uuid = bench.running_profile(name="ndes")
    old = bench.ca.ca
    bench.ca.ca = OTHER
    bench.pass_time(days=1)

    with pytest.raises(JobFailed, match="another CA certificate"):
        _swept(bench)

    assert _ca(uuid) == old.der
    (text,) = _texts(bench, uuid)
    assert "It was not taken. SHA-256 before: " in text


def test_an_admin_who_asks_takes_it_with_a_warning(bench: Bench) -> None:
    uuid = bench.running_profile(name="ndes")
    bench.ca.ca = OTHER

    job = _asked(bench, uuid)

    assert _ca(uuid) == OTHER.der
    assert any("the CA certificate ndes-ca changed" in line for line in job.lines)


def test_a_ca_certificate_with_the_same_key_is_taken(bench: Bench) -> None:
    uuid = bench.running_profile()
    bench.ca.ca = authority(not_after=bench.now + timedelta(days=900))
    bench.pass_time(days=1)

    _swept(bench)

    assert _ca(uuid) == bench.ca.ca.der


def test_new_ra_certificates_of_the_same_ca_are_taken(bench: Bench) -> None:
    bench.running_profile()
    bench.ca.others = registration_authorities(bench.ca.ca)
    bench.pass_time(days=1)

    _swept(bench)

    assert Material.objects.filter(source=Source.SCEP_RA, is_current=True).count() == 2


@pytest.mark.parametrize("by_admin", [True, False])
def test_a_profile_with_a_fingerprint_takes_no_other_ca(bench: Bench, *, by_admin: bool) -> None:
    old = bench.ca.ca
    uuid = bench.running_profile(fingerprint=sha256(old.der).hexdigest())
    bench.ca.ca = OTHER
    bench.pass_time(days=1)

    with pytest.raises(JobFailed, match="fingerprint"):
        _asked(bench, uuid) if by_admin else _swept(bench)

    assert _ca(uuid) == old.der
    assert "fingerprint" in _texts(bench, uuid)[0]


def test_a_ca_that_ends_soon_is_told_every_day(bench: Bench) -> None:
    bench.ca.ca = authority(not_after=bench.now + timedelta(days=20))
    uuid = bench.running_profile()
    bench.pass_time(days=1)

    job = _swept(bench)

    assert job is not None
    assert any("ends at" in line and "in 19 days" in line for line in job.lines)
    assert "(in 19 days)" in AuditEvent.objects.latest("pk").text
    assert "(in 19 days)" in _texts(bench, uuid)[0]
    bench.pass_time(days=20)
    assert "CN=Acme CA ended at" in _texts(bench, uuid)[0]


def test_a_profile_that_cannot_be_used_is_told_like_a_server_that_cannot(bench: Bench) -> None:
    client = bench.keep("client", bench.ca.ca, key_secret=bench.seal_key(bench.ca.ca))
    uuid = bench.running_profile(scep_client_certificate="client")
    Material.objects.filter(entry_id=client).update(key_secret=None)
    listed.refresh(client)
    bench.pass_time(days=1)

    with pytest.raises(JobFailed, match="no private key"):
        _swept(bench)

    assert "no private key" in _texts(bench, uuid)[0]


def test_what_is_not_running_or_not_ones_own_is_not_asked_for(bench: Bench) -> None:
    uuid = bench.running_profile()
    reader = Actor(name="reader", role=Role.SUPERREADER)
    elsewhere = Actor(name="vsys admin", scope=(SHARED,))

    with pytest.raises(NotFound):
        refreshing.request(uuids=[uuid4()], by=MARIA, at=bench.now)
    for by in (reader, elsewhere):
        with pytest.raises(Forbidden):
            refreshing.request(uuids=[uuid], by=by, at=bench.now)


def test_a_refresh_can_be_retried(bench: Bench) -> None:
    uuid = bench.running_profile()

    number = enrollment_jobs.refresh_again({"profiles": [str(uuid)]}, MARIA, bench.now)

    assert Job.objects.get(pk=number).arguments["asked"] is True


def test_the_button_asks_and_the_dialogs_tell_what_is_wrong(maria: Client, bench: Bench) -> None:
    uuid = bench.running_profile()
    answer = maria.post(reverse("certificates:refresh_ca"), {"object": str(uuid)})
    assert answer.status_code == 303
    watch = {"tried_at": bench.now, "problem": "Nothing answers.", "hint": "Is it running?"}
    AuthorityWatch.objects.create(profile_uuid=uuid, **watch)

    (ca,) = bench.rows()
    details = maria.get(reverse("certificates:detail", args=[ca.uuid])).content.decode()
    profile = maria.get(reverse("profiles:edit", args=[uuid])).content.decode()

    assert "Refresh CA certificate" in details
    for page in (details, profile):
        assert "Nothing answers. Asked at" in page


# The next CA certificate


def _announcing(bench: Bench, *, days: int = 100) -> UUID:
    """A profile whose CA ends in some days and announces another."""
    bench.ca.ca = authority(not_after=bench.now + timedelta(days=days))
    bench.ca.capabilities = (*CAPABILITIES, "GetNextCACert")
    bench.ca.next_ca = OTHER
    return bench.running_profile(name="ndes")


@pytest.mark.conformance("C61", "C62")
def test_an_announced_ca_is_kept_and_told_and_not_in_force(bench: Bench) -> None:
    uuid = _announcing(bench)
    present = bench.ca.ca
    bench.pass_time(days=1)

    _swept(bench)

    assert bench.ca.seen[-1] == "GetNextCACert"
    assert _ca(uuid) == present.der
    (text,) = _texts(bench, uuid)
    assert "The CA announces its next certificate, CN=Acme CA, which takes over at" in text
    told = AuditEvent.objects.filter(text__contains="announces its next certificate")
    assert told.count() == 1
    bench.pass_time(days=1)
    _swept(bench)
    assert told.count() == 1


@pytest.mark.conformance("C61")
def test_an_announcement_by_anybody_else_is_not_kept(bench: Bench) -> None:
    uuid = _announcing(bench)
    bench.ca.announcer = OTHER
    bench.pass_time(days=1)

    job = _swept(bench)

    assert job is not None
    assert any("no next CA certificate" in line for line in job.lines)
    assert _texts(bench, uuid) == []


def test_a_server_that_announces_its_present_ca_announces_nothing(bench: Bench) -> None:
    uuid = _announcing(bench)
    bench.ca.next_ca = None
    bench.pass_time(days=1)

    _swept(bench)

    assert _texts(bench, uuid) == []


@pytest.mark.conformance("C62")
def test_it_takes_over_when_the_present_one_has_ended(bench: Bench) -> None:
    uuid = _announcing(bench, days=100)
    bench.pass_time(days=1)
    _swept(bench)
    bench.pass_time(days=99, seconds=1)
    bench.ca.ca, bench.ca.next_ca = OTHER, None

    job = _swept(bench)

    assert job is not None
    assert any("has taken over (ndes-ca)" in line for line in job.lines)
    assert _ca(uuid) == OTHER.der
    assert _texts(bench, uuid) == []


def test_it_takes_over_although_the_server_does_not_answer_then(bench: Bench) -> None:
    uuid = _announcing(bench, days=100)
    bench.pass_time(days=1)
    _swept(bench)
    bench.pass_time(days=100)
    bench.ca.replies["GetCACert"] = DOWN

    with pytest.raises(JobFailed):
        _swept(bench)

    assert _ca(uuid) == OTHER.der


def test_a_server_that_uses_it_early_is_believed_because_it_was_announced(bench: Bench) -> None:
    uuid = _announcing(bench, days=100)
    bench.pass_time(days=1)
    _swept(bench)
    bench.ca.ca, bench.ca.next_ca = OTHER, None
    bench.pass_time(days=1)

    _swept(bench)

    assert _ca(uuid) == OTHER.der


def test_a_profile_with_a_fingerprint_is_not_switched(bench: Bench) -> None:
    bench.ca.ca = authority(not_after=bench.now + timedelta(days=100))
    bench.ca.capabilities = (*CAPABILITIES, "GetNextCACert")
    bench.ca.next_ca = OTHER
    present = bench.ca.ca
    uuid = bench.running_profile(fingerprint=sha256(present.der).hexdigest())
    bench.pass_time(days=1)
    _swept(bench)
    bench.pass_time(days=100)
    bench.ca.ca = OTHER

    with pytest.raises(JobFailed):
        _swept(bench)

    assert _ca(uuid) == present.der


def test_a_run_that_finds_nothing_wrong_says_how_many(bench: Bench) -> None:
    uuid = bench.running_profile()
    job = FakeJob(id=1, by=SYSTEM, arguments={"profiles": [str(uuid)], "asked": False})

    result = enrollment_jobs.refresh(job, exchange=bench.exchange)

    assert result == JobResult("1 CA certificate refreshed.", warning=False)

"""What stands in another virtual system stays there, even for who knows its number or UUID."""

from uuid import UUID

import pytest

from django.test import Client

from audit import services as audit
from audit.services import TranscriptStart
from certificates.models import ListedCertificate, Material, ScepAuthority, Source
from certificates.queries import origin
from certificates.queries.origin import Reader
from domain.actors import Role
from domain.errors import Forbidden
from domain.locations import SHARED, Location
from jobs import services as jobs
from jobs.models import Job
from profiles import queries, services
from profiles.spec import Challenge
from tests.profiles import factories
from tests.profiles.pages import FILLED, HTMX
from tests.roles.world import MARIA, OTHER, OWN, World

pytestmark = pytest.mark.django_db

TESTS = "/device/certificates/test/"
REHEARSE = "/device/certificates/rehearse/"
REFUSED = {403, 409}
"""In a page, and in a toast."""


@pytest.fixture
def branch_less(world: World) -> Client:
    """A browser of who may write in one virtual system, and not in the other."""
    return world.browser(Role.VSYSADMIN)


def _with_password(world: World, place: Location) -> UUID:
    typed = factories.draft(
        name="secret-server",
        location=place,
        challenge=Challenge.FIXED,
        typed_challenge_password="theirs",
    )
    return services.save_profile(draft=typed, by=MARIA, at=world.now)


def _job_that_said(world: World, text: str) -> int:
    number = jobs.enqueue(kind="test", arguments={}, by=MARIA, at=world.now, description=text)
    _exchange(world, number, world.profiles[OTHER], OTHER)
    return number


def _exchange(world: World, job_id: int, profile: UUID, place: Location) -> UUID:
    start = TranscriptStart(
        kind="fetch-ca",
        profile_uuid=profile,
        profile_name="demo",
        location=place,
        subject=f"asked for {place.key}",
        job_id=job_id,
    )
    return audit.open_transcript(start, world.now)


def test_another_admins_test_is_not_shown_by_its_number(world: World, branch_less: Client) -> None:
    number = _job_that_said(world, "secret-server")

    answer = branch_less.get(f"{TESTS}{number}/", headers=HTMX)

    assert answer.status_code in REFUSED
    assert "secret-server" not in answer.text
    assert "asked for" not in answer.text


def test_another_admins_rehearsal_is_not_shown_by_its_numbers(
    world: World, branch_less: Client
) -> None:
    numbers = [_job_that_said(world, "secret-server") for _ in range(2)]

    answer = branch_less.get(f"{REHEARSE}{numbers[0]}/{numbers[1]}/", headers=HTMX)

    assert answer.status_code in REFUSED
    assert "secret-server" not in answer.text


@pytest.mark.parametrize("place", [OTHER, SHARED], ids=str)
def test_a_stored_password_is_not_tried_on_a_server_of_another_location(
    world: World, branch_less: Client, place: Location
) -> None:
    uuid = _with_password(world, place)
    typed = {**FILLED, "challenge": "fixed", "location": OWN.key, "tested": str(uuid)}

    answer = branch_less.post(TESTS, typed, headers=HTMX)

    assert answer.status_code in REFUSED
    assert not Job.objects.filter(kind="test").exists()
    with pytest.raises(Forbidden):
        services.try_out(
            draft=factories.draft(location=OWN, challenge=Challenge.FIXED),
            uuid=uuid,
            by=world.admin(Role.VSYSADMIN),
            at=world.now,
        )


def test_a_profile_is_tested_where_it_is(world: World) -> None:
    uuid = _with_password(world, OTHER)
    elsewhere = factories.draft(location=OWN, challenge=Challenge.FIXED)

    with pytest.raises(services.ProfileRefused) as caught:
        services.try_out(draft=elsewhere, uuid=uuid, by=MARIA, at=world.now)

    assert [one.field for one in caught.value.problems] == ["location"]


def test_a_profile_is_not_rehearsed_from_another_location(
    world: World, branch_less: Client
) -> None:
    uuid = _with_password(world, OTHER)

    answer = branch_less.get(f"{REHEARSE}?object={uuid}", headers=HTMX)

    assert answer.status_code in REFUSED
    assert "secret-server" not in answer.text


@pytest.mark.parametrize("place", [OTHER, SHARED], ids=str)
def test_a_deleted_profile_leaves_its_password_to_its_own_location(
    world: World, branch_less: Client, place: Location
) -> None:
    uuid = _with_password(world, place)
    services.delete_profiles(uuids=[uuid], by=MARIA, at=world.now)
    mine = {**FILLED, "challenge": "fixed", "location": OWN.key, "name": "mine", "version": "1"}

    answer = branch_less.post(
        f"/device/scep/{uuid}/", {**mine, "resolve": "new", "about": "2"}, headers=HTMX
    )

    assert answer.status_code in {*REFUSED, 422}
    assert "mine" not in [row.spec.name for row in queries.profile_rows()]


def test_who_deleted_a_profile_elsewhere_is_not_told(world: World, branch_less: Client) -> None:
    uuid = _with_password(world, OTHER)
    services.delete_profiles(uuids=[uuid], by=MARIA, at=world.now)

    answer = branch_less.post(f"/device/scep/{uuid}/", {**FILLED, "version": "1"}, headers=HTMX)

    assert answer.status_code in REFUSED
    assert "maria" not in answer.text


def test_why_a_certificate_elsewhere_cannot_be_renewed_is_not_told(
    world: World, branch_less: Client
) -> None:
    uuid = world.certificates[OTHER]

    answer = branch_less.get(f"/device/certificates/renew/?object={uuid}", headers=HTMX)

    assert answer.status_code in REFUSED
    assert f"ca-{OTHER.key}" not in answer.text


def test_a_ca_certificate_shows_only_what_was_said_for_its_own_profile(world: World) -> None:
    number = jobs.enqueue(kind="commit", arguments={}, by=MARIA, at=world.now)
    for place in (OWN, OTHER):
        _exchange(world, number, world.profiles[place], place)
    profile = world.profiles[OWN]
    ScepAuthority.objects.create(
        profile_uuid=profile,
        profile_name="demo",
        fetched_at=world.now,
        capabilities=b"",
        bundle="[]",
        job_id=number,
        pinned=False,
    )
    material = Material(source=Source.SCEP_CA, profile_uuid=profile)

    shown = origin.of_authority(material, Reader(world.admin(Role.VSYSADMIN), OWN))

    assert shown is not None
    assert [one.location for one in shown.transcripts] == [OWN]


def test_the_filters_of_certificates_offer_nothing_of_other_virtual_systems(
    world: World, branch_less: Client
) -> None:
    theirs = {"issuer": "CN=Their Partner", "profile_uuid": world.profiles[OTHER]}
    ListedCertificate.objects.filter(location=OTHER.key).update(**theirs)
    ours = {"profile_uuid": world.profiles[OWN]}
    ListedCertificate.objects.filter(location=OWN.key).update(**ours)

    page = branch_less.get("/device/certificates/").text

    assert f"in-{OWN.key}" in page
    assert f"in-{OTHER.key}" not in page
    assert str(world.profiles[OTHER]) not in page
    assert "Their Partner" not in page
    assert "Their Partner" in world.browser(Role.SUPERUSER).get("/device/certificates/").text


def test_the_number_of_another_admins_job_is_no_link(world: World, branch_less: Client) -> None:
    start = TranscriptStart(
        kind="fetch-ca",
        profile_uuid=world.profiles[OWN],
        profile_name="demo",
        location=OWN,
        job_id=jobs.enqueue(kind="test", arguments={}, by=MARIA, at=world.now),
    )
    audit.open_transcript(start, world.now)
    link = f'href="/tasks/{start.job_id}/"'

    assert link not in branch_less.get("/monitor/scep/").content.decode()
    assert link in world.browser(Role.DEVICEREADER).get("/monitor/scep/").content.decode()

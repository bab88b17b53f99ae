"""A revision with objects of every kind comes back whole, with the sections of the product."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from certificates import models
from certificates import queries as certificates
from certificates.services import store, usage
from certificates.spec import Usage
from configuration import queries, services
from configuration.document import compare
from configuration.sources import CANDIDATE, RUNNING, Source, SourceKind
from device import queries as device
from device import secrets
from device.models import DeviceFacts
from device.spec import GeneralSettings
from domain.actions import Action
from domain.actors import Role
from domain.locations import VSYS1, Location
from profiles import queries as profiles
from profiles.services import challenge_password, delete_profiles, save_profile
from profiles.spec import Challenge
from setup.services import management, vsys
from setup.spec.admin_role import AdminRole
from setup.spec.vsys import VirtualSystem
from tests.certificates.test_store import ROOT
from tests.profiles import factories
from tests.setup.people import PASSWORD, People
from tests.setup.workbench import MARIA

pytestmark = pytest.mark.django_db

FIRST = Source(SourceKind.REVISION, number=1)
VSYS2 = Location("vsys2")


@pytest.fixture
def people(now: datetime, settings: Settings, tmp_path: Path) -> Iterator[People]:
    """A device with several virtual systems and maria as its first administrator."""
    settings.COMMIT_STEPS = []
    settings.DATA_DIR = tmp_path
    secrets.forget_unwrapped_keys()
    DeviceFacts.objects.create(hostname="fw", serial="0" * 12, model="m", sw_version="1.0.0")
    made = People(now)
    vsys.set_multi_vsys(on=True, by=MARIA, at=now)
    yield made
    secrets.forget_unwrapped_keys()


def first_revision(people: People) -> None:
    """Commit an object of each kind."""
    at = people.tick()
    vsys.add(system=VirtualSystem(2, "Branch"), by=MARIA, at=at)
    people.give(AdminRole("operator", permitted=frozenset({Action.READ_SCEP})))
    people.hire("alice", Role.CUSTOM, "operator")
    management.save(
        name="general-settings",
        value=GeneralSettings(login_banner="First"),
        expected_version=None,
        by=MARIA,
        at=at,
    )
    root = store.add_entry(location=VSYS1, name="root", by=MARIA, at=at)
    store.set_material(store.NewMaterial(root, models.Source.IMPORT, ROOT.der), at=at)
    usage.set_usages(uuid=root, usages=[Usage.TRUSTED_ROOT], by=MARIA, at=at)
    draft = factories.draft(
        name="ndes",
        location=VSYS2,
        challenge=Challenge.FIXED,
        typed_challenge_password="seven seas",
        scep_ca_certificate="",
    )
    save_profile(draft=draft, by=MARIA, at=at)
    people.commit()


def change_all(people: People) -> None:
    """Commit a configuration that has hardly anything of the first."""
    at = people.tick()
    delete_profiles(uuids=[profiles.profile_rows()[0].uuid], by=MARIA, at=at)
    systems = queries.candidates("vsys")
    vsys.delete(uuids=[one.uuid for one in systems if one.name == "vsys2"], by=MARIA, at=at)
    people.dismiss(people.uuid("alice"))
    roles = queries.candidates("admin-role")
    services.delete_all(uuids=[one.uuid for one in roles], by=MARIA, at=at)
    card = queries.find_candidate("management-settings", systems[0].location, "general-settings")
    assert card is not None
    management.save(
        name="general-settings",
        value=GeneralSettings(login_banner="Second"),
        expected_version=card.version,
        by=MARIA,
        at=at,
    )
    root = queries.find_candidate("certificate", VSYS1, "root")
    assert root is not None
    usage.set_usages(uuid=root.uuid, usages=[], by=MARIA, at=at)
    people.commit()


def test_every_kind_of_object_comes_back_and_can_be_committed(people: People) -> None:
    first_revision(people)
    change_all(people)
    assert not people.signs_in("alice")

    loaded = services.load_source(source=FIRST, by=MARIA, at=people.tick())

    assert loaded.left_out == ()
    assert compare(queries.configuration(FIRST), queries.configuration(CANDIDATE)) == ()
    (row,) = profiles.profile_rows()
    assert (row.spec.name, row.spec.location) == ("ndes", VSYS2)
    assert challenge_password(row.spec) == "seven seas"
    entry = models.CertificateEntry.objects.get()
    assert certificates.usages(entry) == {Usage.TRUSTED_ROOT}

    people.commit()

    assert compare(queries.configuration(FIRST), queries.configuration(RUNNING)) == ()
    assert people.signs_in("alice", PASSWORD)
    assert VSYS2 in device.locations()

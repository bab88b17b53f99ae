"""What the dialog's form offers on devices of different kinds."""

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.locations import SHARED, VSYS1, Location
from profiles.forms.profile import ProfileForm
from profiles.queries import CandidateProfile, FieldChoices
from tests.profiles import factories

VSYS2 = Location("vsys2")
SEVERAL = FieldChoices(
    multi_vsys=True,
    locations={VSYS1: "vsys1", VSYS2: "Branch (vsys2)", SHARED: "Shared"},
    ca_certificates=["root-ca"],
    client_certificates=[],
)
SINGLE = replace(SEVERAL, multi_vsys=False, locations={VSYS1: "vsys1"})


def saved(location: Location) -> CandidateProfile:
    return CandidateProfile(uuid4(), 1, factories.spec(location=location))


def test_a_new_profile_chooses_among_all_virtual_systems_and_shared() -> None:
    form = ProfileForm(choices=SEVERAL)

    assert 'value="vsys1" selected' in str(form["location"])
    for words in ("vsys1", "Branch (vsys2)", "Shared"):
        assert f">{words}</option>" in str(form["location"])
    assert not form["location"].is_hidden


@pytest.mark.parametrize("location", [VSYS1, VSYS2, SHARED])
def test_a_saved_profile_says_where_it_is(location: Location) -> None:
    form = ProfileForm(profile=saved(location), choices=SEVERAL)

    assert form["location"].is_hidden
    assert f'value="{location.key}"' in str(form["location"])
    assert form.fixed_location == SEVERAL.locations[location]


def test_a_device_without_virtual_systems_says_nothing_about_them() -> None:
    for form in (ProfileForm(choices=SINGLE), ProfileForm(profile=saved(VSYS1), choices=SINGLE)):
        assert form["location"].is_hidden
        assert 'value="vsys1"' in str(form["location"])
        assert form.fixed_location == ""

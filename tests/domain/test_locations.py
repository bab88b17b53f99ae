"""Locations: which there are, what sees what."""

import pytest

from domain.locations import DEVICE, SHARED, VSYS1, Location, is_vsys_key


@pytest.mark.parametrize(
    ("location", "label"), [(DEVICE, "Device"), (SHARED, "Shared"), (VSYS1, "vsys1")]
)
def test_a_location_is_shown_in_the_words_of_a_firewall(location: Location, label: str) -> None:
    assert location.label == str(location) == label


@pytest.mark.parametrize("key", ["", "vsys", "vsys0", "vsys1000", "vsys01", "Shared", "vsys1\n"])
def test_anything_else_is_no_location(key: str) -> None:
    with pytest.raises(ValueError, match="not a location"):
        Location(key)


def test_only_a_number_of_its_own_makes_the_key_of_a_virtual_system() -> None:
    assert is_vsys_key("vsys999")
    assert not is_vsys_key("shared")


def test_a_virtual_system_sees_itself_and_shared_only() -> None:
    assert VSYS1.sees(VSYS1)
    assert VSYS1.sees(SHARED)
    assert not VSYS1.sees(Location("vsys2"))
    assert not SHARED.sees(VSYS1)

"""The places of all kinds in a configuration file, as the settings plug them together."""

from configuration import registry
from domain.locations import DEVICE, SHARED, VSYS1

PURPOSE_MAX = 40
"""Characters that the table of secrets has for a purpose."""


def test_no_two_kinds_share_a_place() -> None:
    places = registry.places()
    containers = [
        places.container(kind, location)
        for kind, place in places.by_kind.items()
        for location in ((DEVICE,) if place.on_device else (SHARED, VSYS1))
    ]

    assert len(containers) == len(set(containers))


def test_every_place_is_found_again_by_its_path() -> None:
    places = registry.places()

    for kind, place in places.by_kind.items():
        for location in (DEVICE,) if place.on_device else (SHARED, VSYS1):
            path = places.container(kind, location)
            assert places.find(path) == (kind, location)
            assert all(places.leads_on(path[:length]) for length in range(1, len(path)))


def test_purposes_of_secrets_fit_their_table() -> None:
    for place in registry.places().by_kind.values():
        assert all(0 < len(purpose) <= PURPOSE_MAX for purpose in place.secrets.values())

"""A virtual system as a value, as XML, and its rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration.document import canonical
from domain.errors import Problem
from setup.codec import vsys as codec
from setup.rules import vsys as rules
from setup.spec.vsys import NUMBER_MAX, VSYS1, VirtualSystem, number_of

SYSTEMS = st.builds(
    VirtualSystem,
    st.integers(min_value=1, max_value=NUMBER_MAX),
    st.text(st.characters(categories=("L", "N", "Zs"), codec="utf-8"), max_size=31),
)


@given(SYSTEMS)
def test_what_is_written_is_read_again(system: VirtualSystem) -> None:
    assert codec.from_xml(system.key, canonical(codec.to_xml(system))) == system


def test_the_entry_has_the_words_of_the_product() -> None:
    xml = codec.to_xml(VirtualSystem(2, "Branch"))

    assert xml == '<entry name="vsys2"><display-name>Branch</display-name></entry>'


def test_admins_see_the_display_name_before_the_key() -> None:
    assert VirtualSystem(2, "Branch").label == "Branch (vsys2)"
    assert VSYS1.label == "vsys1"


@pytest.mark.parametrize("key", ["", "vsys", "vsys0", "vsys01", "vsys256", "shared", "vsys1 "])
def test_other_names_are_no_keys(key: str) -> None:
    assert number_of(key) is None
    with pytest.raises(codec.VirtualSystemXmlUnusable, match="vsys1 to vsys255"):
        codec.from_xml(key, "<entry/>")


@pytest.mark.parametrize(
    "xml",
    [
        "<member/>",
        "<entry><zone/></entry>",
        "<entry><display-name>a</display-name><display-name>b</display-name></entry>",
    ],
)
def test_other_xml_is_no_virtual_system(xml: str) -> None:
    with pytest.raises(codec.VirtualSystemXmlUnusable):
        codec.from_xml("vsys2", xml)


def test_a_name_of_its_own_and_a_number_in_range_break_no_rule() -> None:
    assert rules.check(VirtualSystem(255, "Branch 1"), [VSYS1]) == []


@pytest.mark.parametrize("number", [-1, 0, 256])
def test_the_number_has_limits(number: int) -> None:
    [problem] = rules.check(VirtualSystem(number, "Branch"), [])

    assert problem == Problem("number", "The ID must be a number from 1 to 255.")


@pytest.mark.parametrize("name", ["", "x" * 32, " a", "a/b", "Büro"])
def test_the_name_has_rules(name: str) -> None:
    problems = rules.check(VirtualSystem(2, name), [])

    assert {problem.field for problem in problems} == {"display_name"}


def test_two_virtual_systems_never_have_one_name() -> None:
    [problem] = rules.check(VirtualSystem(2, "Branch"), [VirtualSystem(3, "Branch")])

    assert problem == Problem("display_name", "vsys3 has this name. Choose another one.")

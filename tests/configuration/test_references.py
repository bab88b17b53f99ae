"""Objects that refer to others: found, refused on deletion, followed on renaming."""

import pytest

from configuration import queries, services
from configuration.queries.pending import Change
from domain.actors import Actor
from domain.errors import Forbidden, InUse
from domain.locations import SHARED, VSYS1, Location
from tests.configuration.fakes import MARIA
from tests.configuration.workbench import Workbench

pytestmark = pytest.mark.django_db

VSYS2 = Location("vsys2")


def text_of(name: str, location: Location = SHARED) -> str:
    found = queries.find_candidate("note", location, name)
    assert found is not None
    return found.xml


def test_an_object_that_others_refer_to_is_not_deleted(bench: Workbench) -> None:
    target = bench.put("a")
    bench.put("b", "see a")
    bench.put("c", "see a", location=VSYS1)

    with pytest.raises(InUse) as caught:
        bench.delete(target.uuid)

    assert caught.value.message == "a cannot be deleted because of references from:"
    assert [problem.message for problem in caught.value.problems] == [
        "note -> b -> a",
        "vsys -> vsys1 -> note -> c -> a",
    ]
    assert queries.candidate(target.uuid) is not None


def test_a_name_means_the_object_of_the_own_location_first(bench: Workbench) -> None:
    shared, own = bench.put("a"), bench.put("a", location=VSYS1)
    bench.put("b", "see a", location=VSYS1)

    bench.delete(shared.uuid)

    with pytest.raises(InUse):
        bench.delete(own.uuid)


def test_other_virtual_systems_are_not_referred_to(bench: Workbench) -> None:
    target = bench.put("a", location=VSYS1)
    bench.put("b", "see a", location=VSYS2)
    bench.put("c", "see a", location=SHARED)

    bench.delete(target.uuid)

    assert queries.candidate(target.uuid) is None


def test_what_goes_together_is_deleted_together(bench: Workbench) -> None:
    target, referring = bench.put("a"), bench.put("b", "see a")
    uuids = [target.uuid, referring.uuid]

    services.delete_all(uuids=uuids, by=MARIA, at=bench.now)

    assert queries.candidates("note") == []


def test_references_follow_a_new_name(bench: Workbench) -> None:
    target = bench.put("a", location=VSYS1)
    bench.put("b", "see a", location=VSYS1)
    bench.put("c", "see a", location=VSYS2)

    bench.put("z", location=VSYS1, uuid=target.uuid)

    assert "see z" in text_of("b", VSYS1)
    assert "see a" in text_of("c", VSYS2)


def test_a_reference_that_follows_is_an_edit_of_its_own(bench: Workbench) -> None:
    target, referring = bench.put("a"), bench.put("b", "see a")

    bench.put("z", uuid=target.uuid)

    change = queries.last_change(referring.uuid)
    assert isinstance(change, Change)
    assert (change.operation.value, change.by, change.at) == ("edited", "maria", bench.now)


def test_an_edit_that_keeps_the_name_leaves_references_alone(bench: Workbench) -> None:
    target, referring = bench.put("a"), bench.put("b", "see a")

    bench.put("a", "changed", uuid=target.uuid)

    found = queries.candidate(referring.uuid)
    assert found is not None
    assert found.version == 1


def test_who_may_not_write_where_a_reference_is_cannot_rename(bench: Workbench) -> None:
    target = bench.put("a")
    bench.put("b", "see a", location=VSYS2)
    shared_only = Actor(name="paul", scope=(SHARED,))

    with pytest.raises(Forbidden):
        bench.put("z", uuid=target.uuid, by=shared_only)

    assert "see a" in text_of("b", VSYS2)
    assert queries.find_candidate("note", SHARED, "a") is not None


def test_objects_that_nobody_names_are_left_out(bench: Workbench) -> None:
    bench.put("a")
    bench.put("b", "see a")

    found = queries.references("note", [(SHARED, "a"), (SHARED, "b"), (SHARED, "gone")])

    assert list(found) == [(SHARED, "a")]

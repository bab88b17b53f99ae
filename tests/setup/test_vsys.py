"""Virtual systems in the configuration: added, renamed, deleted, committed."""

import pytest

from configuration import queries as configuration
from configuration.services import delete, put
from device import queries as device
from device.models import DeviceFacts
from domain.actors import Actor
from domain.errors import EditConflict, Forbidden, InUse, NotFound, Refused
from domain.locations import DEVICE, SHARED, VSYS1, Location
from jobs.handlers import JobFailed
from setup.queries import vsys as queries
from setup.section.vsys import VirtualSystemsSection
from setup.services.vsys import MultiVsysRefused, VirtualSystemRefused
from setup.spec.vsys import KIND
from tests.setup.workbench import Workbench

VSYS2 = Location("vsys2")
VSYS10 = Location("vsys10")
OF_ALL = Actor("maria")
OF_VSYS1 = Actor("vera", scope=(VSYS1,))


def fields(refusal: Refused) -> list[str]:
    return [problem.field for problem in refusal.problems]


def test_every_device_has_vsys1(bench: Workbench) -> None:
    del bench
    assert device.locations() == [VSYS1, SHARED]
    assert device.location_labels() == {VSYS1: "vsys1", SHARED: "Shared", DEVICE: "Device"}
    assert configuration.pending_count() == 0


def test_a_new_one_can_be_used_at_once_and_comes_in_the_order_of_numbers(bench: Workbench) -> None:
    bench.add(10, "Lab")
    bench.add(2, "Branch")

    assert device.locations() == [VSYS1, VSYS2, VSYS10, SHARED]
    assert device.location_labels()[VSYS10] == "Lab (vsys10)"
    assert [row.state for row in queries.rows()] == ["committed", "new", "new"]
    assert queries.free_number() == 3


def test_committed_it_is_part_of_the_running_configuration(bench: Workbench) -> None:
    uuid = bench.add(2)
    bench.note("a", VSYS2)
    bench.commit()

    running = configuration.running(uuid)
    assert running is not None
    assert (running.kind, running.location, running.name) == (KIND, DEVICE, "vsys2")


def test_renamed_it_keeps_its_key_and_its_objects(bench: Workbench) -> None:
    uuid = bench.add(2, "Branch")
    bench.note("a", VSYS2)

    assert bench.rename(2, "Head Office", seen=1) == uuid
    assert device.location_labels()[VSYS2] == "Head Office (vsys2)"
    assert configuration.find_candidate("note", VSYS2, "a") is not None


def test_vsys1_gets_a_display_name_too(bench: Workbench) -> None:
    bench.rename(1, "Main")

    assert device.location_labels()[VSYS1] == "Main (vsys1)"
    assert [row.state for row in queries.rows()] == ["changed"]
    assert device.locations() == [VSYS1, SHARED]


def test_the_second_of_two_editors_is_told(bench: Workbench) -> None:
    bench.add(2)
    bench.rename(2, "First", seen=1)

    with pytest.raises(EditConflict):
        bench.rename(2, "Second", seen=1)


def test_a_number_is_given_once(bench: Workbench) -> None:
    bench.add(2, "Branch")

    for number in (1, 2):
        with pytest.raises(VirtualSystemRefused) as caught:
            bench.add(number, "Other")
        assert fields(caught.value) == ["number"]


def test_a_name_is_given_once(bench: Workbench) -> None:
    bench.add(2, "Branch")

    with pytest.raises(VirtualSystemRefused) as caught:
        bench.rename(1, "Branch")

    assert fields(caught.value) == ["display_name"]


def test_one_that_does_not_exist_is_not_renamed(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        bench.rename(7, "Nowhere")


def test_an_empty_one_is_deleted(bench: Workbench) -> None:
    uuid = bench.add(2)
    bench.commit()

    bench.delete([uuid])
    bench.commit()

    assert device.locations() == [VSYS1, SHARED]


def test_one_that_holds_objects_is_not_deleted_and_they_are_listed(bench: Workbench) -> None:
    uuid, other = bench.add(2, "Branch"), bench.add(3)
    bench.note("a", VSYS2)
    bench.note("b", SHARED)

    with pytest.raises(InUse) as caught:
        bench.delete([other, uuid])

    assert "Branch (vsys2)" in caught.value.message
    assert [problem.message for problem in caught.value.problems] == ["Note a"]
    assert len(queries.virtual_systems()) == 3


def test_vsys1_is_never_deleted(bench: Workbench) -> None:
    uuid = bench.rename(1, "Main")

    with pytest.raises(VirtualSystemRefused, match="vsys1 cannot be deleted"):
        bench.delete([uuid])


def test_one_that_is_gone_is_not_deleted_again(bench: Workbench) -> None:
    uuid = bench.add(2)
    bench.delete([uuid])

    with pytest.raises(NotFound):
        bench.delete([uuid])


def test_an_admin_of_one_virtual_system_changes_none(bench: Workbench) -> None:
    uuid = bench.add(2)

    with pytest.raises(Forbidden):
        bench.add(3, by=OF_VSYS1)
    with pytest.raises(Forbidden):
        bench.rename(1, "Mine", by=OF_VSYS1)
    with pytest.raises(Forbidden):
        bench.delete([uuid], by=OF_VSYS1)
    with pytest.raises(Forbidden):
        bench.switch(on=False, by=OF_VSYS1)


def test_the_list_counts_what_each_holds(bench: Workbench) -> None:
    bench.add(2)
    bench.note("a", VSYS2)
    bench.note("b", VSYS2)

    assert [row.counts for row in queries.rows()] == [(), (("Note", 2),)]


def test_switching_the_capability_needs_a_device_with_vsys1_only(bench: Workbench) -> None:
    uuid = bench.add(2)
    note = bench.note("a", VSYS2)
    bench.commit()

    with pytest.raises(MultiVsysRefused) as caught:
        bench.switch(on=False)
    assert [problem.message for problem in caught.value.problems] == [
        "candidate: Note a in vsys2",
        "candidate: Virtual system vsys2",
        "running: Note a in vsys2",
        "running: Virtual system vsys2",
    ]

    delete(uuid=note, by=OF_ALL, at=bench.tick())
    bench.delete([uuid])
    with pytest.raises(MultiVsysRefused):
        bench.switch(on=False)
    bench.commit()
    assert bench.switch(on=False)
    assert not bench.switch(on=False)
    assert not device.facts().multi_vsys


def test_a_device_with_one_virtual_system_gets_no_second(bench: Workbench) -> None:
    bench.switch(on=False)

    with pytest.raises(VirtualSystemRefused) as caught:
        bench.add(2)
    assert "Switch on" in caught.value.hint
    bench.switch(on=True)
    bench.add(2)


def test_a_commit_of_an_object_without_its_virtual_system_is_blocked(bench: Workbench) -> None:
    bench.note("a", VSYS2)

    with pytest.raises(JobFailed, match=r"Note a in vsys2.*There is no virtual system vsys2"):
        bench.commit()


def test_a_commit_of_a_second_virtual_system_needs_the_capability(bench: Workbench) -> None:
    bench.add(2)
    DeviceFacts.objects.update(multi_vsys=False)

    with pytest.raises(JobFailed, match="one virtual system only"):
        bench.commit()


def test_what_is_no_virtual_system_is_found_at_commit(bench: Workbench) -> None:
    for key, xml in (
        ("vsys2", '<entry name="vsys2"><zone/></entry>'),
        ("vsys3", '<entry name="vsys3"><display-name>a/b</display-name></entry>'),
    ):
        put(kind=KIND, location=DEVICE, name=key, xml=xml, by=OF_ALL, at=bench.tick())

    problems = VirtualSystemsSection().validate(configuration.candidate_document())

    assert [(problem.name, problem.field) for problem in problems] == [
        ("vsys2", ""),
        ("vsys3", "display_name"),
    ]


def test_the_section_offers_the_keys_and_leads_to_the_dialog(bench: Workbench) -> None:
    section = VirtualSystemsSection()
    uuid = bench.add(2)

    assert section.choices(purpose="scope", location=DEVICE) == ["vsys1", "vsys2"]
    assert section.url(uuid=uuid) == "/device/virtual-systems/2/"
    bench.delete([uuid])
    assert section.url(uuid=uuid) == ""
    section.restore(uuid=uuid, location=DEVICE, name="vsys2", xml='<entry name="vsys2"/>')
    with pytest.raises(Refused):
        section.restore(uuid=uuid, location=DEVICE, name="vsys2", xml="<zone/>")

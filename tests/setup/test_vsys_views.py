"""The Virtual Systems page and the selector in the frame, over HTTP."""

import pytest

from django.http import HttpResponse
from django.test import Client

from configuration import queries as configuration
from device import queries as device
from device.models import Admin
from domain.actors import Role
from domain.locations import DEVICE, SHARED, VSYS1, Location
from setup.spec.vsys import KIND
from tests.setup.workbench import Workbench

LIST = "/device/virtual-systems/"
HTMX = {"HX-Request": "true"}
VSYS2 = Location("vsys2")


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def test_the_list_shows_every_virtual_system_with_what_it_holds(
    bench: Workbench, maria: Client
) -> None:
    bench.add(2, "Branch")
    bench.note("a", VSYS2)

    page = text(maria.get(LIST))

    for word in ("vsys1", "vsys2", "Branch", "Not committed", "Note: 1", "2 virtual systems"):
        assert word in page


def test_a_new_one_is_saved_with_the_number_offered(bench: Workbench, maria: Client) -> None:
    del bench
    assert 'value="2"' in text(maria.get(f"{LIST}add/", headers=HTMX))

    response = maria.post(f"{LIST}add/", {"number": "2", "display_name": "Branch"}, headers=HTMX)

    assert response.status_code == 204
    assert response.headers["HX-Trigger"] == "config-changed"
    assert configuration.find_candidate(KIND, DEVICE, "vsys2") is not None


@pytest.mark.parametrize(
    ("number", "name", "words"),
    [
        ("1", "Branch", "vsys1 exists"),
        ("two", "Branch", "must be a number"),
        ("300", "Branch", "from 1 to 255"),
        ("2", "", "This field is required"),
        ("2", "<b>", "Only letters"),
    ],
)
def test_what_breaks_a_rule_is_said_at_its_field(
    bench: Workbench, maria: Client, number: str, name: str, words: str
) -> None:
    del bench
    response = maria.post(f"{LIST}add/", {"number": number, "display_name": name})

    assert response.status_code == 422
    assert words in text(response)


def test_a_rename_says_when_someone_was_faster(bench: Workbench, maria: Client) -> None:
    bench.add(2, "Branch")
    bench.rename(2, "Other")
    assert 'value="Other"' in text(maria.get(f"{LIST}2/"))

    late = maria.post(f"{LIST}2/", {"display_name": "Mine", "version": "1"})
    fine = maria.post(f"{LIST}2/", {"display_name": "Mine", "version": "2"})

    assert late.status_code == 422
    assert "maria changed this object" in text(late)
    assert fine.status_code == 303
    assert device.location_labels()[VSYS2] == "Mine (vsys2)"


def test_one_that_does_not_exist_has_no_dialog(bench: Workbench, maria: Client) -> None:
    del bench
    assert maria.get(f"{LIST}9/").status_code == 404


def test_a_refused_deletion_lists_what_is_in_the_way(bench: Workbench, maria: Client) -> None:
    uuid = bench.add(2, "Branch")
    note = bench.note("a", VSYS2)
    question = maria.post(f"{LIST}delete/", {"object": uuid, "ask": "1"})
    assert "Branch (vsys2)" in text(question)

    refused = maria.post(f"{LIST}delete/", {"object": uuid})

    assert refused.status_code == 422
    assert "Note a" in text(refused)
    assert configuration.candidate(note) is not None
    assert "No virtual system is selected" in text(maria.get(f"{LIST}delete/"))


def test_an_empty_one_is_deleted(bench: Workbench, maria: Client) -> None:
    uuid = bench.add(2)

    assert maria.post(f"{LIST}delete/", {"object": uuid}).status_code == 303
    assert device.locations() == [VSYS1, SHARED]


def test_the_capability_is_switched_and_the_frame_loaded_anew(
    bench: Workbench, maria: Client
) -> None:
    del bench
    assert "Switch off" in text(maria.get(f"{LIST}multi-vsys/"))

    off = maria.post(f"{LIST}multi-vsys/", {"on": "no"}, headers=HTMX)

    assert off.headers["HX-Refresh"] == "true"
    page = text(maria.get(LIST))
    assert "Multi Virtual System Capability is off" in page
    assert "vsys-selector" not in page
    assert "Switch on" in text(maria.get(f"{LIST}multi-vsys/"))
    assert maria.post(f"{LIST}multi-vsys/", {"on": "yes"}).status_code == 303
    assert device.facts().multi_vsys


def test_switching_off_says_what_is_in_the_way(bench: Workbench, maria: Client) -> None:
    bench.add(2)

    response = maria.post(f"{LIST}multi-vsys/", {"on": "no"})

    assert response.status_code == 422
    assert "candidate: Virtual system vsys2" in text(response)


def test_a_reader_sees_no_button_that_would_be_refused(bench: Workbench, maria: Client) -> None:
    bench.add(2)
    Admin.objects.update(role=Role.SUPERREADER)

    page = text(maria.get(LIST))

    for word in ("Add", "Delete", "Switch", f"{LIST}2/"):
        assert word not in page


def test_the_selector_offers_all_and_each_virtual_system(bench: Workbench, maria: Client) -> None:
    bench.add(2, "Branch")

    page = text(maria.get(LIST))

    assert '<option value="all">All</option>' in page
    assert "Branch (vsys2)" in page


def test_the_choice_is_kept_in_the_session_and_leads_back(bench: Workbench, maria: Client) -> None:
    bench.add(2, "Branch")

    answer = maria.post("/virtual-system/", {"vsys": "vsys2", "next": f"{LIST}?a=1"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}?a=1")
    assert '<option value="vsys2" selected>' in text(maria.get(LIST))
    maria.post("/virtual-system/", {"vsys": "all", "next": LIST})
    assert " selected>" not in text(maria.get(LIST))


def test_one_that_is_gone_or_foreign_cannot_be_chosen(bench: Workbench, maria: Client) -> None:
    uuid = bench.add(2)
    Admin.objects.update(scope=["vsys1"])
    assert maria.post("/virtual-system/", {"vsys": "vsys2"}).status_code == 404
    Admin.objects.update(scope=[])
    maria.post("/virtual-system/", {"vsys": "vsys2"})

    bench.delete([uuid])

    assert " selected>" not in text(maria.get(LIST))

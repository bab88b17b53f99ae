"""The log: its two halves, one entry, the export."""

import csv
from collections.abc import Mapping
from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from django.test import Client

from audit import services
from audit.models import AuditEvent
from audit.queries.paging import PAGE_SIZE
from audit.services import FieldChange
from device.models import Admin
from domain.actors import Actor
from domain.locations import SHARED, VSYS1, Location

PAUL = Actor("paul", address="192.0.2.7")
VSYS2 = Location("vsys2")
CONFIGURATION, SYSTEM = "/monitor/configuration/", "/monitor/system/"


@pytest.fixture(autouse=True)
def entries(now: datetime, db: None) -> None:
    """Two edits, a commit, a sign-in that failed."""
    del db
    edit("ndes", VSYS1, now)
    edit("=cmd", SHARED, now)
    services.record(kind="commit", actor=PAUL, text="Committed as revision 1.", at=now)
    services.record(kind="sign-in", actor=PAUL, text="Refused.", at=now, outcome="failed")


def edit(name: str, location: Location, now: datetime) -> None:
    services.record(
        kind="config",
        actor=PAUL,
        text=f"SCEP profile {name}: edited in the candidate.",
        at=now,
        object_name=name,
        detail={"location": location.key, "kind": "scep-profile"},
        changes=[FieldChange("digest", "<sha1>", "sha256")],
    )


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def two_virtual_systems() -> Mapping[Location, str]:
    return {VSYS1: "One (vsys1)", VSYS2: "Two (vsys2)"}


def rows(page: str) -> int:
    return page.count('<th scope="row"')


def test_edits_and_commits_stand_in_the_configuration_log_and_the_rest_in_the_system_log(
    maria: Client,
) -> None:
    assert rows(read(maria, CONFIGURATION)) == 3
    page = read(maria, SYSTEM)
    assert (rows(page), "Refused." in page, "status-error" in page) == (1, True, True)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?kind=commit", 1),
        ("?text=NDES", 1),
        ("?text=revision", 1),
        ("?outcome=failed", 0),
        ("?admin=paul", 3),
        ("?kind=nonsense&admin=nobody&outcome=x&page=999999999999", 3),
    ],
)
def test_the_filter_lets_through(maria: Client, query: str, count: int) -> None:
    page = read(maria, CONFIGURATION + query)

    assert rows(page) == count
    assert ("No such entry" in page) == (count == 0)


def test_the_newest_come_first_page_by_page(maria: Client, now: datetime) -> None:
    for number in range(PAGE_SIZE):
        services.record(kind="commit", actor=PAUL, text=f"Number {number}.", at=now)

    first, second = read(maria, CONFIGURATION), read(maria, f"{CONFIGURATION}?page=2")

    assert (rows(first), rows(second)) == (PAGE_SIZE, 3)
    assert f"1 to {PAGE_SIZE} of {PAGE_SIZE + 3} entries" in first
    assert first.index(f"Number {PAGE_SIZE - 1}.") < first.index("Number 0.")


def test_an_entry_shows_each_field_before_and_after(maria: Client) -> None:
    page = read(maria, "/monitor/entries/1/")

    for words in ("ndes", "paul", "192.0.2.7", "digest", "&lt;sha1&gt;", "sha256"):
        assert words in page


def test_an_entry_that_is_not_there_is_said(maria: Client) -> None:
    assert maria.get("/monitor/entries/99/").status_code == 404


def test_an_export_has_what_the_filter_lets_through_and_no_formulas(maria: Client) -> None:
    answer = maria.get("/monitor/configuration/log.csv?kind=config")

    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined] # it streams
    head, newest, oldest = list(csv.reader(text.splitlines()))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="configuration-log.csv"'
    assert head[:4] == ["number", "time", "type", "admin"]
    assert (newest[0], newest[5], oldest[5]) == ("2", "'=cmd", "ndes")
    assert oldest[-1] == "digest: '<sha1>' -> 'sha256'"


def test_there_is_no_third_log(maria: Client) -> None:
    assert maria.get("/monitor/nonsense/log.csv").status_code == 404


def test_an_admin_of_a_vsys_sees_its_entries_and_own_ones(now: datetime) -> None:
    client = Client()
    client.force_login(Admin.objects.create(username="bob", created_at=now, scope=["vsys1"]))
    services.record(kind="commit", actor=Actor("bob"), text="Bob's.", at=now)
    edit("theirs", VSYS2, now)

    page = read(client, CONFIGURATION)

    assert rows(page) == 3
    assert "=cmd" in page
    assert "theirs" not in page
    assert client.get("/monitor/entries/6/").status_code == 404


def test_the_virtual_system_chosen_hides_what_belongs_to_the_others(
    maria: Client, now: datetime, settings: Settings
) -> None:
    settings.VIRTUAL_SYSTEMS = "tests.monitor.test_log.two_virtual_systems"
    edit("theirs", VSYS2, now)

    maria.post("/virtual-system/", {"vsys": "vsys1"})
    page = read(maria, CONFIGURATION)
    lines = b"".join(maria.get("/monitor/configuration/log.csv").streaming_content).decode()  # type: ignore[attr-defined] # it streams
    maria.post("/virtual-system/", {"vsys": "all"})

    assert rows(page) == 3  # its own, Shared's, and the commit, which belongs to no location
    assert "theirs" not in page + lines
    assert "theirs" in read(maria, CONFIGURATION)


def test_an_empty_log_says_what_will_be_there(maria: Client) -> None:
    AuditEvent.objects.all().delete()

    assert "No entries yet" in read(maria, SYSTEM)


def test_visitors_see_nothing(client: Client) -> None:
    for path in (CONFIGURATION, SYSTEM, "/monitor/entries/1/", "/monitor/system/log.csv"):
        assert client.get(path).headers["Location"].startswith("/login/")

"""Config Audit and Operations as pages: what is shown to whom, and what buttons do."""

from uuid import uuid4

import pytest

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from configuration import queries, services
from configuration.locking import LockKind
from configuration.queries import history, loads
from configuration.sections import Addition
from configuration.services import founding, locks, snapshots
from configuration.sources import RUNNING, Source, SourceKind
from device.models import Admin
from domain.actions import Action
from domain.actors import Actor, Role
from domain.locations import SHARED, VSYS1, Location
from tests.configuration.fakes import MARIA, PAUL, note
from tests.configuration.test_loading import notes
from tests.configuration.workbench import Workbench, candidate, contents, running

pytestmark = pytest.mark.django_db

VSYS2 = Location("vsys2")


def url(name: str, **query: str) -> str:
    return reverse(f"configuration:{name}", query=query or None)


def sign_in(client: Client, bench: Workbench, role: Role, **fields: object) -> Client:
    admin = Admin.objects.create(username=role.value, role=role, created_at=bench.now, **fields)
    client.force_login(admin)
    return client


@pytest.fixture
def superuser(client: Client, bench: Workbench) -> Client:
    return sign_in(client, bench, Role.SUPERUSER)


def three_revisions(bench: Workbench) -> None:
    """One object added; then it changes and another comes; then the first goes."""
    first = bench.put("a", "1")
    bench.commit()
    bench.put("a", "2", uuid=first.uuid)
    bench.put("b", "1", location=VSYS2)
    bench.commit()
    bench.delete(first.uuid)
    bench.commit()


def revision(number: int) -> Source:
    return Source(SourceKind.REVISION, number=number)


def test_the_list_says_what_each_revision_changed(bench: Workbench) -> None:
    three_revisions(bench)

    rows = history.history(1).rows

    counts = [(row.number, row.added, row.changed, row.removed) for row in rows]
    assert counts == [(3, 0, 0, 1), (2, 1, 1, 0), (1, 1, 0, 0)]
    assert [row.is_running for row in rows] == [True, False, False]
    assert (rows[0].source, rows[0].before) == (revision(3), revision(2))


def test_what_the_device_had_first_can_be_loaded_and_has_nothing_before_it(
    bench: Workbench, superuser: Client
) -> None:
    first = Addition(uuid4(), "note", SHARED, "first", note("first"))
    founding.found(objects=[first], at=bench.now)
    bench.put("a", "1")
    bench.commit()

    page = superuser.get(url("history")).content.decode()
    superuser.post(url("load", source="revision-0"))

    assert "Changes of revision 1" in strip_tags(page)
    assert "Changes of revision 0" not in strip_tags(page)
    assert candidate() == {"shared/first": ""}


def test_the_number_of_queries_does_not_grow_with_the_revisions(
    bench: Workbench, superuser: Client
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert superuser.get(url("history")).status_code == 200
        return len(captured)

    bench.put("a", "1")
    bench.commit()
    asked()
    before = asked()
    for text in "234567":
        bench.put(f"a{text}", text)
        bench.commit()

    assert asked() == before


def test_an_empty_history_says_so(superuser: Client) -> None:
    assert "No revisions yet" in superuser.get(url("history")).content.decode()


def test_two_configurations_are_compared_line_by_line(bench: Workbench, superuser: Client) -> None:
    three_revisions(bench)

    page = superuser.get(url("compare", old="revision-1", new="revision-2")).content.decode()

    assert "Note a in Shared (edited)" in page
    assert "Note b in vsys2 (added)" in page
    assert "Line, revision 1" in page
    assert "2 of 2 objects that differ" in page


def test_the_comparison_can_be_downloaded_as_text(bench: Workbench, superuser: Client) -> None:
    three_revisions(bench)

    answer = superuser.get(
        url("compare", old="revision-1", new="running", layout="side", **{"as": "text"})
    )

    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert "# Note a in Shared (deleted)\n--- revision 1\n+++ the running configuration\n" in text


def test_without_a_choice_the_running_configuration_is_compared_with_the_candidate(
    bench: Workbench, superuser: Client
) -> None:
    three_revisions(bench)
    snapshots.save(by=MARIA, at=bench.now)
    snapshots.save_as(name="named", overwrite=False, by=MARIA, at=bench.now)

    page = superuser.get(url("compare")).content.decode()

    assert "No differences" in page
    for choice in ("Last saved", "Snapshot named", "Revision 1", "Candidate"):
        assert f">{choice}</option>" in page


def test_what_cannot_be_compared_is_said(superuser: Client) -> None:
    for asked in ({"old": "revision-9"}, {"old": "nonsense"}, {"new": "snapshot-x"}):
        answer = superuser.get(url("compare", **asked))
        assert answer.status_code == 404
        assert "There is no " in answer.content.decode()
    odd = superuser.get(url("compare", context="x"))
    assert odd.status_code == 200
    assert "Select a valid choice" in odd.content.decode()


def test_a_renamed_object_is_shown_with_both_names(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.commit()
    bench.put("b", "1", uuid=ref.uuid)
    bench.commit()

    (change,) = history.compared(revision(1), revision(2), MARIA)

    assert history.title(change) == "Note b (was a) in Shared (renamed)"


def test_an_admin_of_some_virtual_systems_compares_what_is_theirs(bench: Workbench) -> None:
    three_revisions(bench)
    vera = Actor("vera", Role.DEVICEADMIN, scope=(VSYS1,))

    changes = history.compared(revision(0), revision(2), vera)

    assert [one.name for one in changes] == ["a"]


def test_a_load_is_explained_and_done(bench: Workbench, superuser: Client) -> None:
    three_revisions(bench)
    address = url("load", source="revision-1")

    asked = superuser.get(address).content.decode()
    assert "Load revision 1" in asked
    assert "In the candidate: 1 added, 1 removed." in asked

    answer = superuser.post(address)

    assert "The candidate was made equal to revision 1." in answer.content.decode()
    assert answer.headers["HX-Trigger"] == "config-changed"
    assert candidate() == contents(1)


def test_what_is_left_out_and_what_is_lost_is_said(bench: Workbench, superuser: Client) -> None:
    three_revisions(bench)
    gone = queries.document_of(1).entries[0].uuid
    new = bench.put("never-committed")
    runs = queries.document_of(3).entries[0].uuid
    notes().lost.update({gone, new.uuid, runs})

    page = superuser.get(url("load", source="revision-1")).content.decode()

    assert "Left out, because it was deleted" in page
    assert "<li>a in Shared</li>" in page
    assert "Removed for good, keys included" in page
    assert "<li>never-committed in Shared</li>" in page
    assert "gone for good, keys included, once that is committed" in page
    lost = loads.lost_by(queries.load_plan(queries.document_of(1)))
    assert [one.name for one in lost.now] == ["never-committed"]
    assert [one.name for one in lost.at_commit] == ["b"]


def test_a_load_that_changes_nothing_is_not_offered(bench: Workbench, superuser: Client) -> None:
    three_revisions(bench)

    page = superuser.get(url("load", source="revision-3")).content.decode()

    assert "The candidate equals revision 3 already." in page
    assert ">Load</button>" not in page


def test_a_load_that_is_refused_says_why(bench: Workbench, superuser: Client) -> None:
    three_revisions(bench)
    bench.put("his", by=PAUL)
    locks.take(kind=LockKind.CONFIG, location=SHARED, by=PAUL, at=bench.now)

    for address in (url("load", source="revision-1"), url("revert")):
        answer = superuser.post(address, {"scope": "all"})
        assert answer.status_code == 422
        assert "paul has held a config lock" in answer.content.decode()


def test_all_changes_or_those_of_some_admins_are_reverted(
    bench: Workbench, superuser: Client
) -> None:
    three_revisions(bench)
    bench.put("hers")
    bench.put("his", by=PAUL)
    assert "Changes Made By" in superuser.get(url("revert")).content.decode()

    nobody = superuser.post(url("revert"), {"scope": "some", "locations": ["shared"]})
    assert nobody.status_code == 422
    superuser.post(url("revert"), {"scope": "some", "admins": ["paul"], "locations": ["shared"]})
    assert set(candidate()) == {"vsys2/b", "shared/hers"}
    answer = superuser.post(url("revert"), {"scope": "all"}).content.decode()

    assert "All changes reverted." in answer
    assert "The candidate equals the running configuration." in answer
    assert candidate() == running()
    assert "There are no changes to revert." in superuser.get(url("revert")).content.decode()


def test_the_candidate_is_saved_and_reverted_to(bench: Workbench, superuser: Client) -> None:
    bench.put("a", "1")
    page = superuser.get(url("operations")).content.decode()
    assert "nothing was saved yet" in page
    assert "The candidate was never saved." in page

    assert superuser.post(url("save")).status_code == 303
    bench.put("b", "1")
    superuser.post(url("revert_saved"))

    assert candidate() == {"shared/a": "1"}
    page = superuser.get(url("operations")).content.decode()
    assert "Last saved by superuser" in page
    assert "superuser loaded the last saved configuration" in page


def test_a_snapshot_is_saved_listed_and_deleted(bench: Workbench, superuser: Client) -> None:
    bench.put("a", "1")
    assert "Overwrite" in superuser.get(url("save_as")).content.decode()

    refused = superuser.post(url("save_as"), {"name": "a b"})
    assert refused.status_code == 422
    assert superuser.post(url("save_as"), {"name": "before"}).status_code == 303
    again = superuser.post(url("save_as"), {"name": "before"})
    assert "tick Overwrite" in again.content.decode()
    page = superuser.get(url("operations")).content.decode()
    assert "before" in page
    address = reverse("configuration:delete_snapshot", args=["before"])
    assert "Delete snapshot before?" in superuser.get(address).content.decode()

    assert superuser.post(address).status_code == 303
    assert superuser.post(address).status_code == 404
    assert queries.snapshots() == []


@pytest.mark.parametrize("role", [Role.SUPERREADER, Role.DEVICEREADER])
def test_a_reader_sees_no_button_that_would_be_refused(
    role: Role, bench: Workbench, client: Client
) -> None:
    three_revisions(bench)
    snapshots.save(by=MARIA, at=bench.now)
    snapshots.save_as(name="before", overwrite=False, by=MARIA, at=bench.now)
    sign_in(client, bench, role)

    listed = client.get(url("history")).content.decode()
    operations = client.get(url("operations")).content.decode()

    assert "/load/" not in listed + operations
    assert "/compare/" in listed
    for words in ("/revert", "/save", "/delete"):
        assert words not in operations.replace('/setup/operations/"', "")
    for address in (url("load", source="revision-1"), url("revert"), url("revert_saved")):
        assert client.post(address).status_code == 403
    assert client.post(url("save")).status_code == 403
    assert client.get(url("save_as")).status_code == 403


def test_an_admin_of_a_virtual_system_has_neither_page(bench: Workbench, client: Client) -> None:
    sign_in(client, bench, Role.VSYSADMIN, scope=[VSYS1.key])

    for name in ("history", "compare", "operations", "revert"):
        assert client.get(url(name)).status_code == 403


def test_the_commit_dialog_says_why_all_is_committed_together(
    bench: Workbench, superuser: Client
) -> None:
    three_revisions(bench)
    assert "Changes Made By" not in superuser.get(url("commit")).content.decode()
    bench.put("c")
    assert "Changes Made By" in superuser.get(url("commit")).content.decode()

    services.load_source(source=revision(1), by=MARIA, at=bench.tick())
    page = superuser.get(url("commit")).content.decode()

    assert "maria loaded revision 1" in page
    assert "Changes Made By" not in page
    some = {"scope": "some", "admins": ["maria"], "locations": ["shared"]}
    refused = superuser.post(url("commit"), some)
    assert refused.status_code == 422
    assert "After a load all changes are committed together" in refused.content.decode()


def test_reverting_asks_for_the_right_to_revert(bench: Workbench) -> None:
    bench.put("a")
    by = Actor("luis", Role.CUSTOM, permitted=frozenset({Action.REVERT, Action.WRITE_SCEP}))

    services.load_source(source=RUNNING, by=by, at=bench.now)

    assert candidate() == {}

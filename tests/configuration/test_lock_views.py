"""The dialog of the locks and the padlock of the top bar."""

import pytest

from django.test import Client
from django.urls import reverse

from configuration import queries
from configuration.locking import LockKind
from configuration.services import locks
from device.models import Admin
from domain.actors import Role
from domain.locations import SHARED, VSYS1
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench

pytestmark = pytest.mark.django_db

LOCKS = reverse("configuration:locks")
TAKE = reverse("configuration:take_lock")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def maria(client: Client, bench: Workbench) -> Client:
    """A browser in which maria has signed in."""
    return signed_in(client, bench, Role.SUPERUSER)


def signed_in(client: Client, bench: Workbench, role: Role, scope: tuple[str, ...] = ()) -> Client:
    admin = Admin.objects.create(
        username=MARIA.name, role=role, scope=list(scope), created_at=bench.now
    )
    client.force_login(admin)
    return client


def paul_holds_one(bench: Workbench) -> str:
    lock_id = locks.take(
        kind=LockKind.COMMIT, location=VSYS1, comment="<half> done", by=PAUL, at=bench.now
    )
    return reverse("configuration:remove_lock", args=[lock_id])


def test_the_dialog_lists_who_holds_what_since_when_and_why(
    maria: Client, bench: Workbench
) -> None:
    empty = maria.get(LOCKS, headers=HTMX).text
    paul_holds_one(bench)
    page = maria.get(LOCKS).text

    assert "Nobody holds a lock." in empty
    assert "<html" in page
    for words in ("paul", "vsys1", "Commit Lock", "&lt;half&gt; done", "2026-11-23 12:00:00"):
        assert words in page
    assert "Remove" in page


def test_a_lock_is_taken_in_the_dialog_and_the_page_hears_of_it(maria: Client) -> None:
    filled = {"kind": "config", "location": "shared", "comment": "mine"}

    dialog = maria.get(TAKE, headers=HTMX).text
    answer = maria.post(TAKE, filled, headers=HTMX)

    assert 'maxlength="512"' in dialog
    assert "mine" in answer.text
    assert answer.headers["HX-Trigger"] == "locks-changed"
    [lock] = queries.locks()
    assert (lock.owner, lock.kind, lock.location) == ("maria", LockKind.CONFIG, SHARED)


def test_without_javascript_the_list_follows(maria: Client) -> None:
    answer = maria.post(TAKE, {"kind": "commit", "location": "vsys1", "comment": ""})

    assert (answer.status_code, answer.headers["Location"]) == (303, LOCKS)


def test_a_lock_that_is_refused_says_why_in_the_dialog(maria: Client, bench: Workbench) -> None:
    locks.take(kind=LockKind.CONFIG, location=VSYS1, by=PAUL, at=bench.now)

    taken = maria.post(TAKE, {"kind": "config", "location": "shared", "comment": ""}, headers=HTMX)
    unknown = maria.post(
        TAKE, {"kind": "x", "location": "vsys99", "comment": "c" * 513}, headers=HTMX
    )

    assert taken.status_code == unknown.status_code == 422
    assert "paul has held a config lock on vsys1" in taken.text
    assert unknown.text.count('aria-invalid="true"') >= 2
    assert queries.lock_count() == 1


def test_a_superuser_removes_the_lock_of_another(maria: Client, bench: Workbench) -> None:
    url = paul_holds_one(bench)

    answer = maria.post(url, headers=HTMX)
    again = maria.post(url, headers=HTMX)

    assert "Nobody holds a lock." in answer.text
    assert answer.headers["HX-Trigger"] == "locks-changed"
    assert again.status_code == 409
    assert "removed already" in again.text


def test_who_may_not_remove_or_switch_sees_no_button(client: Client, bench: Workbench) -> None:
    url = paul_holds_one(bench)
    vera = signed_in(client, bench, Role.VSYSADMIN, ("vsys1",))

    page = vera.get(LOCKS, headers=HTMX).text

    assert url not in page
    assert "Switch" not in page
    assert "Take a Lock" in page
    assert vera.post(url, headers=HTMX).status_code == 409
    assert 'value="shared"' not in vera.get(TAKE, headers=HTMX).text


def test_a_reader_sees_the_locks_and_no_button(client: Client, bench: Workbench) -> None:
    paul_holds_one(bench)
    reader = signed_in(client, bench, Role.SUPERREADER)

    page = reader.get(LOCKS, headers=HTMX).text

    assert "paul" in page
    assert "<button" not in page
    assert "Take a Lock" not in page


def test_the_automatic_commit_lock_is_switched_in_the_dialog(maria: Client) -> None:
    url = reverse("configuration:automatic_lock")

    on = maria.post(url, {"on": "1"}, headers=HTMX)

    assert "Automatic commit lock: on." in on.text
    assert "Automatic commit lock: off." in maria.post(url, {"on": "0"}, headers=HTMX).text


def test_the_padlock_counts_the_locks(maria: Client, bench: Workbench) -> None:
    url = reverse("configuration:lock_count")
    none = maria.get(url, headers=HTMX).text
    paul_holds_one(bench)
    one = maria.get(url, headers=HTMX).text

    assert "Locks: none" in none
    assert "is-locked" in one
    assert 'class="badge">1<' in one
    assert 'id="lock-button"' in maria.get(LOCKS).text

"""The pages of administrators and admin roles, over HTTP."""

from uuid import UUID

import pytest

from django.http import HttpResponse
from django.test import Client

from device.models import Admin
from domain.actions import Action, Page
from domain.actors import Role
from domain.locations import VSYS1
from setup.queries import admins as queries
from setup.spec.admin import Administrator
from setup.spec.admin_role import AdminRole
from tests.setup.people import PASSWORD, People

ADMINS = "/device/administrators/"
ROLES = "/device/admin-roles/"
HTMX = {"HX-Request": "true"}
AUDITOR = AdminRole("auditor", "Looks", permitted=frozenset({Page.SCEP.read, Action.VALIDATE}))


def text(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def browser(name: str) -> Client:
    client = Client()
    client.force_login(Admin.objects.get(username=name))
    return client


@pytest.fixture
def maria(people: People) -> Client:
    """A browser in which maria, the first administrator, has signed in."""
    del people
    return browser("maria")


def _typed(**changed: str) -> dict[str, str]:
    fields = {
        "name": "paul",
        "password": PASSWORD,
        "confirmation": PASSWORD,
        "role": "superreader",
        "enabled": "on",
    }
    return fields | changed


def test_the_list_shows_who_has_which_role_where_and_since_which_commit(
    people: People, maria: Client
) -> None:
    people.give(AUDITOR)
    people.hire("rita", Role.CUSTOM, "auditor")
    people.hire("vera", Role.VSYSREADER, "", VSYS1)

    page = text(maria.get(ADMINS))

    for word in ("rita", "auditor", "vsysreader", "vsys1", "Not committed", "3 administrators"):
        assert word in page
    assert "(you)" in page
    assert 'aria-label="Select rita"' in page
    assert 'aria-label="Select maria"' not in page


def test_an_administrator_is_added(people: People, maria: Client) -> None:
    del people
    assert "Superuser (read-only)" in text(maria.get(f"{ADMINS}add/", headers=HTMX))

    response = maria.post(f"{ADMINS}add/", _typed(), headers=HTMX)

    assert response.status_code == 204
    assert [item.admin.name for item in queries.admins()] == ["maria", "paul"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "a b"}, "cannot contain spaces"),
        ({"name": "maria"}, "Administrator maria already exists"),
        ({"password": ""}, "This field is required"),
        ({"confirmation": "other"}, "not the same password"),
        ({"role": "king"}, "Choose a role from the list"),
        ({"role": "custom:gone"}, "There is no admin role gone"),
        ({"role": "vsysadmin"}, "Choose at least one virtual system"),
        ({"role": "vsysadmin", "vsys": "vsys7"}, "vsys7 is not one of the available"),
    ],
)
def test_what_breaks_a_rule_is_said_at_its_field(
    maria: Client, changed: dict[str, str], words: str
) -> None:
    response = maria.post(f"{ADMINS}add/", _typed(**changed))

    assert response.status_code == 422
    assert words in text(response)
    assert PASSWORD not in text(response)


def test_a_password_typed_has_to_be_typed_again(maria: Client) -> None:
    page = text(maria.post(f"{ADMINS}add/", _typed(role="vsysadmin")))

    assert "Type the password again" in page


def test_virtual_systems_chosen_for_another_role_do_not_count(
    maria: Client, people: People
) -> None:
    del people

    maria.post(f"{ADMINS}add/", _typed(vsys="vsys1"))

    assert [item.admin.vsys for item in queries.admins()] == [(), ()]


def test_an_administrator_is_changed_and_keeps_the_password(
    people: People, alice: UUID, maria: Client
) -> None:
    del people
    stored = queries.admin(alice).admin.password
    page = text(maria.get(f"{ADMINS}{alice}/"))
    assert "Leave empty to keep" in page
    assert 'name="name"' not in page

    response = maria.post(
        f"{ADMINS}{alice}/",
        _typed(name="eve", password="", confirmation="", role="vsysadmin", vsys="vsys1"),
    )

    assert response.status_code == 303
    assert queries.admin(alice).admin == Administrator(
        "alice", Role.VSYSADMIN, vsys=(VSYS1,), password=stored
    )


def test_a_role_that_is_gone_is_still_shown(people: People, maria: Client) -> None:
    people.give(AUDITOR)
    rita = people.hire("rita", Role.CUSTOM, "auditor")
    assert 'value="custom:auditor" selected' in text(maria.get(f"{ADMINS}{rita}/"))


def test_the_last_superuser_cannot_be_demoted_in_the_dialog(people: People, maria: Client) -> None:
    own = people.uuid("maria")

    page = maria.post(f"{ADMINS}{own}/", _typed(password="", confirmation=""))

    assert page.status_code == 422
    assert "maria is the last enabled superuser" in text(page)


def test_someone_slower_is_told(people: People, alice: UUID, maria: Client) -> None:
    people.change(alice, Administrator("alice", Role.SUPERREADER))

    late = maria.post(f"{ADMINS}{alice}/", _typed(password="", confirmation="", version="1"))

    assert late.status_code == 422
    assert "maria changed this object" in text(late)


def test_deleting_asks_first_and_says_why_not(people: People, alice: UUID, maria: Client) -> None:
    question = text(maria.get(f"{ADMINS}delete/?object={alice}"))
    assert "Delete 1 administrator" in question

    own = maria.post(f"{ADMINS}delete/", {"object": str(people.uuid("maria"))})
    gone = maria.post(f"{ADMINS}delete/", {"object": str(alice)})

    assert "You cannot delete yourself" in text(own)
    assert (own.status_code, gone.status_code) == (422, 303)
    assert "No administrator is selected" in text(maria.get(f"{ADMINS}delete/"))


def test_sessions_end_when_the_account_goes_or_is_disabled(people: People, alice: UUID) -> None:
    session = browser("alice")
    people.change(alice, Administrator("alice", enabled=False))
    assert session.get(ADMINS).status_code == 200
    people.commit()
    assert session.get(ADMINS).status_code == 302

    people.change(alice, Administrator("alice"))
    people.commit()
    session = browser("alice")
    people.dismiss(alice)
    people.commit()
    assert session.get(ADMINS).status_code == 302


def test_an_open_session_has_the_new_role_at_once(people: People, alice: UUID) -> None:
    session = browser("alice")
    people.change(alice, Administrator("alice", Role.VSYSREADER, vsys=(VSYS1,)))
    assert session.get(ADMINS).status_code == 200

    people.commit()

    assert session.get(ADMINS).status_code == 403


def test_a_new_password_ends_sessions_at_the_commit(people: People, alice: UUID) -> None:
    session = browser("alice")
    people.change(alice, Administrator("alice"), "Green-Harbor-43")
    people.commit()

    assert session.get(ADMINS).status_code == 302


def test_ones_own_password_ends_ones_other_sessions_only(people: People, maria: Client) -> None:
    other = browser("maria")
    typed = {"present": PASSWORD, "password": "Mine-1", "confirmation": "Mine-1"}
    assert "Change Password" in text(maria.get("/device/own-password/", headers=HTMX))

    response = maria.post("/device/own-password/", typed, headers=HTMX)

    assert response.status_code == 204
    assert maria.get(ADMINS).status_code == 200
    assert other.get(ADMINS).status_code == 302
    assert people.signs_in("maria", "Mine-1")


def test_a_wrong_old_password_is_said_at_its_field(maria: Client) -> None:
    typed = {"present": "wrong", "password": "Mine-1", "confirmation": "Mine-1"}

    response = maria.post("/device/own-password/", typed)

    assert response.status_code == 422
    assert "This is not your password" in text(response)


def test_a_role_is_added_changed_and_deleted(people: People, maria: Client) -> None:
    del people
    assert "No admin roles" in text(maria.get(ROLES))
    assert "Read Only" in text(maria.get(f"{ROLES}add/", headers=HTMX))
    typed = {
        "name": "auditor",
        "description": "Looks",
        "type": "device",
        "page_scep": "read-only",
        "actions": ["validate"],
        "device_actions": ["load"],
    } | {f"page_{page.replace('-', '_')}": "disable" for page in Page if page is not Page.SCEP}

    assert maria.post(f"{ROLES}add/", typed, headers=HTMX).status_code == 204
    [item] = queries.roles()
    assert item.role.permitted == {Page.SCEP.read, Action.VALIDATE, Action.LOAD}
    assert "auditor" in text(maria.get(ROLES))

    limited = typed | {"type": "vsys", "page_setup": "enable", "version": "1"}
    assert maria.post(f"{ROLES}{item.uuid}/", limited).status_code == 303
    assert queries.role(item.uuid).role.permitted == {Page.SCEP.read, Action.VALIDATE}
    assert 'value="vsys"' in text(maria.get(f"{ROLES}{item.uuid}/"))

    assert "Delete 1 admin role" in text(maria.get(f"{ROLES}delete/?object={item.uuid}"))
    assert maria.post(f"{ROLES}delete/", {"object": str(item.uuid)}).status_code == 303
    assert "No admin role is selected" in text(maria.get(f"{ROLES}delete/"))


def test_what_is_wrong_with_a_role_is_said(people: People, maria: Client) -> None:
    role = people.give(AUDITOR)
    people.hire("rita", Role.CUSTOM, "auditor")
    nameless = maria.post(f"{ROLES}add/", {"type": "device"})
    long = {f"page_{page.replace('-', '_')}": "disable" for page in Page}
    long |= {"name": "x" * 32, "type": "device"}

    in_use = maria.post(f"{ROLES}delete/", {"object": str(role)})

    assert nameless.status_code == 422
    assert "has 32 characters" in text(maria.post(f"{ROLES}add/", long))
    assert "rita" in text(in_use)
    assert in_use.status_code == 422


def test_who_may_only_read_sees_no_way_to_change(people: People, alice: UUID) -> None:
    role = people.give(AUDITOR)
    people.change(alice, Administrator("alice", Role.DEVICEADMIN))
    people.commit()
    reader = browser("alice")

    for url in (ADMINS, ROLES):
        page = text(reader.get(url))
        assert ">Add<" not in page
        assert "circle-minus" not in page
        assert "Select all" not in page
        assert reader.get(f"{url}add/").status_code == 403
    for url in (f"{ADMINS}{alice}/", f"{ROLES}{role}/"):
        dialog = text(reader.get(url, headers=HTMX))
        assert "Close" in dialog
        assert 'type="submit"' not in dialog
    forbidden = reader.post(f"{ADMINS}{alice}/", _typed(password="", confirmation=""))
    assert "Your role does not allow changing administrators" in text(forbidden)

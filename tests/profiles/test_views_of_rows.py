"""Deleting and cloning the rows chosen, over HTTP."""

import pytest
from pytest_django.fixtures import Settings

from django.test import Client

from device.models import Admin
from domain.actors import Role
from profiles import queries
from tests.profiles.conftest import Workbench
from tests.profiles.pages import HTMX, LIST, get


def test_deleting_is_confirmed_by_name(bench: Workbench, maria: Client) -> None:
    first, second = bench.save(name="first"), bench.save(name="second")
    path = f"{LIST}delete/?object={first}&object={second}"

    dialog = get(maria, path)

    assert "Delete 2 SCEP profiles" in dialog
    assert "first" in dialog
    assert "second" in dialog
    assert len(queries.profile_rows()) == 2

    response = maria.post(path, headers=HTMX)

    assert (response.status_code, response.headers["HX-Trigger"]) == (204, "config-changed")
    assert queries.profile_rows() == []


def test_without_javascript_deleting_leads_to_the_list(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()

    response = maria.post(f"{LIST}delete/?object={uuid}")

    assert (response.status_code, response.headers["Location"]) == (303, LIST)


def test_deleting_nothing_says_how_to_choose(bench: Workbench, maria: Client) -> None:
    del bench
    assert "No profile is selected." in get(maria, f"{LIST}delete/")


def test_the_list_s_tools_ask_before_they_act(bench: Workbench, maria: Client) -> None:
    uuid = str(bench.save(name="first"))
    chosen = {"object": uuid, "ask": "1"}

    delete = maria.post(f"{LIST}delete/", chosen, headers=HTMX).content.decode()
    clone = maria.post(f"{LIST}clone/", chosen, headers=HTMX).content.decode()

    assert "Delete 1 SCEP profile from" in delete
    assert 'value="first-copy"' in clone
    for dialog in (delete, clone):
        assert f'<input type="hidden" name="object" value="{uuid}">' in dialog
    assert [row.spec.name for row in queries.profile_rows()] == ["first"]


def test_asking_about_what_is_gone_says_so(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()
    bench.delete(uuid)

    dialog = get(maria, f"{LIST}delete/?object={uuid}")

    assert "What was selected has been deleted meanwhile." in dialog


def test_deleting_what_is_gone_says_who_deleted_it(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()
    bench.delete(uuid)

    response = maria.post(f"{LIST}delete/?object={uuid}", headers=HTMX)

    assert response.status_code == 422
    assert "maria deleted this SCEP profile" in response.content.decode()


def test_a_refused_delete_lists_who_refers_to_the_profile(
    bench: Workbench, maria: Client, settings: Settings
) -> None:
    settings.CONFIG_SECTIONS = [*settings.CONFIG_SECTIONS, "tests.profiles.fakes.Portals"]
    uuid = bench.save()
    bench.put_portal("vpn", profile="ndes")

    response = maria.post(f"{LIST}delete/?object={uuid}", headers=HTMX)

    dialog = response.content.decode()
    assert response.status_code == 422
    assert "ndes cannot be deleted because of references from:" in dialog
    assert "global-protect-portal -&gt; vpn -&gt; client-certificate -&gt; scep" in dialog
    assert "Delete 1 SCEP profile from" in dialog


@pytest.mark.parametrize("action", ["delete", "clone"])
def test_an_object_that_is_no_uuid_is_not_found(
    bench: Workbench, maria: Client, action: str
) -> None:
    del bench
    assert maria.get(f"{LIST}{action}/?object=1").status_code == 404


def test_cloning_proposes_a_name(bench: Workbench, maria: Client) -> None:
    path = f"{LIST}clone/?object={bench.save()}"
    assert 'value="ndes-copy"' in get(maria, path)

    response = maria.post(path, {"name": "mine"}, headers=HTMX)

    assert (response.status_code, response.headers["HX-Trigger"]) == (204, "config-changed")
    assert [row.spec.name for row in queries.profile_rows()] == ["mine", "ndes"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "This field is required."),
        ("ndes", "SCEP profile ndes already exists in vsys1."),
        ("n" * 32, "The name has 32 characters; at most 31 are allowed."),
    ],
)
def test_a_name_that_does_not_do_is_an_error_at_the_name(
    bench: Workbench, maria: Client, name: str, message: str
) -> None:
    path = f"{LIST}clone/?object={bench.save()}"

    response = maria.post(path, {"name": name}, headers=HTMX)

    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_clone_of_what_is_not_allowed_any_more_says_why(
    bench: Workbench, maria: Client, request: pytest.FixtureRequest
) -> None:
    path = f"{LIST}clone/?object={bench.save()}"
    request.getfixturevalue("_fips_cc")

    response = maria.post(path, {"name": "mine"}, headers=HTMX)

    assert response.status_code == 422
    assert "FIPS-CC mode requires a Dynamic challenge." in response.content.decode()


def test_who_may_only_read_sees_why_there_is_no_clone(bench: Workbench, maria: Client) -> None:
    path = f"{LIST}clone/?object={bench.save()}"
    Admin.objects.update(role=Role.SUPERREADER)

    response = maria.post(path, {"name": "mine"}, headers=HTMX)

    assert response.status_code == 409
    assert "Your role does not allow" in response.content.decode()


@pytest.mark.parametrize("count", [0, 2])
def test_one_profile_is_cloned_at_a_time(bench: Workbench, maria: Client, count: int) -> None:
    uuids = [bench.save(name=f"profile-{number}") for number in range(count)]
    query = "&".join(f"object={uuid}" for uuid in uuids)

    assert "Tick exactly one profile" in get(maria, f"{LIST}clone/?{query}")

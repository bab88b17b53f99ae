"""The list over HTTP: heads, chips, pages, preferences, CSV."""

import csv
import io

import pytest

from django.test import Client
from django.urls import reverse

from certificates.models import ListPreference
from device.models import Admin
from domain.actors import Role
from tests.certificates.test_listing import forest
from tests.certificates.test_store import LEAF
from tests.certificates.workbench import Bench

LIST = "/device/certificates/"
TABLE = {"HX-Request": "true", "HX-Target": "certificate-table"}


def page(maria: Client, query: str = "", **headers: str) -> str:
    """The list as HTML."""
    return maria.get(f"{LIST}?{query}", headers=headers).content.decode()


def test_a_head_that_is_sorted_by_says_so_and_turns_around(maria: Client, bench: Bench) -> None:
    forest(bench)

    up = page(maria, "sort=name")
    down = page(maria, "sort=-name")

    assert 'aria-sort="ascending"' in up
    assert "sort=-name" in up
    assert 'aria-sort="descending"' in down
    assert "sort=name" in down
    assert "aria-sort" not in page(maria, "view=tree&q=")


def test_a_chip_leads_to_the_list_without_its_filter(maria: Client, bench: Bench) -> None:
    forest(bench)

    shown = page(maria, "q=leaf&status=valid")

    assert 'href="/device/certificates/?q=leaf&amp;view=tree"' in shown
    assert 'href="/device/certificates/?status=valid&amp;view=tree&amp;q="' in shown
    assert "5 / 10" in shown


def test_no_hit_offers_the_way_back(maria: Client, bench: Bench) -> None:
    forest(bench)

    shown = page(maria, "q=nowhere")

    assert "No certificate fits" in shown
    assert "?view=tree&amp;q=" in shown


def test_pages_lead_on_and_back(maria: Client, bench: Bench) -> None:
    forest(bench)
    for number in range(25):
        bench.keep(f"x-{number:02}", LEAF)

    second = page(maria, "q=&size=25&page=2")

    assert "26 to 35 of 35 certificates" in second
    assert "page=1" in second
    assert 'id="page-after"' not in second
    assert "1 to 25 of 35 certificates" in page(maria, "q=&size=25&page=x")


def test_the_way_of_looking_is_kept_for_each_admin(
    maria: Client, client: Client, bench: Bench
) -> None:
    forest(bench)
    page(maria, "view=flat&q=leaf&status=valid&density=compact")

    again = page(maria)

    assert "Status: Valid" in again
    assert 'class="listing compact"' in again
    assert "Search:" not in again
    assert ListPreference.objects.get().username == "maria"
    assert "Status: Valid" not in page(maria, "view=tree&q=")
    client.force_login(Admin.objects.create(username="otto", created_at=bench.now))
    assert "Status: Valid" not in page(client)


def test_a_fragment_tells_the_browser_its_address(maria: Client, bench: Bench) -> None:
    forest(bench)

    asked = maria.get(f"{LIST}?q=leaf&status=", headers=TABLE | {"HX-Trigger": "list-form"})
    refreshed = maria.get(LIST, headers=TABLE | {"HX-Trigger": "certificate-table"})

    assert asked.headers["HX-Push-Url"] == f"{LIST}?q=leaf&view=tree"
    assert "HX-Push-Url" not in refreshed.headers


def test_columns_can_be_chosen(maria: Client, bench: Bench) -> None:
    forest(bench)

    shown = page(maria, "q=&col=serial&col=weak&col=signature&col=begins&col=profile")

    assert "Serial number" in shown
    assert "No alternative name" in shown
    assert 'id="sort-subject"' not in shown


def test_the_list_can_be_had_as_csv(maria: Client, bench: Bench) -> None:
    forest(bench)

    answer = maria.get(f"{reverse('certificates:csv')}?q=leaf")
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="certificates.csv"'
    assert [line["name"] for line in lines] == [f"leaf-{number}" for number in range(5)]
    assert lines[0]["issuer"] == "CN=Acme Issuing"
    assert lines[0]["valid until"].startswith("2027-02-21T12:00:00")
    assert lines[0]["weaknesses"] == "No alternative name; No extended key usage"


def test_only_ticked_certificates_go_into_the_csv(maria: Client, bench: Bench) -> None:
    forest(bench)
    chosen = [str(row.uuid) for row in bench.rows() if row.name in {"root", "leaf-3"}]

    answer = maria.post(f"{reverse('certificates:csv')}?q=", {"object": chosen})
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))

    assert [line["name"] for line in lines] == ["root", "leaf-3"]


@pytest.mark.parametrize("role", [Role.SUPERUSER, Role.SUPERREADER])
def test_tools_that_would_be_refused_are_not_drawn(
    role: Role, client: Client, bench: Bench
) -> None:
    forest(bench)
    client.force_login(Admin.objects.create(username="rita", role=role, created_at=bench.now))

    shown = page(client)

    for name in ("delete", "generate"):
        url = reverse(f"certificates:{name}")
        drawn = f'formaction="{url}"' in shown or f'href="{url}"' in shown
        assert drawn is (role is Role.SUPERUSER)
    assert "Export Certificate" in shown

"""Whose changes a commit takes, from the dialog; Preview Changes and Change Summary."""

import re

import pytest

from django.test import Client
from django.urls import reverse

from device.models import Admin
from domain.actors import Role
from domain.locations import SHARED, VSYS1
from jobs.models import Job
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench

pytestmark = pytest.mark.django_db

COMMIT = reverse("configuration:commit")
PREVIEW = reverse("configuration:preview")
SUMMARY = reverse("configuration:summary")
HTMX = {"HX-Request": "true"}


def cells(page: str) -> list[tuple[str, ...]]:
    """Return what the rows of the table of locations say."""
    table = page.partition('aria-label="Locations"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    plain = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in row) for row in plain]


@pytest.fixture
def maria(client: Client, bench: Workbench) -> Client:
    """A browser in which maria has signed in, with changes of hers and of paul's pending."""
    client.force_login(
        Admin.objects.create(username=MARIA.name, role=Role.SUPERUSER, created_at=bench.now)
    )
    ref = bench.put("ndes", "one")
    bench.commit()
    bench.put("ndes", "two", uuid=ref.uuid)
    bench.put("branch", "&lt;b>", location=VSYS1, by=PAUL)
    return client


def test_the_dialog_offers_whose_changes_and_where_with_ones_own_chosen(maria: Client) -> None:
    page = maria.get(COMMIT, headers=HTMX).text

    assert "Changes Made By" in page
    assert 'value="maria" data-show-when="scope=some" id="id_admins_0" checked' in page
    assert 'value="paul" data-show-when="scope=some" id="id_admins_1">' in page
    assert page.count('name="locations"') == 2
    assert f'href="{PREVIEW}" target="_blank"' in page
    assert cells(page) == [
        ("Shared", "Shared", "1", "1 edited"),
        ("vsys1", "Virtual System", "1", "1 added"),
    ]


def test_the_scope_chosen_goes_to_the_job(maria: Client) -> None:
    chosen = {"scope": "some", "admins": ["maria"], "locations": [SHARED.key]}

    answer = maria.post(COMMIT, chosen, headers=HTMX)

    job = Job.objects.get()
    assert answer.status_code == 303
    assert job.kind == "commit"
    assert job.arguments["scope"] == {"admins": ["maria"], "locations": ["shared"]}


def test_every_location_chosen_is_no_limit(maria: Client) -> None:
    chosen = {"scope": "some", "admins": ["paul"], "locations": [SHARED.key, VSYS1.key]}

    maria.post(COMMIT, chosen, headers=HTMX)

    assert Job.objects.get().arguments["scope"] == {"admins": ["paul"]}


def test_validate_asks_for_a_job_that_commits_nothing(maria: Client) -> None:
    answer = maria.post(COMMIT, {"scope": "all", "validate": "yes"}, headers=HTMX)

    assert answer.status_code == 303
    assert Job.objects.get().kind == "validate"


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        ({"locations": [SHARED.key]}, "Choose at least one admin whose changes to commit."),
        ({"admins": ["maria"]}, "Choose at least one location."),
        ({"admins": ["nobody"], "locations": [SHARED.key]}, "nobody is not one of the available"),
    ],
)
def test_a_choice_of_nothing_is_refused_at_its_field_and_nothing_is_lost(
    chosen: dict[str, list[str]], text: str, maria: Client
) -> None:
    asked = {"scope": "some", "description": "my words"} | chosen

    answer = maria.post(COMMIT, asked, headers=HTMX)

    assert answer.status_code == 422
    assert text in answer.text
    assert 'value="my words"' in answer.text
    assert not Job.objects.exists()


def test_the_preview_shows_lines_by_sign_and_word(maria: Client) -> None:
    page = maria.get(PREVIEW).text

    assert "Note ndes in Shared (edited by maria)" in page
    assert '-<span class="visually-hidden"> removed</span>' in page
    assert "&lt;text&gt;one&lt;/text&gt;" in page
    assert "&lt;text&gt;two&lt;/text&gt;" in page
    assert "&lt;text&gt;&amp;lt;b&amp;gt;&lt;/text&gt;" in page
    assert "2 of 2 objects that would change" in page


def test_the_preview_shows_both_texts_side_by_side(maria: Client) -> None:
    page = maria.get(PREVIEW, {"layout": "side", "context": "all"}).text

    assert '~<span class="visually-hidden"> changed</span>' in page
    assert 'class="diff-text diff-old"' in page


def test_the_preview_keeps_to_the_scope(maria: Client) -> None:
    chosen = {"scope": "some", "admins": "paul", "locations": VSYS1.key, "context": "0"}

    page = maria.get(PREVIEW, chosen).text

    assert "1 of 1 object that would change" in page
    assert "Note branch in vsys1" in page
    assert "Note ndes" not in page


def test_a_scope_that_cannot_be_read_changes_nothing(maria: Client) -> None:
    page = maria.get(PREVIEW, {"scope": "some", "admins": "nobody"}).text

    assert "Nothing would change" in page


def test_the_preview_can_be_downloaded_as_text(maria: Client) -> None:
    answer = maria.get(PREVIEW, {"as": "text"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

    assert answer.headers["Content-Disposition"] == 'attachment; filename="changes.diff"'
    assert "# Note ndes in Shared (edited by maria)\n--- running\n" in text
    assert "-  <text>one</text>\n+  <text>two</text>\n" in text


def test_the_summary_names_owners_and_each_field(maria: Client, bench: Workbench) -> None:
    gone = bench.put("old", "x", by=PAUL)
    bench.commit()
    bench.put("new", "x", uuid=gone.uuid, by=PAUL)
    bench.put("new", "y", uuid=gone.uuid)

    page = maria.get(SUMMARY).text

    assert "<dt>name</dt><dd>old</dd><dd>new</dd>" in page
    assert "<dt>text</dt><dd>x</dd><dd>y</dd>" in page
    assert "<td>maria</td>\n          <td>paul</td>" in page


def test_a_moved_object_says_from_where(maria: Client, bench: Workbench) -> None:
    ref = bench.put("mover", "x")
    bench.commit()
    bench.put("mover", "x", uuid=ref.uuid, location=VSYS1)

    assert "<dt>location</dt><dd>Shared</dd><dd>vsys1</dd>" in maria.get(SUMMARY).text


def test_a_deleted_object_has_no_dialog(maria: Client, bench: Workbench) -> None:
    ref = bench.put("gone", "x")
    bench.commit()
    bench.delete(ref.uuid)

    assert '<th scope="row">gone</th>' in maria.get(SUMMARY).text


def test_an_admin_of_one_virtual_system_sees_only_its_changes_and_shared(
    maria: Client,
) -> None:
    Admin.objects.update(role=Role.VSYSADMIN, scope=["vsys2"])

    page = maria.get(SUMMARY).text

    assert "ndes" in page
    assert "branch" not in page


def test_a_reader_may_not_look_ahead(maria: Client) -> None:
    Admin.objects.update(role=Role.SUPERREADER)

    assert maria.get(PREVIEW).status_code == 403

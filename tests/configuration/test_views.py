"""The commit dialog and the Commit button."""

import pytest

from django.test import Client
from django.urls import reverse

from configuration import services
from device.models import Admin
from domain.actors import Role
from domain.locations import VSYS1
from jobs.models import Job
from tests.configuration.fakes import MARIA, PAUL
from tests.configuration.workbench import Workbench

pytestmark = pytest.mark.django_db

COMMIT = reverse("configuration:commit")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def maria(client: Client, bench: Workbench) -> Client:
    """A browser in which maria has signed in."""
    return signed_in(client, bench, Role.SUPERUSER)


def signed_in(client: Client, bench: Workbench, role: Role) -> Client:
    admin = Admin.objects.create(username=MARIA.name, role=role, created_at=bench.now)
    client.force_login(admin)
    return client


def test_the_dialog_lists_what_is_pending(maria: Client, bench: Workbench) -> None:
    ref = bench.put("ndes", "1")
    bench.commit()
    bench.put("ndes2", "2", uuid=ref.uuid, by=PAUL)
    bench.put("branch", location=VSYS1)

    page = maria.get(COMMIT, headers=HTMX).text

    assert page.lstrip().startswith("<dialog")
    assert "2 objects differ from the running configuration." in page
    for words in ("vsys1", "Note", "branch", "added", "maria", "renamed", "was ndes", "paul"):
        assert words in page
    assert 'maxlength="512"' in page
    assert "2026-11-23 12:02:00" in page


def test_the_dialog_has_a_page_of_its_own(maria: Client, bench: Workbench) -> None:
    bench.put("ndes")

    page = maria.get(COMMIT).text

    assert "<html" in page
    assert "1 object differs from the running configuration." in page
    assert f'action="{COMMIT}"' in page


def test_without_changes_the_dialog_offers_only_to_close(maria: Client) -> None:
    page = maria.get(COMMIT, headers=HTMX).text

    assert "There are no changes to commit." in page
    assert 'type="submit"' not in page


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "no JavaScript"])
def test_commit_leads_to_the_dialog_of_its_job(
    headers: dict[str, str], maria: Client, bench: Workbench
) -> None:
    bench.put("ndes")

    answer = maria.post(COMMIT, {"description": "first profile"}, headers=headers)

    job = Job.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("jobs:job", args=[job.pk])
    assert (job.admin, job.arguments) == ("maria", {"description": "first profile"})
    assert maria.get(answer.headers["Location"], headers=headers).status_code == 200


def test_a_long_description_is_refused_at_its_field(maria: Client, bench: Workbench) -> None:
    bench.put("ndes")

    answer = maria.post(COMMIT, {"description": "x" * 513}, headers=HTMX)

    assert answer.status_code == 422
    assert "The description has 513 characters; at most 512 are allowed." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not Job.objects.exists()


def test_a_commit_of_nothing_is_refused_once(maria: Client) -> None:
    answer = maria.post(COMMIT, {"description": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert answer.text.count("There are no changes to commit.") == 1


def test_a_reader_is_told_who_can_commit(client: Client, bench: Workbench) -> None:
    bench.put("ndes")
    reader = signed_in(client, bench, Role.SUPERREADER)

    answer = reader.post(COMMIT, {"description": ""}, headers=HTMX)

    assert answer.status_code == 409
    assert "Ask an admin with the role superuser or deviceadmin." in answer.text
    assert not Job.objects.exists()


def test_the_button_says_how_much_is_pending(maria: Client, bench: Workbench) -> None:
    url = reverse("configuration:pending")
    quiet = maria.get(url, headers=HTMX).text
    bench.put("ndes")
    pending = maria.get(url, headers=HTMX).text

    assert "no pending changes" in quiet
    assert "is-pending" not in quiet
    assert "is-pending" in pending
    assert "1<span" in pending
    assert "pending change</span>" in pending
    assert f'href="{COMMIT}"' in pending


def test_nothing_is_shown_or_committed_without_signing_in(client: Client, bench: Workbench) -> None:
    bench.put("ndes")
    services.commit(by=MARIA, description="", at=bench.now)

    for answer in (client.get(COMMIT), client.post(COMMIT), client.get(f"{COMMIT}pending/")):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("device:login"))
    assert Job.objects.count() == 1

"""The tab Default Trusted Certificate Authorities over HTTP."""

from uuid import uuid4

import pytest

from django.test import Client
from django.urls import reverse

from configuration import queries as configuration
from device.models import Admin
from pki import bundle, default_cas
from pki.default_cas import DefaultCa
from tests.certificates.test_trusted import disable_unlisted
from tests.certificates.workbench import Bench

HTMX = {"HX-Request": "true"}
LIST = reverse("certificates:trusted")


@pytest.fixture
def first() -> DefaultCa:
    """The first CA of the list."""
    return default_cas.default_cas().cas[0]


def test_the_tab_lists_the_cas_and_says_what_they_are_good_for(
    maria: Client, bench: Bench, first: DefaultCa
) -> None:
    del bench
    page = maria.get(LIST).content.decode()

    assert f'href="{reverse("certificates:trusted_detail", args=[first.uuid])}"' in page
    assert "TLS to a SCEP server is not affected" in page
    assert f"{len(default_cas.default_cas().cas)} CAs, 0 disabled" in page
    assert 'rel="next"' in page


def test_searching_answers_with_the_table_alone(
    maria: Client, bench: Bench, first: DefaultCa
) -> None:
    del bench
    fragment = maria.get(f"{LIST}?q={first.name}&state=enabled", headers=HTMX).content.decode()

    assert fragment.lstrip().startswith("<section")
    assert "1 of " in fragment
    assert "No CA fits" in maria.get(f"{LIST}?q=nobody&state=junk&page=x").content.decode()


def test_disable_and_enable_change_the_candidate(
    maria: Client, bench: Bench, first: DefaultCa
) -> None:
    chosen = {"object": str(first.uuid), "ask": "1"}

    done = maria.post(reverse("certificates:trusted_disable"), chosen, headers=HTMX)
    page = maria.get(f"{LIST}?state=disabled").content.decode()
    pending = configuration.pending_count()
    again = maria.post(reverse("certificates:trusted_enable"), chosen)

    assert (done.status_code, done.headers["HX-Trigger"]) == (204, "config-changed")
    assert first.name in page
    assert "not committed" in page
    assert pending == 1
    assert (again.status_code, again.headers["Location"]) == (303, LIST)
    assert configuration.pending_count() == 0
    del bench


def test_a_ca_that_is_on_the_list_no_more_has_a_line(maria: Client, bench: Bench) -> None:
    disable_unlisted(bench)

    page = maria.get(LIST).content.decode()

    assert "Not on the list that this version comes with" in page


def test_nothing_chosen_is_refused_with_what_to_do(maria: Client, bench: Bench) -> None:
    del bench
    answer = maria.post(reverse("certificates:trusted_disable"), headers=HTMX)

    assert answer.status_code == 409
    assert "Tick at least one" in answer.content.decode()


@pytest.mark.parametrize("tab", ["", "extensions", "text", "pem", "asn1", "history"])
def test_the_details_are_those_of_certificates(
    tab: str, maria: Client, bench: Bench, first: DefaultCa
) -> None:
    del bench
    url = reverse("certificates:trusted_detail", args=[first.uuid])

    page = maria.get(f"{url}?tab={tab}", headers=HTMX).content.decode()

    assert first.name in page
    assert "Download DER" in page
    assert ("enabled" in page) is (tab in {"", "history"})
    assert "History" not in page
    missing = reverse("certificates:trusted_detail", args=[uuid4()])
    assert maria.get(missing).status_code == 404


def test_cas_are_downloaded_as_pem_or_der(maria: Client, bench: Bench, first: DefaultCa) -> None:
    del bench
    url = reverse("certificates:trusted_export")

    pem = maria.post(url, {"object": str(first.uuid)})
    der = maria.get(f"{url}?object={first.uuid}&format=der")

    assert bundle.from_pem(pem.content) == (first.der,)
    assert pem.headers["Content-Disposition"] == f'attachment; filename="{first.name}.pem"'
    assert der.content == first.der


def test_who_may_not_write_in_shared_sees_no_tools_and_is_refused(
    maria: Client, bench: Bench, first: DefaultCa
) -> None:
    del bench
    Admin.objects.update(role="vsysadmin", scope=["vsys1"])

    page = maria.get(LIST).content.decode()
    answer = maria.post(reverse("certificates:trusted_disable"), {"object": str(first.uuid)})

    assert "Disable</button>" not in page
    assert "Export (PEM)" in page
    assert answer.status_code == 403

"""How views answer with and without htmx."""

import pytest

from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gallery_urls")]

HTMX = {"HX-Request": "true"}
VALID = {
    "name": "ndes-users",
    "location": "shared",
    "challenge": "none",
    "server_url": "http://ca.example/scep",
    "ca_ident": "ca",
    "subject": "CN=$USERNAME",
    "key_bits": "2048",
    "transport": "auto",
}


def test_a_browser_gets_the_whole_page(client: Client) -> None:
    response = client.get("/gallery/")

    assert b"<!doctype html>" in response.content
    assert "HX-Request" in response["Vary"]


def test_htmx_gets_the_fragment_alone(client: Client) -> None:
    response = client.get("/gallery/", headers=HTMX)

    assert b"<!doctype html>" not in response.content
    assert response.content.strip().startswith(b'<section id="listing"')
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_htmx_gets_the_whole_page_when_it_shows_one(client: Client, header: str) -> None:
    response = client.get("/gallery/", headers={**HTMX, header: "true"})

    assert b"<!doctype html>" in response.content


def test_a_dialog_for_htmx_is_the_dialog_alone_and_closed(client: Client) -> None:
    response = client.get("/gallery/form/", headers=HTMX)

    assert b"<!doctype html>" not in response.content
    assert b"<dialog" in response.content
    assert b"open>" not in response.content


def test_a_dialog_opened_by_its_url_stands_open_in_a_page(client: Client) -> None:
    response = client.get("/gallery/form/")

    assert b"<!doctype html>" in response.content
    assert b"data-page" in response.content
    assert b"open>" in response.content


def test_an_invalid_form_comes_back_with_422(client: Client) -> None:
    response = client.post("/gallery/form/", VALID | {"name": ""}, headers=HTMX)

    assert response.status_code == 422
    assert b"1 field needs attention." in response.content
    assert b'aria-invalid="true"' in response.content


def test_saving_with_htmx_answers_nothing_but_the_event(client: Client) -> None:
    response = client.post("/gallery/form/", VALID, headers=HTMX)

    assert (response.status_code, response.content) == (204, b"")
    assert response["HX-Trigger"] == "config-changed"


def test_saving_without_htmx_leads_to_the_list(client: Client) -> None:
    response = client.post("/gallery/form/", VALID)

    assert (response.status_code, response["Location"]) == (303, "/gallery/")

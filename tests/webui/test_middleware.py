"""Refusals nobody caught, and sessions that are over."""

import pytest

from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from domain.errors import Forbidden, Problem, Refused
from webui.middleware import RefusalMiddleware

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gallery_urls")]

HTMX = {"HX-Request": "true"}


def _answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("fine")


def test_a_refused_fragment_becomes_a_toast(client: Client) -> None:
    response = client.get("/gallery/refused/", headers=HTMX)

    assert response.status_code == 409
    assert response["HX-Retarget"] == "#toasts"
    assert response["HX-Reswap"] == "beforeend"
    assert b"The profile is in use by 2 certificates." in response.content
    assert b"Delete those first." in response.content
    assert "HX-Request" in response["Vary"]


def test_a_refused_page_says_why_and_what_to_do(client: Client) -> None:
    response = client.get("/gallery/refused/")

    assert response.status_code == 409
    assert b"<!doctype html>" in response.content
    assert b"The profile is in use by 2 certificates." in response.content
    assert b"Delete those first." in response.content


def test_a_missing_object_is_404(client: Client) -> None:
    assert client.get("/gallery/missing/").status_code == 404


def test_a_missing_object_is_a_toast_for_htmx(client: Client) -> None:
    assert client.get("/gallery/missing/", headers=HTMX).status_code == 409


def test_a_role_that_may_not_is_403_and_every_problem_is_shown(rf: RequestFactory) -> None:
    refusal = Forbidden("No.", problems=[Problem("", "Read only."), Problem("", "Elsewhere.")])

    response = RefusalMiddleware(_answer).process_exception(rf.get("/"), refusal)

    assert response is not None
    assert response.status_code == 403
    assert b"Read only." in response.content
    assert b"Elsewhere." in response.content


def test_markup_in_a_refusal_is_text(rf: RequestFactory) -> None:
    response = RefusalMiddleware(_answer).process_exception(rf.get("/"), Refused("<b>no</b>"))

    assert response is not None
    assert b"&lt;b&gt;no&lt;/b&gt;" in response.content


def test_other_errors_are_left_to_django(rf: RequestFactory) -> None:
    assert RefusalMiddleware(_answer).process_exception(rf.get("/"), KeyError("x")) is None


def test_a_fragment_of_an_expired_session_sends_the_page_to_the_login(client: Client) -> None:
    shown = "http://testserver/gallery/?page=2"

    response = client.get("/gallery/private/", headers={**HTMX, "HX-Current-URL": shown})

    assert (response.status_code, response.content) == (204, b"")
    assert response["HX-Redirect"] == "/login/?next=%2Fgallery%2F%3Fpage%3D2&ended=1"


def test_a_page_of_another_host_is_not_the_way_back(client: Client) -> None:
    elsewhere = {**HTMX, "HX-Current-URL": "http://evil.example/x"}

    response = client.get("/gallery/private/", headers=elsewhere)

    assert response["HX-Redirect"] == "/login/?next=%2F&ended=1"


def test_a_page_of_an_expired_session_is_redirected_as_ever(client: Client) -> None:
    response = client.get("/gallery/private/")

    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/gallery/private/"


def test_a_fragment_that_needs_no_session_passes(client: Client) -> None:
    assert client.get("/gallery/", headers=HTMX).status_code == 200

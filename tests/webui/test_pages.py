"""The templates every page shares: form fields, error pages, the frame's own states."""

import pytest

from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.csrf import csrf_failure

from tests.webui.gallery import ProfileForm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gallery_urls")]


def test_a_field_names_its_help_and_its_error() -> None:
    row = ProfileForm({"name": ""})["name"].as_field_group()

    assert '<label class="field-label" for="id_name">Name</label>' in row
    assert 'aria-describedby="id_name_helptext id_name_error"' in row
    assert 'id="id_name_helptext"' in row
    assert 'id="id_name_error"' in row
    assert "is-required" in row


def test_a_choice_of_radio_buttons_is_a_named_group() -> None:
    row = ProfileForm()["transport"].as_field_group()

    assert 'role="group" aria-labelledby="id_transport_label"' in row
    assert 'id="id_transport_label"' in row


def test_markup_in_a_help_text_is_text() -> None:
    form = ProfileForm()
    form.fields["name"].help_text = "<b>bold</b>"

    assert "&lt;b&gt;bold&lt;/b&gt;" in form["name"].as_field_group()


def test_a_failure_renders_without_request_and_context() -> None:
    assert "Something went wrong inside scepadmin." in render_to_string("500.html")


def test_an_address_without_page_says_so(client: Client) -> None:
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert b"There is no page at this address." in response.content


def test_a_view_that_refuses_says_so(rf: RequestFactory) -> None:
    assert "Your role does not allow this." in render_to_string("403.html", {}, rf.get("/"))


def test_a_stale_form_says_so(rf: RequestFactory) -> None:
    response = csrf_failure(rf.post("/"))

    assert response.status_code == 403
    assert b"This page was out of date, so nothing was changed." in response.content


def test_the_frame_shows_who_is_signed_in_since_and_until_when(client: Client) -> None:
    page = client.get("/gallery/empty/").content.decode()

    assert "Last Login Time: <time" in page
    assert "Session Expire Time: <time" in page
    assert "2 failed sign-ins" in page
    assert "FIPS-CC" in page
    assert "fw-lab-1" in page
    assert '1<span class="visually-hidden"> running</span>' in page

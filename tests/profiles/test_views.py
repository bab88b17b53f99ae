"""The list and its dialogs over HTTP."""

from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from configuration import queries as configuration
from device.models import Admin, DeviceFacts
from domain.actors import Role
from domain.locations import VSYS1
from profiles import queries, services
from profiles.forms.profile import RETYPE, RETYPE_OR_KEEP, STORED
from profiles.spec import Challenge, SanType
from tests.profiles.conftest import Workbench
from tests.profiles.pages import FILLED, HTMX, LIST, edit_url, get, post


@pytest.mark.parametrize("path", [LIST, f"{LIST}add/", f"{LIST}delete/", f"{LIST}clone/"])
def test_visitors_are_sent_to_the_login_page(db: None, client: Client, path: str) -> None:
    del db
    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"] == f"/login/?next={path}"


def test_an_empty_list_says_what_to_do(bench: Workbench, maria: Client) -> None:
    del bench
    page = maria.get(LIST).content.decode()

    assert "No SCEP profiles yet" in page
    assert f'href="{LIST}add/"' in page


def test_the_list_shows_every_column(bench: Workbench, maria: Client) -> None:
    uuid = bench.save(san_type=SanType.DNS, san_value="$HOSTID.example")

    page = maria.get(LIST).content.decode()

    assert "<!doctype html>" in page.lower()
    for text in (
        f'href="{edit_url(uuid)}"',
        "ndes",
        "vsys1",
        "http://ca.example/certsrv/mscep/",
        "CORP",
        "None",
        "O=acme,CN=$USERNAME",
        "DNS Name",
        "2048",
        "sha256",
        "Not committed",
    ):
        assert text in page


def test_the_list_shows_what_runs(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()
    bench.commit()
    assert "Committed" in get(maria, LIST)

    bench.save(uuid, ca_ident="OTHER")

    assert "Changed" in get(maria, LIST)


def test_htmx_gets_the_list_alone_and_it_refreshes_itself(bench: Workbench, maria: Client) -> None:
    bench.save()

    fragment = get(maria, LIST)

    assert "<html" not in fragment
    assert 'hx-trigger="config-changed from:body, job-finished from:body"' in fragment


def test_the_number_of_queries_does_not_grow_with_the_list(bench: Workbench, maria: Client) -> None:
    counts = []
    for number in range(3):
        bench.save(name=f"profile-{number}")
        with CaptureQueriesContext(connection) as queries_made:
            assert f"profile-{number}" in get(maria, LIST)
        counts.append(len(queries_made))

    assert counts[0] == counts[1] == counts[2]


def test_the_dialog_has_every_field_in_its_section(bench: Workbench, maria: Client) -> None:
    del bench
    dialog = get(maria, f"{LIST}add/")

    places = [
        dialog.index(text)
        for text in (
            'name="name"',
            'name="location"',
            "One Time Password (Challenge)",
            'name="challenge"',
            'name="challenge_password"',
            'name="otp_server_url"',
            'name="otp_username"',
            'name="otp_password"',
            "Configuration</legend>",
            'name="server_url"',
            'name="ca_ident"',
            'name="subject"',
            'name="san_type"',
            'name="san_value"',
            "Cryptographic Settings",
            'name="key_bits"',
            'name="digest"',
            'name="use_as_digital_signature"',
            'name="use_for_key_encipherment"',
            'name="fingerprint"',
            "SCEP Server SSL Authentication",
            'name="scep_ca_certificate"',
            'name="scep_client_certificate"',
            "Automatic Renewal",
            'name="renewal"',
            'name="renewal_percent"',
            'name="renewal_days"',
            'name="check_revocation"',
            "Emulation",
            'name="transport"',
            'name="minimum"',
        )
    ]
    assert places == sorted(places)
    assert "<html" not in dialog
    assert f'hx-post="{LIST}add/"' in dialog
    assert f'action="{LIST}add/"' in dialog


def test_a_dialog_has_a_page_of_its_own(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()

    page = maria.get(edit_url(uuid)).content.decode()

    assert "<html" in page
    assert 'value="ndes"' in page


def test_a_new_profile_is_saved_and_the_list_told(bench: Workbench, maria: Client) -> None:
    del bench
    response = post(maria, f"{LIST}add/")

    assert response.status_code == 204
    assert response.headers["HX-Trigger"] == "config-changed"
    [row] = queries.profile_rows()
    assert (row.spec.name, row.spec.ca_ident) == ("ndes", "CORP")


def test_without_javascript_saving_leads_to_the_list(bench: Workbench, maria: Client) -> None:
    del bench
    response = maria.post(f"{LIST}add/", FILLED)

    assert response.status_code == 303
    assert response.headers["Location"] == LIST


def test_all_errors_stand_at_their_fields_and_nothing_typed_is_lost(
    bench: Workbench, maria: Client
) -> None:
    del bench
    response = post(maria, f"{LIST}add/", name="", ca_ident="c" * 256, subject="O=typed")

    dialog = response.content.decode()
    assert response.status_code == 422
    assert "3 fields need attention." in dialog
    assert "This field is required." in dialog
    assert "This field has 256 characters; at most 255 are allowed." in dialog
    assert "The subject must contain a common name" in dialog
    assert 'value="O=typed"' in dialog
    assert dialog.count('aria-invalid="true"') == 3
    assert queries.profile_rows() == []


def test_a_name_that_is_taken_is_an_error_at_the_name(bench: Workbench, maria: Client) -> None:
    bench.save()

    response = post(maria, f"{LIST}add/")

    assert response.status_code == 422
    assert "SCEP profile ndes already exists in vsys1." in response.content.decode()


def test_a_choice_that_is_not_offered_is_an_error_at_its_field(
    bench: Workbench, maria: Client
) -> None:
    del bench
    response = post(maria, f"{LIST}add/", digest="md5")

    assert response.status_code == 422
    assert "md5 is not one of the available choices." in response.content.decode()


def test_the_password_typed_is_sealed_and_never_sent_back(bench: Workbench, maria: Client) -> None:
    del bench
    fields = {"challenge": "fixed", "challenge_password": "hunter2"}
    refused = post(maria, f"{LIST}add/", name="", **fields).content.decode()
    assert "hunter2" not in refused
    assert RETYPE in refused

    assert post(maria, f"{LIST}add/", **fields).status_code == 204

    [row] = queries.profile_rows()
    entry = configuration.candidate(row.uuid)
    assert entry is not None
    for text in (maria.get(LIST).content.decode(), get(maria, edit_url(row.uuid)), entry.xml):
        assert "hunter2" not in text
    assert services.challenge_password(row.spec) == "hunter2"


def test_a_stored_password_is_dots_and_stays_unless_typed(bench: Workbench, maria: Client) -> None:
    uuid = bench.save(challenge=Challenge.FIXED, typed_challenge_password="hunter2")
    dialog = get(maria, edit_url(uuid))
    assert dialog.count(STORED) == 1
    assert str(queries.candidate_profile(uuid).spec.challenge_password) not in dialog

    response = post(maria, edit_url(uuid), version="1", challenge="fixed", ca_ident="OTHER")

    assert response.status_code == 204
    spec = queries.candidate_profile(uuid).spec
    assert spec.ca_ident == "OTHER"
    assert services.challenge_password(spec) == "hunter2"


def test_a_dynamic_challenge_needs_its_three_fields(bench: Workbench, maria: Client) -> None:
    del bench
    response = post(maria, f"{LIST}add/", challenge="dynamic")

    assert response.status_code == 422
    assert "3 fields need attention." in response.content.decode()


def test_fields_of_another_mode_are_ignored(bench: Workbench, maria: Client) -> None:
    del bench
    response = post(maria, f"{LIST}add/", otp_server_url="junk", san_value="junk")

    assert response.status_code == 204
    [row] = queries.profile_rows()
    assert (row.spec.otp_server_url, row.spec.san_value) == ("", "")


def test_certificates_are_chosen_from_lists(bench: Workbench, maria: Client) -> None:
    del bench
    dialog = get(maria, f"{LIST}add/")
    assert '<option value="root-ca">root-ca</option>' in dialog
    assert '<option value="device">device</option>' in dialog

    fields = {"scep_ca_certificate": "root-ca", "scep_client_certificate": "device"}
    assert post(maria, f"{LIST}add/", **fields).status_code == 204


def test_a_certificate_that_is_gone_stays_visible(bench: Workbench, maria: Client) -> None:
    del bench
    response = post(maria, f"{LIST}add/", scep_ca_certificate="gone")

    dialog = response.content.decode()
    assert '<option value="gone" selected>gone</option>' in dialog
    assert "vsys1 sees no CA certificate named gone." in dialog


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [({}, False), ({"transport": "get"}, True), ({"minimum": "strict"}, True)],
)
def test_our_own_fields_are_folded_away_at_their_defaults(
    bench: Workbench, maria: Client, fields: dict[str, str], *, is_open: bool
) -> None:
    del bench
    assert post(maria, f"{LIST}add/", **fields).status_code == 204

    [row] = queries.profile_rows()
    assert ('<details class="section" open' in get(maria, edit_url(row.uuid))) is is_open


def test_the_location_of_a_saved_profile_is_fixed(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()
    dialog = get(maria, edit_url(uuid))
    assert '<input type="hidden" name="location" value="vsys1"' in dialog
    assert '<p class="field-control">vsys1</p>' in dialog
    assert '<option value="shared"' not in dialog

    assert post(maria, edit_url(uuid), version="1", location="shared").status_code == 422


def test_without_virtual_systems_there_is_no_location(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()
    DeviceFacts.objects.create(
        hostname="fw", serial="0" * 12, model="m", sw_version="1.0.0", multi_vsys=False
    )
    assert ">Location<" not in maria.get(LIST).content.decode()
    for path in (f"{LIST}add/", edit_url(uuid)):
        dialog = get(maria, path)
        assert ">Location<" not in dialog
        assert '<input type="hidden" name="location" value="vsys1"' in dialog

    assert post(maria, f"{LIST}add/", name="second").status_code == 204
    assert post(maria, edit_url(uuid), version="1", ca_ident="MINE").status_code == 204


@pytest.mark.parametrize(
    ("location", "offered"), [("vsys1", True), ("shared", False), ("nowhere", True)]
)
def test_a_new_profile_is_offered_the_certificates_that_its_location_sees(
    bench: Workbench, maria: Client, location: str, *, offered: bool
) -> None:
    del bench
    query = f"location={location}&scep_ca_certificate=root-ca"

    fragment = get(maria, f"{LIST}authentication/?{query}")

    assert '<option value="root-ca" selected>root-ca</option>' in fragment
    assert ('<option value="device">device</option>' in fragment) is offered
    assert "aria-invalid" not in fragment
    assert "<html" not in fragment


def test_the_preview_shows_what_is_being_typed(bench: Workbench, maria: Client) -> None:
    del bench
    typed = {"subject": "O=\\<b\\>,CN=$USERNAME", "san_type": "dns", "san_value": "$HOSTID.example"}

    response = maria.post(f"{LIST}preview/", typed, headers=HTMX)

    fragment = response.content.decode()
    assert response.status_code == 200
    assert "O=\\&lt;b\\&gt;,CN=jdoe" in fragment
    assert "<dt>CN</dt><dd>jdoe</dd>" in fragment
    assert "DNS Name: b4-2e-99-00-11-22.example" in fragment


def test_the_preview_says_what_is_wrong(bench: Workbench, maria: Client) -> None:
    del bench
    fragment = maria.post(
        f"{LIST}preview/", {"subject": "O=acme", "san_type": "junk"}, headers=HTMX
    )

    assert "The subject must contain a common name" in fragment.content.decode()


def test_after_ok_errors_stand_at_their_fields_only(bench: Workbench, maria: Client) -> None:
    del bench
    dialog = post(maria, f"{LIST}add/", subject="O=acme").content.decode()

    assert dialog.count("The subject must contain a common name") == 1
    assert "Shown once the subject has no error." in dialog


def test_a_form_that_lacks_fields_is_refused_like_any_other(
    bench: Workbench, maria: Client
) -> None:
    del bench
    assert maria.post(f"{LIST}add/", {"name": "ndes"}, headers=HTMX).status_code == 422


def test_the_dialog_opens_with_a_preview(bench: Workbench, maria: Client) -> None:
    uuid = bench.save(subject="O=acme,CN=$USERNAME")

    assert '<p class="mono">O=acme,CN=jdoe</p>' in get(maria, edit_url(uuid))
    assert '<p class="mono">CN=jdoe</p>' in get(maria, f"{LIST}add/")


def test_the_preview_is_not_for_visitors(db: None, client: Client) -> None:
    del db
    assert client.post(f"{LIST}preview/").status_code == 302


def test_fingerprints_that_the_server_sent_are_offered(
    bench: Workbench, maria: Client, settings: Settings
) -> None:
    uuid = bench.save()
    assert "Sent by the server" not in get(maria, edit_url(uuid))
    settings.FETCHED_CA = "tests.profiles.fakes.fetched_ca"

    dialog = get(maria, edit_url(uuid))

    for text in (
        "2 certificates, <time",
        "Issuing CA",
        "CN=&lt;Acme&gt; CA",
        'data-fill="id_fingerprint" value="aa01"',
        'aria-label="Use the MD5 fingerprint of CN=&lt;Acme&gt; CA"',
        "AA:<wbr>02",
        "Registration authority",
        "BB:<wbr>01",
    ):
        assert text in dialog
    assert 'value="bb01"' not in dialog
    assert "Sent by the server" not in get(maria, f"{LIST}add/")


def test_a_new_password_that_was_not_saved_is_not_taken_for_the_stored_one(
    bench: Workbench, maria: Client
) -> None:
    uuid = bench.save(challenge=Challenge.FIXED, typed_challenge_password="old")
    fields = {"name": "", "challenge": "fixed", "challenge_password": "new"}

    dialog = post(maria, edit_url(uuid), version="1", **fields).content.decode()

    assert RETYPE_OR_KEEP in dialog


def test_a_fingerprint_copied_from_windows_is_cleaned(bench: Workbench, maria: Client) -> None:
    del bench
    response = post(maria, f"{LIST}add/", fingerprint="\u200ea656fa66 ab12b433 a2da5cf7 cc153d9a")

    assert response.status_code == 204
    [row] = queries.profile_rows()
    assert row.spec.fingerprint == "a656fa66 ab12b433 a2da5cf7 cc153d9a"


def test_a_profile_that_is_gone_cannot_be_opened(bench: Workbench, maria: Client) -> None:
    del bench
    path = edit_url(uuid4())

    assert maria.get(path).status_code == 404
    toast = maria.get(path, headers=HTMX)
    assert toast.status_code == 409
    assert "There is no such SCEP profile." in toast.content.decode()


def test_who_may_only_read_is_told_and_the_dialog_stays(bench: Workbench, maria: Client) -> None:
    del bench
    Admin.objects.update(role=Role.SUPERREADER)

    response = post(maria, f"{LIST}add/")

    assert response.status_code == 409
    assert "Your role does not allow" in response.content.decode()
    assert response.headers["HX-Retarget"] == "#toasts"


def test_an_admin_of_another_virtual_system_is_shown_no_profile(
    bench: Workbench, maria: Client
) -> None:
    uuid = bench.save(name="elsewhere", location=VSYS1)
    Admin.objects.update(role=Role.VSYSADMIN, scope=["vsys2"])

    question = maria.post(f"{LIST}delete/", {"object": str(uuid), "ask": "1"}, headers=HTMX)

    assert "elsewhere" not in question.text
    assert maria.get(f"{LIST}clone/?object={uuid}").status_code == 403
    assert maria.get(edit_url(uuid)).status_code == 403


def test_who_may_only_read_sees_the_profile_and_cannot_save_it(
    bench: Workbench, maria: Client
) -> None:
    uuid = bench.save()
    Admin.objects.update(role=Role.SUPERREADER)

    dialog = maria.get(edit_url(uuid), headers=HTMX).content.decode()
    page = maria.get(LIST).content.decode()
    refused = maria.get(f"{LIST}add/")

    assert 'type="submit" class="button button-primary"' not in dialog
    assert dialog.count("disabled") > 10
    assert ">Close</a>" in dialog
    assert "Clone" not in page
    assert "commit-button" not in page
    assert refused.status_code == 403
    assert "Your role does not allow changing SCEP profiles." in refused.content.decode()

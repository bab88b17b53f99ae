"""The certificates pages over HTTP."""

import hashlib
from uuid import UUID, uuid4

import pytest

from django.test import Client
from django.urls import reverse

from certificates.models import Enrollment, Source
from certificates.services import store
from configuration import queries as configuration
from device.models import Admin
from domain.locations import SHARED, VSYS1
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import Bench, current

HTMX = {"HX-Request": "true"}


def _url(name: str, *uuids: UUID) -> str:
    query = "&".join(f"object={uuid}" for uuid in uuids)
    return f"{reverse(f'certificates:{name}')}?{query}"


def test_visitors_are_sent_to_the_login_page(client: Client, db: None) -> None:
    del db
    answer = client.get(reverse("certificates:index"))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("device:login"))


def test_without_certificates_the_page_says_how_the_first_ones_come(
    maria: Client, bench: Bench
) -> None:
    del bench
    page = maria.get(reverse("certificates:index")).content.decode()

    assert "No certificates yet" in page
    assert reverse("profiles:index") in page


def test_the_list_shows_the_tree_with_levels(maria: Client, bench: Bench) -> None:
    bench.keep("root", ROOT)
    bench.keep("issuing", ISSUING)
    leaf = bench.keep("fw-1", LEAF)

    page = maria.get(reverse("certificates:index")).content.decode()

    assert 'class="level-3" aria-level="3"' in page
    assert reverse("certificates:detail", args=[leaf]) in page
    assert "3 certificates" in page


def test_htmx_gets_the_table_alone(maria: Client, bench: Bench) -> None:
    bench.keep("root", ROOT)

    asked = HTMX | {"HX-Target": "certificate-table"}
    fragment = maria.get(reverse("certificates:index"), headers=asked).content.decode()

    assert fragment.lstrip().startswith("<section")
    assert '<span id="found" class="search-found" hx-swap-oob="true">1 / 1</span>' in fragment
    assert "<html" not in fragment


def test_details_explain_the_certificate(maria: Client, bench: Bench) -> None:
    bench.keep("issuing", ISSUING)
    leaf = bench.keep("fw-1", LEAF)

    page = maria.get(reverse("certificates:detail", args=[leaf]), headers=HTMX).content.decode()

    assert "CN=Acme Issuing" in page
    assert "not on this device" in page


def test_details_have_a_page_of_their_own(maria: Client, bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)

    page = maria.get(reverse("certificates:detail", args=[uuid])).content.decode()

    assert "<html" in page
    assert "Certificate root" in page


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("extensions", "Whether it may issue certificates"),
        ("text", "Public Key Algorithm: RSA"),
        ("pem", "-----BEGIN CERTIFICATE-----"),
        ("asn1", "2.5.29.19 (Basic constraints)"),
        ("history", "Certificates of fw-1, the newest first"),
        ("no-such-tab", "Fingerprints and Hashes"),
    ],
)
def test_each_tab_of_the_details_has_an_address(
    tab: str, words: str, maria: Client, bench: Bench
) -> None:
    url = reverse("certificates:detail", args=[bench.keep("fw-1", LEAF)])

    page = maria.get(f"{url}?tab={tab}").content.decode()

    assert words in page
    assert f'data-address="{url}?tab={tab}"' in page
    assert page.count('aria-current="page"') >= 1


def test_an_earlier_certificate_is_shown_as_such(maria: Client, bench: Bench) -> None:
    uuid = bench.keep("fw-1", LEAF)
    old = current(uuid)
    store.set_material(store.NewMaterial(uuid, Source.IMPORT, ISSUING.der), at=bench.now)

    history = reverse("certificates:detail", args=[uuid]) + "?tab=history"
    now = maria.get(history).content.decode()
    url = reverse("certificates:earlier", args=[uuid, old.pk])
    before = maria.get(url).content.decode()

    assert f'href="{url}"' in now
    assert "This is an earlier certificate of fw-1" in before
    assert "CN=fw-1" in before
    assert "Download PEM" not in before
    missing = reverse("certificates:earlier", args=[uuid, uuid4()])
    assert maria.get(missing).status_code == 404


def test_details_of_nothing_are_refused(maria: Client, bench: Bench) -> None:
    del bench
    answer = maria.get(reverse("certificates:detail", args=[uuid4()]), headers=HTMX)

    assert answer.status_code == 409
    assert "There is no such certificate." in answer.content.decode()


def test_a_certificate_is_downloaded_under_its_name(maria: Client, bench: Bench) -> None:
    uuid = bench.keep("fw-1", LEAF)

    answer = maria.get(reverse("certificates:pem", args=[uuid]))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="fw-1.pem"'
    assert answer.content == LEAF.pem


def test_exporting_nothing_says_what_to_do(maria: Client, bench: Bench) -> None:
    del bench
    page = maria.get(_url("export")).content.decode()

    assert "No certificate is selected." in page


def test_an_object_that_is_no_uuid_does_not_exist(maria: Client, bench: Bench) -> None:
    del bench
    assert maria.get(reverse("certificates:delete") + "?object=junk").status_code == 404


def test_delete_asks_first(maria: Client, bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)

    page = maria.get(_url("delete", uuid), headers=HTMX).content.decode()

    assert "Delete 1 certificate from the candidate configuration?" in page
    assert bench.names() == ["root"]


def test_the_list_s_tool_asks_about_hundreds_of_rows_and_its_dialog_deletes(
    maria: Client, bench: Bench
) -> None:
    uuid = bench.keep("root", ROOT)
    rows = [str(uuid), *(str(UUID(int=number)) for number in range(300))]

    asked = maria.post(reverse("certificates:delete"), {"object": rows, "ask": "1"}, headers=HTMX)

    assert bench.names() == ["root"]
    assert asked.content.decode().count('name="object"') == len(rows)

    maria.post(reverse("certificates:delete"), {"object": rows[:1]}, headers=HTMX)

    assert bench.names() == []


def test_what_was_deleted_meanwhile_is_said_to_be(maria: Client, bench: Bench) -> None:
    del bench
    page = maria.get(_url("delete", UUID(int=1))).content.decode()

    assert "What was selected has been deleted meanwhile." in page


def test_delete_deletes_and_tells_the_page(maria: Client, bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)

    answer = maria.post(_url("delete", uuid), headers=HTMX)

    assert answer.status_code == 204
    assert answer.headers["HX-Trigger"] == "config-changed, certificates-changed"
    assert bench.names() == []


def test_delete_without_javascript_returns_to_the_list(maria: Client, bench: Bench) -> None:
    answer = maria.post(_url("delete", bench.keep("root", ROOT)))

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        reverse("certificates:index"),
    )


def test_delete_of_nothing_says_what_to_do(maria: Client, bench: Bench) -> None:
    del bench
    assert "No certificate is selected." in maria.get(_url("delete")).content.decode()


def test_a_refused_delete_lists_who_refers_to_it(maria: Client, bench: Bench) -> None:
    uuid = bench.keep("corp-root", ROOT, location=SHARED)
    bench.profile(name="ndes", scep_ca_certificate="corp-root")

    answer = maria.post(_url("delete", uuid), headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "corp-root cannot be deleted because of references from:" in page
    assert "scep -&gt; ndes -&gt; scep-ca-cert -&gt; corp-root" in page


def test_generate_without_profiles_leads_to_them(maria: Client, bench: Bench) -> None:
    del bench
    page = maria.get(reverse("certificates:generate")).content.decode()

    assert "No SCEP profile is committed" in page
    assert "Add a SCEP profile and commit it first." in page


def test_generate_with_uncommitted_profiles_leads_to_commit(maria: Client, bench: Bench) -> None:
    bench.profile(name="fresh")

    page = maria.get(reverse("certificates:generate"), headers=HTMX).content.decode()

    assert "Waiting for a commit: fresh (vsys1)." in page
    assert reverse("configuration:commit") in page


def test_generate_lists_uncommitted_profiles_disabled(maria: Client, bench: Bench) -> None:
    bench.running_profile(name="ready")
    bench.profile(name="fresh")

    page = maria.get(reverse("certificates:generate"), headers=HTMX).content.decode()

    assert 'value="uncommitted:vsys1:fresh" disabled' in page


def test_an_uncommitted_profile_is_refused_with_the_way_to_commit(
    maria: Client, bench: Bench
) -> None:
    bench.running_profile(name="ready")
    bench.profile(name="fresh")

    answer = maria.post(
        reverse("certificates:generate"), {"name": "fw-1", "profile": "uncommitted:vsys1:fresh"}
    )

    assert answer.status_code == 422
    assert "This profile is not committed yet: commit it first." in answer.content.decode()


def test_token_fields_are_shown_for_the_profiles_that_use_them(maria: Client, bench: Bench) -> None:
    users = bench.running_profile(name="users", subject="CN=$USERNAME")
    hosts = bench.running_profile(name="hosts", subject="CN=$HOSTID")

    page = maria.get(reverse("certificates:generate"), headers=HTMX).content.decode()

    assert f'data-show-when="profile={users}"' in page
    assert f'data-show-when="profile={hosts}"' in page
    assert 'value="000000000000"' in page
    assert "Email Address" not in page


def test_the_help_of_a_token_names_a_few_profiles_and_counts_the_others(
    maria: Client, bench: Bench
) -> None:
    for number in range(5):
        bench.running_profile(name=f"users-{number}", subject="CN=$USERNAME")

    page = maria.get(reverse("certificates:generate"), headers=HTMX).content.decode()

    assert "Stands for $USERNAME in users-0, users-1, users-2 and 2 more." in page


def test_a_profile_deleted_meanwhile_is_refused_in_plain_words(maria: Client, bench: Bench) -> None:
    bench.running_profile()

    answer = maria.post(
        reverse("certificates:generate"), {"name": "fw-1", "profile": str(UUID(int=1))}
    )

    assert answer.status_code == 422
    assert "This profile is no longer running: it was deleted" in answer.content.decode()


def test_generate_goes_on_to_the_job(maria: Client, bench: Bench) -> None:
    profile = bench.running_profile()

    answer = maria.post(
        reverse("certificates:generate"),
        {"name": "fw-1", "profile": profile, "username": "jdoe"},
        headers=HTMX,
    )

    row = Enrollment.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("jobs:job", args=[row.job_id])
    assert (row.name, row.subject, row.requested_by) == ("fw-1", "O=acme,CN=jdoe", "maria")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "with space"}, "The name cannot contain spaces."),
        ({"name": ""}, "This field is required."),
        ({"username": ""}, "The profile needs $USERNAME."),
        ({"location": "shared"}, "cannot be used for a certificate in Shared"),
        ({"username": "j" * 65}, "The subject cannot be used"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_requested(
    changes: dict[str, str], message: str, maria: Client, bench: Bench
) -> None:
    profile = bench.running_profile()
    typed = {"name": "fw-1", "profile": str(profile), "username": "jdoe", **changes}

    answer = maria.post(reverse("certificates:generate"), typed, headers=HTMX)

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Enrollment.objects.exists()


def test_a_refusal_that_belongs_to_no_field_is_shown_above(maria: Client, bench: Bench) -> None:
    profile = bench.running_profile(location=SHARED)
    Admin.objects.update(role="vsysadmin", scope=["vsys2"])

    answer = maria.post(
        reverse("certificates:generate"),
        {"name": "fw-1", "profile": profile, "username": "jdoe"},
        headers=HTMX,
    )

    assert answer.status_code == 422
    assert "Your role does not allow changing certificates in Shared." in answer.content.decode()


def test_an_admin_of_another_virtual_system_sees_and_touches_nothing(
    maria: Client, bench: Bench
) -> None:
    bench.running_profile(name="elsewhere")
    uuid = bench.keep("root", ROOT, location=VSYS1)
    Admin.objects.update(role="vsysadmin", scope=["vsys2"])

    for name in ("detail", "pem", "usage"):
        assert maria.get(reverse(f"certificates:{name}", args=[uuid])).status_code == 403
    earlier = reverse("certificates:earlier", args=[uuid, current(uuid).pk])
    assert maria.get(earlier).status_code == 403
    for name in ("delete", "export", "revoke"):
        question = {"object": str(uuid), "ask": "1"}
        answer = maria.post(reverse(f"certificates:{name}"), question, headers=HTMX)
        assert answer.status_code == 200
        assert "root" not in answer.text
    csv = maria.post(reverse("certificates:csv"), {"object": str(uuid)})
    assert b"root" not in b"".join(csv.streaming_content)  # type: ignore[attr-defined]
    assert "elsewhere" not in maria.get(reverse("certificates:generate"), headers=HTMX).text


def test_polling_what_is_not_pending_is_refused(maria: Client, bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)

    answer = maria.post(reverse("certificates:poll", args=[uuid]), headers=HTMX)

    assert answer.status_code == 409
    assert "there is nothing to poll for" in answer.content.decode()
    assert configuration.pending_count() == 1


def test_details_say_with_which_profile_a_ca_came_and_that_nothing_authenticates_it(
    maria: Client, bench: Bench
) -> None:
    bench.running_profile(name="ndes")

    url = reverse("certificates:detail", args=[bench.rows()[0].uuid])
    page = maria.get(f"{url}?tab=history").content.decode()

    assert "ndes" in page
    assert "no: the profile has no fingerprint" in page


def test_details_say_that_the_fingerprint_of_the_profile_fits(maria: Client, bench: Bench) -> None:
    digest = hashlib.sha256(bench.ca.ca.der).hexdigest()
    bench.running_profile(name="ndes", fingerprint=digest)

    url = reverse("certificates:detail", args=[bench.rows()[0].uuid])

    assert "by the profile's fingerprint" in maria.get(f"{url}?tab=history").content.decode()

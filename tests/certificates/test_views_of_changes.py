"""The dialogs that make, move, revoke and renew certificates, over HTTP."""

from uuid import UUID, uuid4

import pytest

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from certificates import queries
from certificates.local import EXTERNAL, LocalWish
from certificates.models import CertificateEntry, Enrollment, EnrollmentState, MaterialStatus
from certificates.spec import Usage
from device import services as device_services
from device.models import Admin
from domain.actors import Role
from jobs.models import Job
from pki import crl, csr, formats
from pki.private_keys import KeyAlgorithm
from tests.certificates.test_store import LEAF, ROOT
from tests.certificates.workbench import Bench, current, make

HTMX = {"HX-Request": "true"}
LOCAL = {
    "certificate_type": "local",
    "name": "fw-1",
    "common_name": "fw",
    "place": "vsys1",
    "algorithm": "EC",
    "rsa_bits": "2048",
    "ec_bits": "256",
    "digest": "sha256",
    "days": "30",
    "host_names": "a.example.com, b.example.com\n",
}


def _make(bench: Bench, name: str = "fw-1", **wish: object) -> UUID:
    usual = {"common_name": name, "algorithm": KeyAlgorithm.EC, "key_bits": 256}
    return make(bench, LocalWish(name, **{**usual, **wish}))  # type: ignore[arg-type]


def _url(name: str, *arguments: UUID) -> str:
    return reverse(f"certificates:{name}", args=arguments)


def _file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_generate_offers_both_types_and_the_cas_that_can_sign(maria: Client, bench: Bench) -> None:
    _make(bench, "root", is_ca=True)
    _make(bench, "leaf")

    page = maria.get(_url("generate"), headers=HTMX).content.decode()

    assert "External Authority (CSR)" in page
    assert "root (" in page
    assert "leaf (" not in page
    assert "No SCEP profile is committed" in page


def test_generate_local_goes_on_to_its_job(maria: Client, bench: Bench) -> None:
    del bench
    answer = maria.post(_url("generate"), LOCAL, headers=HTMX)

    job = Job.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        reverse("jobs:job", args=[job.pk]),
    )
    assert job.arguments["wish"]["host_names"] == ["a.example.com", "b.example.com"]
    assert job.arguments["wish"]["key_bits"] == 256


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "my cert"}, "The name cannot contain spaces"),
        ({"digest": "sha512"}, "sha512 is not offered with EC keys."),
        ({"ec_bits": ""}, "EC keys have one of the sizes 256, 384."),
        ({"algorithm": "RSA", "rsa_bits": ""}, "RSA keys have one of the sizes"),
        ({"days": ""}, "This field is required."),
        ({"signed_by": str(uuid4())}, "Select a valid choice"),
        ({"country": "Germany"}, "C is a country code of two letters"),
    ],
)
def test_generate_local_says_what_is_wrong_at_its_field(
    maria: Client, bench: Bench, changed: dict[str, str], words: str
) -> None:
    del bench
    answer = maria.post(_url("generate"), {**LOCAL, **changed}, headers=HTMX)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Job.objects.count() == 0


def test_generate_says_that_a_name_is_taken(maria: Client, bench: Bench) -> None:
    _make(bench)

    page = maria.post(_url("generate"), LOCAL, headers=HTMX).content.decode()

    assert "A certificate named fw-1 already exists" in page


def test_import_says_what_came_of_several_files(maria: Client, bench: Bench) -> None:
    sent = {
        "certificate_files": [_file("root.pem", ROOT.pem), _file("fw.der", LEAF.der)],
        "key_file": _file("fw.key", LEAF.key_pem),
        "location": "vsys1",
    }

    answer = maria.post(_url("import"), sent, headers=HTMX)

    page = answer.content.decode()
    assert "Successfully imported root into candidate configuration." in page
    assert "Successfully imported fw into candidate configuration." in page
    assert answer.headers["HX-Trigger"] == "config-changed, certificates-changed"
    assert bench.names() == ["root", "fw"]


def test_import_names_the_file_and_its_fault(maria: Client, bench: Bench) -> None:
    sent = {"certificate_files": [_file("photo.png", b"\x89PNG")], "location": "vsys1"}

    answer = maria.post(_url("import"), sent, headers=HTMX)

    assert answer.status_code == 422
    assert "photo.png: The file is a picture" in answer.content.decode()
    assert bench.names() == []


def test_import_reads_no_more_of_fifty_mebibytes_than_it_takes(maria: Client, bench: Bench) -> None:
    del bench
    sent = {
        "certificate_files": [_file("huge.pem", bytes(50 * 1024 * 1024))],
        "location": "vsys1",
    }

    page = maria.post(_url("import"), sent).content.decode()

    assert "huge.pem: The file is too large: at most 4 MiB are read." in page


def test_import_of_nothing_says_so(maria: Client, bench: Bench) -> None:
    del bench
    assert "Choose a file." in maria.post(_url("import"), {"location": "vsys1"}).content.decode()
    assert maria.get(_url("import")).status_code == 200


def test_export_asks_for_a_format_and_hands_out_the_file(maria: Client, bench: Bench) -> None:
    root, leaf = bench.keep("root", ROOT), bench.keep("fw-1", LEAF)
    chosen = {"object": [str(leaf), str(root)]}

    asked = maria.post(_url("export"), {**chosen, "ask": "1"}, headers=HTMX)
    file = maria.post(_url("export"), {**chosen, "format": "pem"})

    assert "File Format" in asked.content.decode()
    assert file.content == LEAF.pem + ROOT.pem
    assert file.headers["Content-Disposition"] == 'attachment; filename="certificates.pem"'


def test_export_of_a_key_asks_twice_and_for_the_admin_s_password(
    maria: Client, bench: Bench
) -> None:
    uuid = bench.keep("fw-1", LEAF, key_secret=bench.seal_key(LEAF))
    device_services.set_password(username="maria", password="own", at=bench.now)
    maria.force_login(Admin.objects.get(username="maria"))
    sent = {
        "object": str(uuid),
        "format": "pkcs12",
        "key": "on",
        "passphrase": " x ",
        "confirmation": " x ",
        "password": "own",
    }

    for changed, words in (
        ({"confirmation": "y"}, "The two passphrases differ."),
        ({"password": "guess"}, "This is not your password."),
        ({"format": "der"}, "Only PEM and PKCS#12 hold a private key."),
    ):
        answer = maria.post(_url("export"), {**sent, **changed})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    file = maria.post(_url("export"), sent)

    assert len(formats.read(file.content, " x ").keys) == 1


def test_export_offers_no_key_to_who_may_not_have_it(maria: Client, bench: Bench) -> None:
    uuid = bench.keep("fw-1", LEAF)
    Admin.objects.update(role=Role.SUPERREADER)

    page = maria.get(f"{_url('export')}?object={uuid}").content.decode()

    assert "Export Private Key" not in page


def test_a_request_and_a_list_are_downloaded(maria: Client, bench: Bench) -> None:
    request, root = _make(bench, "ext", signed_by=EXTERNAL), _make(bench, "root", is_ca=True)

    made = maria.get(_url("csr", request))
    revoked = maria.get(_url("crl", root))

    assert made.headers["Content-Disposition"] == 'attachment; filename="ext.csr"'
    assert b"BEGIN CERTIFICATE REQUEST" in made.content
    csr.verify(bytes(current(request).csr_der))
    assert crl.read(revoked.content).revoked == 0


def test_revoke_asks_why_and_revokes(maria: Client, bench: Bench) -> None:
    uuid = _make(bench)
    chosen = {"object": str(uuid)}

    asked = maria.post(_url("revoke"), {**chosen, "ask": "1"}, headers=HTMX)
    done = maria.post(_url("revoke"), {**chosen, "reason": "superseded"}, headers=HTMX)

    assert "cannot be undone" in asked.content.decode()
    assert (done.status_code, done.headers["HX-Trigger"]) == (204, "certificates-changed")
    assert current(uuid).status == MaterialStatus.REVOKED
    shown = maria.get(_url("detail", uuid)).content.decode()
    assert "superseded" in shown
    assert "No certificate is selected" in maria.get(_url("revoke")).content.decode()


def test_revoke_says_why_it_does_not(maria: Client, bench: Bench) -> None:
    uuid = _make(bench, signed_by=EXTERNAL)

    answer = maria.post(_url("revoke"), {"object": str(uuid), "reason": "superseded"})

    assert answer.status_code == 422
    assert "fw-1" in answer.content.decode()
    assert current(uuid).status == MaterialStatus.PENDING


def test_renew_asks_for_days_and_renews_on_the_spot(maria: Client, bench: Bench) -> None:
    uuid = _make(bench)
    before = current(uuid)

    asked = maria.get(f"{_url('renew')}?object={uuid}").content.decode()
    wrong = maria.post(_url("renew"), {"object": str(uuid), "days": "0"})
    done = maria.post(_url("renew"), {"object": str(uuid), "days": "9"})

    assert "New Expiration Interval (days)" in asked
    assert "1 to 36,500 days" in wrong.content.decode()
    assert (done.status_code, current(uuid).pk == before.pk) == (303, False)


def test_renew_over_scep_goes_on_to_its_job(maria: Client, bench: Bench) -> None:
    row = bench.request(bench.running_profile(), "fw-1")
    bench.generate(row)
    row.refresh_from_db()

    asked = maria.get(f"{_url('renew')}?object={row.entry_uuid}").content.decode()
    done = maria.post(_url("renew"), {"object": str(row.entry_uuid), "method": "auto"})

    assert "The SCEP server is asked for a successor" in asked
    renewal = Enrollment.objects.get(renews__isnull=False)
    assert done.headers["Location"] == reverse("jobs:job", args=[renewal.job_id])


def test_what_cannot_be_renewed_is_said_before_anything_is_asked(
    maria: Client, bench: Bench
) -> None:
    uuid = bench.keep("ca", ROOT)

    for query, words in (
        (f"?object={uuid}", "is not on this device"),
        ("", "Select one certificate to renew."),
    ):
        answer = maria.get(_url("renew") + query)
        assert answer.status_code == 409
        assert words in answer.content.decode()


def test_a_pending_renewal_is_shown_polled_and_given_up(maria: Client, bench: Bench) -> None:
    row = bench.request(bench.running_profile(), "fw-1")
    bench.generate(row)
    row.refresh_from_db()
    assert row.entry_uuid
    Enrollment.objects.create(
        name="fw-1",
        location="vsys1",
        profile_uuid=row.profile_uuid,
        profile_name="ndes",
        subject=row.subject,
        state=EnrollmentState.PENDING,
        requested_by="maria",
        requested_at=bench.now,
        entry_uuid=row.entry_uuid,
        renews=current(row.entry_uuid),
        job_id=row.job_id,
    )

    shown = maria.get(_url("detail", row.entry_uuid)).content.decode()
    done = maria.post(_url("give_up", row.entry_uuid), headers=HTMX)

    assert "The CA decides about its renewal" in shown
    assert "Poll now" in shown
    assert done.status_code == 204
    assert Enrollment.objects.get(renews__isnull=False).state == EnrollmentState.ABANDONED
    assert "The CA decides" not in maria.get(_url("detail", row.entry_uuid)).content.decode()


def test_a_failed_renewal_is_told(maria: Client, bench: Bench) -> None:
    uuid = _make(bench)
    Enrollment.objects.create(
        name="fw-1",
        location="vsys1",
        profile_uuid=uuid4(),
        subject="CN=fw",
        state=EnrollmentState.REFUSED,
        requested_by="maria",
        requested_at=bench.now,
        renews=current(uuid),
        reason="The CA said no.",
    )

    shown = maria.get(_url("detail", uuid)).content.decode()

    assert "Its last renewal failed: The CA said no." in shown


def test_usage_is_ticked_and_what_moved_is_said(maria: Client, bench: Bench) -> None:
    first, second = _make(bench, "first", is_ca=True), _make(bench, "second", is_ca=True)
    ticked = {"forward-trust-certificate": "on", "version": "1"}

    done = maria.post(_url("usage", first), ticked, headers=HTMX)
    moved = maria.post(_url("usage", second), ticked, headers=HTMX)

    assert done.status_code == 204
    assert "Forward Trust Certificate was taken from first." in moved.content.decode()
    assert queries.usages(CertificateEntry.objects.get(pk=second)) == {Usage.FORWARD_TRUST}


def test_usage_says_at_its_box_why_a_certificate_is_not_fit(maria: Client, bench: Bench) -> None:
    uuid = _make(bench)

    answer = maria.post(
        _url("usage", uuid), {"trusted-root-CA": "on", "version": "1"}, headers=HTMX
    )

    assert answer.status_code == 422
    assert "Trusted Root CA must be a CA certificate." in answer.content.decode()
    assert maria.get(_url("usage", uuid4())).status_code == 404


def test_who_only_reads_gets_no_buttons_that_change(maria: Client, bench: Bench) -> None:
    uuid = _make(bench)
    Admin.objects.update(role=Role.SUPERREADER)

    shown = maria.get(_url("detail", uuid)).content.decode()

    assert "Renew" not in shown
    for name in ("generate", "import", "revoke", "renew"):
        assert maria.get(_url(name)).status_code == 403


def test_details_of_what_is_not_there_are_refused(maria: Client, bench: Bench) -> None:
    del bench
    assert maria.get(_url("detail", uuid4())).status_code == 404

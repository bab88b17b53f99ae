"""The dialogs Export Configuration and Import Configuration."""

import re
from base64 import b64encode
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from audit.models import AuditEvent
from configuration import queries, services
from configuration.sources import CANDIDATE
from device import secrets
from device.models import Admin, DeviceFacts
from domain.actors import Role
from tests.configuration.fakes import MARIA
from tests.configuration.workbench import Workbench

EXPORT = "/device/setup/operations/export/"
IMPORT = "/device/setup/operations/import/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _device(settings: Settings, tmp_path: Path, db: None) -> None:
    del db
    settings.DATA_DIR = tmp_path
    secrets.forget_unwrapped_keys()
    DeviceFacts.objects.create(hostname="fw-7", serial="0" * 12, model="m", sw_version="1.2.3")


@pytest.fixture
def maria(client: Client, bench: Workbench) -> Client:
    client.force_login(Admin.objects.create(username="maria", created_at=bench.now))
    return client


@pytest.fixture
def vera(client: Client, bench: Workbench) -> Client:
    """An admin of one virtual system."""
    admin = Admin.objects.create(
        username="vera", role=Role.VSYSADMIN, scope=["vsys1"], created_at=bench.now
    )
    client.force_login(admin)
    return client


def exported(bench: Workbench) -> bytes:
    return services.export(source=CANDIDATE, by=MARIA, at=bench.now)


def upload(client: Client, file: bytes, **values: object) -> HttpResponse:
    sent = SimpleUploadedFile("fw.xml", file, "application/xml")
    data = {"file": sent, "mode": "fitting", **values}
    answer = client.post(IMPORT, data, headers=HTMX)
    assert isinstance(answer, HttpResponse)
    return answer


def names() -> list[str]:
    return [entry.name for entry in queries.candidate_document().entries]


def said(answer: HttpResponse) -> str:
    """The words of a page."""
    return " ".join(re.sub("<[^>]*>", " ", answer.content.decode()).split())


def test_the_dialog_offers_every_configuration(maria: Client, bench: Workbench) -> None:
    bench.put("a")
    bench.commit()

    page = maria.get(EXPORT, headers=HTMX).content.decode()

    offered = re.findall('<option value="([^"]+)"', page)
    assert offered[:3] == ["candidate", "running", "revision-1"]


def test_a_configuration_is_downloaded_under_a_name_that_says_which(
    maria: Client, bench: Workbench
) -> None:
    bench.put("a")
    bench.commit()

    answer = maria.post(EXPORT, {"source": "running"})

    assert answer.headers["Content-Type"] == "application/xml"
    disposition = answer.headers["Content-Disposition"]
    name = r'attachment; filename="fw-7-running-[0-9]{8}T[0-9]{6}Z\.xml"'
    assert re.fullmatch(name, disposition)
    assert services.parse([answer.content]).objects[0].name == "a"
    assert AuditEvent.objects.get(kind="export").actor == "maria"


def test_a_configuration_that_there_is_not_cannot_be_chosen(maria: Client) -> None:
    assert maria.post(EXPORT, {"source": "revision-7"}, headers=HTMX).status_code == 422


def test_a_limited_admin_is_told_why_nothing_is_exported(vera: Client) -> None:
    assert vera.get(EXPORT).status_code == 403
    assert vera.post(EXPORT, {"source": "running"}).status_code == 403


def test_an_admin_who_is_limited_in_another_way_is_told_in_the_dialog(
    client: Client, bench: Workbench
) -> None:
    admin = Admin.objects.create(
        username="lou", role=Role.DEVICEADMIN, scope=["vsys1"], created_at=bench.now
    )
    client.force_login(admin)

    answer = client.post(EXPORT, {"source": "running"}, headers=HTMX)

    assert answer.status_code == 422
    assert "Your role does not allow exporting the configuration" in answer.content.decode()


def test_a_file_is_imported_and_the_dialog_says_what_came_of_it(
    maria: Client, bench: Workbench
) -> None:
    bench.put("a")
    file = exported(bench)
    bench.put("b")

    answer = upload(maria, file)

    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "config-changed, certificates-changed"
    words = said(answer)
    assert "The file fw.xml in the candidate: added 0, changed 0, removed 1." in words
    assert "Nothing is in force until you commit." in words
    assert "Taken over (1) Note b in Shared: deleted" in words
    assert names() == ["a"]


def test_a_check_changes_nothing_and_says_so(maria: Client, bench: Workbench) -> None:
    bench.put("a")
    file = exported(bench)
    bench.put("b")

    answer = upload(maria, file, check="1")

    assert "HX-Trigger" not in answer.headers
    assert "Nothing was changed." in said(answer)
    assert names() == ["a", "b"]


def test_what_is_left_out_is_listed_and_escaped(maria: Client, bench: Workbench) -> None:
    bench.put("a")
    file = (
        b'<config><shared><notes><entry name="&lt;b&gt;x"/></notes><address>'
        b"<entry/></address></shared></config>"
    )

    page = upload(maria, file).content.decode()

    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page
    assert "/config/shared/address (line 1; entries: 1)" in page
    assert "Not known here, left out (1)" in page


def test_secrets_that_are_missing_lead_to_where_they_are_entered(
    maria: Client, bench: Workbench
) -> None:
    one = bench.put("a")
    file = exported(bench).replace(b"<text/>", b"<text/><code>-AQ==lost</code>")

    answer = upload(maria, file)

    assert "1 secret must be entered again" in said(answer)
    assert f'hx-get="/notes/{one.uuid}/"' in answer.content.decode()


def test_a_broken_file_is_told_with_its_line(maria: Client) -> None:
    answer = upload(maria, b"<config>\n<shared></config>")

    assert answer.status_code == 422
    assert "Line 2 of the file: this is not well-formed XML" in answer.content.decode()


def test_an_empty_file_is_told_like_a_broken_one(maria: Client) -> None:
    assert "Line 1 of the file" in upload(maria, b"").content.decode()


def test_a_form_without_a_file_is_shown_again(maria: Client) -> None:
    answer = maria.post(IMPORT, {"mode": "fitting"}, headers=HTMX)

    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_the_mode_that_does_not_fit_the_file_is_told_at_the_field(maria: Client) -> None:
    answer = upload(maria, b"<config/>", mode="replace")

    assert answer.status_code == 422
    assert "so the file cannot replace the candidate" in answer.content.decode()


def test_the_missing_master_key_is_told_at_its_field(maria: Client, bench: Workbench) -> None:
    bench.put("a")
    uuid = UUID("5e2f3a4c-0000-4000-8000-000000000001")
    placeholder = f"-AQ=={b64encode(bytes(20)).decode()}{b64encode(uuid.bytes).decode()}"
    table = (
        '<x-scepadmin><secrets master-key="00112233445566aa">'
        f'<secret uuid="{uuid}" purpose="code" mac="" data-key="{uuid}"></secret>'
        "</secrets></x-scepadmin></config>"
    )
    text = exported(bench).decode().replace("</config>", table)
    file = text.replace("<text/>", f"<text/><code>{placeholder}</code>").encode()

    answer = upload(maria, file)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "sealed under the master key 00112233445566aa" in page
    assert "import without secrets" in page
    given = SimpleUploadedFile("master.key", b"\xffno key")
    assert "This is not a master key." in upload(maria, file, master_key=given).content.decode()


def test_an_admin_of_a_virtual_system_imports_no_configuration(
    vera: Client, bench: Workbench
) -> None:
    answer = upload(vera, exported(bench))

    assert answer.status_code == 422
    assert "Your role does not allow loading configurations" in answer.content.decode()


def test_it_works_without_javascript(maria: Client, bench: Workbench) -> None:
    bench.put("a")
    sent = SimpleUploadedFile("fw.xml", exported(bench), "application/xml")

    page = maria.post(IMPORT, {"file": sent, "mode": "fitting"}).content.decode()

    assert "<html" in page
    assert "The file fw.xml in the candidate: added 0, changed 0, removed 0." in page

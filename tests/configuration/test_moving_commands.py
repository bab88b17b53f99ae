"""``manage.py export_configuration`` and ``import_configuration``."""

import stat
from io import StringIO
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from django.core.management import CommandError, call_command

from configuration import queries, services
from configuration.services import snapshots
from device import secrets
from device.models import Admin, DeviceFacts
from domain.actors import Role
from tests.configuration.fakes import MARIA
from tests.configuration.workbench import Workbench

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _device(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    secrets.forget_unwrapped_keys()
    DeviceFacts.objects.create(hostname="fw", serial="0" * 12, model="m", sw_version="1.2.3")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "fw.xml"


def export(file: Path, *options: str) -> str:
    out = StringIO()
    call_command("export_configuration", str(file), *options, stdout=out)
    return out.getvalue()


def load(file: Path, *options: str) -> list[str]:
    out = StringIO()
    call_command("import_configuration", str(file), *options, stdout=out)
    return out.getvalue().splitlines()


def names() -> list[str]:
    return [entry.name for entry in queries.candidate_document().entries]


def test_the_running_configuration_is_written_for_its_owner_only(
    bench: Workbench, file: Path
) -> None:
    bench.put("a")
    bench.commit()
    bench.put("b")

    printed = export(file, "--by", "cron")

    assert printed == f"Exported the running configuration to {file}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8")
    assert 'version="1.2.3"' in text
    assert ('name="a"' in text, 'name="b"' in text) == (True, False)


def test_any_other_configuration_can_be_written(bench: Workbench, tmp_path: Path) -> None:
    bench.put("a")
    bench.commit()
    bench.put("b")
    bench.commit()
    snapshots.save(by=MARIA, at=bench.now)
    snapshots.save_as(name="golden", overwrite=False, by=MARIA, at=bench.now)
    bench.put("c")

    for number, (options, last) in enumerate(
        (
            (["--candidate"], "c"),
            (["--revision", "1"], "a"),
            (["--saved"], "b"),
            (["--snapshot", "golden"], "b"),
        )
    ):
        file = tmp_path / f"{number}.xml"
        export(file, *options)
        found = services.parse([file.read_bytes()])
        assert [one.name for one in found.objects][-1] == last


def test_a_file_is_never_overwritten(file: Path) -> None:
    file.write_text("precious", encoding="utf-8")

    with pytest.raises(CommandError, match="is there already"):
        export(file)

    assert file.read_text(encoding="utf-8") == "precious"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        export(tmp_path / "nowhere" / "fw.xml")


def test_a_revision_that_there_is_not_is_an_error(file: Path) -> None:
    with pytest.raises(CommandError, match="There is no revision 7"):
        export(file, "--revision", "7")

    assert not file.exists()


def test_a_command_has_the_role_of_its_admin(bench: Workbench, file: Path) -> None:
    Admin.objects.create(username="vera", role=Role.VSYSREADER, created_at=bench.now)

    with pytest.raises(CommandError, match="does not allow exporting the configuration"):
        export(file, "--by", "vera")
    export(file)
    with pytest.raises(CommandError, match="does not allow importing"):
        load(file, "--by", "vera")


def test_a_file_comes_into_the_candidate(bench: Workbench, file: Path) -> None:
    bench.put("a")
    export(file, "--candidate")
    bench.put("b")

    assert load(file, "--check") == [
        "The file fw.xml in the candidate: added 0, changed 0, removed 1.",
        "Taken over: Note b in Shared: deleted",
        "Nothing was changed.",
    ]
    assert names() == ["a", "b"]
    assert load(file) == [
        "The file fw.xml in the candidate: added 0, changed 0, removed 1.",
        "Taken over: Note b in Shared: deleted",
    ]
    assert names() == ["a"]


def test_a_file_can_be_added_and_what_it_does_not_know_is_listed(
    bench: Workbench, file: Path
) -> None:
    bench.put("a", "old")
    export(file, "--candidate")
    text = file.read_text(encoding="utf-8").replace("old", "new")
    file.write_text(text.replace("<shared>", "<shared><address/>"), encoding="utf-8")

    assert load(file, "--mode", "overwrite") == [
        "The file fw.xml in the candidate: added 0, changed 1, removed 0.",
        "Taken over: Note a in Shared: edited",
        "Left out: /config/shared/address (line 4)",
    ]


def test_a_broken_file_fails_with_its_line(file: Path) -> None:
    file.write_text("<config>", encoding="utf-8")

    with pytest.raises(CommandError, match="Line 1 of the file: this is not well-formed XML"):
        load(file)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "nowhere.xml")


def test_an_object_written_by_hand_under_a_name_that_is_free_is_a_new_one(
    bench: Workbench, file: Path
) -> None:
    bench.put("a")
    export(file, "--candidate")
    renamed = queries.candidate_document().entries[0]
    services.put(
        kind="note",
        location=renamed.location,
        name="b",
        xml='<entry name="b"/>',
        by=MARIA,
        at=bench.now,
        uuid=renamed.uuid,
    )
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f' uuid="{renamed.uuid}"', ""), encoding="utf-8")

    assert load(file)[0] == "The file fw.xml in the candidate: added 1, changed 0, removed 1."


def test_the_master_key_of_another_device_is_read_from_its_file(file: Path, tmp_path: Path) -> None:
    export(file)
    key = tmp_path / "other.key"
    key.write_text("00" * 32, encoding="ascii")

    assert load(file, "--master-key-file", str(key), "--without-secrets") == [
        "The file fw.xml in the candidate: added 0, changed 0, removed 0."
    ]


def test_the_reasons_of_a_refusal_are_all_told(bench: Workbench, file: Path) -> None:
    bench.put("a")
    firewall = '<config><shared><notes><entry name="a"/></notes></shared></config>'
    file.write_text(firewall, encoding="utf-8")

    with pytest.raises(CommandError, match="cannot replace the candidate"):
        load(file, "--mode", "replace")
    assert load(file, "--mode", "overwrite") == [
        "The file fw.xml in the candidate: added 0, changed 0, removed 0.",
        "Left out: Note a in Shared: Objects of this kind are not taken over from another product.",
    ]

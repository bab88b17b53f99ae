"""Files that are not imported, and people who may not."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from audit.models import AuditEvent
from certificates.models import Material
from certificates.services import carrying, revocation
from configuration import queries as configuration
from configuration.file_format import FileUnusable
from device import master_key, portable
from device.models import Secret
from domain.actions import Action
from domain.actors import Actor, Role
from domain.errors import Forbidden, Refused
from domain.locations import VSYS1
from pki.crl_writing import Reason
from tests.certificates.moving import (
    LEAF,
    ROOT,
    exported,
    furnish,
    imported,
    names,
    pem_of,
    request,
    reset,
)
from tests.certificates.workbench import MARIA, Bench, make


def test_a_changed_seal_is_refused_and_nothing_is_changed(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    furnish(bench)
    file, key = exported(bench).decode(), master_key.load()
    reset(settings, tmp_path, key)
    row = re.search(r'purpose="challenge password" mac="[^"]+">(.{10})', file)
    assert row is not None

    with pytest.raises(portable.SealBroken):
        imported(bench, file.replace(row[1], "AAAAAAAAAA"))

    assert configuration.candidate_document().entries == ()


def test_a_private_key_of_the_file_cannot_be_made_a_password(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    there = furnish(bench)
    file, key = exported(bench).decode(), master_key.load()
    found = re.search("<private-key>(.+)</private-key>", file)
    assert found is not None
    moved = re.sub("<fixed>.+</fixed>", f"<fixed>{found[1]}</fixed>", file)

    # On the device itself the secret is not that of a password, so the table is asked.
    with pytest.raises(portable.SealBroken, match="does not belong"):
        imported(bench, moved)
    reset(settings, tmp_path, key)
    with pytest.raises(portable.SealBroken, match="does not belong"):
        imported(bench, moved)
    assert there


def test_a_password_typed_into_the_file_is_not_taken_and_not_repeated(bench: Bench) -> None:
    furnish(bench)
    file = re.sub("<fixed>.+</fixed>", "<fixed>typed-in</fixed>", exported(bench).decode())

    report = imported(bench, file)

    assert names(report.needs) == ["SCEP profile fixed in vsys1: challenge password"]
    assert "typed-in" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<rsa-nbits>1024", "<rsa-nbits>4096", "Choose 1024, 2048 or 3072 bits."),
        ("<scep-url>", "<scep-uri/><scep-url>", "scep-uri is unexpected"),
        ("<display-name>Branch", "<display-name>#", "Only letters, digits"),
        ('<entry name="trusted"', '<entry name="tr/usted"', "Only letters, digits"),
        ("BEGIN CERTIFICATE-----\nMII", "BEGIN CERTIFICATE-----\n!II", "public-key cannot be read"),
        ("<member>trusted-root-CA", "<member>everything", "a usage other than"),
    ],
)
def test_a_broken_object_of_our_own_file_refuses_it_with_its_line(
    bench: Bench, old: str, new: str, said: str
) -> None:
    furnish(bench)
    file = exported(bench).decode()
    assert old in file

    with pytest.raises(FileUnusable, match=r"Line [0-9]+ of the file: .* cannot be") as refusal:
        imported(bench, file.replace(old, new))

    assert said in refusal.value.message


def test_a_key_that_is_not_the_certificate_s_refuses_the_file(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    furnish(bench)
    file, key = exported(bench).decode(), master_key.load()
    reset(settings, tmp_path, key)

    with pytest.raises(carrying.CarriedUnusable, match="does not match the certificate"):
        imported(bench, file.replace(pem_of(LEAF), pem_of(ROOT)))


def test_an_identity_cannot_change_its_kind(bench: Bench) -> None:
    there = furnish(bench)
    file = exported(bench).decode()
    system, profile = str(there["vsys2"]), str(there["plain"])
    swapped = file.replace(system, "-one-").replace(profile, system).replace("-one-", str(uuid4()))

    with pytest.raises(FileUnusable, match="another kind of object"):
        imported(bench, swapped)


@pytest.mark.parametrize("role", [Role.SUPERREADER, Role.DEVICEREADER, Role.VSYSREADER])
def test_a_reader_cannot_import(bench: Bench, role: Role) -> None:
    furnish(bench)
    file = exported(bench)

    with pytest.raises(Forbidden):
        imported(bench, file, by=Actor("rita", role, (VSYS1,) if role.is_of_vsys else ()))


def test_an_admin_of_some_virtual_systems_moves_no_whole_configuration(bench: Bench) -> None:
    furnish(bench)
    file = exported(bench)
    vera = Actor("vera", Role.VSYSADMIN, (VSYS1,))
    limited = Actor("lou", Role.DEVICEADMIN, (VSYS1,))

    for by in (vera, limited):
        with pytest.raises(Forbidden):
            exported(bench, by=by)
    with pytest.raises(Forbidden):
        imported(bench, file, by=vera)


def test_an_admin_imports_only_where_that_admin_may_write(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    furnish(bench)
    file, key = exported(bench), master_key.load()
    reset(settings, tmp_path, key)

    with pytest.raises(Forbidden, match="virtual systems"):
        imported(bench, file, by=Actor("dora", Role.DEVICEADMIN))
    assert not Material.objects.exists()


def test_an_import_is_undone_when_the_candidate_cannot_be_so(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    there = furnish(bench)
    file, key = exported(bench).decode(), master_key.load()
    reset(settings, tmp_path, key)
    doubled = file.replace('name="plain"', 'name="fixed" ').replace(str(there["plain"]), "")

    with pytest.raises(Refused):
        imported(bench, doubled)
    assert not Secret.objects.exists()


def test_a_key_that_is_not_the_request_s_refuses_the_file(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    make(bench, request("one"))
    make(bench, request("two"))
    file, key = exported(bench).decode(), master_key.load()
    reset(settings, tmp_path, key)
    one, two = re.findall("<private-key>(.+)</private-key>", file)

    with pytest.raises(carrying.CarriedUnusable, match="not that of the request"):
        imported(bench, file.replace(one, two))


def test_an_unknown_reason_of_a_revocation_refuses_the_file(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    uuid = bench.keep("fw-1", LEAF)
    revocation.revoke(uuids=[uuid], reason=Reason.SUPERSEDED, by=MARIA, at=bench.now)
    file = exported(bench).decode().replace("superseded", "boredom")
    reset(settings, tmp_path, None)

    with pytest.raises(carrying.CarriedUnusable, match="fw-1 in the file is broken"):
        imported(bench, file)


def test_who_may_not_write_certificates_brings_none(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    bench.keep("fw-1", LEAF)
    file = exported(bench)
    reset(settings, tmp_path, None)
    custom = Actor("cleo", Role.CUSTOM, permitted=frozenset({Action.IMPORT, Action.LOAD}))

    with pytest.raises(Forbidden, match="changing certificates"):
        imported(bench, file, by=custom)
    assert not Material.objects.exists()

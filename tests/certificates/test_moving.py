"""A whole configuration as a file: back into the same device, and into others."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from certificates.models import CertificateEntry, Material, MaterialStatus, Source
from certificates.services import revocation, store
from configuration import queries as configuration
from configuration.document import Operation
from configuration.sections import Section
from device import master_key, portable
from device.master_key import MasterKey
from device.models import Secret
from domain.locations import VSYS1
from pki.crl_writing import Reason
from profiles.section import ProfilesSection
from tests.certificates.moving import (
    DYNAMIC,
    FIXED,
    LEAF,
    ROOT,
    exported,
    furnish,
    has_key_of,
    imported,
    names,
    password_of,
    pem_of,
    request,
    reset,
)
from tests.certificates.workbench import MARIA, Bench, current, make


def test_a_configuration_comes_back_as_it_was(bench: Bench) -> None:
    furnish(bench)
    before = configuration.candidate_document()

    report = imported(bench, exported(bench))

    assert report.is_ours
    assert (report.changed, report.needs, report.left_out, report.unknown) == ((), (), (), ())
    assert configuration.candidate_document() == before


def test_what_was_deleted_or_edited_since_comes_back_with_its_identity(bench: Bench) -> None:
    there = furnish(bench)
    bench.commit()
    before = configuration.candidate_document()
    file = exported(bench)
    bench.drop_profile(there["fixed"])
    bench.profile(there["plain"], name="renamed")
    bench.profile(name="new")

    report = imported(bench, file)

    assert names(report.changed) == [
        "SCEP profile fixed in vsys1: added",
        "SCEP profile new in vsys1: deleted",
        "SCEP profile plain in vsys1: renamed",
    ]
    assert report.count(Operation.ADDED) == 1
    assert configuration.candidate_document() == before
    assert configuration.pending_count() == 0


def test_a_file_holds_no_secret_in_the_clear(bench: Bench) -> None:
    furnish(bench)

    file = exported(bench).decode()

    assert FIXED not in file
    assert DYNAMIC not in file
    assert "PRIVATE KEY" not in file
    assert len(re.findall(r"<private-key>-AQ==[A-Za-z0-9+/=]{52}</private-key>", file)) == 2
    assert file.count("-AQ==") == 4
    assert pem_of(LEAF) in file


def test_the_same_configuration_makes_the_same_file(bench: Bench) -> None:
    furnish(bench)

    assert exported(bench) == exported(bench)


def test_another_device_with_the_master_key_gets_all_of_it(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    there = furnish(bench)
    before, file, key = configuration.candidate_document(), exported(bench), master_key.load()
    reset(settings, tmp_path, key)

    report = imported(bench, file)

    assert (report.needs, report.left_out) == ((), ())
    assert len(report.changed) == len(before.entries)
    assert configuration.candidate_document() == before
    assert password_of(there["fixed"]) == FIXED
    row = current(there["fw-1"])
    assert has_key_of(row, LEAF)
    assert bytes(current(there["root"]).certificate_der) == ROOT.der
    assert row.issuer_material == current(there["root"])
    assert current(there["request"]).status == MaterialStatus.PENDING
    assert CertificateEntry.objects.get(pk=there["usage"]).trusted_root
    bench.commit()


def test_another_device_is_given_the_master_key_of_the_first(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    there = furnish(bench)
    file, key = exported(bench), master_key.load()
    reset(settings, tmp_path, MasterKey(bytes(32)))

    imported(bench, file, master_key=key.key.hex())

    assert password_of(there["fixed"]) == FIXED


@pytest.mark.parametrize("given", ["", "00" * 32])
def test_without_the_master_key_nothing_is_changed_and_the_key_is_named(
    bench: Bench, settings: Settings, tmp_path: Path, given: str
) -> None:
    furnish(bench)
    file, key = exported(bench), master_key.load()
    reset(settings, tmp_path, MasterKey(b"\x01" * 32))

    with pytest.raises(portable.MasterKeyNeeded, match=key.id):
        imported(bench, file, master_key=given)

    assert configuration.candidate_document().entries == ()
    assert not Secret.objects.exists()


def test_without_secrets_it_says_which_are_needed_again(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    there = furnish(bench)
    file = exported(bench)
    reset(settings, tmp_path, None)

    report = imported(bench, file, without_secrets=True)

    assert names(report.needs) == [
        "SCEP profile dynamic in Shared: challenge page password",
        "Certificate fw-1 in vsys1: private key",
        "SCEP profile fixed in vsys1: challenge password",
    ]
    assert [note.url for note in report.needs][2] == f"/device/scep/{there['fixed']}/"
    assert names(report.left_out) == [
        "Certificate waiting in vsys1: There is no certificate behind this entry."
    ]
    assert current(there["fw-1"]).key_secret is None
    assert problems_of(ProfilesSection()) == [
        ("dynamic", "otp_password", "This field is required."),
        ("fixed", "challenge_password", "This field is required."),
    ]


def problems_of(section: Section) -> list[tuple[str, str, str]]:
    found = section.validate(configuration.candidate_document())
    return [(one.name, one.field, one.message) for one in found]


def test_an_import_without_secrets_keeps_those_that_are_here(bench: Bench) -> None:
    there = furnish(bench)
    file = exported(bench)

    report = imported(bench, file, without_secrets=True)

    assert (report.changed, report.needs) == ((), ())
    assert password_of(there["fixed"]) == FIXED


def test_a_certificate_that_was_renewed_since_keeps_its_key_and_material(bench: Bench) -> None:
    there = furnish(bench)
    file = exported(bench)
    renewed = store.NewMaterial(there["root"], Source.IMPORT, LEAF.der)
    store.set_material(renewed, at=bench.now)

    imported(bench, file)

    assert current(there["root"]).uuid == renewed.uuid


def test_a_private_key_whose_export_is_blocked_never_leaves(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    uuid = make(bench, replace(request("kept"), block_key_export=True, signed_by=""))
    file, key = exported(bench), master_key.load()
    assert b"<private-key>" not in file
    reset(settings, tmp_path, key)

    report = imported(bench, file)

    assert names(report.shortened) == [
        "Certificate kept in vsys1: private-key (its export is blocked)"
    ]
    row = current(uuid)
    assert (row.key_secret, row.block_key_export) == (None, True)


def test_a_revoked_certificate_stays_revoked(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    uuid = bench.keep("fw-1", LEAF)
    revocation.revoke(uuids=[uuid], reason=Reason.KEY_COMPROMISE, by=MARIA, at=bench.now)
    file = exported(bench)
    reset(settings, tmp_path, None)

    imported(bench, file)

    row = current(uuid)
    assert (row.status, row.revoked_at) == (MaterialStatus.REVOKED, bench.now)
    assert row.revocation_reason == "keyCompromise"


def test_the_ca_of_a_profile_belongs_to_it_on_the_other_device_too(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    profile = bench.running_profile()
    before, file = configuration.candidate_document(), exported(bench)
    reset(settings, tmp_path, None)

    imported(bench, file)
    bench.commit()

    assert configuration.candidate_document() == before
    sources = {row.source for row in Material.objects.filter(profile_uuid=profile)}
    assert Source.SCEP_CA in sources


def test_a_certificate_that_came_over_scep_is_an_import_elsewhere(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    bench.generate(bench.request(bench.running_profile()))
    uuid = Material.objects.get(source=Source.ENROLLMENT).entry_id
    file, key = exported(bench), master_key.load()
    reset(settings, tmp_path, key)

    imported(bench, file)

    row = current(uuid)
    assert (row.source, row.profile_uuid) == (Source.IMPORT, None)
    assert row.key_secret is not None


def test_an_entry_with_nothing_behind_it_is_exported_as_it_is(bench: Bench) -> None:
    uuid = store.add_entry(location=VSYS1, name="hollow", by=MARIA, at=bench.now)
    before = configuration.candidate_document()

    imported(bench, exported(bench))

    assert configuration.candidate_document() == before
    assert not Material.objects.filter(entry_id=uuid).exists()

"""What an import does to the objects that are there already, and what is said about it."""

import re
from pathlib import Path

from pytest_django.fixtures import Settings

from audit.models import AuditEvent
from configuration import queries as configuration
from configuration import services
from configuration.imports import Mode, Wish
from device import master_key
from profiles import queries as profiles
from tests.certificates.moving import (
    DYNAMIC,
    FIXED,
    exported,
    furnish,
    imported,
    names,
    reset,
)
from tests.certificates.workbench import MARIA, Bench


def test_checking_a_file_says_what_would_be_and_changes_nothing(bench: Bench) -> None:
    furnish(bench)
    file = exported(bench)
    bench.profile(name="new")
    before, logged = configuration.candidate_document(), AuditEvent.objects.count()

    parsed = services.parse([file])
    report = services.check_import(file=parsed, wish=Wish("fw.xml"), by=MARIA, at=bench.now)

    assert names(report.changed) == ["SCEP profile new in vsys1: deleted"]
    assert configuration.candidate_document() == before
    assert AuditEvent.objects.count() == logged


def test_exports_and_imports_are_logged_without_secrets(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    furnish(bench)
    file, key = exported(bench), master_key.load()
    log = AuditEvent.objects.get(kind="export")
    assert (
        log.text == "Configuration exported: the candidate configuration; objects: 8, secrets: 4."
    )
    reset(settings, tmp_path, key)

    imported(bench, file)

    texts = list(AuditEvent.objects.values_list("text", flat=True))
    assert "Certificate fw-1 came with an imported configuration." in texts
    assert any(text.startswith("The file fw.xml was loaded") for text in texts)
    whole = str(list(AuditEvent.objects.values()))
    assert not any(secret in whole for secret in (FIXED, DYNAMIC, key.key.hex()))


def test_objects_of_a_file_of_ours_can_be_added(bench: Bench) -> None:
    there = furnish(bench)
    file = exported(bench)
    bench.profile(there["plain"], name="plain", ca_ident="OTHER")
    bench.drop_profile(there["fixed"])
    bench.profile(name="new")

    report = imported(bench, file, mode=Mode.ADD)

    assert names(report.changed) == ["SCEP profile fixed in vsys1: added"]
    assert "SCEP profile plain in vsys1" in names(report.kept)
    assert profiles.candidate_profile(there["plain"]).spec.ca_ident == "OTHER"


def test_objects_of_a_file_can_overwrite_those_that_have_their_names(bench: Bench) -> None:
    there = furnish(bench)
    file = exported(bench)
    bench.profile(there["plain"], name="plain", ca_ident="OTHER")
    bench.profile(name="new")

    report = imported(bench, file, mode=Mode.OVERWRITE)

    assert names(report.changed) == ["SCEP profile plain in vsys1: edited"]
    assert "Certificate fw-1 in vsys1" in names(report.kept)
    assert profiles.candidate_profile(there["plain"]).spec.ca_ident == "CORP"


def test_two_objects_of_a_kind_may_swap_their_identities(bench: Bench) -> None:
    there = furnish(bench)
    file = exported(bench).decode()
    one, two = str(there["plain"]), str(there["fixed"])
    swapped = file.replace(one, "-one-").replace(two, one).replace("-one-", two)

    report = imported(bench, swapped)

    assert names(report.changed) == [
        "SCEP profile fixed in vsys1: renamed",
        "SCEP profile plain in vsys1: renamed",
    ]


def test_an_object_written_by_hand_is_found_by_its_name(bench: Bench) -> None:
    there = furnish(bench)
    file = exported(bench).decode()
    edited = file.replace(f' uuid="{there["plain"]}"', "").replace(">CORP<", ">HAND<")

    imported(bench, edited)

    assert profiles.candidate_profile(there["plain"]).spec.ca_ident == "HAND"


def test_an_object_written_by_hand_is_another_than_the_one_that_gave_its_name_away(
    bench: Bench,
) -> None:
    there = furnish(bench)
    file = exported(bench).decode()
    by_hand = re.sub(r'<entry name="plain" uuid="[^"]+">', '<entry name="plain">', file)
    renamed = re.sub(
        r'<entry name="fixed" uuid="[^"]+">',
        f'<entry name="fixed" uuid="{there["plain"]}">',
        by_hand,
    )

    imported(bench, renamed)

    found = {row.name: row.uuid for row in configuration.candidates("scep-profile")}
    assert found["fixed"] == there["plain"]
    assert found["plain"] not in there.values()

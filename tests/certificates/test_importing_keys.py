"""Keys of certificates that are here without them: after a configuration was imported."""

import pytest

from audit.models import AuditEvent
from certificates.models import Material, MaterialStatus, Source
from certificates.services import importing
from certificates.services.importing import Imported
from certificates.services.uploads import ImportRefused, Upload, UploadedFile
from domain.locations import SHARED, VSYS1, Location
from tests.certificates.moving import LEAF, ROOT, has_key_of
from tests.certificates.workbench import MARIA, Bench, current


def bring(bench: Bench, data: bytes, *, location: Location = VSYS1, **upload: object) -> Imported:
    """Import a file that has one certificate."""
    wanted = Upload((UploadedFile("fw.pem", data),), location, **upload)  # type: ignore[arg-type]
    [done] = importing.import_files(upload=wanted, by=MARIA, at=bench.now)
    return done


def test_a_certificate_that_is_here_without_its_key_gets_it(bench: Bench) -> None:
    uuid = bench.keep("portal", LEAF, source=Source.IMPORT)
    before = current(uuid)

    done = bring(bench, LEAF.pem + LEAF.key_pem, name="another")

    assert done.text == "The certificate portal has its private key now."
    assert (done.name, done.entry_uuid) == ("portal", uuid)
    row = current(uuid)
    assert has_key_of(row, LEAF)
    assert (row.source, row.profile_uuid) == (before.source, before.profile_uuid)
    assert not Material.objects.get(pk=before.pk).is_current
    assert bench.names() == ["portal"]
    assert AuditEvent.objects.filter(text=done.text).exists()


def test_the_key_s_export_can_be_blocked(bench: Bench) -> None:
    uuid = bench.keep("portal", LEAF, source=Source.IMPORT)

    bring(bench, LEAF.pem + LEAF.key_pem, block_key_export=True)

    assert current(uuid).block_key_export


def test_without_a_key_it_is_here_already(bench: Bench) -> None:
    bench.keep("portal", LEAF)

    with pytest.raises(ImportRefused) as refusal:
        bring(bench, LEAF.pem)

    assert refusal.value.problems[0].message == "Every certificate in the files is here already."


def test_one_that_has_its_key_is_here_already(bench: Bench) -> None:
    uuid = bench.keep("portal", LEAF, key_secret=bench.seal_key(LEAF))

    with pytest.raises(ImportRefused):
        bring(bench, LEAF.pem + LEAF.key_pem)

    assert Material.objects.filter(entry_id=uuid).count() == 1


def test_one_that_is_revoked_gets_no_key(bench: Bench) -> None:
    uuid = bench.keep("portal", LEAF)
    bench.restate(uuid, MaterialStatus.REVOKED)

    with pytest.raises(ImportRefused):
        bring(bench, LEAF.pem + LEAF.key_pem)


def test_the_same_certificate_elsewhere_stays_as_it_is(bench: Bench) -> None:
    uuid = bench.keep("portal", LEAF, location=SHARED)

    done = bring(bench, LEAF.pem + LEAF.key_pem, name="portal")

    assert done.entry_uuid != uuid
    assert current(uuid).key_secret is None


def test_other_certificates_of_the_file_join_the_candidate(bench: Bench) -> None:
    uuid = bench.keep("portal", LEAF, source=Source.IMPORT)
    file = UploadedFile("all.pem", LEAF.pem + LEAF.key_pem + ROOT.pem)

    upload = Upload((file,), VSYS1)
    importing.import_files(upload=upload, by=MARIA, at=bench.now)

    assert has_key_of(current(uuid), LEAF)
    assert len(bench.names()) == 2

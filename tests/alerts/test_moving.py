"""Server profiles and alert settings in configuration files."""

from pathlib import Path

from pytest_django.fixtures import Settings

from alerts.fields import KINDS
from alerts.services import profiles
from alerts.services.profiles import Draft
from alerts.spec import EMAIL, HTTP
from configuration import queries as configuration
from configuration import services
from configuration.imports import Wish
from configuration.sources import CANDIDATE
from device import master_key, secrets
from device.models import Secret
from tests.alerts.workbench import HOOK, KEY, MAIL, MARIA, Workbench
from tests.devices import factory_reset


def test_they_come_to_another_device_with_their_secrets(
    device: Workbench, settings: Settings, tmp_path: Path
) -> None:
    typed = {one.attribute: KEY for one in KINDS[HTTP].secrets}
    for draft in (Draft(KINDS[HTTP], "hook", HOOK, typed), Draft(KINDS[EMAIL], "mail", MAIL)):
        profiles.save(draft=draft, by=MARIA, at=device.now)
    before = configuration.candidate_document()
    file, key = services.export(source=CANDIDATE, by=MARIA, at=device.now), master_key.load()
    factory_reset(settings, tmp_path / "other", key)

    parsed = services.parse([file])
    report = services.import_file(file=parsed, wish=Wish("fw.xml"), by=MARIA, at=device.now)

    assert (report.needs, report.left_out, report.unknown) == ((), (), ())
    assert configuration.candidate_document() == before
    opened = [secrets.unseal(row.uuid) for row in Secret.objects.all()]
    assert opened == [KEY.encode()] * len(typed)
    assert KEY not in file.decode()

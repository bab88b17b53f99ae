"""The management settings as configuration: saved, committed, in force."""

import pytest
from pytest_django.fixtures import Settings

from audit import queries as audit
from configuration import queries as configuration
from configuration import registry
from configuration.services import put
from device import queries as device
from device import services as device_services
from device.models import DeviceFacts
from device.spec import (
    DEFAULT_HOSTNAME,
    AuthenticationSettings,
    GeneralSettings,
    Management,
    PasswordComplexity,
)
from domain.actors import Actor, Role
from domain.errors import EditConflict, Forbidden, NotFound
from domain.locations import DEVICE
from jobs.handlers import JobFailed
from setup.codec.management import ManagementXmlUnusable
from setup.queries import management as queries
from setup.services.management import ManagementRefused, save
from setup.spec.management import KIND, Value
from tests.setup.workbench import MARIA, Workbench

STRICT = PasswordComplexity(enabled=True, minimum_length=12)
NAME = "password-complexity"


@pytest.fixture(autouse=True)
def _section(settings: Settings) -> None:
    settings.CONFIG_SECTIONS = [
        *settings.CONFIG_SECTIONS,
        "setup.section.management.ManagementSection",
    ]
    settings.FOLLOWERS = ["setup.services.management.follow"]


def store(
    bench: Workbench, value: Value = STRICT, seen: int | None = None, *, by: Actor = MARIA
) -> None:
    save(name=NAME, value=value, expected_version=seen, by=by, at=bench.tick())


@pytest.mark.django_db
def test_a_device_without_such_configuration_has_the_defaults() -> None:
    assert device.management() == Management()
    assert [item.value for item in queries.cards()] == [
        item.card.default for item in queries.cards()
    ]


def test_settings_are_in_force_after_the_commit(bench: Workbench) -> None:
    store(bench)
    assert device.management().password == PasswordComplexity()
    assert queries.card(NAME).state == "new"

    bench.commit()

    assert device.management().password == STRICT
    assert device.management().authentication == AuthenticationSettings()
    with pytest.raises(device_services.PasswordRefused) as caught:
        device_services.create_admin(username="bob", password="short", at=bench.now)
    (problem,) = caught.value.problems
    assert problem.field == "password"


def test_saving_the_defaults_for_the_first_time_changes_nothing(bench: Workbench) -> None:
    store(bench, PasswordComplexity())

    assert configuration.pending_count() == 0


def test_settings_go_back_to_their_defaults(bench: Workbench) -> None:
    store(bench)
    bench.commit()

    store(bench, PasswordComplexity(), seen=queries.card(NAME).version)
    bench.commit()

    assert device.management() == Management()


def test_the_second_of_two_editors_is_told(bench: Workbench) -> None:
    store(bench)
    with pytest.raises(EditConflict):
        store(bench)
    version = queries.card(NAME).version
    store(bench, PasswordComplexity(enabled=True), seen=version)

    with pytest.raises(EditConflict):
        store(bench, seen=version)


def test_broken_rules_are_refused_all_at_once(bench: Workbench) -> None:
    with pytest.raises(ManagementRefused) as caught:
        store(bench, PasswordComplexity(minimum_length=99, minimum_numeric=99))

    assert [p.field for p in caught.value.problems] == ["minimum_length", "minimum_numeric"]


def test_a_reader_of_the_device_changes_nothing(bench: Workbench) -> None:
    with pytest.raises(Forbidden):
        store(bench, by=Actor("paul", Role.DEVICEREADER))


def test_there_are_no_other_cards(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        save(name="odd", value=STRICT, expected_version=None, by=MARIA, at=bench.now)


def test_other_xml_does_not_come_into_the_candidate(bench: Workbench) -> None:
    section = registry.section(KIND)
    uuid = put(
        kind=KIND, location=DEVICE, name="odd", xml='<entry name="odd"/>', by=MARIA, at=bench.tick()
    ).uuid

    with pytest.raises(ManagementXmlUnusable):
        section.restore(uuid=uuid, location=DEVICE, name="odd", xml='<entry name="odd"/>')
    with pytest.raises(JobFailed):
        bench.commit()


def test_fips_cc_mode_is_asked_at_the_commit(bench: Workbench) -> None:
    save(
        name="authentication-settings",
        value=AuthenticationSettings(idle_timeout_min=0),
        expected_version=None,
        by=MARIA,
        at=bench.tick(),
    )
    DeviceFacts.objects.update(fips_cc=True)

    with pytest.raises(JobFailed):
        bench.commit()


def test_a_problem_leads_to_the_dialog_of_its_card(bench: Workbench) -> None:
    store(bench)
    item = queries.card(NAME)
    assert item.uuid is not None

    section = registry.section(KIND)

    assert section.url(uuid=item.uuid) == f"/device/setup/management/{NAME}/"
    assert section.references(kind="vsys", names=["vsys1"]) == []
    assert section.choices(purpose="", location=DEVICE) == []


def test_the_device_is_called_what_the_running_configuration_calls_it(bench: Workbench) -> None:
    def name(hostname: str, seen: int | None) -> None:
        value = GeneralSettings(hostname)
        save(name="general-settings", value=value, expected_version=seen, by=MARIA, at=bench.tick())

    name("fw-lab-1", None)
    store(bench)
    assert device.facts().hostname == "fw"
    bench.commit()
    assert device.facts().hostname == "fw-lab-1"

    name(DEFAULT_HOSTNAME, 1)
    bench.commit()

    assert device.facts().hostname == DEFAULT_HOSTNAME
    texts = [event.text for event in audit.events(kind="device")]
    assert texts == ["The device is called scepadmin-fw now.", "The device is called fw-lab-1 now."]

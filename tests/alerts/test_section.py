"""Server profiles and settings in the configuration: references, renames, validation, rights."""

from dataclasses import replace
from uuid import UUID

import pytest

from alerts import codec
from alerts.fields import KINDS
from alerts.queries import profiles as queries
from alerts.section import EmailSection, HttpSection, SettingsSection, SyslogSection
from alerts.services import profiles
from alerts.services.profiles import AlertRefused, Draft
from alerts.spec import EMAIL, SETTINGS, AlertSettings, EmailServer
from configuration import queries as configuration
from configuration import services as configuration_services
from configuration.transfer import FileObject, NotTaken, Taken
from domain.actors import Actor, Role
from domain.errors import EditConflict, Forbidden, InUse, NameTaken, NotFound, Refused
from domain.locations import SHARED, VSYS1
from tests.alerts.workbench import HOOK, KEY, MAIL, MARIA, SYSLOGGER, Workbench


def settings() -> AlertSettings:
    """The candidate's alert settings."""
    value = queries.settings().value
    assert isinstance(value, AlertSettings)
    return value


def test_a_profile_that_the_settings_name_is_not_deleted(device: Workbench) -> None:
    uuid = device.profile()
    device.settings(email="ops")

    with pytest.raises(InUse) as refused:
        profiles.delete(uuids=[uuid], by=MARIA, at=device.tick())

    assert "alerts -> email -> ops" in refused.value.problems[0].message
    device.settings()
    profiles.delete(uuids=[uuid], by=MARIA, at=device.tick())
    assert queries.items(KINDS[EMAIL]) == []


def test_settings_follow_a_profile_that_gets_another_name(device: Workbench) -> None:
    uuid = device.profile()
    device.profile(SYSLOGGER, "ops")
    device.settings(email="ops", syslog="ops")

    device.profile(name="pki", uuid=uuid)

    assert (settings().email, settings().syslog) == ("pki", "ops")


def test_settings_name_only_what_there_is(device: Workbench) -> None:
    with pytest.raises(AlertRefused) as refused:
        device.settings(http="nowhere")

    assert [problem.field for problem in refused.value.problems] == ["http"]


def test_a_profile_that_breaks_a_rule_is_not_saved(device: Workbench) -> None:
    with pytest.raises(AlertRefused) as refused:
        device.profile(replace(MAIL, gateway=""), "a/b")

    assert [problem.field for problem in refused.value.problems] == ["name", "gateway"]
    with pytest.raises(AlertRefused):
        device.profile(HOOK, key="short")


def test_two_profiles_of_a_kind_have_two_names(device: Workbench) -> None:
    device.profile()
    device.profile(SYSLOGGER)

    with pytest.raises(NameTaken):
        device.profile()


def test_only_those_who_may_change_the_device_save_and_delete(device: Workbench) -> None:
    uuid = device.profile()
    for role in (Role.SUPERREADER, Role.DEVICEREADER, Role.VSYSADMIN):
        by = Actor("rita", role, scope=(VSYS1,) if role is Role.VSYSADMIN else ())
        with pytest.raises(Forbidden):
            profiles.save(draft=Draft(KINDS[EMAIL], "x", MAIL), by=by, at=device.now)
        with pytest.raises(Forbidden):
            profiles.delete(uuids=[uuid], by=by, at=device.now)
        with pytest.raises(Forbidden):
            profiles.save_settings(
                value=AlertSettings(), expected_version=None, by=by, at=device.now
            )


def test_of_two_who_edit_the_settings_the_second_is_told(device: Workbench) -> None:
    device.settings()

    for version in (None, 99):
        with pytest.raises(EditConflict):
            profiles.save_settings(
                value=AlertSettings(ca_changed=False),
                expected_version=version,
                by=MARIA,
                at=device.now,
            )


def test_a_commit_checks_profiles_again(device: Workbench) -> None:
    device.profile()
    device.settings(email="ops")
    document = configuration.candidate_document()
    assert [
        problem
        for section in (EmailSection(), SettingsSection(), SyslogSection())
        for problem in section.validate(document)
    ] == []

    _put(device, EMAIL, "broken", '<entry name="broken"/>')
    _put(device, EMAIL, "two", '<entry name="two"><server><entry/><entry/></server></entry>')
    problems = EmailSection().validate(configuration.candidate_document())

    assert {(problem.name, problem.field) for problem in problems} == {
        ("broken", "gateway"),
        ("broken", "sender"),
        ("broken", "recipients"),
        ("two", ""),
    }


def _put(device: Workbench, kind: str, name: str, xml: str) -> None:
    """Write to the candidate what a load of any file may bring."""
    section = {EMAIL: EmailSection, SETTINGS: SettingsSection}[kind]
    restore = section.restore
    try:
        section.restore = lambda *_, **__: None  # type: ignore[method-assign]
        configuration_services.put(
            kind=kind, location=SHARED, name=name, xml=xml, by=MARIA, at=device.tick()
        )
    finally:
        section.restore = restore  # type: ignore[method-assign]


def test_profiles_are_in_shared_only(device: Workbench) -> None:
    xml = (
        '<entry name="x"><server><entry name="x"><gateway>m.example</gateway><from>a@b.example'
        "</from><to>c@d.example</to></entry></server></entry>"
    )
    configuration_services.put(
        kind=EMAIL, location=VSYS1, name="x", xml=xml, by=MARIA, at=device.tick()
    )

    problems = EmailSection().validate(configuration.candidate_document())

    assert [problem.message for problem in problems] == ["It can be in Shared only."]


def test_what_cannot_be_read_is_not_restored() -> None:
    with pytest.raises(Refused):
        EmailSection().restore(
            uuid=UUID(int=1),
            location=SHARED,
            name="x",
            xml='<entry name="x"><server><entry/><entry/></server></entry>',
        )


def test_references_of_a_configuration_are_found_in_its_texts(device: Workbench) -> None:
    device.profile()
    device.settings(email="ops")
    document = configuration.candidate_document()

    found = SettingsSection().references_in(document, kind=EMAIL, names=["ops", "other"])

    assert [str(reference) for reference in found] == ["alerts -> email -> ops"]
    assert EmailSection().references_in(document, kind=EMAIL, names=["ops"]) == []
    assert EmailSection().references(kind=EMAIL, names=["ops"]) == []


def test_sections_lead_to_their_dialogs(device: Workbench) -> None:
    uuid = device.profile()

    assert EmailSection().url(uuid=uuid) == f"/device/server-profiles/email/{uuid}/"
    assert SettingsSection().url(uuid=uuid) == "/device/alert-settings/edit/"
    assert EmailSection().gone([uuid]) == {}
    assert EmailSection().choices(purpose="x", location=SHARED) == []


def test_what_is_not_there_is_not_found(device: Workbench) -> None:
    with pytest.raises(NotFound):
        queries.item(KINDS[EMAIL], UUID(int=1))
    with pytest.raises(NotFound):
        queries.kind_of("carrier-pigeon")
    assert queries.target(UUID(int=1), of_candidate=True) is None
    device.profile(HOOK, "hook", key=KEY)


def _taken(section: EmailSection | HttpSection, inside: str, *, is_ours: bool) -> Taken:
    xml = f'<entry name="ops"><server><entry name="s">{inside}</entry></server></entry>'
    one = FileObject(section.kind, SHARED, "ops", xml)
    return section.from_file(one, is_ours=is_ours)


PRODUCT = (
    "<display-name>Ops</display-name><from>a@b.example</from><to>c@d.example</to>"
    "<gateway>m.example</gateway>"
)


def test_a_profile_of_the_product_is_taken_without_what_is_not_known_here() -> None:
    taken = _taken(EmailSection(), PRODUCT, is_ours=False)

    assert taken.left_out == ("server/entry/display-name",)
    value = codec.from_xml(KINDS[EMAIL], taken.xml)
    assert isinstance(value, EmailServer)
    assert value.gateway == "m.example"


def test_a_profile_without_its_key_is_taken_and_one_without_a_server_is_not() -> None:
    assert _taken(HttpSection(), "<address>h.example</address>", is_ours=True).left_out == ()

    with pytest.raises(NotTaken):
        _taken(HttpSection(), "<path>/</path>", is_ours=True)


def test_secrets_are_where_the_file_says() -> None:
    assert EmailSection.in_file.secrets == {"server/entry/password": "SMTP password"}
    assert HttpSection.in_file.secrets == {"server/entry/x-scepadmin/key": "webhook key"}

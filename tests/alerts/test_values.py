"""Server profiles and settings as XML, and their rules."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from alerts import codec, rules
from alerts.fields import KINDS
from alerts.spec import (
    EMAIL,
    HTTP,
    SETTINGS,
    SYSLOG,
    AlertSettings,
    EmailServer,
    HttpServer,
    SyslogServer,
    Value,
)
from tests.alerts.workbench import HOOK, MAIL, SYSLOGGER

SECRET = UUID(int=7)
FULL: dict[str, Value] = {
    EMAIL: EmailServer("m.example", "TLS", 465, "a@b.example", "c@d.example", "u", SECRET),
    SYSLOG: SyslogServer("2001:db8::1", "SSL", 6514, "LOG_LOCAL7"),
    HTTP: HttpServer("h.example", "HTTP", 8080, "/in?a=b", SECRET),
    SETTINGS: AlertSettings("90, 3", False, False, False, False, "ops", "siem", "hook"),  # noqa: FBT003 - each field
}
VALID: dict[str, Value] = {EMAIL: MAIL, SYSLOG: SYSLOGGER, HTTP: replace(HOOK, key=SECRET)}


@pytest.mark.parametrize("key", KINDS)
def test_every_field_survives_the_way_through_xml(key: str) -> None:
    kind = KINDS[key]
    for value in (FULL[key], kind.default):
        assert codec.from_xml(kind, codec.to_xml(kind, "ops", value)) == value


@pytest.mark.parametrize("key", KINDS)
def test_a_full_value_differs_from_the_default_in_every_field(key: str) -> None:
    kind = KINDS[key]
    for field in kind.fields:
        assert getattr(FULL[key], field.attribute) != getattr(kind.default, field.attribute)


def test_a_server_is_an_entry_of_its_own_as_in_the_product() -> None:
    xml = codec.to_xml(KINDS[SYSLOG], "siem", FULL[SYSLOG])

    assert xml == (
        '<entry name="siem"><server><entry name="siem"><server>2001:db8::1</server>'
        "<transport>SSL</transport><port>6514</port><facility>LOG_LOCAL7</facility>"
        "</entry></server></entry>"
    )


def test_elements_that_are_not_ours_are_passed_over() -> None:
    xml = (
        '<entry name="x"><format/><server><entry name="y"><display-name>Y</display-name>'
        "<gateway>m.example</gateway></entry></server></entry>"
    )

    assert codec.from_xml(KINDS[EMAIL], xml) == EmailServer(gateway="m.example")


@pytest.mark.parametrize(
    ("key", "inside"),
    [
        (SYSLOG, '<entry name="a"/><entry name="b"/>'),
        (SYSLOG, '<entry name="a"><port>many</port></entry>'),
        (EMAIL, '<entry name="a"><password>plain text</password></entry>'),
    ],
)
def test_what_cannot_be_read_is_refused(key: str, inside: str) -> None:
    with pytest.raises(codec.AlertXmlUnusable):
        codec.from_xml(KINDS[key], f'<entry name="x"><server>{inside}</server></entry>')


def test_a_password_that_was_removed_reads_as_none() -> None:
    xml = '<entry name="x"><server><entry name="a"><password/></entry></server></entry>'

    assert codec.from_xml(KINDS[EMAIL], xml) == EmailServer()


@pytest.mark.parametrize("key", VALID)
def test_what_is_right_breaks_no_rule(key: str) -> None:
    assert rules.check(KINDS[key], VALID[key]) == []


@pytest.mark.parametrize(
    ("key", "changes", "field"),
    [
        (EMAIL, {"gateway": ""}, "gateway"),
        (EMAIL, {"gateway": "http://m.example"}, "gateway"),
        (EMAIL, {"gateway": "m.example:25"}, "gateway"),
        (EMAIL, {"gateway": "-m.example"}, "gateway"),
        (EMAIL, {"gateway": "m" * 256}, "gateway"),
        (EMAIL, {"protocol": "LMTP"}, "protocol"),
        (EMAIL, {"port": 0}, "port"),
        (EMAIL, {"port": 65536}, "port"),
        (EMAIL, {"sender": "nobody"}, "sender"),
        (EMAIL, {"sender": "a@b.example\r\nRCPT TO:<x@y>"}, "sender"),
        (EMAIL, {"recipients": "a@b.example, <c@d.example>"}, "recipients"),
        (EMAIL, {"recipients": "a@b.example,"}, "recipients"),
        (EMAIL, {"recipients": ",".join(["a@b.example"] * 11)}, "recipients"),
        (EMAIL, {"username": "u"}, "password"),
        (EMAIL, {"username": "u", "password": SECRET, "protocol": "SMTP"}, "protocol"),
        (SYSLOG, {"facility": "LOG_KERN"}, "facility"),
        (SYSLOG, {"server": "a b"}, "server"),
        (HTTP, {"path": "in"}, "path"),
        (HTTP, {"path": "/a b"}, "path"),
        (HTTP, {"key": None}, "key"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(key: str, changes: dict[str, Any], field: str) -> None:
    problems = rules.check(KINDS[key], replace(VALID[key], **changes))

    assert [problem.field for problem in problems] == [field]


@pytest.mark.parametrize("typed", ["short", "with a line\nbreak in it"])
def test_a_key_has_to_be_long_and_visible(typed: str) -> None:
    problems = rules.check(KINDS[HTTP], HOOK, typed={"key": typed})

    assert [problem.field for problem in problems] == ["key"]


@pytest.mark.parametrize(
    "days", ["", "0", "366", "7, 7", "seven", "1,,2", "1.5", "9,8,7,6,5,4,3,2,1", "٣"]
)
def test_days_are_different_numbers_up_to_a_year(days: str) -> None:
    problems = rules.check(KINDS[SETTINGS], AlertSettings(days=days))

    assert [problem.field for problem in problems] == ["days"]


def test_settings_name_server_profiles_that_there_are() -> None:
    settings = AlertSettings(email="ops", syslog="siem")

    problems = rules.check(KINDS[SETTINGS], settings, known={EMAIL: ["ops"]})

    assert [problem.field for problem in problems] == ["syslog"]
    assert rules.check(KINDS[SETTINGS], settings) == []


@pytest.mark.parametrize("name", ["", " a", "a/b", "a" * 32, "é"])
def test_names_are_those_of_the_product(name: str) -> None:
    assert [problem.field for problem in rules.check_name(name)] == ["name"]
    assert rules.check_name("ops-1 mail.x_y") == []


def test_a_url_is_put_together_of_its_parts() -> None:
    assert HOOK.url == "https://hooks.example.com:443/in"
    assert replace(HOOK, address="2001:db8::1", port=8443).url == "https://[2001:db8::1]:8443/in"

"""The management settings as values: XML, limits, words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration.document import canonical
from device.spec import AuthenticationSettings, Banners, GeneralSettings, PasswordComplexity
from domain.errors import Problem
from setup.codec.management import ManagementXmlUnusable, from_xml, to_xml
from setup.rules.management import check
from setup.spec.management import CARDS, Card, Choice, Field, Number, Switch, Value

GENERAL, AUTHENTICATION, BANNERS, PASSWORD = CARDS.values()


def values_of(field: Field) -> st.SearchStrategy[Any]:
    if isinstance(field, Switch):
        return st.booleans()
    if isinstance(field, Number):
        return st.just(0) | st.integers(field.minimum, field.maximum)
    if isinstance(field, Choice):
        return st.sampled_from([key for key, _ in field.choices])
    letters = st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="\r")
    return st.text(letters, max_size=40).filter(lambda text: text == text.strip())


@st.composite
def filled(draw: st.DrawFn) -> tuple[Card, Value]:
    card = draw(st.sampled_from(list(CARDS.values())))
    values = {field.attribute: draw(values_of(field)) for field in card}
    return card, replace(card.default, **values)


@given(filled())
def test_a_card_comes_back_from_its_xml(item: tuple[Card, Value]) -> None:
    card, value = item

    assert from_xml(card.name, canonical(to_xml(card, value))) == value


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_every_attribute_has_a_field_and_defaults_have_no_element(card: Card) -> None:
    assert {field.attribute for field in card} == set(card.default.__dataclass_fields__)
    assert to_xml(card, card.default) == f'<entry name="{card.name}"/>'
    assert check(card, card.default) == []


def test_elements_are_named_as_on_the_product() -> None:
    value = AuthenticationSettings(idle_timeout_min=10, failed_attempts=3, lockout_time_min=5)

    assert to_xml(AUTHENTICATION, value) == (
        '<entry name="authentication-settings"><idle-timeout>10</idle-timeout><admin-lockout>'
        "<failed-attempts>3</failed-attempts><lockout-time>5</lockout-time></admin-lockout></entry>"
    )


@pytest.mark.parametrize(
    ("name", "xml", "words"),
    [
        ("other", "<entry/>", "no entry of the management settings"),
        ("password-complexity", "<system/>", "no entry of the management settings"),
        ("password-complexity", "<entry><odd>1</odd></entry>", "has no element odd"),
        (
            "authentication-settings",
            "<entry><admin-lockout><odd/></admin-lockout></entry>",
            "no element admin-lockout/odd",
        ),
        ("password-complexity", "<entry><enabled>on</enabled></entry>", "is yes or no"),
        ("authentication-settings", "<entry><idle-timeout>-1</idle-timeout></entry>", "number"),
        ("authentication-settings", "<entry><idle-timeout>٣</idle-timeout></entry>", "number"),
        (
            "authentication-settings",
            f"<entry><idle-timeout>{'9' * 5000}</idle-timeout></entry>",
            "number",
        ),
    ],
)
def test_other_xml_is_refused(name: str, xml: str, words: str) -> None:
    with pytest.raises(ManagementXmlUnusable, match=words):
        from_xml(name, xml)


@pytest.mark.parametrize(
    ("card", "value", "field", "words"),
    [
        (
            AUTHENTICATION,
            AuthenticationSettings(idle_timeout_min=1441),
            "idle_timeout_min",
            "1 to 1440, or 0: sessions stay.",
        ),
        (
            AUTHENTICATION,
            AuthenticationSettings(max_session_time_min=59),
            "max_session_time_min",
            "60 to 1499, or 0: no limit.",
        ),
        (
            PASSWORD,
            PasswordComplexity(block_repeated_characters=1),
            "block_repeated_characters",
            "",
        ),
        (PASSWORD, PasswordComplexity(minimum_length=-1), "minimum_length", "Allowed"),
        (
            PASSWORD,
            PasswordComplexity(expiration_warning_days=1),
            "expiration_warning_days",
            "do not expire",
        ),
        (
            PASSWORD,
            PasswordComplexity(expiration_period_days=5, expiration_warning_days=6),
            "expiration_warning_days",
            "cannot begin before",
        ),
        (
            PASSWORD,
            PasswordComplexity(expiration_period_days=5, change_period_block_days=5),
            "change_period_block_days",
            "would expire before",
        ),
        (GENERAL, GeneralSettings(login_banner="a" * 3201), "login_banner", "3201 characters"),
        (GENERAL, GeneralSettings(login_banner="a\x00"), "login_banner", "cannot be shown"),
        (GENERAL, GeneralSettings(hostname=""), "hostname", "required"),
        (GENERAL, GeneralSettings(hostname="a" * 32), "hostname", "at most 31"),
        (GENERAL, GeneralSettings(hostname="fw 1"), "hostname", "spaces"),
        (BANNERS, Banners(motd_title="a\nb"), "motd_title", "cannot be shown"),
        (GENERAL, GeneralSettings(ack_login_banner=True), "login_banner", "have to acknowledge"),
        (BANNERS, Banners(motd_enabled=True), "motd_message", "Write the message"),
        (
            BANNERS,
            Banners(motd_enabled=True, motd_message="a", motd_title=" "),
            "motd_title",
            "required",
        ),
        (BANNERS, Banners(motd_severity="odd"), "motd_severity", "one of the list"),
    ],
)
def test_a_broken_rule_is_told_at_its_field(
    card: Card, value: Value, field: str, words: str
) -> None:
    (problem,) = check(card, value)

    assert problem.field == field
    assert words in problem.message


def test_lines_and_every_script_are_allowed_in_banners() -> None:
    general = GeneralSettings(login_banner="Nur für Befugte.\n立入禁止 🔒", ack_login_banner=True)

    assert check(GENERAL, general) == []
    assert check(BANNERS, Banners(motd_enabled=True, motd_message="a\n\tb")) == []


def test_fips_cc_mode_knows_no_unlimited_sessions() -> None:
    told = check(AUTHENTICATION, AuthenticationSettings(idle_timeout_min=0), fips_cc=True)

    assert told == [
        Problem(field, "FIPS-CC mode does not allow 0.")
        for field in ("idle_timeout_min", "failed_attempts", "lockout_time_min")
    ]
    assert check(PASSWORD, PasswordComplexity(), fips_cc=True) == []
    limited = AuthenticationSettings(idle_timeout_min=60, failed_attempts=3, lockout_time_min=5)
    assert check(AUTHENTICATION, limited, fips_cc=True) == []

"""The value itself."""

from uuid import uuid4

import pytest

from profiles.spec import Challenge, ProfileDraft, SanType
from tests.profiles import factories

SECRET = uuid4()


@pytest.mark.parametrize(
    ("challenge", "kept"),
    [
        pytest.param(Challenge.NONE, (None, "", "", None), id="none"),
        pytest.param(Challenge.FIXED, (SECRET, "", "", None), id="fixed"),
        pytest.param(Challenge.DYNAMIC, (None, "https://ca/otp", "user", SECRET), id="dynamic"),
    ],
)
def test_a_challenge_keeps_its_own_fields_only(
    challenge: Challenge, kept: tuple[object, ...]
) -> None:
    spec = factories.spec(
        challenge=challenge,
        challenge_password=SECRET,
        otp_server_url="https://ca/otp",
        otp_username="user",
        otp_password=SECRET,
    ).relevant()

    fields = (spec.challenge_password, spec.otp_server_url, spec.otp_username, spec.otp_password)
    assert fields == kept


def test_without_a_san_type_there_is_no_san_value() -> None:
    assert factories.spec(san_value="a.example").relevant().san_value == ""
    spec = factories.spec(san_type=SanType.DNS, san_value="a.example")
    assert spec.relevant() == spec


def test_a_draft_does_not_show_its_passwords() -> None:
    draft = ProfileDraft(factories.spec(), challenge_password="hunter2", otp_password="hunter3")

    assert "hunter" not in repr(draft)


def test_words_for_people() -> None:
    assert [item.label for item in Challenge] == ["None", "Fixed", "Dynamic"]
    assert [item.label for item in SanType] == [
        "None",
        "RFC 822 Name",
        "DNS Name",
        "Uniform Resource Identifier",
    ]

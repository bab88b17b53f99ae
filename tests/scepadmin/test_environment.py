"""Settings that come from the environment."""

import pytest

from scepadmin import environment


def test_a_number_is_read_or_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCEPADMIN_TEST_DAYS", "90")

    assert environment.number("SCEPADMIN_TEST_DAYS", 30) == 90
    assert environment.number("SCEPADMIN_TEST_HOURS", 30) == 30


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "²"])
def test_what_is_no_number_of_days_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCEPADMIN_TEST_DAYS", text)

    with pytest.raises(ValueError, match="must be a number of 1 or more"):
        environment.number("SCEPADMIN_TEST_DAYS", 30)

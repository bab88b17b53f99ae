"""When a session ends."""

from datetime import UTC, datetime, timedelta

import pytest

from device.session_limits import FOR_EVER, ends_at, touch_after, warn_before
from device.spec import AuthenticationSettings

BEGAN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
USED = BEGAN + timedelta(minutes=50)


@pytest.mark.parametrize(
    ("idle_min", "oldest_min", "ends"),
    [
        pytest.param(60, 0, USED + timedelta(minutes=60), id="unused for too long"),
        pytest.param(60, 90, BEGAN + timedelta(minutes=90), id="too old"),
        pytest.param(10, 90, USED + timedelta(minutes=10), id="the earlier of both"),
        pytest.param(0, 90, BEGAN + timedelta(minutes=90), id="no idle timeout"),
        pytest.param(0, 0, BEGAN + FOR_EVER, id="neither"),
    ],
)
def test_a_session_ends_unused_or_too_old(idle_min: int, oldest_min: int, ends: datetime) -> None:
    settings = AuthenticationSettings(idle_timeout_min=idle_min, max_session_time_min=oldest_min)

    assert ends_at(settings, began_at=BEGAN, used_at=USED) == ends


@pytest.mark.parametrize(("idle_min", "after_s"), [(60, 60), (0, 60), (10, 60), (1, 6)])
def test_the_last_use_is_written_often_enough_for_a_short_timeout(
    idle_min: int, after_s: int
) -> None:
    settings = AuthenticationSettings(idle_timeout_min=idle_min)

    assert touch_after(settings) == timedelta(seconds=after_s)


@pytest.mark.parametrize(("idle_min", "before_s"), [(60, 120), (0, 120), (8, 120), (1, 15)])
def test_the_end_is_announced_two_minutes_before_or_less(idle_min: int, before_s: int) -> None:
    settings = AuthenticationSettings(idle_timeout_min=idle_min)

    assert warn_before(settings) == timedelta(seconds=before_s)

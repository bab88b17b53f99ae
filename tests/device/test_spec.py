"""The settings in force in FIPS-CC mode."""

from datetime import datetime

import pytest

from device import queries, services
from device.models import DeviceFacts
from device.spec import (
    AuthenticationSettings,
    Banners,
    GeneralSettings,
    Management,
    PasswordComplexity,
)
from tests.in_force import InForce


def test_fips_cc_mode_knows_no_unlimited_tries_and_sessions() -> None:
    loose = Management(
        GeneralSettings("fw-1"),
        AuthenticationSettings(idle_timeout_min=0),
        PasswordComplexity(minimum_special=3),
        Banners(motd_message="a"),
    )

    assert loose.in_fips_cc() == Management(
        GeneralSettings("fw-1"),
        AuthenticationSettings(
            idle_timeout_min=60,
            failed_attempts=10,
            lockout_time_min=5,
            max_session_time_min=43200,
        ),
        PasswordComplexity(enabled=True, minimum_length=8),
        Banners(motd_message="a"),
    )


def test_what_is_stricter_stays_in_fips_cc_mode() -> None:
    strict = Management(
        GeneralSettings(),
        AuthenticationSettings(
            idle_timeout_min=5, failed_attempts=3, lockout_time_min=60, max_session_time_min=90
        ),
        PasswordComplexity(enabled=True, minimum_length=12, minimum_special=1),
    )

    assert strict.in_fips_cc() == strict


@pytest.mark.django_db
def test_the_mode_of_the_device_decides(in_force: InForce, now: datetime) -> None:
    del in_force
    services.create_admin(username="alice", password="short", at=now)
    DeviceFacts.objects.create(hostname="h", serial="1", model="m", sw_version="1", fips_cc=True)

    assert queries.management().authentication.failed_attempts == 10
    with pytest.raises(services.PasswordRefused):
        services.create_admin(username="bob", password="short", at=now)

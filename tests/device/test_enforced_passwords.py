"""A password that another admin has set and that a commit has brought into force."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from django.test import Client

from device import enforcement
from device.models import Admin, AdminSession, PasswordRecord
from domain.actors import SYSTEM
from tests.device.conftest import PASSWORD


@pytest.mark.usefixtures("alice")
def test_it_ends_sessions_is_not_the_admins_own_and_the_old_one_is_remembered(
    client: Client, now: datetime, folder: Path
) -> None:
    del folder
    (account,) = enforcement.seal_unconfigured(at=now)
    old = Admin.objects.get().password
    client.post("/login/", {"username": "alice", "password": PASSWORD})
    Admin.objects.update(password_is_own=True)

    enforcement.follow(accounts=[account], by=SYSTEM, at=now)
    assert AdminSession.objects.exists()
    given = enforcement.seal_password("given by maria", at=now)
    changed = replace(account, username="alicia", password_secret=given)
    enforcement.follow(accounts=[changed], by=SYSTEM, at=now)

    admin = Admin.objects.get()
    assert admin.check_password("given by maria")
    assert (admin.password_changed_at, admin.password_is_own) == (now, False)
    assert not AdminSession.objects.exists()
    assert PasswordRecord.objects.get().encoded == old

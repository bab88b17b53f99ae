"""First start, admins, sign-in."""

from datetime import datetime
from pathlib import Path

import pytest

from audit import queries as audit
from device import master_key, queries, secrets, services
from device.models import Admin, DeviceFacts
from domain.actors import Actor, Role
from domain.errors import NameTaken, NotFound, Refused
from domain.locations import SHARED, VSYS1
from tests.device.conftest import PASSWORD


@pytest.mark.django_db
def test_the_first_start_makes_master_key_and_facts_once(folder: Path, now: datetime) -> None:
    services.initialise(at=now)
    first = queries.facts()
    services.initialise(at=now)

    assert (folder / "master.key").exists()
    assert queries.facts() == first
    assert len(first.serial) == 12
    assert first.serial.isdigit()
    assert (first.hostname, first.model, first.fips_cc) == ("scepadmin-fw", "SA-VM", False)
    assert [event.kind for event in audit.events()] == ["device"]
    assert str(DeviceFacts.objects.get()) == "scepadmin-fw"


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_a_newer_program_shows_its_version(now: datetime) -> None:
    services.initialise(at=now)
    serial = queries.facts().serial
    DeviceFacts.objects.update(sw_version="0.1", hostname="fw-lab-1")

    services.initialise(at=now)

    facts = queries.facts()
    assert facts.sw_version == queries.BEFORE_FIRST_START.sw_version
    assert (facts.serial, facts.hostname) == (serial, "fw-lab-1")


@pytest.mark.django_db
def test_a_start_without_the_master_key_of_its_secrets_is_refused(
    folder: Path, now: datetime
) -> None:
    services.initialise(at=now)
    secrets.seal(b"a", purpose="password", at=now)
    services.initialise(at=now)
    (folder / "master.key").unlink()

    with pytest.raises(master_key.MasterKeyMissing):
        services.initialise(at=now)


@pytest.mark.django_db
def test_a_start_with_the_master_key_of_another_device_is_refused(
    folder: Path, now: datetime
) -> None:
    secrets.seal(b"a", purpose="password", at=now)
    (folder / "master.key").write_text("ab" * 32)

    with pytest.raises(master_key.MasterKeyWrong):
        services.initialise(at=now)


@pytest.mark.django_db
def test_before_the_first_start_the_device_has_facts_too() -> None:
    assert queries.facts() == queries.BEFORE_FIRST_START
    assert queries.locations() == [VSYS1, SHARED]
    assert not queries.has_admins()


def test_an_admin_is_kept_with_a_hashed_password(alice: Admin) -> None:
    assert alice.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in alice.password
    assert alice.check_password(PASSWORD)
    assert queries.has_admins()
    assert str(alice) == "alice"


@pytest.mark.usefixtures("alice")
def test_a_name_is_given_once(now: datetime) -> None:
    with pytest.raises(NameTaken):
        services.create_admin(username="alice", password="x", at=now)

    assert Admin.objects.count() == 1


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        pytest.param("", "x", "username", id="no name"),
        pytest.param(" ", "x", "username", id="a blank name"),
        pytest.param("a" * 65, "x", "username", id="a long name"),
        pytest.param("bob", "", "password", id="no password"),
    ],
)
@pytest.mark.django_db
def test_an_account_needs_a_name_and_a_password(
    username: str, password: str, field: str, now: datetime
) -> None:
    with pytest.raises(Refused) as caught:
        services.create_admin(username=username, password=password, at=now)

    assert [problem.field for problem in caught.value.problems] == [field]
    assert not Admin.objects.exists()


def test_a_new_password_replaces_the_old_one(alice: Admin, now: datetime) -> None:
    services.set_password(username="alice", password="new", at=now)

    alice.refresh_from_db()
    assert alice.check_password("new")
    assert not alice.check_password(PASSWORD)


@pytest.mark.usefixtures("alice")
def test_an_empty_password_is_refused(now: datetime) -> None:
    with pytest.raises(Refused):
        services.set_password(username="alice", password="", at=now)


@pytest.mark.django_db
def test_a_password_for_nobody_is_refused(now: datetime) -> None:
    with pytest.raises(NotFound):
        services.set_password(username="nobody", password="x", at=now)


def test_failed_attempts_are_counted_and_shown_at_the_next_sign_in(
    alice: Admin, now: datetime
) -> None:
    for _ in range(2):
        with pytest.raises(services.SignInRefused):
            services.sign_in(username="alice", password="wrong", address="192.0.2.1", at=now)

    services.sign_in(username="alice", password=PASSWORD, address="192.0.2.1", at=now)

    alice.refresh_from_db()
    assert (alice.failed_before_login, alice.failed_since_login) == (2, 0)
    assert alice.last_failed_at == now
    assert [event.outcome for event in audit.events(kind="sign-in")] == ["ok", "failed", "failed"]
    assert {event.address for event in audit.events(kind="sign-in")} == {"192.0.2.1"}


@pytest.mark.usefixtures("alice")
def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(now: datetime) -> None:
    refusals = []
    for username in ("alice", "mallory"):
        with pytest.raises(services.SignInRefused) as caught:
            services.sign_in(username=username, password="wrong", address="", at=now)
        refusals.append((caught.value.message, caught.value.hint))

    assert refusals[0] == refusals[1]


@pytest.mark.usefixtures("alice")
def test_a_disabled_account_cannot_sign_in(now: datetime) -> None:
    Admin.objects.update(is_active=False)

    with pytest.raises(services.SignInRefused):
        services.sign_in(username="alice", password=PASSWORD, address="", at=now)
    assert not queries.has_admins()


@pytest.mark.usefixtures("alice")
def test_no_password_is_in_the_log(now: datetime) -> None:
    with pytest.raises(services.SignInRefused):
        services.sign_in(username="alice", password="hunter2", address="", at=now)
    with pytest.raises(services.SignInRefused):  # A password in the field of the name.
        services.sign_in(username="hunter2", password="", address="", at=now)
    services.set_password(username="alice", password="hunter3", at=now)
    services.note_sign_out(by=Actor("alice", Role.SUPERUSER), at=now)

    written = " ".join(f"{event.text} {event.detail} {event.actor}" for event in audit.events())
    assert "hunter" not in written

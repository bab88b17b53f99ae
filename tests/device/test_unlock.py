"""``manage.py unlock``."""

import io
from datetime import UTC, datetime

import pytest

from django.core.management import CommandError, call_command

from device import services
from domain.actors import Actor
from domain.errors import NotFound
from tests.in_force import InForce


def unlock(*arguments: str) -> str:
    output = io.StringIO()
    call_command("unlock", *arguments, stdout=output)
    return output.getvalue()


def lock_out(*usernames: str) -> None:
    for username in usernames:
        with pytest.raises(services.SignInRefused):
            services.sign_in(
                username=username, password="wrong", address="192.0.2.1", at=datetime.now(UTC)
            )


@pytest.mark.usefixtures("alice")
def test_who_is_locked_out_is_listed(in_force: InForce) -> None:
    assert unlock() == "Nobody is locked out.\n"
    in_force.authentication(failed_attempts=1, failed_attempts_per_address=2)
    lock_out("alice", "nobody")

    output = unlock()

    assert "user alice, until unlocked\n" in output
    assert "a user name that nobody has, until unlocked\n" in output
    assert "address 192.0.2.1, until 20" in output


@pytest.mark.usefixtures("alice")
def test_user_names_and_addresses_are_unlocked(in_force: InForce) -> None:
    in_force.authentication(failed_attempts=1, failed_attempts_per_address=2)
    lock_out("alice", "nobody")

    assert unlock("alice", "192.0.2.1") == "Unlocked: user alice.\nUnlocked: address 192.0.2.1.\n"
    assert unlock("--all") == "Unlocked: a user name that nobody has.\n"
    assert unlock() == "Nobody is locked out.\n"


@pytest.mark.usefixtures("alice")
def test_who_is_not_locked_out_cannot_be_unlocked() -> None:
    with pytest.raises(CommandError, match="Not locked out: alice"):
        unlock("alice")


@pytest.mark.django_db
def test_a_number_that_no_database_has_is_no_lock_out() -> None:
    with pytest.raises(NotFound, match="has ended meanwhile"):
        services.unlock(ids=[10**30], by=Actor("maria"), at=datetime(2026, 1, 2, tzinfo=UTC))

"""``manage.py set_password`` and ``unlock``."""

import io
import sys
from datetime import UTC, datetime

import pytest

from django.core.management import CommandError, call_command

from device import services
from device.models import Admin
from tests.device.conftest import InForce


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("set_password", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.usefixtures("alice")
def test_a_password_given_as_an_argument_is_set() -> None:
    output = run("alice", "--password", "new one")

    assert Admin.objects.get().check_password("new one")
    assert output == "The password of alice is set.\n"


@pytest.mark.usefixtures("alice")
def test_a_generated_password_is_printed() -> None:
    output = run("alice", "--generate")

    assert Admin.objects.get().check_password(output.split("New password: ")[1].strip())


@pytest.mark.usefixtures("alice")
def test_a_password_from_the_environment_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCEPADMIN_PASSWORD", "from outside")

    run("alice")

    assert Admin.objects.get().check_password("from outside")


@pytest.mark.usefixtures("alice")
def test_a_password_from_standard_input_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("piped in\n"))

    run("alice")

    assert Admin.objects.get().check_password("piped in")


@pytest.mark.usefixtures("alice")
def test_an_unknown_admin_is_reported() -> None:
    with pytest.raises(CommandError, match="no admin named bob"):
        run("bob", "--generate")


@pytest.mark.usefixtures("alice")
def test_an_empty_password_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))

    with pytest.raises(CommandError, match="required"):
        run("alice")


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

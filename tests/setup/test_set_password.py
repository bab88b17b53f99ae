"""``manage.py set_password`` and ``unlock``."""

import io
import sys
from uuid import UUID

import pytest

from django.core.management import CommandError, call_command

from device.models import Admin
from setup.spec.admin import Administrator
from tests.setup.people import People


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command("set_password", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.usefixtures("alice")
def test_a_password_given_as_an_argument_is_set() -> None:
    output = run("alice", "--password", "new one")

    assert Admin.objects.get(username="alice").check_password("new one")
    assert output == "The password of alice is set.\n"


@pytest.mark.usefixtures("alice")
def test_a_generated_password_is_printed() -> None:
    output = run("alice", "--generate")

    assert Admin.objects.get(username="alice").check_password(
        output.split("New password: ")[1].strip()
    )


@pytest.mark.usefixtures("alice")
def test_a_password_from_the_environment_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCEPADMIN_PASSWORD", "from outside")

    run("alice")

    assert Admin.objects.get(username="alice").check_password("from outside")


@pytest.mark.usefixtures("alice")
def test_a_password_from_standard_input_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("piped in\n"))

    run("alice")

    assert Admin.objects.get(username="alice").check_password("piped in")


@pytest.mark.usefixtures("alice")
def test_an_unknown_admin_is_reported() -> None:
    with pytest.raises(CommandError, match="no admin named bob"):
        run("bob", "--generate")


@pytest.mark.usefixtures("alice")
def test_an_empty_password_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))

    with pytest.raises(CommandError, match="required"):
        run("alice")


def test_what_else_keeps_an_admin_out_is_said(people: People, alice: UUID) -> None:
    people.change(alice, Administrator("alice", enabled=False))
    assert "The next commit disables alice." in run("alice", "--password", "new one")

    people.dismiss(alice)
    assert "The next commit deletes alice." in run("alice", "--password", "new one")


def test_a_disabled_admin_stays_disabled(people: People, alice: UUID) -> None:
    people.change(alice, Administrator("alice", enabled=False))
    people.commit()

    assert "alice is disabled and cannot sign in" in run("alice", "--password", "new one")

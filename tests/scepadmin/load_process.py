"""A process of its own that loads a configuration, and stops before a statement that is told.

``python -m tests.scepadmin.load_process fill`` makes two revisions; ``load N`` loads the first one
and holds before statement N, saying HELD, until its standard input ends.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django


def main(verb: str, *rest: str) -> None:
    """Fill the data folder of the environment, or load."""
    django.setup()
    if verb == "fill":
        _fill()
    else:
        _load(int(rest[0]))


def _fill() -> None:
    # Models can be imported only when Django is ready.
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from profiles.services import delete_profiles  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    settings.COMMIT_STEPS = []
    kept, gone = _save("kept", "ONE"), _save("gone", "ONE")
    call_command("commit", by="maria")
    _save("kept", "TWO", kept)
    delete_profiles(uuids=[gone], by=_by(), at=_now())
    _save("gone", "TWO")
    _save("new", "TWO")
    call_command("commit", by="maria")


def _save(name: str, ca_ident: str, uuid: UUID | None = None) -> UUID:
    from domain.locations import SHARED  # noqa: PLC0415
    from profiles.services import save_profile  # noqa: PLC0415
    from profiles.spec import ProfileDraft, ScepProfileSpec  # noqa: PLC0415

    spec = ScepProfileSpec(
        name=name,
        location=SHARED,
        server_url="http://127.0.0.1:1/",
        ca_ident=ca_ident,
        subject="CN=$USERNAME",
    )
    return save_profile(draft=ProfileDraft(spec), uuid=uuid, by=_by(), at=_now())


def _load(held_before: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    passed = 0

    def hold(execute: Callable[..., object], sql: str, *rest: object) -> object:
        nonlocal passed
        passed += 1
        if passed == held_before:
            _say("HELD")
            sys.stdin.read()
        return execute(sql, *rest)

    with connection.execute_wrapper(hold):
        call_command("config", "load", "1", by="maria")
    _say(f"DONE after {passed}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _now() -> datetime:
    return datetime.now(UTC)


def _by() -> Any:  # noqa: ANN401 - domain.actors.Actor, which is imported late
    from domain.actors import Actor  # noqa: PLC0415

    return Actor(name="maria")


if __name__ == "__main__":
    main(*sys.argv[1:])

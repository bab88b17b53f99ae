"""Jobs with the values that do not matter filled in."""

from datetime import datetime
from typing import Any, Unpack

from domain.actors import Actor
from domain.locations import VSYS1
from jobs import services

ALICE = Actor("alice", scope=(VSYS1,), address="192.0.2.7")


def job(
    now: datetime,
    kind: str = "echo",
    *,
    arguments: dict[str, Any] | None = None,
    by: Actor = ALICE,
    **options: Unpack[services.EnqueueOptions],
) -> int:
    """Enqueue a job of alice's; ``echo`` says hello unless told otherwise."""
    given = {"text": "hello"} if arguments is None else arguments
    return services.enqueue(kind=kind, arguments=given, by=by, at=now, **options)

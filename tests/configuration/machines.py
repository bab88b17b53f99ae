"""What the state machines of the configuration share: a transaction around each run, and kills."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from django.db import connection, transaction

from configuration import pipeline
from tests.configuration.fakes import FakeJob
from tests.configuration.workbench import Workbench

START: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Machine(RuleBasedStateMachine):
    """Begins with an empty database, and leaves one.

    The ``@initialize`` of a machine calls :meth:`begin` first.

    Attributes:
        bench: edits and commits.
    """

    def begin(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.bench = Workbench(START)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)


class Killed(BaseException):
    """The process is gone."""


class KillAt:
    """Lets a number of SQL statements pass, then kills.

    Rolling back passes always: after a real kill the database does it by itself.
    """

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed

    def __call__(self, execute: Callable[..., object], sql: str, *args: object) -> object:
        if not sql.startswith("ROLLBACK"):
            self.allowed -= 1
            if self.allowed < 0:
                raise Killed
        return execute(sql, *args)


def run_machine(machine: type[Machine], *, steps: int) -> None:
    """Try sequences of so many steps: 25, or 200 where everything is to be proven."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=200 if os.environ.get("REQUIRE_ALL") == "1" else 25,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def run_killed(job: FakeJob, killer: KillAt) -> bool:
    """Run a commit job until it ends or is killed; tell whether it was killed."""
    return was_killed(lambda: pipeline.run(job), killer)


def was_killed(work: Callable[[], object], killer: KillAt) -> bool:
    """Do something until it ends or is killed; tell whether it was killed."""
    try:
        with connection.execute_wrapper(killer):
            work()
    except Killed:
        return True
    return False


def kill_at_every_statement(job: Callable[[], FakeJob], check: Callable[[FakeJob], object]) -> None:
    """Kill a commit job at its first statement, its second ..., until one run ends alive.

    Args:
        job: makes the job.
        check: looks at what the killed job has left, runs it again, and looks again.
    """
    statements = 0
    while True:
        with transaction.atomic():
            killable = job()
            was_killed = run_killed(killable, KillAt(statements))
            check(killable)
            transaction.set_rollback(True)
        if not was_killed:
            break
        statements += 1
    assert statements > 30

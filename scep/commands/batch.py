"""``enroll --count N --parallel M``: many enrollments at one server, each in a folder of its own.

Capabilities and CA certificates are fetched once, each of M threads keeps its connections, and all
files are handed to the disk together, before the summary is printed.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from scep.client import FetchedCa
from scep.commands import cacert, console, endings
from scep.commands.console import Failed
from scep.commands.crew import Crew, Finished, Member
from scep.commands.enrollment import Enrollment, Lines, Shared, fetch_ca
from scep.commands.files import Folder
from scep.commands.journal import FILE as TRANSCRIPT
from scep.commands.journal import Journal
from scep.commands.order import read_orders
from scep.commands.pace import Pace
from scep.commands.supply import KeySupply
from scep.commands.turns import Turns
from scep.errors import ScepError

MAX_COUNT: Final = 100_000
MAX_PARALLEL: Final = 64

_INTERRUPTED: Final = 130
_WORST_FIRST: Final = (5, 6, 4, endings.PENDING)


@dataclass
class Tally:
    """What has come of all of them so far."""

    count: int
    codes: set[int] = field(default_factory=set)
    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(endings.STATUSES, 0))
    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """The first present of 5, 6, 4 and 3; 130 after an interrupt."""
        worst = next((code for code in _WORST_FIRST if code in self.codes), 0)
        return _INTERRUPTED if self.interrupted else worst

    def add(self, finished: Finished) -> None:
        """Count one that has ended."""
        self.codes.add(finished.ending.exit_code)
        self.statuses[finished.ending.status] += 1
        for step, took_ms in finished.journal.milliseconds().items():
            self.milliseconds.setdefault(step, []).append(took_ms)

    def to_json(self) -> dict[str, object]:
        """The summary; milliseconds are the median of each step."""
        seconds = time.monotonic() - self.started
        # The upper one of two in the middle; the module for it would take 10 ms to load.
        medians = {
            step: sorted(all_ms)[len(all_ms) // 2] for step, all_ms in self.milliseconds.items()
        }
        return {
            "exit_code": self.exit_code,
            **self.statuses,
            "not_begun": self.count - sum(self.statuses.values()),
            "seconds": round(seconds, 3),
            "milliseconds": {step: round(median_ms, 1) for step, median_ms in medians.items()},
        }


def run(options: argparse.Namespace) -> int:
    """Enroll so often; one line, or one JSON object, for each, then a summary.

    Raises:
        Failed: an argument is not usable, the CA's certificates cannot be had, or a file cannot be
            written.
    """
    members = _read_members(options)
    parallel = min(options.parallel or 1, len(members))
    folder = Folder(options.out)
    for member in members:
        folder.must_not_hold(member.name)
    tally = Tally(len(members))
    turns = Turns()
    pace = Pace(waiting=turns.waiting)
    with turns:
        fetched = _fetch_ca(members[0], folder, pace, tally, as_json=options.json)
    missing = 0 if options.key else len(members)
    supply = KeySupply(bits=options.bits, count=missing, makers=parallel, waiting=turns.waiting)
    with supply:
        shared = Shared(fetched, cacert.to_files(fetched.bundle), supply.take)
        crew = Crew(
            members,
            work=lambda member, lines: _enroll(member, lines, shared, folder),
            pace=pace,
            turns=turns,
        )
        with _on_interrupt(Interrupt(tally, pace)):
            for finished in crew.run(parallel):
                tally.add(finished)
                _tell(finished, folder, as_json=options.json)
                # Whoever reads along wants each as it ends.
                sys.stdout.flush()
    # Nothing is called done that a power cut could undo.
    os.sync()
    _tell_summary(tally, as_json=options.json)
    return tally.exit_code


def _read_members(options: argparse.Namespace) -> list[Member]:
    if not 1 <= options.count <= MAX_COUNT:
        raise Failed("usage", f"--count is a number from 1 to {MAX_COUNT:,}.")
    if options.parallel is not None and not 1 <= options.parallel <= MAX_PARALLEL:
        raise Failed("usage", f"--parallel is a number from 1 to {MAX_PARALLEL}.")
    width = max(4, len(str(options.count)))
    names = [f"{number:0{width}}" for number in range(1, options.count + 1)]
    orders = read_orders(options, names)
    return [Member(name, order) for name, order in zip(names, orders, strict=True)]


def _fetch_ca(
    member: Member, folder: Folder, pace: Pace, tally: Tally, *, as_json: bool
) -> FetchedCa:
    """Do once what is the same for all; its steps go into the transcript of the whole."""
    journal = Journal(quiet=as_json)
    try:
        with Lines(member.order, pace) as lines:
            fetched = fetch_ca(member.order, lines, journal)
    except ScepError as error:
        journal.failed(error)
        failed = console.as_failed(error)
        tally.codes.add(failed.exit_code)
        if as_json:
            about = {"step": failed.where, "fact": failed.fact, "hint": failed.hint}
            console.say_json({"summary": {**tally.to_json(), **about}})
        raise failed from error
    finally:
        folder.write(TRANSCRIPT, journal.to_json(url=member.order.server.url))
    cacert.write(fetched.bundle, folder)
    return fetched


def _enroll(member: Member, lines: Lines, shared: Shared, parent: Folder) -> Finished:
    journal = Journal(quiet=True)
    folder = Folder(parent.path / member.name, sync=False)
    enrollment = Enrollment(member.order, folder, journal, lines)
    ending = endings.conclude(lambda: enrollment.run(shared), folder, journal, member.order.about)
    return Finished(member, ending, journal)


class Interrupt:
    """What Ctrl-C does: those under way end, so that every folder is whole; again, it ends all."""

    def __init__(self, tally: Tally, pace: Pace, end: Callable[[int], object] = os._exit) -> None:
        """Take note of whom to tell.

        Args:
            tally: remembers the interrupt.
            pace: stops.
            end: ends the process at once; each file is written whole or not at all.
        """
        self._tally = tally
        self._pace = pace
        self._end = end

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Take the signal."""
        if self._tally.interrupted:
            self._end(_INTERRUPTED)
        self._tally.interrupted = True
        self._pace.stop()


@contextmanager
def _on_interrupt(handler: Interrupt) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(finished: Finished, parent: Folder, *, as_json: bool) -> None:
    name, ending = finished.member.name, finished.ending
    milliseconds = finished.journal.milliseconds()
    if as_json:
        directory = str(parent.path / name)
        about = {**finished.member.order.about, "directory": directory}
        console.say_json({**ending.to_json(), **about, "milliseconds": milliseconds})
    if ending.failed:
        failed = ending.failed
        console.complain(Failed(f"{name} {failed.where}", failed.fact, failed.hint))
    elif not as_json:
        subject = finished.member.order.about["subject"]
        serial = f"  serial number {ending.certificate.serial_hex}" if ending.certificate else ""
        took_ms = sum(milliseconds.values())
        console.say(f"{name}  {ending.status:<7}  {subject}{serial} ({took_ms:.0f} ms)")


def _tell_summary(tally: Tally, *, as_json: bool) -> None:
    summary = tally.to_json()
    if as_json:
        console.say_json({"summary": summary})
        return
    counts = ", ".join(f"{summary[name]} {name}" for name in (*endings.STATUSES, "not_begun"))
    console.say(f"{counts.replace('_', ' ')} in {summary['seconds']} s")

"""The steps of one command: shown as they happen, kept for the transcript."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scep.commands import console
from scep.errors import ScepError
from scep.transcript import Outcome, Step, to_dict

FILE: Final = "transcript.json"


class Journal:
    """Takes the steps of an exchange."""

    def __init__(self, *, quiet: bool, before: Sequence[object] = ()) -> None:
        """Begin without steps of our own.

        Args:
            quiet: show nothing.
            before: steps that stood in the transcript before, from :func:`earlier_steps`.
        """
        self.steps: list[Step] = []
        self._before = before
        self._quiet = quiet

    def record(self, step: Step) -> None:
        """Keep a step, and show it unless it failed: a failure is told once, on stderr."""
        self.steps.append(step)
        if not self._quiet and step.outcome is not Outcome.FAILED:
            console.say_step(step)

    def failed(self, error: ScepError) -> None:
        """Record a failure that nobody recorded yet."""
        last = self.steps[-1] if self.steps else None
        if last is None or (last.outcome, last.fact) != (Outcome.FAILED, error.fact):
            step = Step(error.stage, Outcome.FAILED, error.fact, error.hint, error.details)
            self.record(step)

    def milliseconds(self) -> dict[str, float]:
        """What each step took, steps of the same name together."""
        total: dict[str, float] = {}
        for step in self.steps:
            total[step.name] = round(total.get(step.name, 0.0) + step.duration_ms, 1)
        return total

    def to_json(self, **about: str) -> str:
        """The transcript as a file."""
        # A step on each line: as readable as an indented file, and several times as fast.
        steps = [*self._before, *(to_dict(step) for step in self.steps)]
        lines = ",\n".join(json.dumps(step) for step in steps)
        head = json.dumps(about).removesuffix("}")
        return f'{head}, "steps": [\n{lines}\n]}}\n'


def earlier_steps(folder: Path) -> Sequence[object]:
    """The steps of a transcript that was written before; none where there is no transcript."""
    try:
        steps = json.loads((folder / FILE).read_bytes())["steps"]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return steps if isinstance(steps, list) else ()

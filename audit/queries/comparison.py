"""Exchanges side by side, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.queries import StepView, TranscriptView


@dataclass(frozen=True, slots=True)
class ComparedStep:
    """One step of several exchanges.

    Attributes:
        name: the step.
        sides: the step in each exchange, in their order; ``None`` where it was not reached.
    """

    name: str
    sides: tuple[StepView | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the exchanges ended this step in different ways."""
        return len({side.outcome if side else None for side in self.sides}) > 1


def compare(exchanges: Sequence[TranscriptView | None]) -> list[ComparedStep]:
    """Put the steps of exchanges side by side, in the order in which they happened.

    A step that happens more than once, such as a connection, is matched by its number: first with
    first, second with second. An exchange that has not begun is ``None`` and has no steps.
    """
    sides = [_numbered(exchange) if exchange else {} for exchange in exchanges]
    order: list[tuple[str, int]] = []
    for side in sides:
        place = 0
        for key in side:
            if key in order:
                place = order.index(key) + 1
            else:
                order.insert(place, key)
                place += 1
    return [ComparedStep(key[0], tuple(side.get(key) for side in sides)) for key in order]


def _numbered(exchange: TranscriptView) -> dict[tuple[str, int], StepView]:
    seen: dict[str, int] = {}
    numbered = {}
    for step in exchange.steps:
        seen[step.name] = seen.get(step.name, 0) + 1
        numbered[step.name, seen[step.name]] = step
    return numbered

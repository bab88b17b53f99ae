"""What is allowed in a virtual system, with the words admins read."""

from collections.abc import Iterable
from typing import Final

from domain.errors import Problem
from domain.names import check_name
from setup.spec.vsys import NUMBER_MAX, VirtualSystem

DISPLAY_NAME_MAX: Final = 31


def check(system: VirtualSystem, others: Iterable[VirtualSystem]) -> list[Problem]:
    """List every broken rule in form order.

    Args:
        system: the virtual system as it shall be.
        others: the other virtual systems of the device.
    """
    names = {other.display_name: other.key for other in others}
    problems = list(_number(system.number))
    problems += check_name(
        system.display_name, max_length=DISPLAY_NAME_MAX, spaces=True, field="display_name"
    )
    if system.display_name in names:
        key = names[system.display_name]
        problems.append(Problem("display_name", f"{key} has this name. Choose another one."))
    return problems


def _number(number: int) -> list[Problem]:
    if 1 <= number <= NUMBER_MAX:
        return []
    return [Problem("number", f"The ID must be a number from 1 to {NUMBER_MAX}.")]

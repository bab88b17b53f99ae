"""Waiting for what other threads and processes do, without sleeping longer than needed."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

ValueT = TypeVar("ValueT")

_SLICE_S = 0.02


def wait_until(condition: Callable[[], ValueT | None], timeout_s: float) -> ValueT:
    """Ask again and again until the answer is true, and return it.

    Args:
        condition: asked every few milliseconds.
        timeout_s: when to give up; the test fails then.
    """
    pause = threading.Event()
    deadline = time.monotonic() + timeout_s
    while not (answer := condition()):
        if time.monotonic() > deadline:
            message = f"nothing happened within {timeout_s} s"
            raise AssertionError(message)
        pause.wait(_SLICE_S)
    return answer

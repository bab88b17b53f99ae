"""What a page costs: the whole answer, processor time, queries; one line of a table."""

import statistics
import time
from collections.abc import Callable
from typing import Final

from django.core.signals import request_started
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROUNDS: Final = 15

COLUMNS: Final = "| what | answer | CPU | queries | aim |\n|---|---|---|---|---|"


def get(client: Client, url: str, headers: dict[str, str] | None = None) -> Callable[[], object]:
    """Return what asks for a page."""
    return lambda: client.get(url, headers=headers or {})


def line(what: str, ask: Callable[[], object], aim_ms: float) -> str:
    """Ask again and again; medians of the wall time and of the processor time.

    Args:
        what: what is asked, in words.
        ask: asks once; an answer with another status than 200 ends the measurement.
        aim_ms: what the answer has to stay below.
    """
    # Otherwise the request itself would forget the queries made so far.
    request_started.disconnect(reset_queries)
    with CaptureQueriesContext(connection) as asked:
        answer = ask()
    queries = len(asked)
    request_started.connect(reset_queries)
    status = getattr(answer, "status_code", 200)
    assert status == 200, (what, status)  # noqa: S101 - a wrong measurement is worth nothing
    wall, cpu = [], []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        ask()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    median = statistics.median(wall)
    met = "met" if median < aim_ms else "missed"
    figures = f"{_ms(median)} | {_ms(statistics.median(cpu))} | {queries}"
    return f"| {what} | {figures} | < {aim_ms:g} ms: {met} |"


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"

"""Whether a decoder kept its promise for one input."""

import contextlib
import resource
import sys
import time
import traceback
import tracemalloc
import warnings
from collections.abc import Callable, Iterator

from tests.fuzzing.decoders import Decoder

MAX_SECONDS = 1.0
MAX_BYTES = 64 * 1024 * 1024


def peak_bytes() -> int:
    """The most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def judge(decoder: Decoder, body: bytes, peak: Callable[[], int] = peak_bytes) -> str:
    """Give what is wrong, or nothing.

    Time is this thread's own, so that other work on the machine does not count. Memory is how far
    the process grew beyond its highest, which costs nothing to ask; where it grew, the input is
    read once more with every allocation of Python traced.
    """
    peak_before = peak()
    try:
        elapsed = _seconds(decoder, body)
        if elapsed > MAX_SECONDS:
            # Coverage makes Python several times slower; what counts is the product's own time.
            with _untraced():
                elapsed = min(elapsed, _seconds(decoder, body))
    except Exception:  # noqa: BLE001 - any error but the decoder's own is what is looked for
        return traceback.format_exc(limit=-3)
    if elapsed > MAX_SECONDS:
        return f"took {elapsed:.1f} s"
    grown = peak() - peak_before
    if grown > MAX_BYTES:
        return f"the process grew by {grown:,} bytes"
    if grown > MAX_BYTES // 4 and (traced := traced_bytes(decoder, body)) > MAX_BYTES:
        return f"allocated {traced:,} bytes"
    return ""


def _seconds(decoder: Decoder, body: bytes) -> float:
    """Give the time that this thread took to read."""
    started = time.thread_time()
    with warnings.catch_warnings(), contextlib.suppress(*decoder.errors):
        # ``cryptography`` warns of serial numbers and lengths that it will refuse one day.
        warnings.simplefilter("ignore")
        decoder.read(body)
    return time.thread_time() - started


@contextlib.contextmanager
def _untraced() -> Iterator[None]:
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


def traced_bytes(decoder: Decoder, body: bytes) -> int:
    """Give the most bytes that Python held at once while reading."""
    tracemalloc.start()
    try:
        with contextlib.suppress(*decoder.errors):
            decoder.read(body)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

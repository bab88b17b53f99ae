"""Keys for many enrollments, made ahead of time so that no processor waits for the network."""

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from threading import Lock
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import keys
from scep.transport import Waiting

MadeKey = tuple[RSAPrivateKey, float]
"""A key, and the seconds that it took."""


def make(bits: int) -> MadeKey:
    """Make one key.

    Raises:
        KeyUnusable: nobody makes keys of this size.
    """
    started = time.monotonic()
    key = keys.generate_rsa(bits)
    return key, time.monotonic() - started


class KeySupply:
    """Makes so many RSA keys, a few more than were taken.

    Making a key holds no interpreter lock, so the threads that make them leave the processor to
    those that enroll only where there is one to spare.
    """

    def __init__(
        self, *, bits: int, count: int, makers: int, waiting: Waiting = nullcontext
    ) -> None:
        """Begin to make keys.

        Args:
            bits: size of each.
            count: how many will be taken at most.
            makers: how many are made at once; as many lie ready.
            waiting: gives a block to wait for a key in.
        """
        self._waiting = waiting
        self._bits = bits
        self._left = count
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(makers, thread_name_prefix="scep-key")
        self._ready: deque[Future[MadeKey]] = deque()
        for _ in range(2 * makers):
            self._order_one()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def take(self) -> MadeKey:
        """Take a key; waits when none is ready."""
        with self._lock:
            taken = self._ready.popleft()
            self._order_one()
        with self._waiting():
            return taken.result()

    def _order_one(self) -> None:
        if self._left:
            self._left -= 1
            self._ready.append(self._pool.submit(make, self._bits))

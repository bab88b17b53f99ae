"""How passwords of admins are stored: argon2id, two at a time."""

import threading
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher

_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Each hash takes 19 MiB; a burst of sign-ins waits instead of taking hundreds."""


class BoundedArgon2(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes, one lane: the OWASP parameters.

    A hash made with other parameters is verified with its own, and replaced at that sign-in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash a password, when one of the two places is free."""
        with _AT_ONCE:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare a password with its hash, when one of the two places is free."""
        with _AT_ONCE:
            return super().verify(password, encoded)

"""How passwords of admins are stored: argon2id, two at a time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher

_HASHING: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
"""Each hash takes 19 MiB, which the C library keeps for the thread that asked for it: hashing in
the eight threads of a web server was measured to hold 152 MiB, in these two 38. A burst of
sign-ins waits instead of taking more.
"""


class BoundedArgon2(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes, one lane: the OWASP parameters.

    A hash made with other parameters is verified with its own, and replaced at that sign-in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Hash a password, when one of the two threads is free."""
        return _HASHING.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        """Compare a password with its hash, when one of the two threads is free."""
        return _HASHING.submit(super().verify, password, encoded).result()

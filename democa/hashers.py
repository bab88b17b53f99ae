"""The hash of the admin page's password."""

import hashlib
import hmac
import secrets
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_ARGON2: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_TWO_AT_ONCE: Final = BoundedSemaphore(2)

# Every one-time password costs a check, and every check 20 ms. A password that was right is
# recognized by a digest under a key that never leaves this process.
_process_key: Final = secrets.token_bytes(32)
_known_good: Final[dict[str, bytes]] = {}


def make(password: str) -> str:
    """Hash a password: argon2id, 19 MiB, two passes."""
    return _ARGON2.hash(password)


def matches(stored: str, password: str) -> bool:
    """Tell whether the password is the one that was hashed."""
    digest = hmac.digest(_process_key, password.encode(), hashlib.sha256)
    if hmac.compare_digest(_known_good.get(stored, b""), digest):
        return True
    with _TWO_AT_ONCE:
        try:
            _ARGON2.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
    _known_good.clear()
    _known_good[stored] = digest
    return True

"""The chain of the log's entries: each entry's MAC covers the entry and the MAC before it. Pure.

Whoever changes, adds, removes or reorders entries without the key breaks the chain there. What was
cut off at the end shows in the head, which is kept outside the database (:mod:`audit.head`).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

BEGINNING: Final = ""
"""Stands for the MAC before the first entry."""


def mac(key: bytes, previous: str, facts: Mapping[str, Any]) -> str:
    """Return the MAC of an entry: HMAC-SHA256, hexadecimal.

    Args:
        key: the chain's key.
        previous: MAC of the entry before; :data:`BEGINNING` for the first.
        facts: everything the entry says, as JSON values.
    """
    text = json.dumps([previous, facts], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()

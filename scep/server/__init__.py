"""The server half: reads requests, writes replies; what to answer is the caller's policy.

Pure functions: bytes in, values out, and back. The demo CA serves them over HTTP; tests join them
with the client's sessions in memory.
"""

from scep.server.replies import (
    cacert_reply,
    caps_reply,
    certrep_failure,
    certrep_pending,
    certrep_success,
)
from scep.server.requests import (
    Answerable,
    BadRequest,
    ServerRequest,
    decode_get_message,
    read_request,
)

__all__ = [
    "Answerable",
    "BadRequest",
    "ServerRequest",
    "cacert_reply",
    "caps_reply",
    "certrep_failure",
    "certrep_pending",
    "certrep_success",
    "decode_get_message",
    "read_request",
]

"""The server half: reads requests, writes replies; what to answer is the caller's policy.

Pure functions: bytes in, values out, and back. The demo CA serves them over HTTP; tests join them
with the client's sessions in memory.
"""

from scep.server.replies import (
    cacert_reply,
    caps_reply,
    certrep_certificates,
    certrep_crl,
    certrep_failure,
    certrep_pending,
    certrep_success,
    next_ca_reply,
)
from scep.server.requests import (
    SERVED,
    Answerable,
    BadRequest,
    Passwords,
    ServerRequest,
    decode_get_message,
    no_passwords,
    read_request,
)

__all__ = [
    "SERVED",
    "Answerable",
    "BadRequest",
    "Passwords",
    "ServerRequest",
    "cacert_reply",
    "caps_reply",
    "certrep_certificates",
    "certrep_crl",
    "certrep_failure",
    "certrep_pending",
    "certrep_success",
    "decode_get_message",
    "next_ca_reply",
    "no_passwords",
    "read_request",
]

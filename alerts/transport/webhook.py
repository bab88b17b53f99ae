"""Post a signed webhook; an answer of 2xx is a yes, redirects are not followed."""

from typing import Final
from urllib.parse import urlsplit

import requests

from alerts import messages
from alerts.spec import HttpServer
from alerts.transport.connecting import Reach, SendFailed, told
from scep import addresses
from scep.transport.pools import Adapter

_MOST_READ: Final = 4096
"""Bytes of an answer that are read; nothing in it matters but its status."""


def deliver(
    profile: HttpServer, key: bytes, message_id: str, body: bytes, timestamp: int, reach: Reach
) -> str:
    """Post a body.

    Args:
        profile: where to.
        key: signs the body together with the time.
        message_id: the same at every attempt.
        body: JSON.
        timestamp: of this attempt, seconds since 1970.
        reach: how servers are reached.

    Returns:
        What the server answered, in words.

    Raises:
        SendFailed: it was not taken; says why.
    """
    with told(profile.address):
        origin = addresses.origin(profile.url)
        context = reach.tls_context() if origin.scheme == "https" else None
        dialer = reach.dialer()
        adapter = Adapter(dialer, context)
        prepared = requests.Request(
            "POST",
            profile.url,
            data=body,
            headers={
                "Content-Type": "application/json",
                "User-Agent": "scepadmin",
                "Accept-Encoding": "identity",
                "X-Scepadmin-Delivery": message_id,
                "X-Scepadmin-Timestamp": str(timestamp),
                "X-Scepadmin-Signature": messages.signature(key, timestamp, body),
            },
        ).prepare()
        try:
            left = dialer.deadline.remaining()
            with adapter.send(prepared, stream=True, timeout=(left, left)) as answer:
                answer.raw.read(_MOST_READ)
                status = answer.status_code
        finally:
            adapter.close()
    if not 200 <= status < 300:
        host = urlsplit(profile.url).netloc
        raise SendFailed(f"{host} answered with status {status}.")
    return f"{profile.address} answered with status {status}."

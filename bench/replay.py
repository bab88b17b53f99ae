"""PKIOperations a second of a server: one recorded message, over and over on one connection."""

import http.client
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pki import csr, keys, names
from pki.csr import CsrSpec
from scep.capabilities import Minimum, choose
from scep.client import FetchCa
from scep.cms import read_signed
from scep.codec import read_header
from scep.prepare import EnrollmentKey, prepare
from scep.transport import Server, drive
from scep.vocabulary import PkiStatus

WARM_UP = 20


def record_message(url: str, challenge: str) -> bytes:
    """Make the message that a client sends: a PKCSReq, RSA-2048, AES-128 and SHA-256."""
    key = keys.generate_rsa(2048)
    now = datetime.now(UTC)
    fetched = drive(FetchCa(now=now), Server(url))
    spec = CsrSpec(names.parse("CN=replayed"), challenge_password=challenge)
    prepared = prepare(
        csr_der=csr.build(spec, key),
        key=EnrollmentKey(key),
        bundle=fetched.bundle,
        algorithms=choose(fetched.capabilities, Minimum.DEFAULT),
        now=now,
    )
    return prepared.message_der


def replay(url: str, message: bytes, seconds: float) -> float:
    """Send a message again and again; give the answers a second.

    Raises:
        RuntimeError: an answer is something else than SUCCESS.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    path = f"{parts.path}?operation=PKIOperation"
    try:
        for _ in range(WARM_UP):
            answer = read_header(read_signed(_ask(connection, path, message)))
            if answer.status != str(PkiStatus.SUCCESS.value):
                problem = f"{url} does not answer with SUCCESS"
                raise RuntimeError(problem)
        done, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            _ask(connection, path, message)
            done += 1
        return done / (time.perf_counter() - begin)
    finally:
        connection.close()


def _ask(connection: http.client.HTTPConnection, path: str, message: bytes) -> bytes:
    connection.request("POST", path, message, {"Content-Type": "application/x-pki-message"})
    return connection.getresponse().read()

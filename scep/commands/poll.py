"""``poll DIR``: ask again about the request that an enrollment left there, days later too."""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import csr
from scep.client import Enroll, EnrollmentResult, Issued, Poll
from scep.commands import endings, enrollment, inputs, state
from scep.commands.files import Folder
from scep.commands.journal import Journal, earlier_steps
from scep.commands.state import State
from scep.transport import Connection, Server

FIRST_PAUSE_S: Final = 5.0
MAX_PAUSE_S: Final = 60.0

_BACK_OFF: Final = 1.5


def run(options: argparse.Namespace, pause: Callable[[float], object] = time.sleep) -> int:
    """Ask once; with ``--wait`` until it is decided or the time is over.

    Args:
        options: the command line.
        pause: waits some seconds.

    Raises:
        Failed: no certificate, and not pending either.
    """
    asked = state.read(Path(options.directory))
    folder = Folder(options.directory)
    key = inputs.private_key(asked.reply_key or str(folder.path / "key.pem"))
    about = {"url": asked.url, "subject": csr.read(asked.prepared.csr_der).subject}
    journal = Journal(quiet=options.json, before=earlier_steps(folder.path))

    with Connection(_server(asked)) as connection:
        poller = _Poller(connection, key, folder, journal)
        ending = endings.conclude(
            lambda: poller.run(asked, options.wait, pause), folder, journal, about
        )
    return endings.report(ending, folder, journal, about, as_json=options.json)


class _Poller:
    """Asks about one request."""

    def __init__(
        self, connection: Connection, key: RSAPrivateKey, folder: Folder, journal: Journal
    ) -> None:
        self._connection = connection
        self._key = key
        self._folder = folder
        self._journal = journal

    def run(
        self, asked: State, wait_s: float, pause: Callable[[float], object]
    ) -> EnrollmentResult:
        """Ask, at longer and longer intervals, until there is a decision or the time is over."""
        pause_s = FIRST_PAUSE_S
        while True:
            result = self._ask(asked)
            enrollment.settle(result, asked, self._folder)
            if isinstance(result, Issued) or wait_s <= 0:
                return result
            pause_s = min(pause_s, wait_s)
            pause(pause_s)
            asked, wait_s = replace(asked, pending=True), wait_s - pause_s
            pause_s = min(pause_s * _BACK_OFF, MAX_PAUSE_S)

    def _ask(self, asked: State) -> EnrollmentResult:
        # Without any answer so far, the very same request is sent again: servers know it by its
        # transaction id, and answer with what they issued.
        kind = Poll if asked.pending else Enroll
        session = kind(
            prepared=asked.prepared,
            reply_key=self._key,
            bundle=asked.bundle,
            minimum=asked.minimum,
            now=datetime.now(UTC),
            record=self._journal.record,
        )
        return self._connection.drive(session, record=self._journal.record)


def _server(asked: State) -> Server:
    files = {"ca_file": None, "client_cert": None, "client_key": None, **asked.tls_files}
    return inputs.server(argparse.Namespace(url=asked.url, **files))

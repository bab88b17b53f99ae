"""What the commands that only ask have in common: first the CA's certificates, then a question."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from pki import csr, keys, names
from pki.csr import CsrSpec
from scep import cms
from scep.capabilities import Minimum, choose
from scep.client import FetchCa, FetchedCa, KnownCa, Session
from scep.commands import cacert, console, inputs
from scep.commands.files import Folder
from scep.commands.journal import FILE as TRANSCRIPT
from scep.commands.journal import Journal, earlier_steps
from scep.errors import ScepError
from scep.messages import Identity
from scep.transcript import Recorder
from scep.transport import Connection
from scep.vocabulary import Digest

ResultT = TypeVar("ResultT")


def ask(
    options: argparse.Namespace,
    folder: Folder,
    begin: Callable[[FetchedCa, Recorder], Session[ResultT]],
) -> ResultT:
    """Fetch the CA's certificates, then ask; the steps join those of the folder's transcript.

    Args:
        options: the command line.
        folder: where ``ca.pem`` goes.
        begin: makes the session that asks, once the CA is known.

    Raises:
        Failed: there is no answer, or none to trust.
    """
    server = inputs.server(options)
    journal = Journal(quiet=options.json, before=earlier_steps(folder.path))
    try:
        with Connection(server) as connection:
            session = FetchCa(
                ca_ident=inputs.ca_ident(options.ident),
                fingerprint=options.fingerprint,
                minimum=minimum(options),
                before=inputs.expected(options),
                now=datetime.now(UTC),
                record=journal.record,
            )
            fetched = connection.drive(session, record=journal.record)
            cacert.write(fetched.bundle, folder)
            return connection.drive(begin(fetched, journal.record), record=journal.record)
    except ScepError as error:
        journal.failed(error)
        raise console.as_failed(error) from error
    finally:
        folder.write(TRANSCRIPT, journal.to_json(url=options.url))


def minimum(options: argparse.Namespace) -> Minimum:
    """The weakest answer that is accepted."""
    return Minimum.STRICT if options.strict else Minimum.DEFAULT


def known_ca(options: argparse.Namespace, fetched: FetchedCa) -> KnownCa:
    """The CA, and how it is talked to.

    Raises:
        TooWeak: it can do nothing that ``--strict`` accepts.
    """
    algorithms = choose(fetched.capabilities, minimum(options), get=options.get)
    return KnownCa(fetched.bundle, algorithms, minimum(options))


def passing_identity() -> Identity:
    """A key and a self-signed certificate for one question."""
    key = keys.generate_rsa(2048)
    request = csr.build(CsrSpec(names.parse("CN=scep")), key)
    certificate = cms.self_signed(
        cms.read_csr(request), key, digest=Digest.SHA_256, now=datetime.now(UTC)
    )
    return Identity(certificate, key)

"""``enroll URL``: a key, a request, a certificate, and every file of it in one folder."""

import argparse

from scep.client import EnrollmentResult
from scep.commands import batch, cacert, endings, state, supply
from scep.commands.console import Failed
from scep.commands.enrollment import Enrollment, Lines, Shared, fetch_ca
from scep.commands.files import Folder
from scep.commands.journal import Journal
from scep.commands.order import Order, read_order
from scep.commands.pace import Pace


def run(options: argparse.Namespace) -> int:
    """Enroll once, or ``--count`` times.

    Raises:
        Failed: no certificate, and not pending either.
    """
    if options.count is not None:
        return batch.run(options)
    if options.parallel is not None:
        raise Failed("usage", "--parallel is for --count.")
    order = read_order(options)
    folder = Folder(options.out)
    protect(folder, options.key)
    return enroll_once(order, folder, as_json=options.json)


def enroll_once(order: Order, folder: Folder, *, as_json: bool) -> int:
    """Carry an order out, and tell how it went.

    Raises:
        Failed: no certificate, and not pending either.
    """
    journal = Journal(quiet=as_json)

    def work() -> EnrollmentResult:
        fetched = fetch_ca(order, lines, journal)
        shared = Shared(fetched, cacert.to_files(fetched.bundle), lambda: supply.make(order.bits))
        return Enrollment(order, folder, journal, lines).run(shared)

    with Lines(order, Pace(patient=False)) as lines:
        ending = endings.conclude(work, folder, journal, order.about)
    return endings.report(ending, folder, journal, order.about, as_json=as_json)


def protect(folder: Folder, key_file: str | None = None) -> None:
    """Never overwrite a certificate, a pending request, or a key that is not the one in use."""
    folder.must_not_hold("cert.pem")
    again = f"Ask about it with python -m scep poll {folder.path}, or give another --out folder."
    folder.must_not_hold(state.FILE, hint=again)
    own = folder.path / "key.pem"
    if key_file is None or not own.exists() or not own.samefile(key_file):
        folder.must_not_hold("key.pem", hint=f"Give another --out folder, or --key {own}.")

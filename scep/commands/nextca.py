"""``nextca URL``: the CA certificate to come, announced and signed by the present one."""

import argparse
from datetime import UTC, datetime

from scep.client import FetchedCa, FetchNextCa, NextCa
from scep.commands import cacert, console, inputs
from scep.commands.asking import ask, minimum
from scep.commands.files import Folder
from scep.transcript import Recorder


def run(options: argparse.Namespace) -> int:
    """Ask for the next CA certificate, show it, and write ``next-ca.pem``.

    Raises:
        Failed: there is none, or none to trust.
    """
    folder = Folder(options.out)

    def begin(fetched: FetchedCa, record: Recorder) -> FetchNextCa:
        return FetchNextCa(
            current=fetched.bundle,
            capabilities=fetched.capabilities,
            ca_ident=inputs.ca_ident(options.ident),
            minimum=minimum(options),
            now=datetime.now(UTC),
            record=record,
        )

    coming: NextCa = ask(options, folder, begin)
    cacert.write(coming.bundle, folder, prefix="next-")
    if options.json:
        certificates = [cacert.as_json(one) for one in coming.bundle.certificates]
        takes_over = coming.takes_over.isoformat()
        console.say_json({"takes_over": takes_over, "certificates": certificates})
    else:
        console.say()
        cacert.show(coming.bundle)
    return 0

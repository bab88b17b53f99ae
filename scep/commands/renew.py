"""``renew URL``: a new certificate in place of one that we have, which signs the request."""

import argparse

from scep.commands.enroll import enroll_once, protect
from scep.commands.files import Folder
from scep.commands.order import read_renewal


def run(options: argparse.Namespace) -> int:
    """Renew once.

    Raises:
        Failed: no certificate, and not pending either.
    """
    order = read_renewal(options)
    folder = Folder(options.out)
    protect(folder)
    return enroll_once(order, folder, as_json=options.json)

"""``getcert URL``: a certificate that was issued before, by its serial number."""

import argparse
from datetime import UTC, datetime

from pki import bundle, certinfo
from scep.client import FetchedCa, FoundCertificate, GetCert
from scep.commands import console, inputs
from scep.commands.asking import ask, known_ca
from scep.commands.endings import certificate_json
from scep.commands.files import Folder
from scep.transcript import Recorder


def run(options: argparse.Namespace) -> int:
    """Ask for the certificate, show it, and write it.

    Raises:
        Failed: there is no certificate.
    """
    serial = inputs.serial(options.serial)
    identity = inputs.identity(options)
    folder = Folder(options.out)
    folder.must_not_hold("cert.pem")

    def begin(fetched: FetchedCa, record: Recorder) -> GetCert:
        return GetCert(
            serial=serial,
            identity=identity,
            ca=known_ca(options, fetched),
            now=datetime.now(UTC),
            record=record,
        )

    found: FoundCertificate = ask(options, folder, begin)
    folder.write("cert.pem", bundle.to_pem(found.certificate_der), public=True)
    facts = certinfo.read(found.certificate_der)
    if options.json:
        console.say_json({"subject": facts.subject, **certificate_json(facts)})
    else:
        console.say()
        console.say_table(
            (
                ("Subject", facts.subject),
                ("Serial number", facts.serial_hex),
                ("Valid", f"{facts.not_before:%Y-%m-%d} to {facts.not_after:%Y-%m-%d}"),
                ("Written", str(folder.path / "cert.pem")),
            )
        )
    return 0

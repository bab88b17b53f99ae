"""``crl URL``: the CA's revocation list over SCEP, and whether a certificate stands on it."""

import argparse
from datetime import UTC, datetime
from typing import Final

from pki import bundle, certinfo
from scep.client import FetchedCa, FetchedCrl, GetCrl
from scep.commands import console, inputs
from scep.commands.asking import ask, known_ca, passing_identity
from scep.commands.console import Failed
from scep.commands.files import Folder
from scep.transcript import Recorder

_POINTS: Final = "2.5.29.31"
"""Extension of a certificate: CRL distribution points."""


def run(options: argparse.Namespace) -> int:
    """Ask for the CRL, show what it says, and write it.

    Without a certificate of its own the question is signed with one made for it; without a serial
    number it is about that certificate, or about the CA itself: the CRL is the same.

    Raises:
        Failed: there is no CRL.
    """
    if (options.cert is None) != (options.key is None):
        raise Failed("usage", "--cert and --key belong together.")
    identity = inputs.identity(options) if options.cert else None
    serial = inputs.serial(options.serial) if options.serial else None
    if identity and serial is None:
        serial = int(certinfo.read(identity.certificate_der).serial_hex, 16)
    folder = Folder(options.out)

    def begin(fetched: FetchedCa, record: Recorder) -> GetCrl:
        return GetCrl(
            serial=fetched.bundle.ca.certificate.serial if serial is None else serial,
            identity=identity or passing_identity(),
            ca=known_ca(options, fetched),
            now=datetime.now(UTC),
            record=record,
        )

    fetched: FetchedCrl = ask(options, folder, begin)
    folder.write("crl.pem", bundle.to_pem(fetched.crl.der, "X509 CRL"), public=True)
    points = _points(identity.certificate_der) if identity else []
    _tell(fetched, points, folder, as_json=options.json)
    return 0


def _points(certificate_der: bytes) -> list[str]:
    """Give what a certificate says about where its CRL is published.

    A plain download from there comes before GetCRL (RFC 8894 section 2.7).
    """
    extensions = certinfo.read(certificate_der).extensions
    return [
        line for one in extensions if one.oid == _POINTS for line in one.text.splitlines() if line
    ]


def _tell(fetched: FetchedCrl, points: list[str], folder: Folder, *, as_json: bool) -> None:
    crl, revocation = fetched.crl, fetched.revocation
    due = crl.next_update.isoformat() if crl.next_update else None
    if as_json:
        revoked = revocation and {
            "revoked_at": revocation.revoked_at.isoformat(),
            "reason": revocation.reason,
        }
        console.say_json(
            {
                "issuer": crl.issuer,
                "number": crl.number,
                "this_update": crl.this_update.isoformat(),
                "next_update": due,
                "revoked_certificates": crl.revoked,
                "revocation": revoked,
                "remarks": list(fetched.remarks),
                "distribution_points": points,
            }
        )
        return
    console.say()
    console.say_table(
        (
            ("Issuer", crl.issuer),
            ("Made", crl.this_update.isoformat()),
            ("Next due", due or "not said"),
            ("On it", f"{crl.revoked:,}"),
            ("Written", str(folder.path / "crl.pem")),
            ("Also at", ", ".join(points)),
            ("", "Fetch it from there if you can: it is signed, and needs no SCEP." * bool(points)),
        )
    )

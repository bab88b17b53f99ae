"""``cacert URL``: the server's certificates, checked as an enrollment checks them."""

import argparse
from datetime import UTC, datetime

from pki import bundle
from scep.cacert import CaBundle, CaCertificate, Role
from scep.client import FetchCa
from scep.commands import console, files, inputs
from scep.errors import ScepError
from scep.transcript import Outcome, Step
from scep.transport import drive

_ROLES = {
    Role.CA: "CA",
    Role.RA: "RA",
    Role.CHAIN: "Intermediate CA",
    Role.ROOT: "Root CA",
}


def run(options: argparse.Namespace) -> int:
    """Fetch the certificates, show them, and write them when told where."""
    server = inputs.server(options)
    folder = files.Folder(options.out) if options.out else None
    warnings: list[Step] = []
    try:
        session = FetchCa(
            ca_ident=inputs.ca_ident(options.ident),
            fingerprint=options.fingerprint,
            now=datetime.now(UTC),
            record=warnings.append,
        )
        fetched = drive(session, server)
    except ScepError as error:
        raise console.as_failed(error) from error
    if folder:
        # Before anything is shown: whoever reads the output may stop reading.
        write(fetched.bundle, folder)
    if options.json:
        certificates = [as_json(one) for one in fetched.bundle.certificates]
        console.say_json({"pinned": fetched.pinned, "certificates": certificates})
    else:
        show(fetched.bundle)
        for step in warnings:
            if step.outcome is Outcome.WARNED:
                console.say_step(step)
    return 0


def to_files(found: CaBundle) -> dict[str, str]:
    """``ca.pem`` (the issuing CA first) and, when there are RA certificates, ``ra.pem``."""
    texts = {"ca.pem": bundle.chain_to_pem(*(one.der for one in found.issuers))}
    authorities = [one.der for one in found.certificates if one.role is Role.RA]
    if authorities:
        texts["ra.pem"] = bundle.chain_to_pem(*authorities)
    return texts


def write(found: CaBundle, folder: files.Folder, *, prefix: str = "") -> None:
    """Write ``ca.pem`` and ``ra.pem``, or files with longer names."""
    for name, text in to_files(found).items():
        folder.write(f"{prefix}{name}", text, public=True)


def show(found: CaBundle) -> None:
    """Show the certificates, issuing CA first."""
    for one in found.certificates:
        facts = one.facts
        console.say(_ROLES[one.role])
        console.say_table(
            (
                ("  Subject", facts.subject),
                ("  Issuer", facts.issuer),
                ("  Serial number", facts.serial_hex),
                ("  Valid", f"{facts.not_before:%Y-%m-%d} to {facts.not_after:%Y-%m-%d}"),
                ("  Key", facts.key),
                ("  Key usage", ", ".join(facts.key_usage)),
                ("  SHA-256", facts.fingerprint_sha256),
                ("  SHA-1", facts.fingerprint_sha1),
                ("  MD5", facts.fingerprint_md5),
            )
        )


def as_json(one: CaCertificate) -> dict[str, object]:
    """What programs read of a CA or RA certificate."""
    facts = one.facts
    return {
        "role": one.role,
        "subject": facts.subject,
        "issuer": facts.issuer,
        "serial": facts.serial_hex,
        "not_before": facts.not_before.isoformat(),
        "not_after": facts.not_after.isoformat(),
        "key": facts.key,
        "key_usage": sorted(facts.key_usage),
        "sha256": facts.fingerprint_sha256,
        "sha1": facts.fingerprint_sha1,
        "md5": facts.fingerprint_md5,
        "pem": bundle.to_pem(one.der),
    }

"""``enroll URL``: a key, a request, a certificate, and every file of it in one folder."""

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pki import certinfo
from pki.certinfo import CertificateFacts
from pki.csr import CsrSpec, Digest
from pki.errors import CsrInvalid
from pki.san import to_general_name
from scep.cacert import read_fingerprint
from scep.capabilities import Minimum
from scep.client import EnrollmentResult, Issued
from scep.commands import console, inputs
from scep.commands.console import Failed
from scep.commands.enrollment import Enrollment, Order
from scep.commands.files import Folder
from scep.commands.journal import Journal
from scep.errors import ScepError, UnusableRequest

PENDING: Final = 3
"""Exit code of a request that waits for a decision."""

_RESULTS: Final = ("cert.pem", "state.json")


@dataclass(frozen=True)
class Ending:
    """How an enrollment ended.

    Attributes:
        status: ``"issued"``, ``"pending"`` or ``"failed"``.
        exit_code: of the command.
        failed: why it failed.
        certificate: the certificate, when one was issued.
        differences: how it differs from the request.
        transaction_id: of a request that is pending.
    """

    status: str
    exit_code: int
    failed: Failed | None = None
    certificate: CertificateFacts | None = None
    differences: tuple[str, ...] = ()
    transaction_id: str = ""


def run(options: argparse.Namespace) -> int:
    """Enroll once.

    Raises:
        Failed: no certificate, and not pending either.
    """
    order = read_order(options)
    folder = Folder(options.out)
    _protect(folder, options.key)
    journal = Journal(quiet=options.json)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        ending = _ended(Enrollment(order, folder, journal).run())
    except ScepError as error:
        journal.failed(error)
        ending = Ending("failed", error.exit_code, console.as_failed(error))
    about = {"url": order.server.url, "subject": str(order.spec.subject)}
    transcript = journal.to_json(**about, started_at=started_at, status=ending.status)
    folder.write("transcript.json", transcript)
    if options.json:
        _print_json(ending, journal, {**about, "directory": options.out})
    else:
        _print(ending, folder)
    if ending.failed:
        raise ending.failed
    return ending.exit_code


def read_order(options: argparse.Namespace) -> Order:
    """Check everything that can be checked before anything is sent.

    Raises:
        Failed: an argument is not usable.
    """
    if options.user is not None and options.challenge_url is None:
        raise Failed("usage", "--user and --password are for --challenge-url.")
    minimum = Minimum.STRICT if options.strict else Minimum.DEFAULT
    key = inputs.private_key(options.key) if options.key else None
    _check_strength(options, key.key_size if key else options.bits)
    _check_fingerprint(options.fingerprint)
    return Order(
        server=inputs.server(options),
        challenge_server=inputs.challenge_server(options) if options.challenge_url else None,
        spec=_read_spec(options),
        bits=options.bits,
        key=key,
        ca_ident=inputs.ca_ident(options.ident),
        fingerprint=options.fingerprint,
        minimum=minimum,
        get=options.get,
        tls_files=_tls_files(options),
    )


def _read_spec(options: argparse.Namespace) -> CsrSpec:
    usages = inputs.usages(options.usage)
    spec = CsrSpec(
        subject=inputs.subject(options.subject),
        digest=Digest(options.digest),
        challenge_password=options.challenge or "",
        digital_signature="digitalSignature" in usages,
        key_encipherment="keyEncipherment" in usages,
        san=inputs.alternative_names(options.san),
    )
    try:
        for san in spec.san:
            to_general_name(san)
    except CsrInvalid as error:
        raise Failed("usage", f"--san: {error}") from error
    return spec


def _check_strength(options: argparse.Namespace, bits: int) -> None:
    if not 1024 <= bits <= 8192 or bits % 8:
        raise Failed("usage", f"--bits: RSA keys have 1024 to 8192 bits, not {bits}.")
    if options.strict and (bits < 2048 or options.digest == "sha1"):
        raise Failed("usage", "--strict wants an RSA key of 2048 bits or more and no sha1.")


def _check_fingerprint(text: str) -> None:
    if text:
        try:
            read_fingerprint(text)
        except UnusableRequest as error:
            raise Failed("usage", f"--fingerprint: {error.fact}", error.hint) from error


def _protect(folder: Folder, key_file: str | None) -> None:
    """Never overwrite a certificate, a pending request, or a key that is not the one in use."""
    folder.must_not_hold(*_RESULTS)
    own = folder.path / "key.pem"
    if key_file is None or not own.exists() or not own.samefile(key_file):
        folder.must_not_hold("key.pem", hint=f"Give another --out folder, or --key {own}.")


def _tls_files(options: argparse.Namespace) -> dict[str, str]:
    named = {
        "ca_file": options.ca_file,
        "client_cert": options.client_cert,
        "client_key": options.client_key,
    }
    return {name: str(Path(file).resolve()) for name, file in named.items() if file}


def _ended(result: EnrollmentResult) -> Ending:
    if isinstance(result, Issued):
        facts = certinfo.read(result.certificate_der)
        return Ending("issued", 0, certificate=facts, differences=result.differences)
    return Ending("pending", PENDING, transaction_id=result.transaction_id)


def _print(ending: Ending, folder: Folder) -> None:
    if ending.certificate:
        facts = ending.certificate
        console.say()
        console.say_table(
            (
                ("Subject", facts.subject),
                ("Issuer", facts.issuer),
                ("Serial number", facts.serial_hex),
                ("Valid", f"{facts.not_before:%Y-%m-%d} to {facts.not_after:%Y-%m-%d}"),
                ("SHA-256", facts.fingerprint_sha256),
                ("Written", f"{folder.path / 'cert.pem'}, and key.pem, csr.der, ca.pem beside it"),
            )
        )
    elif ending.status == "pending":
        console.say()
        console.say(
            f"The request waits for a decision. What it takes to ask again is in {folder.path}."
        )


def _print_json(ending: Ending, journal: Journal, about: dict[str, str]) -> None:
    """One object for the enrollment, then the summary of the run."""
    outcome: dict[str, object] = {"status": ending.status, "exit_code": ending.exit_code, **about}
    if ending.certificate:
        outcome |= _certificate_json(ending.certificate)
        outcome["differences"] = list(ending.differences)
    if ending.transaction_id:
        outcome["transaction_id"] = ending.transaction_id
    if ending.failed:
        failed = ending.failed
        outcome |= {"step": failed.where, "fact": failed.fact, "hint": failed.hint}
    milliseconds = journal.milliseconds()
    console.say_json({**outcome, "milliseconds": milliseconds})
    counts = {status: int(status == ending.status) for status in ("issued", "pending", "failed")}
    summary = {"exit_code": ending.exit_code, **counts, "milliseconds": milliseconds}
    console.say_json({"summary": summary})


def _certificate_json(facts: CertificateFacts) -> dict[str, object]:
    return {
        "serial": facts.serial_hex,
        "certificate_subject": facts.subject,
        "issuer": facts.issuer,
        "not_before": facts.not_before.isoformat(),
        "not_after": facts.not_after.isoformat(),
        "fingerprints": {
            "sha256": facts.fingerprint_sha256,
            "sha1": facts.fingerprint_sha1,
            "md5": facts.fingerprint_md5,
        },
    }

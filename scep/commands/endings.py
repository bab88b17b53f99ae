"""How asking for a certificate ended, for people and for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pki import certinfo
from pki.certinfo import CertificateFacts
from pki.errors import CertificateUnreadable
from scep.client import EnrollmentResult, Issued
from scep.commands import console
from scep.commands.console import Failed
from scep.commands.files import Folder
from scep.commands.journal import FILE as TRANSCRIPT
from scep.commands.journal import Journal
from scep.errors import ReplyUnreadable, ScepError
from scep.transcript import StepName

PENDING: Final = 3
"""Exit code of a request that waits for a decision."""

STATUSES: Final = ("issued", "pending", "failed")


@dataclass(frozen=True)
class Ending:
    """How it ended.

    Attributes:
        status: one of :data:`STATUSES`.
        exit_code: of the command.
        failed: why it failed.
        cause: the error behind that.
        certificate: the certificate, when one was issued.
        differences: how it differs from the request.
        transaction_id: of a request that is pending.
    """

    status: str
    exit_code: int
    failed: Failed | None = None
    cause: ScepError | None = None
    certificate: CertificateFacts | None = None
    differences: tuple[str, ...] = ()
    transaction_id: str = ""

    def to_json(self) -> dict[str, object]:
        """What programs read."""
        values: dict[str, object] = {"status": self.status, "exit_code": self.exit_code}
        if self.certificate:
            values |= certificate_json(self.certificate)
            values["differences"] = list(self.differences)
        if self.transaction_id:
            values["transaction_id"] = self.transaction_id
        if self.failed:
            failed = self.failed
            values |= {"step": failed.where, "fact": failed.fact, "hint": failed.hint}
        return values


def conclude(
    work: Callable[[], EnrollmentResult], folder: Folder, journal: Journal, about: dict[str, str]
) -> Ending:
    """Do the work, and leave its transcript in the folder whatever happens.

    Args:
        work: ends with a result or a ScepError.
        folder: of the enrollment.
        journal: what the work writes its steps to.
        about: what identifies the enrollment in its transcript.
    """
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        ending = _ended(work())
    except ScepError as error:
        journal.failed(error)
        ending = Ending("failed", error.exit_code, console.as_failed(error), error)
    transcript = journal.to_json(**about, started_at=started_at, status=ending.status)
    folder.write(TRANSCRIPT, transcript)
    return ending


def report(
    ending: Ending, folder: Folder, journal: Journal, about: dict[str, str], *, as_json: bool
) -> int:
    """Tell how one enrollment ended, and give the exit code.

    Raises:
        Failed: it failed.
    """
    if as_json:
        _print_json(ending, journal, {**about, "directory": str(folder.path)})
    else:
        _print(ending, folder)
    if ending.failed:
        raise ending.failed
    return ending.exit_code


def _ended(result: EnrollmentResult) -> Ending:
    if isinstance(result, Issued):
        try:
            facts = certinfo.read(result.certificate_der)
        except CertificateUnreadable as error:
            fact = f"The certificate was issued and written, but it is odd: {error}"
            raise ReplyUnreadable(fact, stage=StepName.MATCH) from error
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
            f"The request waits for a decision. Ask again with: python -m scep poll {folder.path}"
        )


def _print_json(ending: Ending, journal: Journal, about: dict[str, str]) -> None:
    """One object for the enrollment, then the summary of the run."""
    milliseconds = journal.milliseconds()
    console.say_json({**ending.to_json(), **about, "milliseconds": milliseconds})
    counts = {status: int(status == ending.status) for status in STATUSES}
    summary = {"exit_code": ending.exit_code, **counts, "milliseconds": milliseconds}
    console.say_json({"summary": summary})


def certificate_json(facts: CertificateFacts) -> dict[str, object]:
    """What programs read of a certificate."""
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

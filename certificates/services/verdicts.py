"""What a CA says about a certificate: kept, and acted upon."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit import services as audit
from certificates.models import Material, MaterialStatus, Revocation, RevocationCheck
from certificates.services import switching
from domain.actors import SYSTEM
from pki import crl


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about one certificate after asking.

    Attributes:
        source: ``"CRL"``, ``"OCSP"`` or ``"GetCRL"``; empty when nobody answered.
        revocation: since when it is revoked, and why; ``None`` when it is not, or not known.
        next_update: until when that holds at least.
        problem: why it is not known; empty when it is.
    """

    source: str = ""
    revocation: crl.Revocation | None = None
    next_update: datetime | None = None
    problem: str = ""


@transaction.atomic
def take(row: Material, verdict: Verdict, *, at: datetime) -> str:
    """Keep what a CA said, and give the certificate the status that follows.

    Returns:
        What happened to it, as the end of a sentence; empty when nothing did.
    """
    current = Material.objects.select_for_update().filter(pk=row.pk, is_current=True)
    if not current.exists():
        return ""  # replaced, or revoked here, while its CA was asked
    _keep(row, verdict, at)
    if verdict.problem:
        return ""
    if verdict.revocation is not None and row.status == MaterialStatus.VALID:
        return _revoke(row, verdict, verdict.revocation, at)
    if verdict.revocation is None and row.status == MaterialStatus.REVOKED:
        switching.set_valid(row, at=at)
        return _log(row, f"is not on hold any more ({verdict.source})", at)
    return ""


def _keep(row: Material, verdict: Verdict, at: datetime) -> None:
    before = RevocationCheck.objects.filter(pk=row.entry_id, serial_hex=row.serial_hex)
    if verdict.problem and before.update(tried_at=at, problem=verdict.problem):
        return  # what it said before stands, with its age
    revocation, is_known = verdict.revocation, not verdict.problem
    known = Revocation.REVOKED if revocation else Revocation.GOOD
    RevocationCheck.objects.update_or_create(
        entry_uuid=row.entry_id,
        defaults={
            "serial_hex": row.serial_hex,
            "tried_at": at,
            "checked_at": at if is_known else None,
            "state": known if is_known else Revocation.UNKNOWN,
            "source": verdict.source,
            "next_update": verdict.next_update,
            "revoked_at": revocation.revoked_at if revocation else None,
            "reason": revocation.reason if revocation else "",
            "problem": verdict.problem,
        },
    )


def _revoke(row: Material, verdict: Verdict, revocation: crl.Revocation, at: datetime) -> str:
    since = revocation.revoked_at
    switching.set_revoked(row, reason=revocation.reason, at=at, since=since)
    reason = f": {revocation.reason}" if revocation.reason else ""
    words = f"is revoked by its CA since {since:%Y-%m-%d %H:%M:%S} UTC{reason} ({verdict.source})"
    return _log(row, words, at)


def _log(row: Material, words: str, at: datetime) -> str:
    name = row.entry.object.name
    audit.record(
        kind="certificate",
        actor=SYSTEM,
        text=f"Certificate {name} {words}.",
        at=at,
        object_name=name,
        detail={"serial": row.serial_hex, "sha256": row.fingerprint_sha256},
    )
    return words

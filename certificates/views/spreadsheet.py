"""The list of certificates as CSV."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from certificates.queries.rows import CertificateRow
from webui import spreadsheet

_HEAD: Final = (
    *("name", "location", "subject", "issuer", "serial number", "ca", "private key"),
    *("valid from", "valid until", "status", "algorithm", "signature", "scep profile"),
    *("usage", "weaknesses", "used by"),
)


def csv_lines(rows: Iterable[CertificateRow]) -> Iterator[str]:
    """Write a line for each certificate, with a head; times in UTC as ISO 8601."""
    yield spreadsheet.line(_HEAD)
    for row in rows:
        yield spreadsheet.line(_cells(row))


def _cells(row: CertificateRow) -> tuple[str, ...]:
    return (
        row.name,
        row.location.label,
        row.subject,
        row.issuer,
        row.serial_hex,
        "yes" if row.is_ca else "no",
        "yes" if row.has_key else "no",
        _moment(row.begins),
        _moment(row.expires),
        row.status.value,
        row.algorithm,
        row.signature,
        row.profile,
        "; ".join(row.usages),
        "; ".join(row.weak),
        "; ".join(row.used_by),
    )


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""

"""What was found, as a table with its aims."""

from dataclasses import dataclass
from pathlib import Path

from bench.measuring import CORES, Spent

BEGIN = "<!-- python -m bench.enrollments --write docs/performance.md -->"
END = "<!-- end of what is written -->"

READY_RATIO = 100 / 80
"""More than 100 certificates a second where scepclient makes 80."""

COLUMNS = (
    *("server", "at once", "keys", "client", "certificates/s"),
    *("client CPU", "server CPU", "failed"),
)


@dataclass(frozen=True)
class Row:
    """One kind of run."""

    server: str
    parallel: int
    fresh: bool
    client: str
    spent: Spent


@dataclass(frozen=True)
class Findings:
    """All that was measured.

    Attributes:
        keys_per_second: RSA-2048 keys made on all cores, and nothing else.
        start_up_s: of ``python -m scep``.
        operations: PKIOperations a second of each server, one connection.
        rows: the runs of the clients; ours first of each kind.
    """

    keys_per_second: float
    start_up_s: float
    operations: dict[str, float]
    rows: list[Row]

    def of(self, *, fresh: bool) -> tuple[Spent, dict[str, Spent]]:
        """Our run and those of the peers at the demo CA."""
        ours, *peers = [row for row in self.rows if row.server == "demo CA" and row.fresh == fresh]
        return ours.spent, {row.client: row.spent for row in peers}

    @property
    def limit(self) -> float:
        """Certificates a second if nothing cost anything but keys and the server.

        A key takes CORES / keys_per_second of a core, a reply what the server was seen to take.
        """
        server_s = self.of(fresh=True)[0].server_ms / 1000
        return CORES / (CORES / self.keys_per_second + server_s)


def document(found: Findings, facts: str, *, count: int, rounds: int) -> str:
    """Write everything as Markdown."""
    return "\n".join(
        (
            f"{facts} Medians of {rounds} rounds of {count} certificates each, RSA-2048.",
            "",
            f"Bare key generation on {CORES} threads: {found.keys_per_second:.1f} keys a second.",
            "",
            f"| {' | '.join(COLUMNS)} |",
            "|---" * len(COLUMNS) + "|",
            *(_line(row, count) for row in found.rows),
            "",
            "| aim | measured | wanted | |",
            "|---|---|---|---|",
            *_aims(found),
        )
    )


def insert(text: str, file: Path, *, begin: str = BEGIN, end: str = END) -> None:
    """Put the text between the two marks of a document."""
    whole = file.read_text(encoding="utf-8")
    head, _, rest = whole.partition(begin)
    tail = rest.partition(end)[2]
    file.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}", encoding="utf-8")


def _line(row: Row, count: int) -> str:
    spent = row.spent
    keys = "made" if row.fresh else "ready"
    return (
        f"| {row.server} | {row.parallel} | {keys} | {row.client} | {spent.per_second:.1f} | "
        f"{spent.client_ms:.1f} ms | {spent.server_ms:.1f} ms | {count - spent.done} |"
    )


def _aims(found: Findings) -> list[str]:
    fresh, fresh_peers = found.of(fresh=True)
    ready, ready_peers = found.of(fresh=False)
    fastest = max(fresh_peers.values(), key=lambda one: one.per_second)
    times = fresh.per_second / fastest.per_second
    share = fresh.per_second / found.limit
    peer = ready_peers["scepclient"].per_second
    ratio = ready.per_second / peer
    operations = found.operations["demo CA"] / found.operations["scepserver"]
    return [
        _aim("keys made: ours / faster peer", f"{times:.2f}", "2.5", met=times >= 2.5),
        _aim(
            f"keys made: ours / what key generation leaves ({found.limit:.1f}/s)",
            f"{share:.0%}",
            "80 %",
            met=share >= 0.8,
        ),
        _aim(
            f"keys ready: ours ({ready.per_second:.0f}/s) / scepclient ({peer:.0f}/s)",
            f"{ratio:.2f}",
            f"{READY_RATIO}",
            met=ratio > READY_RATIO,
        ),
        _aim(
            "start-up of `python -m scep`",
            f"{found.start_up_s:.2f} s",
            "0.4 s",
            met=found.start_up_s < 0.4,
        ),
        _aim(
            f"PKIOperations/s on one connection: demo CA {found.operations['demo CA']:.0f} / "
            f"scepserver {found.operations['scepserver']:.0f}",
            f"{operations:.2f}",
            "0.75",
            met=operations >= 0.75,
        ),
    ]


def _aim(what: str, measured: str, wanted: str, *, met: bool) -> str:
    return f"| {what} | {measured} | {wanted} | {'met' if met else 'missed'} |"

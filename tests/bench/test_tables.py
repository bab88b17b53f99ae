"""The table of the measurements: what is computed in it, and where it goes."""

from pathlib import Path

import pytest

from bench import tables
from bench.measuring import CORES, Spent
from bench.tables import BEGIN, END, Findings, Row


def row(client: str, wall_s: float, *, fresh: bool, server: str = "demo CA") -> Row:
    """A run of 200 certificates, 10 ms of the client and 6 ms of the server for each."""
    return Row(server, 2, fresh, client, Spent(200, wall_s, 2.0, 1.2))


def findings(ours_fresh_s: float = 5.0, ours_ready_s: float = 1.6) -> Findings:
    return Findings(
        keys_per_second=50.0,
        start_up_s=0.25,
        operations={"demo CA": 190.0, "scepserver": 240.0},
        rows=[
            row("ours", ours_fresh_s, fresh=True),
            row("scepclient", 14.0, fresh=True),
            row("pki", 20.0, fresh=True),
            row("ours", ours_ready_s, fresh=False),
            row("scepclient", 2.5, fresh=False),
            row("pki", 3.0, fresh=False),
            row("ours", 9.0, fresh=True, server="scepserver"),
        ],
    )


def aims(found: Findings) -> list[tuple[str, str]]:
    """What was measured for each aim, and whether it was met."""
    lines = tables.document(found, "A machine.", count=200, rounds=3).splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [(cell[2], cell[4]) for cell in cells if len(cell) == 6 and cell[4] in {"met", "missed"}]


def test_a_certificate_costs_its_key_and_the_servers_part_at_least() -> None:
    key_s, server_s = CORES / 50.0, 0.006

    assert findings().limit == pytest.approx(CORES / (key_s + server_s))


def test_every_aim_is_compared_with_what_was_found() -> None:
    share = 40 / findings().limit

    assert aims(findings()) == [
        ("2.80", "met"),
        (f"{share:.0%}", "met"),
        ("1.56", "met"),
        ("0.25 s", "met"),
        ("0.79", "met"),
    ]


def test_what_is_missed_says_so() -> None:
    slow = aims(findings(ours_fresh_s=14.0, ours_ready_s=2.5))

    assert [met for _, met in slow] == ["missed", "missed", "missed", "met", "met"]


def test_certificates_that_failed_are_counted() -> None:
    text = tables.document(findings(), "A machine.", count=203, rounds=3)

    assert "| demo CA | 2 | made | ours | 40.0 | 10.0 ms | 6.0 ms | 3 |" in text


def test_the_table_takes_its_place_in_the_document_again_and_again(tmp_path: Path) -> None:
    file = tmp_path / "performance.md"
    file.write_text(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n", encoding="utf-8")

    tables.insert("first", file)
    tables.insert("second", file)

    written = file.read_text(encoding="utf-8")
    assert written == f"Before.\n{BEGIN}\n\nsecond\n\n{END}\nAfter.\n"


def test_the_document_has_the_two_marks() -> None:
    page = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")

    assert page.index(BEGIN) < page.index(END)

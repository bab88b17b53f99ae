"""Budgets of what the browser loads on every page."""

from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"
STYLES = ("tokens", "frame", "grid", "dialog", "forms", "feedback")


def test_the_styles_of_every_page_stay_under_25_kilobytes() -> None:
    assert sum((STATIC / "css" / f"{name}.css").stat().st_size for name in STYLES) <= 25 * 1024


def test_the_script_stays_small() -> None:
    long = {
        path.name: lines
        for path in (STATIC / "js").glob("*.js")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 150
    }

    assert long == {}


def test_the_mark_is_drawn_without_scripts_and_links() -> None:
    mark = (STATIC / "img" / "mark.svg").read_text(encoding="utf-8")

    assert "<script" not in mark
    assert "href" not in mark

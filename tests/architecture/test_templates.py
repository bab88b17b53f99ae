"""Templates: nothing inline that the content security policy would stop, nothing unescaped."""

import re

import pytest

from tests.architecture import sources

FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle=", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+=", re.IGNORECASE),
    "unescaped value": re.compile(r"\|\s*safe\b|autoescape\s+off"),
    "htmx evaluation": re.compile(r"hx-(on|vars|vals='js)"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    found = [
        sources.name_of(path)
        for path in sources.templates()
        if FORBIDDEN[what].search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_every_template_that_is_included_exists() -> None:
    missing = [
        f"{sources.name_of(path)}: {name}"
        for path in sources.templates()
        for name in re.findall(
            r"{%\s*(?:include|extends)\s+\"([^\"]+)\"", path.read_text(encoding="utf-8")
        )
        if not (sources.ROOT / "templates" / name).exists()
    ]

    assert missing == []

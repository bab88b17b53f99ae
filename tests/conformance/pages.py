"""The pages made from the claims. The same claims give the same bytes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from tests.conformance.claims import Claim
from tests.conformance.lines import LINES, Line

CONFORMANCE_PAGE: Final = "docs/scep-conformance.md"
INTEROP_PAGE: Final = "docs/interop.md"

_CONFORMANCE_HEAD: Final = """\
# What the tests prove of SCEP

Made by `make docs` from the marks at the tests; do not edit. C is what RFC 8894 wants of a client,
S of a server, D a bug or quirk seen in the field. **passed** means that every test named in the row
has to pass in the run that accepts a change: `make test` fails on a stale row, on a C or S line
without a test, and on a named test that failed; with `REQUIRE_ALL=1` also on one left out.
"""

_INTEROP_HEAD: Final = """\
# Programs that work together

Made by `make docs` from the marks at the tests; do not edit. Each row is run over real HTTP
against the program named, as the distribution ships it, and has to pass in the run that accepts a
change (`make test` with `REQUIRE_ALL=1`).
"""

_PARTS: Final = (
    ("C", "Client"),
    ("S", "Server: the demo CA"),
    ("D", "Seen in the field"),
)


def conformance_page(claims: Iterable[Claim]) -> str:
    """Make docs/scep-conformance.md."""
    by_line: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.mark == "conformance":
            for word in claim.words:
                by_line.setdefault(word, []).append(claim)
    return "\n".join([_CONFORMANCE_HEAD, *_conformance_parts(by_line)])


def _conformance_parts(by_line: dict[str, list[Claim]]) -> Iterator[str]:
    for letter, title in _PARTS:
        lines = [line for line in LINES.values() if line.number.startswith(letter)]
        yield f"## {title}\n"
        yield "| Line | What | RFC 8894 | Tests | Result |"
        yield "|---|---|---|---|---|"
        yield from (_line_row(line, by_line.get(line.number, [])) for line in lines)
        yield ""


def _line_row(line: Line, claims: list[Claim]) -> str:
    result = "passed" if claims else "no test"
    return f"| {line.number} | {line.title} | {line.sections} | {_tests(claims)} | {result} |"


def interop_page(claims: Iterable[Claim]) -> str:
    """Make docs/interop.md."""
    cases: dict[tuple[str, ...], list[Claim]] = {}
    for claim in claims:
        if claim.mark == "interop_case":
            cases.setdefault(claim.words, []).append(claim)
    rows = [
        f"| {' | '.join(case)} | {_tests(found)} | passed |"
        for case, found in sorted(cases.items())
    ]
    head = ["| Client | Server | Case | Tests | Result |", "|---|---|---|---|---|"]
    return "\n".join([_INTEROP_HEAD, *head, *rows, ""])


def _tests(claims: Iterable[Claim]) -> str:
    # A test that is marked twice, at two of its parameters, is one test.
    named = dict.fromkeys((claim.path, claim.test) for claim in claims)
    return "<br>".join(f"[{_sentence(test)}](../{path})" for path, test in named)


def _sentence(test: str) -> str:
    return test.rpartition("::")[2].removeprefix("test_").replace("_", " ")


PAGES: Final[dict[str, Callable[[Iterable[Claim]], str]]] = {
    CONFORMANCE_PAGE: conformance_page,
    INTEROP_PAGE: interop_page,
}
"""What makes each page."""

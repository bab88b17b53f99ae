"""Every line of the protocol has its test, and the pages say what the tests say."""

from pathlib import Path

import pytest

from tests.architecture import sources
from tests.conformance.claims import Claim, MisplacedMark, claims_of, read_claims
from tests.conformance.lines import LINES
from tests.conformance.outcomes import not_passed, read_outcomes, unproven_lines
from tests.conformance.pages import PAGES, conformance_page, interop_page

HERE = sources.ROOT / "tests" / "test_example.py"


def named_lines() -> set[str]:
    return {word for claim in read_claims() if claim.mark == "conformance" for word in claim.words}


def test_every_demand_has_a_test_that_names_it() -> None:
    assert set(LINES) - named_lines() == set()


def test_no_test_names_a_line_that_is_unknown() -> None:
    assert named_lines() - set(LINES) == set()


def test_the_numbers_have_no_gaps() -> None:
    expected = [f"C{n:02}" for n in range(1, 67)] + [f"S{n:02}" for n in range(1, 29)]

    assert list(LINES) == [*expected, *(f"D{n}" for n in range(1, 52))]


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_what_the_marks_make_of_it(page: str) -> None:
    written = (sources.ROOT / page).read_text(encoding="utf-8")

    assert written == PAGES[page](read_claims()), "run: make docs"


def test_a_mark_at_a_parameter_or_a_class_counts_for_the_test() -> None:
    source = """
@pytest.mark.conformance("C01")
class TestIt:
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.conformance("C02", "D1"))])
    def test_works(self, x): ...
"""

    found = list(claims_of(source, HERE))

    assert {claim.words for claim in found} == {("C01",), ("C02", "D1")}
    assert {claim.node_id for claim in found} == {"tests/test_example.py::TestIt::test_works"}


@pytest.mark.parametrize(
    "source",
    [
        'pytestmark = pytest.mark.conformance("C01")',
        'CASES = [pytest.param(1, marks=pytest.mark.interop_case("a", "b", "c"))]',
        "@pytest.mark.conformance(NUMBER)\ndef test_it(): ...",
        '@pytest.mark.conformance(*["C01"])\ndef test_it(): ...',
        '@pytest.mark.conformance(line="C01")\ndef test_it(): ...',
    ],
)
def test_a_mark_that_cannot_be_read_is_an_error(source: str) -> None:
    with pytest.raises(MisplacedMark):
        list(claims_of(source, HERE))


def test_a_line_without_a_test_is_called_that() -> None:
    page = conformance_page([Claim("tests/a.py", "test_it_works", "conformance", ("C01",))])

    assert "| [it works](../tests/a.py) | passed |" in page
    assert page.count("| no test |") == len(LINES) - 1


def test_the_matrix_has_a_row_for_each_case() -> None:
    case = ("our client", "scepserver 2.1.0", "renewal")
    page = interop_page(
        [Claim("tests/a.py", f"test_{n}", "interop_case", case) for n in ("one", "two")]
    )

    row = "[one](../tests/a.py)<br>[two](../tests/a.py)"
    assert f"| our client | scepserver 2.1.0 | renewal | {row} | passed |" in page


def test_the_worst_of_all_parameters_is_the_outcome(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(
        '[["failed", "tests/a.py::test_x[2]", "[[\\"conformance\\", \\"C01\\"]]"],'
        ' ["passed", "tests/a.py::test_x[1]", "[[\\"conformance\\", \\"C01\\"]]"]]'
    )

    assert read_outcomes(tmp_path) == {("tests/a.py::test_x", "conformance", ("C01",)): "failed"}


@pytest.mark.parametrize(
    ("outcome", "may_skip", "objections"),
    [
        ("passed", False, 0),
        ("skipped", True, 0),
        ("skipped", False, 1),
        ("vectors absent", False, 0),
        ("failed", True, 1),
    ],
)
def test_a_run_is_judged_by_what_passed(outcome: str, may_skip: bool, objections: int) -> None:  # noqa: FBT001 - a column of the table
    claim = Claim("tests/a.py", "test_x", "conformance", ("C01",))
    outcomes = {(claim.node_id, claim.mark, claim.words): outcome}

    assert len(list(not_passed([claim], outcomes, may_skip=may_skip))) == objections


def test_a_line_needs_one_test_that_ran() -> None:
    claims = [Claim("tests/a.py", f"test_{n}", "conformance", ("C01", "D1")) for n in "xy"]
    outcomes = {(claim.node_id, claim.mark, claim.words): "vectors absent" for claim in claims}

    assert unproven_lines(claims, outcomes) == ["C01"]
    outcomes[claims[0].node_id, "conformance", ("C01", "D1")] = "passed"
    assert unproven_lines(claims, outcomes) == []


def test_a_claim_whose_test_did_not_run_is_not_borne_out() -> None:
    claim = Claim("tests/a.py", "test_x", "conformance", ("C01",))

    assert list(not_passed([claim], {}, may_skip=True)) == ["tests/a.py::test_x (C01): not run"]

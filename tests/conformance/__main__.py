"""``write`` makes the pages from the marks; ``verify`` judges them by the run that just ended."""

import os
import sys

from tests.conformance.claims import ROOT, read_claims
from tests.conformance.outcomes import not_passed, read_outcomes, unproven_lines
from tests.conformance.pages import PAGES


def write() -> int:
    """Write the pages."""
    claims = read_claims()
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(claims), encoding="utf-8")
    return 0


def verify() -> int:
    """Print what the pages say and the run does not bear out."""
    claims = read_claims()
    may_skip = os.environ.get("REQUIRE_ALL") != "1"
    outcomes = read_outcomes()
    objections = list(not_passed(claims, outcomes, may_skip=may_skip))
    if not may_skip:
        objections += [
            f"{line}: no test of it has run" for line in unproven_lines(claims, outcomes)
        ]
    for objection in objections:
        sys.stdout.write(f"{objection}\n")
    sys.stdout.write(f"{len(claims)} marks, {len(objections)} of them not borne out by this run\n")
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit({"write": write, "verify": verify}[sys.argv[1]]())

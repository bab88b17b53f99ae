"""The rules themselves; the same table is tried at every door in ``test_every_door.py``."""

from dataclasses import replace

import pytest

from domain.errors import Problem
from domain.locations import DEVICE, SHARED, VSYS1
from profiles import rules
from profiles.rules import Surroundings
from profiles.spec import Challenge, Digest, SanType
from tests.profiles import factories
from tests.profiles.rule_cases import BROKEN, FINE, Case

AROUND = Surroundings(
    locations=[VSYS1, SHARED], ca_certificates=["root-ca"], client_certificates=["device"]
)
FIPS_CC = replace(AROUND, fips_cc=True)


def problems(case: Case) -> list[tuple[str, str]]:
    around = FIPS_CC if case.fips_cc else AROUND
    found = rules.check(factories.draft(**case.draft), around)
    return [(problem.field, problem.message) for problem in found]


@pytest.mark.conformance("C64")
@pytest.mark.parametrize("case", FINE)
def test_a_profile_that_is_fine(case: Case) -> None:
    assert problems(case) == []


@pytest.mark.conformance("C64")
@pytest.mark.parametrize("case", BROKEN)
def test_one_broken_rule(case: Case) -> None:
    [(field, message)] = problems(case)

    assert field == case.field
    assert case.message in message


def test_fips_cc_mode_forbids_what_is_fine_otherwise() -> None:
    forbidden = [case.values[0] for case in BROKEN]
    cases = [case for case in forbidden if isinstance(case, Case) and case.fips_cc]

    assert len(cases) == 9
    for case in cases:
        assert problems(replace(case, fips_cc=False)) == []


def test_all_broken_rules_are_listed_in_form_order() -> None:
    draft = factories.draft(
        name="",
        location=DEVICE,
        challenge=Challenge.DYNAMIC,
        server_url="",
        ca_ident="",
        subject="O=acme",
        san_type=SanType.DNS,
        key_bits=512,
        digest=Digest.SHA1,
        fingerprint="a",
        scep_client_certificate="gone",
    )

    assert [problem.field for problem in rules.check(draft, FIPS_CC)] == [
        "name",
        "location",
        "otp_server_url",
        "otp_username",
        "otp_password",
        "server_url",
        "ca_ident",
        "subject",
        "san_value",
        "key_bits",
        "key_bits",
        "digest",
        "fingerprint",
        "scep_ca_certificate",
        "scep_client_certificate",
    ]


def test_problems_are_sorted_by_their_field() -> None:
    late, early = Problem("digest", ""), Problem("name", "")

    assert rules.in_order([late, early]) == [early, late]

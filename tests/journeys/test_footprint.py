"""What a laptop must spare for the whole of it."""

import sys

import pytest

from tests.browser import OpenPage
from tests.demo_process import Demo
from tests.footprint import sum_of_pss_mib
from tests.journeys import pages, steps

pytestmark = pytest.mark.e2e
LIMIT_MIB = 400


def test_everything_stays_below_400_mib_after_the_walk_and_eight_sign_ins(
    demo: Demo, browser_page: OpenPage
) -> None:
    if sys.platform != "linux":
        pytest.skip("PSS is Linux's measure")
    page = browser_page().page
    steps.sign_in(page, demo)
    pages.furnish(page, demo)
    for _ in range(8):
        steps.sign_in(browser_page().page, demo)

    assert sum_of_pss_mib(demo) < LIMIT_MIB

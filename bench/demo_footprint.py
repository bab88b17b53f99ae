"""How soon the demo shows its first page, and how much memory the whole of it holds.

Prints a table: milliseconds from the command to the first page of the UI (three starts with an
empty folder, and with one that exists), and the sum of PSS over all processes when they have just
started, after the whole walk in a browser, and after eight more sign-ins.
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import browser as chromium
from tests.demo_process import Demo, run_demo
from tests.footprint import sum_of_pss_mib
from tests.journeys import pages, steps

STARTS = 3
SIGN_INS = 8


def first_page_ms(folder: Path) -> float:
    """Start the demo in a folder and wait for its first page."""
    begin = time.perf_counter()
    with run_demo(folder):
        return (time.perf_counter() - begin) * 1000


def walk(browser: Browser, demo: Demo) -> None:
    """Do the main job once, and look at the result."""
    page = browser.new_page()
    steps.sign_in(page, demo)
    pages.furnish(page, demo)
    page.context.close()


def sign_in(browser: Browser, demo: Demo) -> None:
    """Sign in, in a browser of its own."""
    page = browser.new_page()
    steps.sign_in(page, demo)
    page.context.close()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folders = [Path(scratch) / f"run-{number}" for number in range(STARTS)]
        empty = [first_page_ms(folder) for folder in folders]
        existing = [first_page_ms(folder) for folder in folders]
        print(f"first page, empty folder     {statistics.median(empty):8.0f} ms")
        print(f"first page, existing folder  {statistics.median(existing):8.0f} ms")
        browser = playwright.chromium.launch(
            executable_path=str(chromium.CHROMIUM), args=list(chromium.ARGUMENTS)
        )
        with run_demo(Path(scratch) / "walk") as demo:
            print(f"just started                 {sum_of_pss_mib(demo):8.0f} MiB")
            walk(browser, demo)
            print(f"after the walk               {sum_of_pss_mib(demo):8.0f} MiB")
            for _ in range(SIGN_INS):
                sign_in(browser, demo)
            print(f"after {SIGN_INS} more sign-ins        {sum_of_pss_mib(demo):8.0f} MiB")
        browser.close()


if __name__ == "__main__":
    main()

"""Makes the pictures of the documents: ``python -m tests.journeys.screenshots FOLDER``."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import ViewportSize, sync_playwright

from tests import browser
from tests.demo_process import run_demo
from tests.journeys import pages, steps

SIZE: Final = ViewportSize(width=1360, height=760)
PICTURES: Final = ("dashboard", "certificates", "scep-add", "commit", "job-generate")


def main(folder: Path) -> None:
    """Run a demo, furnish it and take the pictures, light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        run_demo(Path(scratch) / "data") as demo,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(
            executable_path=str(browser.CHROMIUM), args=list(browser.ARGUMENTS)
        )
        page = chromium.new_page(viewport=SIZE)
        steps.sign_in(page, demo)
        pages.furnish(page, demo)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for name in PICTURES:
                pages.PAGES[name](page, demo)
                page.screenshot(path=folder / f"{name}-{scheme}.png")
        chromium.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""How an enrollment ends where the usual tests do not reach."""

import json
from pathlib import Path

from scep.client import Issued
from scep.commands.endings import conclude
from scep.commands.files import Folder
from scep.commands.journal import Journal


def test_a_certificate_that_cannot_be_shown_is_no_success(tmp_path: Path) -> None:
    ending = conclude(lambda: Issued(b"junk"), Folder(tmp_path), Journal(quiet=True), {"url": "u"})

    assert (ending.status, ending.exit_code) == ("failed", 6)
    assert ending.failed is not None
    assert ending.failed.fact == (
        "The certificate was issued and written, but it is odd: "
        "The bytes are not an X.509 certificate."
    )
    transcript = json.loads((tmp_path / "transcript.json").read_text())
    assert (transcript["url"], transcript["status"]) == ("u", "failed")

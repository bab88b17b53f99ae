"""Foreign vectors, when their folder lies beside the repository."""

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "vectors"


@pytest.fixture
def vectors() -> Path:
    """The folder of foreign vectors; the test is left out, loudly, when it is not there."""
    if not _SHARED.is_dir():
        pytest.skip("vectors absent: ../shared/vectors")
    return _SHARED

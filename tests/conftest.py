"""What every test needs: a data folder of its own, made before Django reads its settings."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

DATA_FOLDER = Path(tempfile.mkdtemp(prefix="scepadmin-tests-"))
os.environ["SCEPADMIN_DATA"] = str(DATA_FOLDER)
# Playwright runs an event loop in the test's thread; Django's guard against that is meant for
# async views, of which there are none.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture
def now() -> datetime:
    """A fixed moment, aware, UTC."""
    return datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)

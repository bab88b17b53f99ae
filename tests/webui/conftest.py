"""The gallery: pages that show every component."""

from pathlib import Path

import pytest

from pytest_django import DjangoDbBlocker  # noqa: F401

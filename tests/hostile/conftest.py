"""The same CA and enrollment as in the tests of the protocol."""

import pytest

from tests.hostile.reply_attacks import KEYS
from tests.issuing import rsa_key
from tests.scep.conftest import ca, ca_key, device_key, enrollment, ra_key

__all__ = ["ca", "ca_key", "device_key", "enrollment", "ra_key"]


@pytest.fixture(scope="session", autouse=True)
def _keys() -> None:
    """Make the attackers' keys before any deadline runs."""
    for name in KEYS:
        rsa_key(name)

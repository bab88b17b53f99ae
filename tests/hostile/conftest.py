"""The same CA and enrollment as in the tests of the protocol."""

from tests.scep.conftest import ca, ca_key, device_key, enrollment, ra_key

__all__ = ["ca", "ca_key", "device_key", "enrollment", "ra_key"]

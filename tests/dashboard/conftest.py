"""A device whose SCEP server is a CA in memory, and maria who looks at its dashboard."""

from tests.certificates.conftest import _folder, bench, maria

__all__ = ["_folder", "bench", "maria"]

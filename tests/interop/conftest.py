"""Independent SCEP servers."""

from collections.abc import Iterator

import pytest

from tests.servers import ScepServerProcess, run_scepserver, scepserver_is_installed


@pytest.fixture(scope="session")
def scepserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScepServerProcess]:
    """Debian's scepserver with a fresh CA, for the whole run."""
    if not scepserver_is_installed():
        pytest.skip("scepserver is not installed: apt install scep")
    with run_scepserver(tmp_path_factory.mktemp("scepserver")) as server:
        yield server

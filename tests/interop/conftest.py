"""Independent SCEP servers, and the demo CA for independent clients."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.democa_server import RunningCa, run_democa
from tests.servers import ScepServerProcess, run_scepserver, scepserver_is_installed


@pytest.fixture(scope="session")
def scepserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScepServerProcess]:
    """Debian's scepserver with a fresh CA, for the whole run."""
    if not scepserver_is_installed():
        pytest.skip("scepserver is not installed: apt install scep")
    with run_scepserver(tmp_path_factory.mktemp("scepserver")) as server:
        yield server


@pytest.fixture(scope="module")
def democa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    """The demo CA in its own process, for the tests of one module."""
    with run_democa(tmp_path_factory.mktemp("interop") / "democa") as running:
        yield running


@pytest.fixture
def root(democa: RunningCa, tmp_path: Path) -> Path:
    """The file of the demo CA's root certificate."""
    path = tmp_path / "root.pem"
    path.write_bytes(democa.root_pem())
    return path

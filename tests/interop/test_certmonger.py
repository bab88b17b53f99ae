"""certmonger, as Debian ships it, at the demo CA: its helper, and its daemon on a bus of its own.

It sends everything by GET: the URL of a request with a 4096-bit key has more than 5,000 characters.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.democa_server import RunningCa, run_democa
from tests.interop.peers import assert_issued, assert_renewed, facts, needs, run
from tests.waiting import wait_until

pytestmark = pytest.mark.interop

HELPER: Final = "/usr/lib/certmonger/scep-submit"
DAEMON: Final = "/usr/lib/certmonger/certmonger-session"
START_S: Final = 30
BUS: Final = """\
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""It starts no services itself: with Debian's, whoever asks first starts a second daemon."""


@dataclass
class Certmonger:
    """Its daemon, told what to do by getcert.

    Attributes:
        folder: home of the daemon, and where keys and certificates go.
        address: the bus on which it listens.
    """

    folder: Path
    address: str

    def getcert(self, command: str, *options: str) -> str:
        """Tell it something, and give what it answers."""
        done = run("getcert", command, "-s", *options, cwd=self.folder, env=self.environment)
        return (done.stdout + done.stderr).decode()

    @property
    def environment(self) -> dict[str, str]:
        """What makes programs find the bus and the home."""
        return {"HOME": str(self.folder), "DBUS_SESSION_BUS_ADDRESS": self.address}

    def request(self, name: str, challenge: str, bits: int = 2048) -> str:
        """Enroll, and wait for how it ends."""
        return self.getcert(
            *("request", "-c", "demo", "-k", f"{self.folder}/{name}.key"),
            *("-f", f"{self.folder}/{name}.pem", "-N", f"CN={name}", "-L", challenge),
            *("-g", str(bits), "-w", "-v"),
        )

    def certificate(self, name: str) -> Path:
        """What it enrolled under this name."""
        return self.folder / f"{name}.pem"


@contextmanager
def running(folder: Path, ca: RunningCa) -> Iterator[Certmonger]:
    """Run the daemon on a bus of its own until the block ends; it knows the CA as ``demo``."""
    needs("getcert", "certmonger")
    folder.mkdir()
    (folder / "root.pem").write_bytes(ca.root_pem())
    (folder / "bus.conf").write_text(BUS.format(folder=folder), encoding="utf-8")
    bus = subprocess.Popen(  # noqa: S603 - a program of the machine
        ["dbus-daemon", "--nofork", f"--config-file={folder}/bus.conf"],  # noqa: S607 - likewise
        stderr=subprocess.DEVNULL,
    )
    client = Certmonger(folder, f"unix:path={folder}/bus")
    try:
        wait_until((folder / "bus").exists, timeout_s=START_S)
        with (folder / "log").open("wb") as log:
            daemon = subprocess.Popen(  # noqa: S603 - likewise
                [DAEMON, "-n", "-d", "2"],
                env={"PATH": "/usr/bin:/bin", **client.environment},
                stdout=log,
                stderr=log,
            )
        try:
            options = ("-c", "demo", "-u", ca.scep_url, "-N", f"{folder}/root.pem")
            wait_until(
                lambda: "added" in client.getcert("add-scep-ca", *options), timeout_s=START_S
            )
            yield client
        finally:
            daemon.terminate()
            daemon.wait(timeout=START_S)
    finally:
        bus.terminate()
        bus.wait(timeout=START_S)


@pytest.fixture(scope="module")
def certmonger(democa: RunningCa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certmonger]:
    with running(tmp_path_factory.mktemp("certmonger") / "home", democa) as client:
        yield client


@pytest.mark.conformance("S02")
@pytest.mark.interop_case("certmonger 0.79.17 (scep-submit)", "demo CA", "GetCACaps, GetCACert")
def test_its_helper_reads_capabilities_and_certificates(democa: RunningCa, root: Path) -> None:
    needs("getcert", "certmonger")

    caps = run(HELPER, "-u", democa.scep_url, "-c", cwd=root.parent)
    certificates = run(HELPER, "-u", democa.scep_url, "-C", cwd=root.parent)

    assert (caps.returncode, certificates.returncode) == (0, 0)
    assert {"AES", "Renewal", "SCEPStandard"} <= set(caps.stdout.decode().split())
    assert certificates.stdout.count(b"BEGIN CERTIFICATE") == 3
    assert root.read_bytes().strip() in certificates.stdout


@pytest.mark.conformance("S08", "D2")
@pytest.mark.interop_case("certmonger 0.79.17", "demo CA", "success by GET, RSA 2048 and 4096")
@pytest.mark.parametrize("bits", [2048, 4096])
def test_it_enrolls_by_get(
    certmonger: Certmonger, democa: RunningCa, root: Path, bits: int
) -> None:
    name = f"device-{bits}"

    told = certmonger.request(name, democa.one_time_password(), bits)

    assert "MONITORING" in told
    assert_issued(certmonger.certificate(name), root)


@pytest.mark.conformance("S17")
@pytest.mark.interop_case("certmonger 0.79.17", "demo CA", "wrong challenge")
def test_it_understands_a_refusal(certmonger: Certmonger) -> None:
    told = certmonger.request("wrong", "WRONG")

    assert "CA_REJECTED" in told


@pytest.mark.interop_case("certmonger 0.79.17", "demo CA", "used challenge")
def test_it_is_refused_with_a_used_password(certmonger: Certmonger, democa: RunningCa) -> None:
    password = democa.one_time_password()
    certmonger.request("first", password)

    assert "CA_REJECTED" in certmonger.request("second", password)


@pytest.mark.conformance("S15")
@pytest.mark.interop_case("certmonger 0.79.17", "demo CA", "renewal with a new key")
def test_it_renews_with_a_new_key(certmonger: Certmonger, democa: RunningCa, root: Path) -> None:
    certmonger.request("renewing", democa.one_time_password())
    old = certmonger.folder / "old.pem"
    old.write_bytes(certmonger.certificate("renewing").read_bytes())
    before = facts(old)["serial"]

    certmonger.getcert(
        "rekey", "-f", str(certmonger.certificate("renewing")), "-g", "2048", "-w", "-v"
    )

    wait_until(lambda: facts(certmonger.certificate("renewing"))["serial"] != before, timeout_s=30)
    assert_renewed(certmonger.certificate("renewing"), old, root)


@pytest.mark.interop_case("certmonger 0.79.17", "demo CA", "PENDING until approved")
def test_it_polls_until_somebody_approves(tmp_path: Path) -> None:
    with (
        run_democa(tmp_path / "democa", extra=["--approve-by-hand"]) as ca,
        running(tmp_path / "home", ca) as client,
    ):
        told = client.getcert(
            *("request", "-c", "demo", "-k", f"{client.folder}/held.key"),
            *("-f", f"{client.folder}/held.pem", "-N", "CN=held", "-L", ca.one_time_password()),
        )
        wait_until(lambda: b"/approve" in ca.get("/")[2], timeout_s=30)
        wait_until(lambda: "CA_WORKING" in client.getcert("list"), timeout_s=30)
        ca.approve_all()
        request_id = told.partition('"')[2].partition('"')[0]

        client.getcert("refresh", "-i", request_id)

        wait_until(client.certificate("held").exists, timeout_s=60)
        (tmp_path / "root.pem").write_bytes(ca.root_pem())
    assert_issued(client.certificate("held"), tmp_path / "root.pem")

"""Independent SCEP clients at the demo CA: Debian's scepclient, strongSwan's pki, and openssl."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.democa_server import RunningCa, run_democa
from tests.waiting import wait_until

pytestmark = pytest.mark.interop

TIMEOUT_S = 60


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - programs of the machine, our own arguments
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    with run_democa(tmp_path_factory.mktemp("interop") / "democa") as running:
        yield running


@pytest.fixture
def root(ca: RunningCa, tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(ca.root_pem())
    return path


def assert_issued(certificate: Path, root: Path) -> None:
    verified = run("openssl", "verify", "-CAfile", root, certificate, cwd=root.parent)
    assert verified.returncode == 0, verified.stderr


@dataclass
class ScepClient:
    """micromdm's scepclient: single DES and SHA-1, whatever the server can do."""

    ca: RunningCa
    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "client.pem"

    def enroll(self, challenge: str) -> subprocess.CompletedProcess[bytes]:
        return run(
            *("scepclient", "-server-url", self.ca.scep_url, "-challenge", challenge),
            *("-private-key", "client.key", "-certificate", "client.pem"),
            *("-cn", "scepclient device", "-keySize", "2048"),
            cwd=self.folder,
        )


@pytest.fixture
def scepclient(ca: RunningCa, tmp_path: Path) -> ScepClient:
    if shutil.which("scepclient") is None:
        pytest.skip("scepclient is not installed: apt install scep")
    return ScepClient(ca, tmp_path)


def test_scepclient_enrolls(scepclient: ScepClient, ca: RunningCa, root: Path) -> None:
    done = scepclient.enroll(ca.one_time_password())

    assert b"pkiStatus=SUCCESS" in done.stderr, done.stderr
    assert_issued(scepclient.certificate, root)


def test_scepclient_is_refused_with_a_wrong_password_and_may_try_again_with_the_same_key(
    scepclient: ScepClient, ca: RunningCa, root: Path
) -> None:
    refused = scepclient.enroll("WRONG")
    assert b"badRequest (2)" in refused.stdout + refused.stderr
    assert not scepclient.certificate.exists()
    (scepclient.folder / "csr.pem").unlink()  # it would send the old challenge again

    scepclient.enroll(ca.one_time_password())

    assert_issued(scepclient.certificate, root)


def test_scepclient_is_refused_with_a_used_password(
    scepclient: ScepClient, ca: RunningCa, tmp_path_factory: pytest.TempPathFactory
) -> None:
    password = ca.one_time_password()
    scepclient.enroll(password)
    other = ScepClient(ca, tmp_path_factory.mktemp("second"))

    refused = other.enroll(password)

    assert b"badRequest (2)" in refused.stdout + refused.stderr


@dataclass
class StrongSwan:
    """strongSwan's pki: strict about what the CA lists and how it signs."""

    ca: RunningCa
    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "device.pem"

    def prepare(self) -> None:
        """Fetch the CA's certificates, make a key."""
        fetched = run(
            *("pki", "--scepca", "--url", self.ca.scep_url),
            *("--caout", "ca.pem", "--raout", "ra.pem", "--outform", "pem"),
            cwd=self.folder,
        )
        assert fetched.returncode == 0, fetched.stderr
        key = run("pki", "--gen", "--type", "rsa", "--outform", "pem", cwd=self.folder)
        (self.folder / "key.pem").write_bytes(key.stdout)

    def _ra(self, usage: str) -> str:
        for name in ("ra.pem", "ra-2.pem"):
            text = run("openssl", "x509", "-in", name, "-noout", "-text", cwd=self.folder).stdout
            if usage.encode() in text:
                return name
        pytest.fail(f"no RA certificate for {usage}")

    def command(self, challenge: str, *options: str) -> list[str]:
        return [
            *("pki", "--scep", "--url", self.ca.scep_url, "--in", "key.pem"),
            *("--dn", "C=CH, O=Example, CN=strongSwan device", "--san", "device.example.com"),
            *("--password", challenge, "--cacert", "ca.pem", "--outform", "pem"),
            *("--cacert-enc", self._ra("Key Encipherment")),
            *("--cacert-sig", self._ra("Digital Signature"), *options),
        ]

    def enroll(self, challenge: str, *options: str) -> subprocess.CompletedProcess[bytes]:
        done = run(*self.command(challenge, *options), cwd=self.folder)
        self.certificate.write_bytes(done.stdout)
        return done


@pytest.fixture
def strongswan(ca: RunningCa, tmp_path: Path) -> StrongSwan:
    if shutil.which("pki") is None:
        pytest.skip("pki is not installed: apt install strongswan-pki")
    client = StrongSwan(ca, tmp_path)
    client.prepare()
    return client


@pytest.mark.parametrize(
    "options",
    [(), ("--cipher", "des3"), ("--digest", "sha512"), ("--digest", "sha1", "--cipher", "des3")],
    ids=["its defaults", "3DES", "SHA-512", "3DES and SHA-1"],
)
def test_strongswan_enrolls(
    strongswan: StrongSwan, ca: RunningCa, root: Path, options: tuple[str, ...]
) -> None:
    done = strongswan.enroll(ca.one_time_password(), *options)

    assert done.returncode == 0, done.stderr
    assert_issued(strongswan.certificate, root)
    text = run("openssl", "x509", "-in", "device.pem", "-noout", "-text", cwd=root.parent).stdout
    assert b"DNS:device.example.com" in text


def test_strongswan_is_refused_with_a_wrong_password(strongswan: StrongSwan) -> None:
    done = strongswan.enroll("WRONG")

    assert done.returncode != 0
    assert b"badRequest" in done.stderr


def test_strongswan_polls_until_somebody_approves(tmp_path: Path) -> None:
    if shutil.which("pki") is None:
        pytest.skip("pki is not installed: apt install strongswan-pki")
    with run_democa(tmp_path / "democa", extra=["--approve-by-hand"]) as ca:
        client = StrongSwan(ca, tmp_path)
        client.prepare()
        command = client.command(ca.one_time_password(), "--interval", "1")
        with client.certificate.open("wb") as file:
            enrolling = subprocess.Popen(  # noqa: S603 - programs of the machine
                command, cwd=tmp_path, stdout=file, stderr=subprocess.DEVNULL
            )
        wait_until(lambda: b"/approve" in ca.get("/")[2], timeout_s=20)

        ca.approve_all()

        assert enrolling.wait(timeout=TIMEOUT_S) == 0
        (tmp_path / "root.pem").write_bytes(ca.root_pem())
    assert_issued(client.certificate, tmp_path / "root.pem")

"""``python -m scep`` as a process, at the demo CA as a process: every command."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509

from tests.democa_server import RunningCa, run_democa
from tests.servers import ScepServerProcess

pytestmark = pytest.mark.interop

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """What a process did."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, object]]:
        """The JSON objects that it printed."""
        return [json.loads(line) for line in self.out.splitlines()]


def scep(*arguments: str | Path) -> Ran:
    command = [sys.executable, "-m", "scep", *(str(argument) for argument in arguments)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return Ran(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    with run_democa(tmp_path_factory.mktemp("command-line") / "democa") as running:
        yield running


def enroll(ca: RunningCa, out: Path, *more: str | Path) -> Ran:
    return scep(
        *("enroll", ca.scep_url, "--subject", "CN=fw{n}", "--out", out, "--bits", "2048"),
        *("--challenge-url", ca.challenge_url, "--user", ca.user, "--password", ca.password),
        *more,
    )


def identity(folder: Path) -> list[str | Path]:
    return ["--cert", folder / "cert.pem", "--key", folder / "key.pem"]


def openssl_verifies(folder: Path) -> bool:
    """Ask somebody else whether the certificate is the CA's."""
    command = ["openssl", "verify", "-CAfile", str(folder / "ca.pem"), str(folder / "cert.pem")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - fixed


@pytest.fixture(scope="module")
def own(ca: RunningCa, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a certificate of the demo CA."""
    folder = tmp_path_factory.mktemp("own") / "fw"
    ran = enroll(ca, folder, "--usage", "digitalSignature,keyEncipherment")
    assert (ran.code, ran.err) == (0, "")
    return folder


@pytest.mark.interop_case("python -m scep", "demo CA", "many at once, a password for each")
def test_many_are_enrolled_at_once(ca: RunningCa, tmp_path: Path) -> None:
    ran = enroll(ca, tmp_path, "--count", "6", "--parallel", "3", "--json")

    assert (ran.code, ran.err) == (0, "")
    *each, last = ran.objects
    assert last["summary"]["issued"] == 6  # type: ignore[index]
    assert len({str(one["serial"]) for one in each}) == 6
    for number in range(1, 7):
        folder = tmp_path / f"{number:04}"
        assert openssl_verifies(folder)
        certificate = x509.load_pem_x509_certificate((folder / "cert.pem").read_bytes())
        assert certificate.subject.rfc4514_string() == f"CN=fw{folder.name}"


@pytest.mark.interop_case("python -m scep", "demo CA", "too many requests, made later")
def test_a_ca_that_limits_requests_is_given_its_time(tmp_path: Path) -> None:
    with run_democa(tmp_path / "democa", extra=["--requests-per-minute", "60"]) as ca:
        ran = enroll(ca, tmp_path / "out", "--count", "8", "--parallel", "4", "--json")

    assert ran.code == 0


@pytest.mark.interop_case("python -m scep", "demo CA", "PENDING, approved between two processes")
def test_a_pending_request_is_asked_about_by_another_process(tmp_path: Path) -> None:
    with run_democa(tmp_path / "democa", extra=["--approve-by-hand"]) as ca:
        out = tmp_path / "out"
        assert enroll(ca, out).code == 3
        assert scep("poll", out).code == 3

        ca.approve_all()

        assert scep("poll", out, "--wait", "10").code == 0
    assert openssl_verifies(out)


@pytest.mark.interop_case("python -m scep", "demo CA", "renewal")
def test_a_certificate_is_renewed_without_a_password(
    ca: RunningCa, own: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new"

    ran = scep("renew", ca.scep_url, *identity(own), "--out", out, "--json")

    assert (ran.code, ran.err) == (0, "")
    assert openssl_verifies(out)
    assert ran.objects[0]["certificate_subject"] == "CN=fw{n}"


@pytest.mark.interop_case("python -m scep", "demo CA", "GetCert")
def test_a_certificate_is_fetched_by_its_number(ca: RunningCa, own: Path, tmp_path: Path) -> None:
    number = x509.load_pem_x509_certificate((own / "cert.pem").read_bytes()).serial_number

    ran = scep(
        *("getcert", ca.scep_url, *identity(own)), "--serial", f"{number:x}", "--out", tmp_path
    )

    assert (ran.code, ran.err) == (0, "")
    assert (tmp_path / "cert.pem").read_bytes() == (own / "cert.pem").read_bytes()


@pytest.mark.interop_case("python -m scep", "demo CA", "GetCRL")
def test_the_crl_is_fetched_and_openssl_reads_it(ca: RunningCa, own: Path, tmp_path: Path) -> None:
    ran = scep("crl", ca.scep_url, *identity(own), "--out", tmp_path)

    assert (ran.code, ran.err) == (0, "")
    assert "is not revoked" in ran.out
    command = ["openssl", "crl", "-in", str(tmp_path / "crl.pem"), "-noout"]
    command += ["-CAfile", str(tmp_path / "ca.pem")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - fixed


@pytest.mark.interop_case("python -m scep", "scepserver 2.1.0", "many, one at a time")
def test_many_are_enrolled_at_scepserver(scepserver: ScepServerProcess, tmp_path: Path) -> None:
    ran = scep(
        *("enroll", scepserver.url, "--subject", "CN=many{n}", "--out", tmp_path),
        *("--challenge", scepserver.challenge, "--count", "4", "--json"),
    )

    assert (ran.code, ran.err) == (0, "")
    assert len({str(one["serial"]) for one in ran.objects[:-1]}) == 4
    assert openssl_verifies(tmp_path / "0004")


@pytest.mark.interop_case("python -m scep", "scepserver 2.1.0", "renewal")
def test_a_certificate_is_renewed_at_scepserver(
    scepserver: ScepServerProcess, tmp_path: Path
) -> None:
    challenge = ("--challenge", scepserver.challenge)
    old, new = tmp_path / "old", tmp_path / "new"
    first = scep("enroll", scepserver.url, "--subject", "CN=renewed", "--out", old, *challenge)
    assert first.code == 0

    # It wants the challenge password at a renewal too.
    ran = scep("renew", scepserver.url, *identity(old), "--out", new, *challenge)

    assert (ran.code, ran.err) == (0, "")
    assert openssl_verifies(new)

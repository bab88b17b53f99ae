"""Programs that nobody here wrote, run as they are: what their tests have in common."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.democa_server import RunningCa

TIMEOUT_S: Final = 60


def needs(program: str, package: str) -> None:
    """Skip the test where a program is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: apt install {package}")


def run(
    *command: str | Path, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end."""
    return subprocess.run(  # noqa: S603 - programs of the machine, our own arguments
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def assert_issued(certificate: Path, root: Path) -> None:
    """Ask OpenSSL whether a certificate is the CA's."""
    verified = run("openssl", "verify", "-CAfile", root, certificate, cwd=root.parent)
    assert verified.returncode == 0, verified.stderr


def facts(certificate: Path) -> dict[str, str]:
    """Subject, serial number and the like of a certificate, as OpenSSL reads them."""
    done = run(
        *("openssl", "x509", "-in", certificate, "-noout", "-subject", "-serial"),
        cwd=certificate.parent,
    )
    pairs = (line.partition("=") for line in done.stdout.decode().splitlines())
    return {name: value for name, _, value in pairs}


def assert_renewed(new: Path, old: Path, root: Path) -> None:
    """Check that a certificate succeeds another one: same subject, another number."""
    assert_issued(new, root)
    assert facts(new)["subject"] == facts(old)["subject"]
    assert facts(new)["serial"] != facts(old)["serial"]


@dataclass
class ScepClient:
    """micromdm's scepclient: single DES and SHA-1, whatever the server can do."""

    ca: RunningCa
    folder: Path

    @property
    def certificate(self) -> Path:
        """What it enrolled."""
        return self.folder / "client.pem"

    def command(self, challenge: str) -> list[str]:
        """Enroll, or with a certificate renew."""
        return [
            *("scepclient", "-server-url", self.ca.scep_url, "-challenge", challenge),
            *("-private-key", "client.key", "-certificate", "client.pem"),
            *("-cn", "scepclient device", "-keySize", "2048"),
        ]

    def enroll(self, challenge: str) -> subprocess.CompletedProcess[bytes]:
        """Run it."""
        return run(*self.command(challenge), cwd=self.folder)


@dataclass
class StrongSwan:
    """strongSwan's pki: strict about what the CA lists and how it signs."""

    ca: RunningCa
    folder: Path

    @property
    def certificate(self) -> Path:
        """What it enrolled."""
        return self.folder / "device.pem"

    def prepare(self) -> None:
        """Fetch the CA's certificates, make a key."""
        self.fetch_ca()
        self.make_key("key.pem")

    def fetch_ca(self) -> None:
        """Fetch the CA's certificates."""
        fetched = run(
            *("pki", "--scepca", "--url", self.ca.scep_url, "--force"),
            *("--caout", "ca.pem", "--raout", "ra.pem", "--outform", "pem"),
            cwd=self.folder,
        )
        assert fetched.returncode == 0, fetched.stderr

    def make_key(self, name: str) -> None:
        """Make an RSA key."""
        key = run("pki", "--gen", "--type", "rsa", "--outform", "pem", cwd=self.folder)
        (self.folder / name).write_bytes(key.stdout)

    def _ra(self, usage: str) -> str:
        for name in ("ra.pem", "ra-2.pem"):
            text = run("openssl", "x509", "-in", name, "-noout", "-text", cwd=self.folder).stdout
            if usage.encode() in text:
                return name
        pytest.fail(f"no RA certificate for {usage}")

    def command(self, *options: str) -> list[str]:
        """Enroll, or with --cert and --key renew."""
        return [
            *("pki", "--scep", "--url", self.ca.scep_url),
            *("--dn", "C=CH, O=Example, CN=strongSwan device", "--san", "device.example.com"),
            *("--cacert", "ca.pem", "--outform", "pem"),
            *("--cacert-enc", self._ra("Key Encipherment")),
            *("--cacert-sig", self._ra("Digital Signature"), *options),
        ]

    def enroll(self, challenge: str, *options: str) -> subprocess.CompletedProcess[bytes]:
        """Ask for a certificate."""
        done = run(
            *self.command("--in", "key.pem", "--password", challenge, *options), cwd=self.folder
        )
        self.certificate.write_bytes(done.stdout)
        return done

    def renew(self, key: str, out: str) -> subprocess.CompletedProcess[bytes]:
        """Ask for the successor of the certificate."""
        renewing = ("--cert", "device.pem", "--key", "key.pem")
        done = run(*self.command("--in", key, *renewing), cwd=self.folder)
        (self.folder / out).write_bytes(done.stdout)
        return done

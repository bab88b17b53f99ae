"""The command line against Debian's scepserver, an independent SCEP server written in Go.

It signs its replies with SHA-1 and encrypts them with single DES in constructed octets; its CA
certificate has no keyEncipherment; it refuses with badRequest only.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from pki import keys
from scep.__main__ import main
from tests import loopback
from tests.interop.peers import assert_renewed
from tests.loopback import Answer
from tests.servers import ScepServerProcess

pytestmark = pytest.mark.interop

ROOT = Path(__file__).resolve().parents[2]


def arguments(server: ScepServerProcess, out: Path, *more: str) -> list[str]:
    """Arguments that work."""
    return [
        "enroll", server.url, "--subject", f"CN={out.name},O=Acme", "--challenge",
        server.challenge, "--out", str(out), *more,
    ]  # fmt: skip


def openssl_verifies(certificate: Path, ca: Path) -> bool:
    """Ask somebody else whether the certificate is the CA's."""
    command = ["openssl", "verify", "-CAfile", str(ca), str(certificate)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - fixed


def steps(out: Path) -> dict[str, str]:
    """Name and outcome of the steps in the transcript."""
    transcript = json.loads((out / "transcript.json").read_text())
    return {step["name"]: step["outcome"] for step in transcript["steps"]}


@pytest.mark.interop_case("our client", "scepserver 2.1.0", "success")
def test_a_certificate_is_issued(scepserver: ScepServerProcess, tmp_path: Path) -> None:
    out = tmp_path / "fw1"

    code = main(
        arguments(scepserver, out, "--san", "dns:fw1.example", "--usage", "digitalSignature")
    )

    assert code == 0
    assert openssl_verifies(out / "cert.pem", scepserver.ca_pem)
    assert openssl_verifies(out / "cert.pem", out / "ca.pem")
    certificate = x509.load_pem_x509_certificate((out / "cert.pem").read_bytes())
    assert certificate.public_key() == keys.from_pem((out / "key.pem").read_bytes()).public_key()
    # Weak replies are taken, with a warning that stays.
    assert steps(out)["Verify"] == "warned"


def test_the_program_does_the_same_in_a_process_of_its_own(
    scepserver: ScepServerProcess, tmp_path: Path
) -> None:
    out = tmp_path / "fw2"
    command = [sys.executable, "-m", "scep", *arguments(scepserver, out, "--json")]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - fixed

    assert (ended.returncode, ended.stderr) == (0, "")
    enrollment, summary = (json.loads(line) for line in ended.stdout.splitlines())
    assert enrollment["status"] == "issued"
    assert summary["summary"]["issued"] == 1
    assert openssl_verifies(out / "cert.pem", scepserver.ca_pem)


@pytest.mark.interop_case("our client", "scepserver 2.1.0", "success by GET, with SHA-1, RSA 3072")
@pytest.mark.parametrize("more", [["--get"], ["--digest", "sha1"], ["--bits", "3072"]], ids=str)
def test_get_sha1_and_long_keys_work_too(
    scepserver: ScepServerProcess, tmp_path: Path, more: list[str]
) -> None:
    out = tmp_path / "".join(word.strip("-") for word in more)

    assert main(arguments(scepserver, out, *more)) == 0

    assert openssl_verifies(out / "cert.pem", scepserver.ca_pem)


@pytest.mark.interop_case("our client", "scepserver 2.1.0", "the same key again")
def test_the_same_key_gets_a_second_certificate(
    scepserver: ScepServerProcess, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    main(arguments(scepserver, first))

    assert main(arguments(scepserver, second, "--key", str(first / "key.pem"))) == 0

    assert openssl_verifies(second / "cert.pem", scepserver.ca_pem)


@pytest.mark.interop_case(
    "our client", "scepserver 2.1.0", "renewal (it wants the challenge again)"
)
@pytest.mark.parametrize("how", [(), ("--compatible",)], ids=["RenewalReq", "PKCSReq"])
def test_a_certificate_is_renewed(
    scepserver: ScepServerProcess, tmp_path: Path, how: tuple[str, ...]
) -> None:
    old, new = tmp_path / f"old{len(how)}", tmp_path / "new"
    main(arguments(scepserver, old))
    current = ["--cert", str(old / "cert.pem"), "--key", str(old / "key.pem")]

    code = main(
        [
            *("renew", scepserver.url, *current, *how),
            *("--challenge", scepserver.challenge, "--out", str(new)),
        ]
    )

    assert code == 0
    assert_renewed(new / "cert.pem", old / "cert.pem", scepserver.ca_pem)


@pytest.mark.interop_case("our client", "scepserver 2.1.0", "wrong challenge")
def test_a_wrong_challenge_is_refused_with_its_meaning_and_what_to_try(
    scepserver: ScepServerProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = [
        "WRONG" if word == scepserver.challenge else word
        for word in arguments(scepserver, tmp_path / "wrong")
    ]

    code = main(wrong)

    error = capsys.readouterr().err
    assert code == 4
    assert error.startswith("PKIOperation: The server refused the request: badRequest (2).")
    assert "challenge password that is wrong, expired or already used" in error
    assert error.count("\n") == 1


@pytest.mark.interop_case(
    "our client", "scepserver 2.1.0", "single DES and SHA-1 refused under --strict"
)
def test_strict_refuses_the_weak_reply(
    scepserver: ScepServerProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments(scepserver, tmp_path / "strict", "--strict"))

    assert code == 5
    error = capsys.readouterr().err
    assert error.startswith("Verify: The reply is signed with SHA-1 and encrypted with DES-CBC")
    assert not (tmp_path / "strict" / "cert.pem").exists()


@pytest.mark.interop_case("our client", "scepserver 2.1.0", "wrong fingerprint")
def test_a_wrong_fingerprint_is_not_trusted(
    scepserver: ScepServerProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments(scepserver, tmp_path / "pinned", "--fingerprint", "AB " * 32))

    assert code == 5
    assert capsys.readouterr().err.startswith("CA fingerprint: ")


def test_the_right_fingerprint_in_openssls_writing_is_trusted(
    scepserver: ScepServerProcess, tmp_path: Path
) -> None:
    command = ["openssl", "x509", "-in", str(scepserver.ca_pem), "-noout", "-fingerprint"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - fixed
    fingerprint = printed.stdout.partition("=")[2].strip()

    assert main(arguments(scepserver, tmp_path / "pinned", "--fingerprint", fingerprint)) == 0

    assert steps(tmp_path / "pinned")["CA fingerprint"] == "passed"


@pytest.mark.interop_case("our client", "scepserver 2.1.0", "GetCACaps, GetCACert")
def test_capabilities_and_certificates_are_shown(
    scepserver: ScepServerProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["caps", scepserver.url]) == 0
    assert "AES, DES3, POSTPKIOperation, Renewal" in capsys.readouterr().out

    assert main(["cacert", scepserver.url, "--out", str(tmp_path)]) == 0
    assert (tmp_path / "ca.pem").read_bytes() == scepserver.ca_pem.read_bytes()


def test_a_dead_port_is_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{loopback.free_port()}/scep"

    code = main(["enroll", url, "--subject", "CN=x", "--out", str(tmp_path)])

    assert code == 6
    assert capsys.readouterr().err.startswith("TCP: 127.0.0.1 refused the connection")


def test_a_web_page_is_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = Answer(body=b"<!DOCTYPE html><html><head><title>Welcome to nginx!</title></head></html>")
    with loopback.serve(lambda _: page) as site:
        code = main(["enroll", site.url, "--subject", "CN=x", "--out", str(tmp_path)])

    assert code == 6
    assert "Welcome to nginx!" in capsys.readouterr().err

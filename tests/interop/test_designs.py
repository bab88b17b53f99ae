"""The other designs of the demo CA, over real HTTP: EC keys, and an issuing CA below a root."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from scep.__main__ import main
from tests.democa_server import RunningCa, run_democa
from tests.interop.peers import assert_issued, assert_renewed, run

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def ec_ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    with run_democa(tmp_path_factory.mktemp("ec") / "democa", extra=["--design", "ec"]) as running:
        yield running


def enroll(ca: RunningCa, out: Path, challenge: str, *more: str) -> int:
    command = ["enroll", ca.scep_url, "--subject", f"CN={out.name}", "--strict", *more]
    password = ["--challenge", challenge] if challenge else []
    return main([*command, *password, "--out", str(out)])


def root_of(ca: RunningCa, folder: Path) -> Path:
    path = folder / "root.pem"
    path.write_bytes(ca.root_pem())
    return path


@pytest.mark.conformance("C35")
@pytest.mark.interop_case(
    "python -m scep", "demo CA", "EC CA: success, renewal, wrong, used and no challenge"
)
def test_a_ca_with_an_ec_key_is_asked_with_the_challenge(
    ec_ca: RunningCa, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password, first = ec_ca.one_time_password(), tmp_path / "first"
    assert enroll(ec_ca, first, password) == 0
    assert_issued(first / "cert.pem", root_of(ec_ca, tmp_path))

    assert enroll(ec_ca, tmp_path / "used", password) == 4
    assert enroll(ec_ca, tmp_path / "wrong", "WRONG") == 4
    capsys.readouterr()
    assert enroll(ec_ca, tmp_path / "none", "") == 2
    assert "Set a challenge password (RFC 8894 section 3.1)" in capsys.readouterr().err

    renew = ["renew", ec_ca.scep_url, "--strict", "--challenge", ec_ca.one_time_password()]
    certificate = ["--cert", str(first / "cert.pem"), "--key", str(first / "key.pem")]
    assert main([*renew, *certificate, "--out", str(tmp_path / "renewed")]) == 0
    assert_renewed(tmp_path / "renewed" / "cert.pem", first / "cert.pem", tmp_path / "root.pem")


@pytest.mark.conformance("C35")
@pytest.mark.interop_case("python -m scep", "demo CA", "EC CA: many at once, a password for each")
def test_many_enroll_at_a_ca_with_an_ec_key(ec_ca: RunningCa, tmp_path: Path) -> None:
    code = main(
        [
            *("enroll", ec_ca.scep_url, "--subject", "CN=crowd", "--bits", "1024"),
            *("--challenge-url", ec_ca.challenge_url, "--user", ec_ca.user),
            *("--password", ec_ca.password, "--count", "8", "--parallel", "4"),
            *("--out", str(tmp_path / "crowd")),
        ]
    )

    assert code == 0
    assert len(list((tmp_path / "crowd").glob("*/cert.pem"))) == 8


@pytest.mark.conformance("C35")
@pytest.mark.interop_case("python -m scep", "demo CA", "EC CA: PENDING until approved")
def test_a_held_request_at_a_ca_with_an_ec_key_is_polled(tmp_path: Path) -> None:
    options = ["--design", "ec-two-tier", "--approve-by-hand"]
    with run_democa(tmp_path / "democa", extra=options) as ca:
        assert enroll(ca, tmp_path / "held", ca.one_time_password()) == 3
        ca.approve_all()

        assert main(["poll", str(tmp_path / "held")]) == 0


@pytest.mark.conformance("D40")
@pytest.mark.interop_case(
    "python -m scep", "demo CA", "issuing CA below a root: root sent, left out; pinned on either"
)
def test_either_certificate_of_the_chain_may_be_pinned(tmp_path: Path) -> None:
    with run_democa(tmp_path / "democa", extra=["--design", "rsa-two-tier"]) as ca:
        root = root_of(ca, tmp_path)
        chain = x509.load_pem_x509_certificates(ca.get("/ca/1.pem")[2])
        issuing_pin, root_pin = (one.fingerprint(hashes.SHA256()).hex() for one in chain)

        def pinned(name: str, pin: str) -> int:
            out, password = tmp_path / name, ca.one_time_password()
            return enroll(ca, out, password, "--fingerprint", pin)

        assert pinned("by-issuing", issuing_pin) == 0
        assert pinned("by-root", root_pin) == 0
        ca.press("/ca/root", root="left-out")
        assert pinned("root-left-out", issuing_pin) == 0
        assert pinned("root-unknown", root_pin) == 5

    issuing = tmp_path / "issuing.pem"
    issuing.write_bytes(chain[0].public_bytes(Encoding.PEM))
    for name in ("by-issuing", "by-root", "root-left-out"):
        certificate = tmp_path / name / "cert.pem"
        verified = run(
            *("openssl", "verify", "-CAfile", root, "-untrusted", issuing, certificate),
            cwd=tmp_path,
        )
        assert verified.returncode == 0, verified.stderr

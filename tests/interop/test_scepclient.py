"""micromdm's scepclient, as Debian ships it, at the demo CA."""

from pathlib import Path

import pytest

from tests.democa_server import RunningCa, run_democa
from tests.interop.peers import ScepClient, assert_issued, facts, needs, run
from tests.waiting import wait_until

pytestmark = pytest.mark.interop


@pytest.fixture
def scepclient(democa: RunningCa, tmp_path: Path) -> ScepClient:
    needs("scepclient", "scep")
    return ScepClient(democa, tmp_path)


@pytest.mark.conformance("S10")
@pytest.mark.interop_case("scepclient 2.1.0", "demo CA", "success (single DES, SHA-1)")
def test_it_enrolls(scepclient: ScepClient, democa: RunningCa, root: Path) -> None:
    done = scepclient.enroll(democa.one_time_password())

    assert b"pkiStatus=SUCCESS" in done.stderr, done.stderr
    assert_issued(scepclient.certificate, root)


@pytest.mark.interop_case("scepclient 2.1.0", "demo CA", "wrong challenge, then again")
def test_it_is_refused_with_a_wrong_password_and_may_try_again_with_the_same_key(
    scepclient: ScepClient, democa: RunningCa, root: Path
) -> None:
    refused = scepclient.enroll("WRONG")
    assert b"badRequest (2)" in refused.stdout + refused.stderr
    assert not scepclient.certificate.exists()
    (scepclient.folder / "csr.pem").unlink()  # it would send the old challenge again

    scepclient.enroll(democa.one_time_password())

    assert_issued(scepclient.certificate, root)


@pytest.mark.interop_case("scepclient 2.1.0", "demo CA", "used challenge")
def test_it_is_refused_with_a_used_password(
    scepclient: ScepClient, democa: RunningCa, tmp_path_factory: pytest.TempPathFactory
) -> None:
    password = democa.one_time_password()
    scepclient.enroll(password)
    other = ScepClient(democa, tmp_path_factory.mktemp("second"))

    refused = other.enroll(password)

    assert b"badRequest (2)" in refused.stdout + refused.stderr


@pytest.mark.interop_case("scepclient 2.1.0", "demo CA", "renewal")
def test_it_renews(scepclient: ScepClient, democa: RunningCa, root: Path) -> None:
    scepclient.enroll(democa.one_time_password())
    old = facts(scepclient.certificate)
    (scepclient.folder / "csr.pem").unlink(missing_ok=True)

    done = scepclient.enroll("")

    assert b"pkiStatus=SUCCESS" in done.stderr, done.stderr
    assert_issued(scepclient.certificate, root)
    assert facts(scepclient.certificate)["subject"] == old["subject"]
    assert facts(scepclient.certificate)["serial"] != old["serial"]


@pytest.mark.interop_case("scepclient 2.1.0", "demo CA", "PENDING until approved")
def test_it_asks_again_until_somebody_approves(tmp_path: Path) -> None:
    needs("scepclient", "scep")
    with run_democa(tmp_path / "democa", extra=["--approve-by-hand"]) as ca:
        client = ScepClient(ca, tmp_path)
        done = run(*("timeout", "5", *client.command(ca.one_time_password())), cwd=client.folder)
        assert b"/approve" in ca.get("/")[2], done.stderr
        ca.approve_all()
        (tmp_path / "root.pem").write_bytes(ca.root_pem())

        def ask_again() -> bool:
            client.enroll("")
            return client.certificate.exists()

        wait_until(ask_again, timeout_s=60)

    assert_issued(client.certificate, tmp_path / "root.pem")

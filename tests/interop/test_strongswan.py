"""strongSwan's pki, as Debian ships it, at the demo CA."""

import subprocess
from pathlib import Path

import pytest

from tests.democa_server import RunningCa, run_democa
from tests.interop.peers import (
    TIMEOUT_S,
    StrongSwan,
    assert_issued,
    assert_renewed,
    needs,
    run,
)
from tests.waiting import wait_until

pytestmark = pytest.mark.interop


@pytest.fixture
def strongswan(democa: RunningCa, tmp_path: Path) -> StrongSwan:
    needs("pki", "strongswan-pki")
    client = StrongSwan(democa, tmp_path)
    client.prepare()
    return client


@pytest.mark.conformance("D38", "D39")
@pytest.mark.interop_case(
    "strongSwan pki 5.9.8", "demo CA", "success (its defaults, 3DES, SHA-1, SHA-512)"
)
@pytest.mark.parametrize(
    "options",
    [(), ("--cipher", "des3"), ("--digest", "sha512"), ("--digest", "sha1", "--cipher", "des3")],
    ids=["its defaults", "3DES", "SHA-512", "3DES and SHA-1"],
)
def test_it_enrolls(
    strongswan: StrongSwan, democa: RunningCa, root: Path, options: tuple[str, ...]
) -> None:
    done = strongswan.enroll(democa.one_time_password(), *options)

    assert done.returncode == 0, done.stderr
    assert_issued(strongswan.certificate, root)
    text = run("openssl", "x509", "-in", "device.pem", "-noout", "-text", cwd=root.parent).stdout
    assert b"DNS:device.example.com" in text


@pytest.mark.interop_case("strongSwan pki 5.9.8", "demo CA", "wrong challenge")
def test_it_is_refused_with_a_wrong_password(strongswan: StrongSwan) -> None:
    done = strongswan.enroll("WRONG")

    assert done.returncode != 0
    assert b"badRequest" in done.stderr


@pytest.mark.interop_case("strongSwan pki 5.9.8", "demo CA", "used challenge")
def test_it_is_refused_with_a_used_password(strongswan: StrongSwan, democa: RunningCa) -> None:
    password = democa.one_time_password()
    strongswan.enroll(password)
    strongswan.make_key("key.pem")

    done = strongswan.enroll(password)

    assert done.returncode != 0
    assert b"badRequest" in done.stderr


@pytest.mark.interop_case("strongSwan pki 5.9.8", "demo CA", "renewal with a new key")
def test_it_renews_with_a_new_key(strongswan: StrongSwan, democa: RunningCa, root: Path) -> None:
    strongswan.enroll(democa.one_time_password())
    strongswan.make_key("new.pem")

    done = strongswan.renew("new.pem", "renewed.pem")

    assert done.returncode == 0, done.stderr
    assert_renewed(root.parent / "renewed.pem", strongswan.certificate, root)


@pytest.mark.interop_case("strongSwan pki 5.9.8", "demo CA", "renewal with the same key")
def test_it_renews_with_the_same_key(strongswan: StrongSwan, democa: RunningCa, root: Path) -> None:
    strongswan.enroll(democa.one_time_password())

    done = strongswan.renew("key.pem", "renewed.pem")

    assert done.returncode == 0, done.stderr
    assert_renewed(root.parent / "renewed.pem", strongswan.certificate, root)


@pytest.mark.interop_case("strongSwan pki 5.9.8", "demo CA", "renewal after a rollover")
def test_it_renews_what_the_past_ca_issued(tmp_path: Path) -> None:
    needs("pki", "strongswan-pki")
    with run_democa(tmp_path / "democa") as ca:
        client = StrongSwan(ca, tmp_path)
        client.prepare()
        client.enroll(ca.one_time_password())
        ca.press("/ca/make-next")
        ca.press("/ca/take-over")
        (tmp_path / "root.pem").write_bytes(ca.root_pem())
        client.fetch_ca()
        client.make_key("new.pem")

        done = client.renew("new.pem", "renewed.pem")

    assert done.returncode == 0, done.stderr
    assert_renewed(tmp_path / "renewed.pem", client.certificate, tmp_path / "root.pem")


@pytest.mark.interop_case("strongSwan pki 5.9.8", "demo CA", "PENDING until approved")
def test_it_polls_until_somebody_approves(tmp_path: Path) -> None:
    needs("pki", "strongswan-pki")
    with run_democa(tmp_path / "democa", extra=["--approve-by-hand"]) as ca:
        client = StrongSwan(ca, tmp_path)
        client.prepare()
        command = client.command(
            "--in", "key.pem", "--password", ca.one_time_password(), "--interval", "1"
        )
        with client.certificate.open("wb") as file:
            enrolling = subprocess.Popen(  # noqa: S603 - programs of the machine
                command, cwd=tmp_path, stdout=file, stderr=subprocess.DEVNULL
            )
        wait_until(lambda: b"/approve" in ca.get("/")[2], timeout_s=20)

        ca.approve_all()

        assert enrolling.wait(timeout=TIMEOUT_S) == 0
        (tmp_path / "root.pem").write_bytes(ca.root_pem())
    assert_issued(client.certificate, tmp_path / "root.pem")

"""NTLM to the admin page over real HTTP: the process, its keep-alive connections, our client."""

import base64
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
import spnego

from scep.client import FetchChallenge
from scep.errors import ChallengeRefused
from scep.transport import Credentials, Server, TlsMaterial, drive
from tests.democa_server import PASSWORD, ROOT, RunningCa, run_democa
from tests.fakes import Recording

ADMIN = "/CertSrv/mscep_admin/"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sign-in") / "data"


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[RunningCa]:
    with run_democa(folder) as ca:
        yield ca


@dataclass
class Device:
    """A client of its own making: pyspnego's messages over one connection of http.client."""

    ca: RunningCa
    name: str = "scep"
    password: str = PASSWORD
    scheme: str = "NTLM"
    connection: HTTPConnection = field(init=False)
    context: spnego.ContextProxy = field(init=False)

    def __post_init__(self) -> None:
        kinds = spnego.NegotiateOptions
        protocol = self.scheme.lower()
        options = kinds.use_ntlm if protocol == "ntlm" else kinds.use_negotiate
        self.connection = HTTPConnection(self.ca.url.removeprefix("http://"), timeout=20)
        self.context = spnego.client(self.name, self.password, protocol=protocol, options=options)

    def ask(self, authorization: str = "") -> tuple[int, list[str], bytes]:
        """Ask for the page: status, what the answer says of signing in, body."""
        headers = {"Authorization": authorization} if authorization else {}
        self.connection.request("GET", ADMIN, headers=headers)
        reply: HTTPResponse = self.connection.getresponse()
        offers = reply.headers.get_all("WWW-Authenticate") or []
        return reply.status, offers, reply.read()

    def first(self) -> bytes:
        """Send the first message; give the server's."""
        status, offers, _ = self.ask(self.written(self.context.step()))
        assert status == 401
        (offer,) = offers
        scheme, _, token = offer.partition(" ")
        assert scheme == self.scheme
        return base64.b64decode(token)

    def second(self, challenge: bytes) -> tuple[int, list[str], bytes]:
        """Answer it."""
        return self.ask(self.written(self.context.step(challenge)))

    def written(self, message: bytes | None) -> str:
        return f"{self.scheme} {base64.b64encode(message or b'').decode()}"


def open_passwords(ca: RunningCa) -> int:
    found = re.search(rb"(\d+)</b> of 1000", ca.get("/")[2])
    assert found is not None
    return int(found[1])


def test_an_anonymous_request_is_told_all_schemes_and_costs_no_password(
    running: RunningCa,
) -> None:
    before = open_passwords(running)
    device = Device(running)
    with closing(device.connection):
        status, offers, _ = device.ask()

    assert status == 401
    assert [offer.split()[0] for offer in offers] == ["Negotiate", "NTLM", "Basic"]
    assert open_passwords(running) == before


@pytest.mark.parametrize("scheme", ["NTLM", "Negotiate"])
@pytest.mark.parametrize("name", ["scep", "DEMO\\scep", "scep@demo.example"])
def test_a_windows_client_gets_one_password(running: RunningCa, name: str, scheme: str) -> None:
    before = open_passwords(running)
    device = Device(running, name=name, scheme=scheme)
    with closing(device.connection):
        status, offers, page = device.second(device.first())

    assert status == 200
    assert "enrollment challenge password" in page.decode("utf-16-le")
    assert bool(offers) is (scheme == "Negotiate")
    assert open_passwords(running) == before + 1


def test_the_sign_in_is_for_one_request(running: RunningCa) -> None:
    device = Device(running)
    with closing(device.connection):
        assert device.second(device.first())[0] == 200
        assert device.ask()[0] == 401


def test_a_wrong_password_is_refused_and_all_schemes_are_offered_again(running: RunningCa) -> None:
    device = Device(running, password="wrong")
    with closing(device.connection):
        status, offers, _ = device.second(device.first())

    assert (status, len(offers)) == (401, 3)


def test_a_connection_closed_between_the_messages_has_to_begin_again(running: RunningCa) -> None:
    device = Device(running)
    challenge = device.first()
    device.connection.close()

    status, offers, _ = device.second(challenge)

    device.connection.close()
    assert (status, len(offers)) == (401, 3)


def test_two_users_on_two_connections_do_not_mix(running: RunningCa) -> None:
    right, wrong = Device(running), Device(running, password="wrong")
    with closing(right.connection), closing(wrong.connection):
        challenges = right.first(), wrong.first()
        refused = wrong.second(challenges[1])
        granted = right.second(challenges[0])

    assert (granted[0], refused[0]) == (200, 401)


def test_many_handshakes_at_once_all_end_well(running: RunningCa) -> None:
    def sign_in(_: int) -> int:
        device = Device(running)
        with closing(device.connection):
            return device.second(device.first())[0]

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(sign_in, range(18))) == [200] * 18


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        pytest.param("NTLM", 401, id="no message"),
        pytest.param("NTLM ====", 401, id="no base64"),
        pytest.param("Negotiate " + "QUJD" * 100, 401, id="garbage"),
        pytest.param("NTLM " + "QUJD" * 2000, 401, id="huge"),
        pytest.param("NTLM " + "QUJD" * 5000, 431, id="larger than a header may be"),
    ],
)
def test_tokens_that_are_none_are_refused(
    running: RunningCa, authorization: str, status: int
) -> None:
    device = Device(running)
    with closing(device.connection):
        assert device.ask(authorization)[0] == status


def test_our_own_client_signs_in_by_ntlm_also_inside_tls(running: RunningCa) -> None:
    trust = TlsMaterial(ca_pem=running.root_pem())
    steps = Recording()
    for origin in (running.url, running.tls_url):
        server = Server(origin + ADMIN, tls=trust, credentials=Credentials("DEMO\\scep", PASSWORD))
        page = drive(FetchChallenge(record=steps), server)
        assert re.fullmatch("[0-9A-F]{16}", page.password)

    assert [dict(step.details)["Signed in by"] for step in steps.steps] == ["NTLM", "NTLM"]


def test_our_own_client_is_told_of_a_wrong_password(running: RunningCa) -> None:
    server = Server(running.challenge_url, credentials=Credentials("scep", "wrong"))

    with pytest.raises(ChallengeRefused, match=r"refused the user name .* \(NTLM\)"):
        drive(FetchChallenge(), server)


def test_the_command_line_signs_in_by_the_same_way(running: RunningCa, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scep", "enroll", running.scep_url, "--subject", "CN=fw1"]
    command += ["--challenge-url", running.challenge_url, "--user", "DEMO\\scep"]
    command += ["--password", PASSWORD, "--out", str(tmp_path / "out")]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)  # noqa: S603 - our own command line

    assert done.returncode == 0, done.stderr
    transcript = (tmp_path / "out" / "transcript.json").read_text(encoding="utf-8")
    assert re.search(r'"Signed in by",?:?\s*"NTLM"', transcript)
    assert PASSWORD not in transcript


def test_the_file_of_users_is_private_and_holds_no_password(
    running: RunningCa, folder: Path
) -> None:
    del running
    file = folder / "ntlm-users"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text(encoding="utf-8")

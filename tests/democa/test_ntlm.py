"""NTLM from the accepting side: one handshake per connection, a file of users, nothing else."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import spnego
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spnego._ntlm_raw.messages import Authenticate, Challenge

from democa import ntlm

PASSWORD = "pä:ss"
NAMES = ("scep", "DEMO\\scep", "scep@demo.example")
HERE = ("192.0.2.7", "50000", "8081")
THERE = ("192.0.2.7", "50001", "8081")


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def handshakes(clock: Clock) -> ntlm.Handshakes:
    return ntlm.Handshakes(clock)


@pytest.fixture(autouse=True)
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # What an acceptor sets, set back after the test.
    monkeypatch.setenv("NTLM_USER_FILE", "")
    monkeypatch.setenv("LM_COMPAT_LEVEL", "3")
    file = tmp_path / "users"
    file.write_text(ntlm.users_file(NAMES, PASSWORD), encoding="utf-8")
    return file


def client(
    name: str = "scep", password: str = PASSWORD, protocol: str = "ntlm"
) -> spnego.ContextProxy:
    kinds = spnego.NegotiateOptions
    options = kinds.use_negotiate if protocol == "negotiate" else kinds.use_ntlm
    return spnego.client(name, password, protocol=protocol, options=options)


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
@pytest.mark.parametrize("name", NAMES)
def test_the_user_is_signed_in_by_each_name(
    handshakes: ntlm.Handshakes, users: Path, name: str, protocol: str
) -> None:
    device = client(name, protocol=protocol)

    turn = handshakes.take(HERE, device.step() or b"", users)
    assert not turn.done
    end = handshakes.take(HERE, device.step(turn.answer) or b"", users)

    assert end.done
    assert bool(end.answer) is (protocol == "negotiate")
    assert len(handshakes) == 0


@pytest.mark.parametrize(("name", "password"), [("scep", "wrong"), ("else", PASSWORD)])
def test_a_wrong_password_or_name_is_refused(
    handshakes: ntlm.Handshakes, users: Path, name: str, password: str
) -> None:
    device = client(name, password)
    turn = handshakes.take(HERE, device.step() or b"", users)

    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(HERE, device.step(turn.answer) or b"", users)

    assert len(handshakes) == 0


def test_a_response_counts_on_the_connection_of_its_challenge_only(
    handshakes: ntlm.Handshakes, users: Path
) -> None:
    device = client()
    turn = handshakes.take(HERE, device.step() or b"", users)

    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(THERE, device.step(turn.answer) or b"", users)


def test_a_response_counts_once(handshakes: ntlm.Handshakes, users: Path) -> None:
    device = client()
    turn = handshakes.take(HERE, device.step() or b"", users)
    response = device.step(turn.answer) or b""
    handshakes.take(HERE, response, users)

    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(HERE, response, users)


def test_handshakes_of_two_connections_do_not_mix(handshakes: ntlm.Handshakes, users: Path) -> None:
    devices = {HERE: client(), THERE: client("DEMO\\scep")}
    turns = {at: handshakes.take(at, one.step() or b"", users) for at, one in devices.items()}

    for at, one in devices.items():
        assert handshakes.take(at, one.step(turns[at].answer) or b"", users).done


def test_a_client_may_begin_again_on_its_connection(
    handshakes: ntlm.Handshakes, users: Path
) -> None:
    handshakes.take(HERE, client().step() or b"", users)
    device = client()

    turn = handshakes.take(HERE, device.step() or b"", users)

    assert handshakes.take(HERE, device.step(turn.answer) or b"", users).done


def test_a_handshake_that_takes_too_long_is_over(
    handshakes: ntlm.Handshakes, users: Path, clock: Clock
) -> None:
    device = client()
    turn = handshakes.take(HERE, device.step() or b"", users)
    clock.now_s += ntlm.MAX_AGE_S

    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(HERE, device.step(turn.answer) or b"", users)


def test_so_many_handshakes_may_be_under_way_and_the_oldest_gives_way(
    handshakes: ntlm.Handshakes, users: Path
) -> None:
    device, message = client(), client().step() or b""
    turn = handshakes.take(HERE, device.step() or b"", users)
    for number in range(ntlm.MAX_HANDSHAKES):
        handshakes.take(("192.0.2.8", str(number), "8081"), message, users)

    assert len(handshakes) == ntlm.MAX_HANDSHAKES
    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(HERE, device.step(turn.answer) or b"", users)


def garbage() -> Iterator[bytes]:
    yield from (b"", b"x", b"NTLMSSP\0", b"NTLMSSP\0\1\0\0\0", b"\x60\x03abc", b"\0" * 300)
    yield b"NTLMSSP\0\3\0\0\0" + b"\xff" * 200
    yield (client().step() or b"") + b"\0" * ntlm.MAX_MESSAGE_BYTES
    yield (client(protocol="negotiate").step() or b"")[:40]


@pytest.mark.parametrize("message", list(garbage()))
@pytest.mark.parametrize("begun", [False, True])
def test_garbage_is_refused(
    handshakes: ntlm.Handshakes, users: Path, message: bytes, *, begun: bool
) -> None:
    if begun:
        handshakes.take(HERE, client().step() or b"", users)

    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(HERE, message, users)

    assert len(handshakes) == 0


@given(st.binary(max_size=600))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_refused_or_lead_on(users: Path, rest: bytes) -> None:
    handshakes = ntlm.Handshakes()
    for start in (b"", b"NTLMSSP\0\1\0\0\0", b"NTLMSSP\0\3\0\0\0"):
        with contextlib.suppress(ntlm.SignInRefused):
            assert not handshakes.take(HERE, start + rest, users).done


def test_without_a_file_of_users_nobody_is_signed_in(
    handshakes: ntlm.Handshakes, tmp_path: Path
) -> None:
    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(HERE, client().step() or b"", tmp_path / "none")


def test_the_file_holds_hashes_and_no_lan_manager_hash_anybody_knows(users: Path) -> None:
    text = users.read_text(encoding="utf-8")

    assert PASSWORD not in text
    assert "0" * 32 not in text
    assert text != ntlm.users_file(NAMES, PASSWORD)
    assert text.count("\n") == len(NAMES)


def test_the_hash_is_the_one_that_windows_has() -> None:
    # MS-NLMP section 4.2.2.1.2: NTOWFv1 of "Password".
    assert ":A4F49C406510BDCAB6824EE7C30FD852:" in ntlm.users_file(("u",), "Password")


def test_older_responses_than_ntlmv2_are_refused(
    handshakes: ntlm.Handshakes, users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LM_COMPAT_LEVEL", "0")
    device = client()
    turn = handshakes.take(HERE, device.step() or b"", users)

    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(HERE, device.step(turn.answer) or b"", users)


def test_a_lan_manager_response_that_anybody_can_make_is_refused(
    handshakes: ntlm.Handshakes, users: Path
) -> None:
    turn = handshakes.take(HERE, client().step() or b"", users)
    flags = Challenge.unpack(turn.answer).flags
    # pyspnego takes it unless it is told to take NTLMv2 only.
    forged = Authenticate(flags, b"anything" + bytes(16), b"", username="scep", workstation="w")

    with pytest.raises(ntlm.SignInRefused):
        handshakes.take(HERE, forged.pack(), users)

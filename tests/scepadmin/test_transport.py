"""Ports of this machine."""

import socket
from collections.abc import Iterator

import pytest

from scepadmin import transport


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    server = socket.create_server(("127.0.0.1", 0))
    with server:
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def test_a_free_port_is_free() -> None:
    assert transport.is_free("127.0.0.1", transport.free_port("127.0.0.1"))


def test_a_port_that_someone_listens_on_is_taken(listener: socket.socket) -> None:
    assert not transport.is_free("127.0.0.1", port_of(listener))


def test_waiting_ends_as_soon_as_someone_listens(listener: socket.socket) -> None:
    assert transport.wait_until_listening("127.0.0.1", port_of(listener), timeout_s=5)


def test_waiting_gives_up_in_time() -> None:
    port = transport.free_port("127.0.0.1")

    assert not transport.wait_until_listening("127.0.0.1", port, timeout_s=0.2)


def test_addresses_may_be_of_either_family() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 here")

    assert transport.is_free("::1", transport.free_port("::1"))

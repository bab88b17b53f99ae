"""Listening sockets, and the words when there is none to be had."""

import socket
import threading

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from webui.listeners import listen

CONFIG = Config()


def open_port(host: str, port: int = 0, patience_s: float = 0.0) -> socket.socket:
    listener: socket.socket = listen(
        host, port, config=CONFIG, log=Logger(CONFIG), patience_s=patience_s
    )
    return listener


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_is_opened_on_either_kind_of_loopback(host: str) -> None:
    listener = open_port(host)
    with socket.create_connection(listener.getsockname()[:2], timeout=5):
        listener.close()


def test_a_taken_port_is_said_in_words() -> None:
    taken = open_port("127.0.0.1")
    port = taken.getsockname()[1]

    with pytest.raises(SystemExit, match=f"port {port}: another program listens there"):
        open_port("127.0.0.1", port)
    taken.close()


def test_a_port_that_is_freed_in_time_is_taken() -> None:
    taken = open_port("127.0.0.1")
    port = taken.getsockname()[1]
    leaving = threading.Timer(0.2, taken.close)
    leaving.start()

    listener = open_port("127.0.0.1", port, patience_s=10.0)

    leaving.join()
    assert listener.getsockname()[1] == port
    listener.close()


def test_an_address_of_another_machine_is_said_in_words() -> None:
    with pytest.raises(SystemExit, match=r"Cannot listen on 192\.0\.2\.1 port 0: "):
        open_port("192.0.2.1", patience_s=10.0)

"""A server with many CAs, each below a path of its own, that takes 50 ms for an answer."""

import http.server
import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

ANSWER_S: Final = 0.05
"""How long each answer takes."""

REQUESTS: Final = 2
"""What a commit asks each server: GetCACaps and GetCACert."""

CAPABILITIES: Final = b"AES\nPOSTPKIOperation\nSHA-256\nSCEPStandard\n"


class _Handler(http.server.BaseHTTPRequestHandler):
    certificates_der: ClassVar[list[bytes]]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(ANSWER_S)
        path, _, query = self.path.partition("?")
        wants_certificate = "GetCACert" in query
        number = int(path.rpartition("/")[2])
        body = self.certificates_der[number] if wants_certificate else CAPABILITIES
        kind = "application/x-x509-ca-cert" if wants_certificate else "text/plain"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def run_slow_ca(count: int) -> Iterator[str]:
    """Run a server with so many CAs in a process of its own; give what their URLs begin with."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(listener, count))
    process.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        process.terminate()
        process.join()
        listener.close()


def _serve(listener: socket.socket, count: int) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    _Handler.certificates_der = [_certificate_der(number, key) for number in range(count)]
    server = http.server.ThreadingHTTPServer(
        listener.getsockname()[:2], _Handler, bind_and_activate=False
    )
    server.socket.close()
    server.socket = listener
    server.serve_forever()


def _certificate_der(number: int, key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Slow CA {number}")])
    at = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )

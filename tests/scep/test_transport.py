"""The transport over real sockets on loopback, with servers honest and hostile."""

import gzip
import socket
import threading
import time
from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from scep.errors import HttpRefused, TransportFailed, UnusableRequest
from scep.transcript import Outcome, Step, StepName
from scep.transport import Connection, Server, drive
from scep.transport.server import Resolver
from scep.wire import HttpReply, HttpRequest
from tests import loopback
from tests.loopback import Answer, Request

CAPS = HttpRequest("GET", (("operation", "GetCACaps"),))
PAGE = HttpRequest("GET")


class Ask:
    """A session that makes the requests it was given and keeps the replies."""

    def __init__(self, *requests: HttpRequest) -> None:
        self._waiting = list(requests)
        self.result: list[HttpReply] = []

    def next_request(self) -> HttpRequest | None:
        return self._waiting.pop(0) if self._waiting else None

    def receive(self, reply: HttpReply) -> None:
        self.result.append(reply)


def resolves_to(*found: str) -> Resolver:
    return lambda *_: found


def caps(_: Request) -> Answer:
    return Answer(body=b"AES\n", headers=(("Content-Type", "text/plain"),))


def test_a_get_carries_its_query_and_gives_status_type_and_body() -> None:
    with loopback.serve(caps) as site:
        (reply,) = drive(Ask(CAPS), Server(f"{site.url}?profile=x"))

    assert (reply.status, reply.content_type, reply.body) == (200, "text/plain", b"AES\n")
    assert not reply.truncated
    assert site.requests[0].path == "/scep?profile=x&operation=GetCACaps"
    assert site.requests[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.conformance("C36")
def test_a_post_has_a_length_and_is_not_chunked() -> None:
    post = HttpRequest(
        "POST", (("operation", "PKIOperation"),), b"message", "application/x-pki-message"
    )
    with loopback.serve(caps) as site:
        drive(Ask(post), Server(site.url))

    (request,) = site.requests
    assert request.body == b"message"
    assert request.headers["Content-Length"] == "7"
    assert request.headers["Content-Type"] == "application/x-pki-message"
    assert "Transfer-Encoding" not in request.headers


def test_a_server_that_asks_for_patience_is_heard() -> None:
    busy = Answer(503, headers=(("Retry-After", "7"),))
    with loopback.serve(lambda _: busy) as site:
        (reply,) = drive(Ask(CAPS), Server(site.url))

    assert (reply.status, reply.retry_after_s) == (503, 7.0)


def test_one_connection_serves_a_whole_session_and_tells_its_steps_once() -> None:
    steps: list[Step] = []
    with loopback.serve(caps) as site, Connection(Server(site.url)) as connection:
        connection.drive(Ask(CAPS, CAPS), record=steps.append)
        connection.drive(Ask(CAPS), record=steps.append)

    assert [step.name for step in steps] == [StepName.TCP]
    assert steps[0].fact == f"Connected to 127.0.0.1 port {site.port}."
    assert steps[0].duration_ms > 0


def test_a_name_is_resolved_and_its_addresses_are_tried_in_turn() -> None:
    resolve = resolves_to("::1", "127.0.0.1")
    steps: list[Step] = []
    with loopback.serve(caps) as site:
        server = Server(f"http://ca.example:{site.port}/", resolve=resolve)
        drive(Ask(CAPS), server, record=steps.append)

    assert [step.name for step in steps] == [StepName.DNS, StepName.TCP]
    assert steps[0].fact == "ca.example is ::1, 127.0.0.1."
    assert site.requests[0].headers["Host"] == f"ca.example:{site.port}"


def test_localhost_is_resolved_by_the_system() -> None:
    with loopback.serve(caps) as site:
        (reply,) = drive(Ask(CAPS), Server(f"http://localhost:{site.port}/scep"))

    assert reply.status == 200


@pytest.mark.parametrize(
    ("error", "fact"),
    [
        (socket.gaierror(-2, "not known"), "The name ca.example is unknown."),
        (socket.gaierror(-3, "again"), "No name server could say what ca.example is."),
        (UnicodeError("label too long"), "The name ca.example is unknown."),
    ],
)
def test_a_name_that_does_not_resolve_is_a_dns_failure(error: Exception, fact: str) -> None:
    def resolve(*_: object) -> Sequence[str]:
        raise error

    steps: list[Step] = []
    with pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server("http://ca.example/", resolve=resolve), record=steps.append)

    assert (caught.value.stage, caught.value.fact) == (StepName.DNS, fact)
    assert (steps[-1].outcome, steps[-1].fact) == (Outcome.FAILED, fact)
    assert steps[-1].hint == caught.value.hint


def test_a_resolver_that_hangs_is_cut_off() -> None:
    over = threading.Event()

    def resolve(*_: object) -> Sequence[str]:
        over.wait(10)
        return []

    with pytest.raises(TransportFailed, match=r"not resolved within 0\.1 s") as caught:
        drive(Ask(CAPS), Server("http://ca.example/", timeout_s=0.1, resolve=resolve))
    over.set()

    assert caught.value.stage is StepName.DNS


def test_a_metadata_address_is_refused_after_resolution() -> None:
    resolve = resolves_to("127.0.0.1", "169.254.169.254")

    with pytest.raises(TransportFailed, match=r"\(169\.254\.169\.254\) is a link-local") as caught:
        drive(Ask(CAPS), Server("http://metadata.internal/", resolve=resolve))

    assert caught.value.stage is StepName.DNS


def test_an_address_outside_the_allowed_networks_is_refused() -> None:
    server = Server("http://127.0.0.1/", allow=(ip_network("10.0.0.0/8"),))

    with pytest.raises(TransportFailed, match="outside the networks"):
        drive(Ask(CAPS), server)


def test_a_closed_port_is_a_tcp_failure() -> None:
    port = loopback.free_port()

    with pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server(f"http://127.0.0.1:{port}/"))

    assert caught.value.stage is StepName.TCP
    assert caught.value.fact == f"127.0.0.1 refused the connection to port {port}."


def test_a_host_that_drops_packets_is_a_tcp_time_out() -> None:
    # A full backlog drops the SYN, as a firewall does.
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)  # noqa: FBT003 - the socket API
            filler.connect_ex(("127.0.0.1", port))
        with pytest.raises(TransportFailed) as caught:
            drive(Ask(CAPS), Server(f"http://127.0.0.1:{port}/", timeout_s=0.3))
        for filler in fillers:
            filler.close()

    assert caught.value.stage is StepName.TCP
    assert caught.value.fact == f"127.0.0.1 did not answer on port {port} within 0.3 s."


def test_a_name_without_any_address_is_unknown() -> None:
    with pytest.raises(TransportFailed, match=r"The name ca\.example is unknown"):
        drive(Ask(CAPS), Server("http://ca.example/", resolve=resolves_to()))


def test_no_time_at_all_is_too_little() -> None:
    with pytest.raises(TransportFailed, match="within 0 s"):
        drive(Ask(CAPS), Server("http://127.0.0.1/", timeout_s=0))


@pytest.mark.parametrize(
    "url",
    ["ftp://ca.example/", "http:///x", "http://user:pw@ca.example/", "http://a:99999/", "//x"],
)
def test_a_url_that_is_not_plain_http_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(UnusableRequest):
        drive(Ask(CAPS), Server(url))


@pytest.mark.conformance("C40")
def test_a_reply_beyond_the_limit_is_cut_and_marked() -> None:
    with loopback.serve(lambda _: Answer(body=b"x" * 5000)) as site:
        request = HttpRequest("GET", CAPS.query, max_reply_bytes=1000)
        (reply,) = drive(Ask(request), Server(site.url))

    assert reply.truncated
    assert reply.body == b"x" * 1000


@pytest.mark.conformance("C40")
def test_a_compression_bomb_is_cut_at_the_same_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    answer = Answer(body=bomb, headers=(("Content-Encoding", "gzip"),))
    with loopback.serve(lambda _: answer) as site:
        request = HttpRequest("GET", CAPS.query, max_reply_bytes=10_000)
        (reply,) = drive(Ask(request), Server(site.url))

    assert reply.truncated
    assert len(reply.body) == 10_000


def test_a_compressed_answer_that_is_none_is_a_failure() -> None:
    answer = Answer(body=b"no gzip", headers=(("Content-Encoding", "gzip"),))
    with loopback.serve(lambda _: answer) as site, pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server(site.url))

    assert "cannot be decompressed" in caught.value.fact
    assert caught.value.stage is StepName.CAPS


def drip(sock: socket.socket, over: threading.Event) -> None:
    sock.recv(4096)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + b"x" * 999:
        sock.sendall(bytes([byte]))
        if over.wait(0.02):
            return


def drip_body(sock: socket.socket, over: threading.Event) -> None:
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")
    while not over.wait(0.02):
        sock.sendall(b"x")


def say_nothing(_: socket.socket, over: threading.Event) -> None:
    over.wait(10)


@pytest.mark.conformance("C40")
@pytest.mark.parametrize("talk", [drip, drip_body, say_nothing])
def test_a_server_that_is_too_slow_is_cut_off_at_the_deadline(talk: loopback.Talk) -> None:
    started = time.monotonic()
    with loopback.serve_raw(talk) as site, pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server(site.url, timeout_s=0.3))

    assert caught.value.fact == "127.0.0.1 did not finish its answer within 0.3 s."
    assert caught.value.stage is StepName.CAPS
    assert time.monotonic() - started < 2


@pytest.mark.conformance("C07")
def test_a_server_that_hangs_up_on_an_optional_request_has_said_nothing() -> None:
    optional = HttpRequest("GET", CAPS.query, optional=True)
    steps: list[Step] = []

    def hang_up_on_capabilities(sock: socket.socket, _: threading.Event) -> None:
        if b"GetCACaps" not in sock.recv(4096):
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with loopback.serve_raw(hang_up_on_capabilities) as site:
        first, second = drive(Ask(optional, PAGE), Server(site.url), record=steps.append)

    assert (first.status, first.body) == (0, b"")
    assert (second.status, second.body) == (200, b"ok")
    assert {step.outcome for step in steps} == {Outcome.PASSED}


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b"junk\r\n"])
def test_half_an_answer_to_an_optional_request_is_a_failure(said: bytes) -> None:
    optional = HttpRequest("GET", CAPS.query, optional=True)
    with loopback.serve_raw(saying(said)) as site, pytest.raises(TransportFailed):
        drive(Ask(optional), Server(site.url))


def saying(*parts: bytes) -> loopback.Talk:
    def talk(sock: socket.socket, _: threading.Event) -> None:
        sock.recv(4096)
        for part in parts:
            sock.sendall(part)

    return talk


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        pytest.param(saying(), "closed the connection without an answer", id="nothing"),
        pytest.param(
            saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"),
            "in the middle of its answer",
            id="shorter than its length",
        ),
        pytest.param(
            saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf"),
            "in the middle of its answer",
            id="half a chunk",
        ),
        pytest.param(
            saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf"),
            "in the middle of its answer",
            id="a chunk without size",
        ),
        pytest.param(saying(b"\x15\x03\x01\0\2\2\x46"), "did not answer in HTTP", id="a TLS alert"),
        pytest.param(saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "did not answer in HTTP", id="SSH"),
        pytest.param(
            saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
            "did not answer in HTTP",
            id="too many headers",
        ),
        pytest.param(
            saying(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000),
            "did not answer in HTTP",
            id="a header without end",
        ),
    ],
)
def test_an_answer_that_is_no_whole_http_reply_is_a_failure(
    talk: loopback.Talk, words: str
) -> None:
    with loopback.serve_raw(talk) as site, pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server(site.url, timeout_s=5))

    assert words in caught.value.fact
    assert caught.value.stage is StepName.CAPS
    assert caught.value.hint


@pytest.mark.conformance("C40", "D4")
def test_a_redirect_on_the_same_host_is_followed_and_mentioned() -> None:
    def answer(request: Request) -> Answer:
        if request.path.startswith("/certsrv/mscep?"):
            return Answer(301, headers=(("Location", "/certsrv/mscep/"),))
        return caps(request)

    steps: list[Step] = []
    post = HttpRequest("POST", (("operation", "PKIOperation"),), b"m", "application/x-pki-message")
    with loopback.serve(answer) as site:
        url = f"http://127.0.0.1:{site.port}/certsrv/mscep"
        (reply,) = drive(Ask(post), Server(url), record=steps.append)

    assert reply.body == b"AES\n"
    assert [(r.method, r.path) for r in site.requests] == [
        ("POST", "/certsrv/mscep?operation=PKIOperation"),
        ("POST", "/certsrv/mscep/?operation=PKIOperation"),
    ]
    assert steps[-1].outcome is Outcome.WARNED
    assert f"http://127.0.0.1:{site.port}/certsrv/mscep/" in steps[-1].fact


@pytest.mark.conformance("C40")
@pytest.mark.parametrize(
    "target",
    [
        "http://localhost/x",
        "http://127.0.0.1:1/scep",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "http://[bad/",
        "http://127.0.0.1:99999/",
        "http://user:gift@127.0.0.1/",
        "/with a space",
        "http://\x80\xff/",
    ],
)
def test_a_redirect_that_leads_elsewhere_or_nowhere_is_refused(target: str) -> None:
    answer = Answer(302, headers=(("Location", target),))
    with loopback.serve(lambda _: answer) as site, pytest.raises(HttpRefused) as caught:
        drive(Ask(CAPS), Server(site.url))

    assert len(site.requests) == 1
    assert (caught.value.exit_code, caught.value.status) == (6, 302)
    assert "gift" not in caught.value.fact


@pytest.mark.parametrize("url", ["http://[bad/", "ftp://127.0.0.1/", "scep"])
def test_a_url_that_is_none_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(UnusableRequest):
        drive(Ask(CAPS), Server(url))


@pytest.mark.conformance("C40")
def test_redirects_without_end_are_refused() -> None:
    answer = Answer(307, headers=(("Location", "/scep?operation=GetCACaps"),))
    with loopback.serve(lambda _: answer) as site, pytest.raises(HttpRefused, match="again"):
        drive(Ask(CAPS), Server(site.url))

    assert len(site.requests) == 4


def test_a_redirect_without_a_target_is_an_ordinary_reply() -> None:
    with loopback.serve(lambda _: Answer(302)) as site:
        (reply,) = drive(Ask(CAPS), Server(site.url))

    assert reply.status == 302


@pytest.mark.conformance("C40")
def test_no_credentials_are_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: "pytest.TempPathFactory"
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="ascii") as file:  # noqa: PTH123 - one line
        file.write("machine 127.0.0.1 login root password hunter2\n")
    monkeypatch.setenv("NETRC", netrc)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with loopback.serve(caps) as site:
        drive(Ask(PAGE), Server(site.url))

    assert "Authorization" not in site.requests[0].headers


def test_401_of_a_scep_operation_is_for_the_session_to_judge() -> None:
    with loopback.serve(lambda _: Answer(401)) as site:
        (reply,) = drive(Ask(CAPS), Server(site.url))

    assert reply.status == 401


def test_an_error_of_the_session_passes_without_a_step_of_the_transport() -> None:
    class Refuses(Ask):
        def receive(self, _: HttpReply) -> None:
            message = "no"
            raise HttpRefused(message, stage=StepName.CAPS, status=500)

    steps: list[Step] = []
    with loopback.serve(caps) as site, pytest.raises(HttpRefused):
        drive(Refuses(CAPS), Server(site.url), record=steps.append)

    assert [step.name for step in steps] == [StepName.TCP]

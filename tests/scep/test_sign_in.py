"""Signing in to the challenge page over real HTTP; pyspnego's acceptor plays Windows."""

import base64
import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st
from spnego.channel_bindings import GssChannelBindings

from scep.client import FetchChallenge
from scep.errors import (
    ChallengeRefused,
    HttpRefused,
    HungUp,
    MalformedReply,
    ScepError,
    UnusableRequest,
)
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.transport import Connection, Credentials, Server, TlsMaterial, drive
from scep.transport import ntlm as ntlm_messages
from tests import issuing, loopback
from tests.issuing import Issued, Wanted
from tests.loopback import Answer, Request
from tests.windows_sign_in import OTP_PAGE, WindowsPage, write_users

USERS = {"scep": "päss wörd", "CORP\\scep": "corp", "scep@corp.example": "upn"}
SCEP = Credentials("scep", USERS["scep"])


@pytest.fixture(autouse=True)
def _users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_users(USERS, tmp_path, monkeypatch)


def fetch(server: Server, steps: list[Step] | None = None) -> str:
    """Fetch the challenge page: its password."""
    record: Recorder = drop if steps is None else steps.append
    return drive(FetchChallenge(record=record), server, record=record).password


def sent(request: Request) -> tuple[str, bytes]:
    """The scheme and the message that a request signs in with."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme, base64.b64decode(token)


@pytest.mark.conformance("D25")
@pytest.mark.parametrize("name", USERS)
def test_a_windows_user_is_signed_in_with_two_messages_on_one_connection(name: str) -> None:
    windows, steps = WindowsPage(), list[Step]()
    with loopback.serve(windows) as site:
        password = fetch(Server(site.url, credentials=Credentials(name, USERS[name])), steps)

    assert password == "0123456789ABCDEF"
    assert windows.principals == [name]
    first, second = (sent(request) for request in site.requests)
    assert first[0] == second[0] == "NTLM"
    assert (first[1][8], second[1][8]) == (1, 3)
    assert len(windows.connections) == 1
    assert windows.pages == 1
    assert ("Signed in by", "NTLM") in steps[-1].details


@pytest.mark.conformance("D25")
def test_nothing_is_asked_before_the_first_message_and_no_page_is_wasted() -> None:
    windows = WindowsPage()
    with loopback.serve(windows) as site:
        fetch(Server(site.url, credentials=SCEP))
        fetch(Server(site.url, credentials=SCEP))

    assert all("Authorization" in request.headers for request in site.requests)
    assert (len(site.requests), windows.pages) == (4, 2)


def test_ntlm_travels_inside_negotiate_where_only_that_is_offered() -> None:
    windows, steps = WindowsPage(offers=("Negotiate",)), list[Step]()
    with loopback.serve(windows) as site:
        fetch(Server(site.url, credentials=SCEP), steps)

    assert [sent(request)[0] for request in site.requests] == ["NTLM", "Negotiate", "Negotiate"]
    assert ("Signed in by", "Negotiate") in steps[-1].details
    assert windows.pages == 1


@pytest.mark.parametrize("close", [{0}, {2}, {0, 2}])
def test_connections_closed_around_the_sign_in_do_no_harm(close: set[int]) -> None:
    windows = WindowsPage(offers=("Negotiate",), close=frozenset(close))
    with loopback.serve(windows) as site:
        assert fetch(Server(site.url, credentials=SCEP)) == "0123456789ABCDEF"


@pytest.mark.parametrize("name", ["scep", "somebody", "OTHER\\scep"])
def test_a_wrong_password_or_user_is_refused_and_tried_once(name: str) -> None:
    windows = WindowsPage(offers=("Negotiate", "NTLM", 'Basic realm="x"'))
    with loopback.serve(windows) as site, pytest.raises(ChallengeRefused) as caught:
        fetch(Server(site.url, credentials=Credentials(name, "wrong")))

    assert caught.value.fact == "The challenge URL refused the user name or the password (NTLM)."
    assert (caught.value.stage, caught.value.exit_code) == (StepName.CHALLENGE, 4)
    assert "DOMAIN\\user" in caught.value.hint
    assert (len(site.requests), windows.pages) == (2, 0)


def test_an_answer_to_an_anonymous_request_names_the_schemes_and_costs_no_page() -> None:
    windows = WindowsPage()
    with loopback.serve(windows) as site, pytest.raises(ChallengeRefused) as caught:
        fetch(Server(site.url))

    assert "(Negotiate, NTLM), and none was given" in caught.value.fact
    assert "--user" in caught.value.hint
    assert windows.pages == 0


@pytest.mark.conformance("D25")
def test_a_server_or_proxy_that_closes_between_the_messages_is_told() -> None:
    windows = WindowsPage(close=frozenset({1}))
    with loopback.serve(windows) as site, pytest.raises(HungUp) as caught:
        fetch(Server(site.url, credentials=SCEP))

    assert caught.value.fact == (
        "The connection to 127.0.0.1 was closed in the middle of the NTLM sign-in."
    )
    assert "proxy" in caught.value.hint
    assert len(windows.connections) == 1
    assert windows.pages == 0


def test_a_connection_that_breaks_while_the_response_is_sent_is_told_likewise() -> None:
    challenge = WindowsPage()

    def hang_up(sock: socket.socket, _: threading.Event) -> None:
        request = sock.recv(65536).decode()
        token = request.split("Authorization: ")[1].split("\r\n")[0]
        answer = challenge(Request("GET", "/", {"Authorization": token}, b"", 1))
        name, value = answer.headers[0]
        head = f"HTTP/1.1 401 No\r\n{name}: {value}\r\nContent-Length: 0\r\n\r\n"
        sock.sendall(head.encode())
        sock.recv(65536)

    with loopback.serve_raw(hang_up) as site, pytest.raises(HungUp, match="in the middle of the"):
        fetch(Server(site.url, credentials=SCEP))


def test_two_users_on_two_connections_do_not_mix() -> None:
    windows = WindowsPage()
    barrier = threading.Barrier(2, timeout=10)
    ends: dict[str, str] = {}

    def together(request: Request) -> Answer:
        if sent(request)[1][8] == 3:
            barrier.wait()
        return windows(request)

    def enter(name: str, password: str) -> None:
        try:
            ends[name] = fetch(Server(site.url, credentials=Credentials(name, password)))
        except ChallengeRefused as error:
            ends[name] = error.fact

    with loopback.serve(together) as site:
        pairs = (("scep", USERS["scep"]), ("CORP\\scep", "wrong"))
        threads = [threading.Thread(target=enter, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert ends["scep"] == "0123456789ABCDEF"
    assert "refused" in ends["CORP\\scep"]
    assert (windows.principals, len(windows.connections)) == (["scep"], 2)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("AAAA", id="short"),
        pytest.param("TlRMTVNTUAACAAAA", id="cut off"),
        pytest.param("=", id="no base64"),
        pytest.param("A" * 40, id="zeros"),
        pytest.param("A" * 5, id="bad padding"),
        pytest.param("QUJD" * 5000, id="huge"),
    ],
)
def test_a_challenge_that_is_none_is_told(token: str) -> None:
    answer = Answer(401, headers=(("WWW-Authenticate", f"NTLM {token}"),))
    with loopback.serve(lambda _: answer) as site, pytest.raises(ScepError) as caught:
        fetch(Server(site.url, credentials=SCEP))

    kinds = ChallengeRefused if token == "=" else MalformedReply
    assert isinstance(caught.value, kinds)
    assert caught.value.stage is StepName.CHALLENGE


@given(
    st.binary(max_size=600) | st.binary(max_size=600).map(lambda rest: b"NTLMSSP\0\2\0\0\0" + rest)
)
def test_any_challenge_is_answered_or_refused(challenge: bytes) -> None:
    handshake = ntlm_messages.Handshake(SCEP, "ndes.example")
    handshake.first()

    with contextlib.suppress(MalformedReply):
        assert handshake.respond(base64.b64encode(challenge).decode(), b"")


@pytest.mark.parametrize(
    ("offers", "words"),
    [
        (("Negotiate",), "by Kerberos only"),
        (("Negotiate, NTLM",), "does not answer the first message"),
        (('Digest realm="x"',), "not spoken here (Digest)"),
        ((), "no scheme named"),
    ],
)
def test_a_server_with_no_way_in_says_what_it_offers(offers: tuple[str, ...], words: str) -> None:
    answer = Answer(401, headers=tuple(("WWW-Authenticate", offer) for offer in offers))
    with loopback.serve(lambda _: answer) as site, pytest.raises(ChallengeRefused) as caught:
        fetch(Server(site.url, credentials=SCEP))

    assert words in caught.value.fact
    assert caught.value.hint


def test_endless_offers_are_cut_short() -> None:
    offers = [", ".join(f"a{number + 5000 * row}" for number in range(5000)) for row in range(20)]
    answer = Answer(401, headers=tuple(("WWW-Authenticate", offer) for offer in offers))
    with loopback.serve(lambda _: answer) as site, pytest.raises(ScepError) as caught:
        fetch(Server(site.url, credentials=SCEP))

    assert "(a0, a1, a2, a3, a4, a5, a6, a7)" in caught.value.fact


def basic_page(request: Request, puzzled: int = 401) -> Answer:
    """A gateway that takes Basic; with another scheme it may not know what to do."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    if scheme == "Basic":
        return Answer(200, OTP_PAGE)
    return Answer(puzzled if scheme else 401, headers=(("WWW-Authenticate", 'Basic realm="r"'),))


@pytest.mark.parametrize("puzzled", [401, 400, 403])
def test_basic_is_spoken_where_only_that_is_offered(puzzled: int) -> None:
    steps: list[Step] = []
    with loopback.serve(lambda request: basic_page(request, puzzled)) as site:
        fetch(Server(site.url, credentials=Credentials("Jörg", "gehëim")), steps)

    assert site.requests[-1].headers["Authorization"] == "Basic SsO2cmc6Z2Vow6tpbQ=="
    assert ("Signed in by", "Basic") in steps[-1].details


@pytest.mark.parametrize(
    ("page", "schemes"),
    [
        (basic_page, ["NTLM", "Basic", "Basic"]),
        (WindowsPage(offers=("Negotiate",)), ["NTLM"] + ["Negotiate"] * 4),
    ],
)
def test_what_signed_in_once_is_taken_first_on_a_kept_connection(
    page: Callable[[Request], Answer], schemes: list[str]
) -> None:
    with loopback.serve(page) as site, Connection(Server(site.url, credentials=SCEP)) as kept:
        kept.drive(FetchChallenge())
        kept.drive(FetchChallenge())

    assert [sent(request)[0] for request in site.requests] == schemes


def test_a_user_that_basic_does_not_know_is_refused() -> None:
    answer = Answer(401, headers=(("WWW-Authenticate", 'Basic realm="r"'),))
    with (
        loopback.serve(lambda _: answer) as site,
        pytest.raises(ChallengeRefused, match=r"refused the user name or the password \(Basic\)"),
    ):
        fetch(Server(site.url, credentials=SCEP))


def test_a_page_without_sign_in_is_taken_as_it_is() -> None:
    with loopback.serve(lambda _: Answer(200, OTP_PAGE)) as site:
        assert fetch(Server(site.url, credentials=SCEP)) == "0123456789ABCDEF"

    assert len(site.requests) == 1


def test_user_and_password_follow_no_redirect_to_another_port() -> None:
    with loopback.serve(basic_page) as elsewhere:
        answer = Answer(302, headers=(("Location", elsewhere.url),))
        with loopback.serve(lambda _: answer) as site, pytest.raises(HttpRefused) as caught:
            fetch(Server(site.url, credentials=SCEP))

    assert "which is not followed" in caught.value.fact
    assert elsewhere.requests == []


def test_user_and_password_follow_a_redirect_on_the_same_port() -> None:
    windows = WindowsPage()

    def answer(request: Request) -> Answer:
        moved = Answer(301, headers=(("Location", "/scep/"),))
        return windows(request) if request.path == "/scep/" else moved

    with loopback.serve(answer) as site:
        assert fetch(Server(site.url, credentials=SCEP)) == "0123456789ABCDEF"


Page = Callable[[Request], Answer]


@pytest.mark.parametrize(("host", "warned"), [("ndes.example", True), ("127.0.0.1", False)])
@pytest.mark.parametrize(
    ("page", "words"), [(WindowsPage(), "NTLM sign-in"), (basic_page, "User name and password")]
)
def test_a_sign_in_in_the_open_is_worth_a_warning(
    page: Page, words: str, host: str, *, warned: bool
) -> None:
    steps: list[Step] = []
    with loopback.serve(page) as site:
        server = Server(site.named(host), credentials=SCEP, resolve=lambda *_: ["127.0.0.1"])
        fetch(server, steps)

    warnings = [step.fact for step in steps if step.outcome is Outcome.WARNED]
    assert [words in fact and host in fact for fact in warnings] == [True] * warned


def test_where_tls_is_a_must_nothing_is_sent_without_it() -> None:
    with loopback.serve(WindowsPage()) as site, pytest.raises(UnusableRequest, match="TLS only"):
        fetch(Server(site.url, credentials=SCEP, credentials_need_tls=True))

    assert site.requests == []


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issuing.ca("Sign-in test CA")


@pytest.fixture(scope="module")
def certificate(authority: Issued) -> Issued:
    return issuing.server(authority, "127.0.0.1")


def inside_tls(authority: Issued) -> Server:
    trust = TlsMaterial(ca_pem=authority.pem)
    return Server("", tls=trust, credentials=SCEP, credentials_need_tls=True)


def test_inside_tls_the_response_is_bound_to_the_certificate_of_the_server(
    authority: Issued, certificate: Issued
) -> None:
    steps: list[Step] = []
    windows = WindowsPage(bindings=ntlm_messages._bindings(certificate.der))
    with loopback.serve(windows, loopback.tls_context(certificate)) as site:
        fetch(replace(inside_tls(authority), url=site.url), steps)

    assert windows.pages == 1
    warned = [step.fact for step in steps if step.outcome is Outcome.WARNED]
    assert warned == [
        "The sign-in is by NTLM, which rests on MD4 and MD5; only TLS around it protects it."
    ]


def test_a_response_bound_to_another_certificate_is_not_accepted(
    authority: Issued, certificate: Issued
) -> None:
    windows = WindowsPage(bindings=GssChannelBindings(application_data=b"another"))
    with (
        loopback.serve(windows, loopback.tls_context(certificate)) as site,
        pytest.raises(ChallengeRefused, match=r"refused .* \(NTLM\)"),
    ):
        fetch(replace(inside_tls(authority), url=site.url))


@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384()])
def test_the_binding_is_made_with_the_hash_of_the_certificates_signature(
    digest: hashes.SHA256 | hashes.SHA384,
) -> None:
    certificate = issuing.issue(Wanted("TLS", digest=digest))

    found = ntlm_messages._bindings(certificate.der)

    assert found.application_data is not None
    assert len(found.application_data) == len(b"tls-server-end-point:") + digest.digest_size


def test_a_certificate_that_cannot_be_read_is_bound_by_sha_256() -> None:
    assert len(ntlm_messages._bindings(b"?").application_data or b"") == 53


def test_passwords_and_responses_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    steps: list[Step] = []
    with loopback.serve(WindowsPage()) as site:
        server = Server(site.url, credentials=SCEP)
        fetch(server, steps)

    told = f"{caplog.text}{steps}{server!r}"
    assert "TlRMTVNTUA" not in told
    assert SCEP.password not in told

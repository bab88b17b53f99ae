"""TLS over real sockets on loopback: what is trusted, what is refused, and in which words."""

import contextlib
import socket
import ssl
import stat
import tempfile
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scep import tls
from scep.errors import HttpRefused, ScepError, TlsFailed, TransportFailed, UnusableRequest
from scep.transcript import Outcome, Step, StepName
from scep.transport import Server, TlsMaterial, drive
from tests import issuing, loopback
from tests.issuing import Issued, Wanted
from tests.loopback import Answer, Request
from tests.scep.test_transport import CAPS, Ask, caps, drip, say_nothing, saying


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issuing.ca("TLS test CA")


@pytest.fixture(scope="module")
def certificate(authority: Issued) -> Issued:
    return issuing.server(authority, "127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def client(authority: Issued) -> Issued:
    return issuing.issue(Wanted("TLS client"), authority)


@pytest.fixture
def trust(authority: Issued) -> TlsMaterial:
    return TlsMaterial(ca_pem=authority.pem)


def presenting(trust: TlsMaterial, client: Issued) -> TlsMaterial:
    return replace(trust, client_certificate_pem=client.pem, client_key=client.rsa)


def test_a_server_of_the_given_ca_is_trusted_and_its_certificate_told(
    certificate: Issued, trust: TlsMaterial
) -> None:
    steps: list[Step] = []
    with loopback.serve(caps, loopback.tls_context(certificate)) as site:
        (reply,) = drive(Ask(CAPS), Server(site.url, tls=trust), record=steps.append)

    assert reply.body == b"AES\n"
    step = steps[-1]
    assert (step.name, step.outcome) == (StepName.TLS, Outcome.PASSED)
    assert step.fact == "TLSv1.3, and the certificate of 127.0.0.1 is trusted."
    assert dict(step.details)["Server certificate"] == "CN=127.0.0.1"
    assert dict(step.details)["Issued by"] == "CN=TLS test CA"
    assert step.duration_ms > 0


@pytest.mark.conformance("C40")
def test_a_client_certificate_is_presented(
    certificate: Issued, authority: Issued, client: Issued, trust: TlsMaterial
) -> None:
    context = loopback.tls_context(certificate, client_ca=authority)
    with loopback.serve(caps, context) as site:
        (reply,) = drive(Ask(CAPS), Server(site.url, tls=presenting(trust, client)))

    assert reply.status == 200


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_wants_a_client_certificate_says_so(
    certificate: Issued, authority: Issued, trust: TlsMaterial, version: ssl.TLSVersion
) -> None:
    context = loopback.tls_context(certificate, client_ca=authority)
    context.maximum_version = version
    with loopback.serve(caps, context) as site, pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server(site.url, tls=trust))

    assert "client certificate" in caught.value.fact + caught.value.hint


def test_a_client_certificate_of_another_ca_is_not_accepted(
    certificate: Issued, authority: Issued, trust: TlsMaterial
) -> None:
    stranger = issuing.issue(Wanted("Stranger"), issuing.ca("Another CA"))
    context = loopback.tls_context(certificate, client_ca=authority)
    # In TLS 1.3 the alert races with the closing of the connection.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with loopback.serve(caps, context) as site, pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server(site.url, tls=presenting(trust, stranger)))

    assert caught.value.fact == "127.0.0.1 does not trust our TLS client certificate."


@pytest.mark.conformance("C40")
@pytest.mark.parametrize(
    ("names", "validity", "words"),
    [
        pytest.param(("ca.example",), {}, "is not for 127.0.0.1", id="other name"),
        pytest.param(
            ("127.0.0.1",),
            {"not_after": datetime.now(UTC) - timedelta(hours=1)},
            "has expired",
            id="expired",
        ),
        pytest.param(
            ("127.0.0.1",),
            {"not_before": datetime.now(UTC) + timedelta(hours=1)},
            "is not valid yet",
            id="future",
        ),
    ],
)
def test_a_certificate_that_does_not_hold_is_refused(
    authority: Issued,
    trust: TlsMaterial,
    names: tuple[str, ...],
    validity: dict[str, datetime],
    words: str,
) -> None:
    certificate = issuing.server(authority, *names, **validity)
    steps: list[Step] = []
    with (
        loopback.serve(caps, loopback.tls_context(certificate)) as site,
        pytest.raises(TransportFailed) as caught,
    ):
        drive(Ask(CAPS), Server(site.url, tls=trust), record=steps.append)

    assert words in caught.value.fact
    assert (steps[-1].name, steps[-1].outcome) == (StepName.TLS, Outcome.FAILED)
    assert site.requests == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated:DeprecationWarning")
def test_a_server_that_speaks_tls_1_0_only_is_refused(
    certificate: Issued, trust: TlsMaterial
) -> None:
    context = loopback.tls_context(certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    with loopback.serve(caps, context) as site, pytest.raises(TlsFailed) as caught:
        drive(Ask(CAPS), Server(site.url, tls=trust))

    assert caught.value.fact == "127.0.0.1 does not offer TLS 1.2 or later."
    assert site.requests == []


@pytest.mark.conformance("C40")
def test_another_host_name_is_refused(certificate: Issued, trust: TlsMaterial) -> None:
    with (
        loopback.serve(caps, loopback.tls_context(certificate)) as site,
        pytest.raises(TransportFailed, match=r"is not for ca\.example"),
    ):
        drive(
            Ask(CAPS),
            Server(site.named("ca.example"), tls=trust, resolve=lambda *_: ["127.0.0.1"]),
        )


def test_the_public_cas_are_trusted_only_when_no_other_is_given(certificate: Issued) -> None:
    with (
        loopback.serve(caps, loopback.tls_context(certificate)) as site,
        pytest.raises(TransportFailed, match="not issued by a trusted CA") as caught,
    ):
        drive(Ask(CAPS), Server(site.url))

    assert "--ca-file" in caught.value.hint


def test_the_given_ca_replaces_the_public_ones(trust: TlsMaterial) -> None:
    context = tls.make_context(trust, "/nowhere")

    assert len(context.get_ca_certs()) == 1
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_plain_http_on_the_port_is_told(trust: TlsMaterial) -> None:
    with loopback.serve(caps) as site, pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server(site.secure_url, tls=trust))

    assert caught.value.fact == f"Port {site.port} of 127.0.0.1 does not speak TLS."
    assert "http://" in caught.value.hint


def test_a_connection_closed_in_the_handshake_is_told(trust: TlsMaterial) -> None:
    with loopback.serve_raw(saying()) as site, pytest.raises(TransportFailed) as caught:
        drive(Ask(CAPS), Server(site.secure_url, tls=trust))

    assert "during the TLS handshake" in caught.value.fact
    assert caught.value.stage is StepName.TLS


def test_a_handshake_that_hangs_is_cut_off(trust: TlsMaterial) -> None:
    with (
        loopback.serve_raw(say_nothing) as site,
        pytest.raises(TransportFailed, match="did not finish the TLS handshake in time"),
    ):
        drive(Ask(CAPS), Server(site.secure_url, tls=trust, timeout_s=0.3))


def test_a_slow_answer_inside_tls_is_cut_off_too(certificate: Issued, trust: TlsMaterial) -> None:
    context = loopback.tls_context(certificate)
    with (
        loopback.serve_raw(loopback.inside(context, drip)) as site,
        pytest.raises(TransportFailed, match=r"did not finish its answer within 0\.4 s"),
    ):
        drive(Ask(CAPS), Server(site.secure_url, tls=trust, timeout_s=0.4))


def test_http_may_redirect_to_https_on_the_same_host(
    certificate: Issued, trust: TlsMaterial
) -> None:
    with loopback.serve(caps, loopback.tls_context(certificate)) as secure:
        answer = Answer(301, headers=(("Location", secure.url),))
        with loopback.serve(lambda _: answer) as plain:
            (reply,) = drive(Ask(CAPS), Server(plain.url, tls=trust))

    assert reply.body == b"AES\n"


@pytest.mark.conformance("C40")
def test_https_never_redirects_to_http(certificate: Issued, trust: TlsMaterial) -> None:
    def answer(request: Request) -> Answer:
        return Answer(301, headers=(("Location", f"http://{request.headers['Host']}/scep"),))

    with (
        loopback.serve(answer, loopback.tls_context(certificate)) as site,
        pytest.raises(HttpRefused, match="redirects to http://127"),
    ):
        drive(Ask(CAPS), Server(site.url, tls=trust))


@pytest.mark.parametrize("pem", [b"", b"no certificate", "ä".encode()])
def test_a_ca_file_without_certificates_is_unusable(pem: bytes) -> None:
    with pytest.raises(UnusableRequest, match="CA certificate for TLS"):
        tls.make_context(TlsMaterial(ca_pem=pem), "/nowhere")


def test_a_certificate_without_its_key_is_unusable(client: Issued) -> None:
    with pytest.raises(UnusableRequest, match="together"):
        tls.make_context(TlsMaterial(b"", client_certificate_pem=client.pem), "/nowhere")


class Watched(ssl.SSLContext):
    """Notes what the file of the client's key is like while it is there."""

    seen: tuple[Path, bytes, int, int]

    def load_cert_chain(self, certfile: Any, keyfile: Any = None, password: Any = None) -> None:  # noqa: ANN401 - as the library has it
        path = Path(certfile)
        mode, folder_mode = (stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent))
        self.seen = (path, path.read_bytes(), mode, folder_mode)
        super().load_cert_chain(certfile, keyfile, password)


@pytest.mark.parametrize("fits", [True, False])
def test_the_clients_key_is_on_disk_encrypted_private_and_for_a_moment(
    client: Issued, *, fits: bool
) -> None:
    key = client.rsa if fits else issuing.rsa_key("another")
    context = Watched(ssl.PROTOCOL_TLS_CLIENT)
    with contextlib.nullcontext() if fits else pytest.raises(UnusableRequest):
        tls._present(context, client.pem, key)

    path, content, mode, folder_mode = context.seen
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in content
    assert content.count(b"PRIVATE KEY") == 2
    assert (mode, folder_mode) == (0o600, 0o700)
    assert not path.parent.exists()


def test_a_full_or_missing_folder_for_temporary_files_is_told(
    client: Issued, trust: TlsMaterial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))

    with pytest.raises(UnusableRequest, match="No such file or directory") as caught:
        tls.make_context(presenting(trust, client), "/nowhere")

    assert "TMPDIR" in caught.value.hint


def test_a_key_of_another_certificate_is_unusable(client: Issued, trust: TlsMaterial) -> None:
    material = replace(presenting(trust, client), client_key=issuing.rsa_key("another"))

    with pytest.raises(UnusableRequest, match="with its private key"):
        tls.make_context(material, "/nowhere")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("TLSV1_ALERT_PROTOCOL_VERSION", "does not offer TLS 1.2"),
        ("UNSUPPORTED_PROTOCOL", "does not offer TLS 1.2"),
        ("CA_MD_TOO_WEAK", "too weak"),
        ("EE_KEY_TOO_SMALL", "too small"),
        ("SSLV3_ALERT_BAD_CERTIFICATE", "does not accept our"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "our TLS client certificate has expired"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "refused the TLS handshake"),
        ("SOMETHING_NEW", "failed: SOMETHING_NEW"),
    ],
)
def test_every_alert_has_its_words(reason: str, words: str) -> None:
    error = ssl.SSLError(1, "x")
    error.reason = reason

    failed = tls.failure(error, "ca.example", 443)

    assert words in failed.fact
    assert failed.hint


def test_a_certificate_refused_for_another_reason_is_told_in_openssls_words() -> None:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code, error.verify_message = 26, "unsuitable certificate purpose"

    failed: ScepError = tls.failure(error, "ca.example", 443)

    assert "unsuitable certificate purpose" in failed.fact


def test_key_and_passphrase_never_show(trust: TlsMaterial, client: Issued) -> None:
    assert "client_key" not in repr(presenting(trust, client))


def test_a_server_certificate_that_cannot_be_read_is_no_failure_of_tls() -> None:
    step = tls.describe(host="h", protocol="TLSv1.3", cipher="X", certificate_der=b"?")

    assert dict(step.details)["Server certificate"] == "The bytes are not an X.509 certificate."


def test_a_connection_that_ends_without_an_alert_inside_tls_is_told(
    certificate: Issued, trust: TlsMaterial
) -> None:
    def end(sock: socket.socket, _: threading.Event) -> None:
        sock.recv(4096)
        socket.socket.shutdown(sock, socket.SHUT_RDWR)

    context = loopback.tls_context(certificate)
    with (
        loopback.serve_raw(loopback.inside(context, end)) as site,
        pytest.raises(TransportFailed, match="closed the connection without an answer") as caught,
    ):
        drive(Ask(CAPS), Server(site.secure_url, tls=trust))

    assert caught.value.stage is StepName.CAPS

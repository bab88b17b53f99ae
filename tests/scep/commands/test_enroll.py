"""``enroll``: files, exit codes, lines for people and objects for programs."""

import hashlib
import json
import stat
from pathlib import Path

import pytest
from cryptography import x509

from pki import bundle, chain, csr, keys
from scep.cacert import CaBundle
from scep.capabilities import Minimum
from scep.client import Issued, Poll
from scep.prepare import PreparedRequest
from scep.transport import Server, drive
from scep.vocabulary import Capability
from tests import issuing, loopback
from tests.issuing import rsa_key
from tests.loopback import Answer
from tests.scep.commands.conftest import CaSite, Cli
from tests.scep.test_transport import saying

PAGES = Path(__file__).parents[2] / "vectors" / "ndes-pages-synthetic"


def enroll(site: CaSite, out: Path, *more: str) -> list[str]:
    """Arguments that work."""
    return [
        "enroll", site.url, "--subject", "CN=fw1,O=Acme", "--challenge", "secret",
        "--bits", "1024", "--out", str(out), *more,
    ]  # fmt: skip


def test_a_certificate_is_issued_and_every_file_written(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "fw1"

    ran = cli(*enroll(ca_site, out, "--usage", "digitalSignature", "--san", "dns:fw1.example"))

    assert (ran.code, ran.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == [
        "ca.pem", "cert.pem", "csr.der", "key.pem", "transcript.json",
    ]  # fmt: skip
    (certificate,) = bundle.from_pem((out / "cert.pem").read_bytes())
    (issuer,) = bundle.from_pem((out / "ca.pem").read_bytes())
    chain.verify_issued(certificate, issuer)
    key = keys.from_pem((out / "key.pem").read_bytes())
    loaded = x509.load_der_x509_certificate(certificate)
    assert loaded.public_key() == key.public_key()
    facts = csr.read((out / "csr.der").read_bytes())
    assert facts.key_usage == ("digitalSignature",)
    assert [san.value for san in facts.san] == ["fw1.example"]


def test_what_is_private_is_for_its_owner_only(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    cli(*enroll(ca_site, tmp_path))

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes["key.pem"] == modes["csr.der"] == modes["transcript.json"] == 0o600
    assert modes["cert.pem"] == modes["ca.pem"] == 0o644


def test_the_steps_are_told_while_they_happen(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    ran = cli(*enroll(ca_site, tmp_path))

    names = [line[6:20].strip() for line in ran.out.splitlines() if line[:4] in {"ok  ", "warn"}]
    assert names == [
        "TCP", "GetCACaps", "GetCACert", "CA fingerprint", "CA chain", "Key pair", "CSR",
        "Algorithms", "PKIOperation", "Verify", "Match",
    ]  # fmt: skip
    assert "Subject        CN=fw1,O=Acme" in ran.out
    transcript = json.loads((tmp_path / "transcript.json").read_text())
    assert [step["name"] for step in transcript["steps"]] == names
    assert transcript["status"] == "issued"
    assert "secret" not in ran.out + (tmp_path / "transcript.json").read_text()


def test_json_is_one_object_for_the_enrollment_and_one_summary(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ran = cli(*enroll(ca_site, tmp_path, "--json"))

    enrollment, summary = ran.objects
    (der,) = bundle.from_pem((tmp_path / "cert.pem").read_bytes())
    assert enrollment["status"] == "issued"
    assert enrollment["fingerprints"]["sha256"] == hashlib.sha256(der).hexdigest()  # type: ignore[index]
    assert int(str(enrollment["serial"]), 16) > 0
    assert enrollment["milliseconds"]["PKIOperation"] > 0  # type: ignore[index]
    assert summary["summary"]["issued"] == 1  # type: ignore[index]
    assert summary["summary"]["exit_code"] == 0  # type: ignore[index]


def test_a_wrong_challenge_is_refused_with_its_meaning(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.challenge = "another"

    ran = cli(*enroll(ca_site, tmp_path, "--json"))

    assert ran.code == 4
    assert ran.err.startswith("PKIOperation: The server refused the request: badRequest (2).")
    assert ran.err.count("\n") == 1
    assert ran.objects[0]["status"] == "failed"
    assert ran.objects[0]["step"] == "PKIOperation"
    assert ran.objects[1]["summary"]["failed"] == 1  # type: ignore[index]
    transcript = json.loads((tmp_path / "transcript.json").read_text())
    assert transcript["steps"][-1]["outcome"] == "failed"
    assert not (tmp_path / "key.pem").exists()
    assert cli(*enroll(ca_site, tmp_path)).code == 4


def test_a_pending_request_leaves_what_asking_again_needs(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.manual = True

    ran = cli(*enroll(ca_site, tmp_path))

    assert ran.code == 3
    assert "waits for a decision" in ran.out
    state = json.loads((tmp_path / "state.json").read_text())
    prepared = PreparedRequest.from_json(json.dumps(state["prepared"]))
    ca_site.ca.approved.add(prepared.transaction_id)
    poll = Poll(
        prepared=prepared,
        reply_key=keys.from_pem((tmp_path / "key.pem").read_bytes()),
        bundle=CaBundle.from_json(json.dumps(state["bundle"])),
        minimum=Minimum(state["minimum"]),
        now=ca_site.ca.now,
    )
    assert isinstance(drive(poll, Server(state["url"])), Issued)


def test_a_pending_request_is_told_to_programs(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    ca_site.ca.manual = True

    ran = cli(*enroll(ca_site, tmp_path, "--json"))

    enrollment, summary = ran.objects
    assert (enrollment["status"], enrollment["exit_code"]) == ("pending", 3)
    assert len(str(enrollment["transaction_id"])) == 64
    assert summary["summary"]["pending"] == 1  # type: ignore[index]


def test_a_wrong_fingerprint_stops_before_anything_is_sent(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ran = cli(*enroll(ca_site, tmp_path, "--fingerprint", "00" * 32))

    assert ran.code == 5
    assert ran.err.startswith("CA fingerprint: ")
    assert [r.method for r in ca_site.site.requests] == ["GET", "GET"]
    assert not (tmp_path / "key.pem").exists()


def test_the_right_fingerprint_is_accepted(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    digest = hashlib.sha256(ca_site.ca.identity.certificate_der).hexdigest().upper()

    assert cli(*enroll(ca_site, tmp_path, "--fingerprint", digest)).code == 0


def test_strict_stops_at_a_server_without_aes(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    ca_site.ca.capabilities = (Capability.DES3, Capability.POST, Capability.SHA_1)

    arguments = [word for word in enroll(ca_site, tmp_path, "--strict") if word != "1024"]
    arguments.remove("--bits")
    ran = cli(*arguments)

    assert ran.code == 5
    assert ran.err.startswith("Algorithms: ")
    transcript = json.loads((tmp_path / "transcript.json").read_text())
    assert transcript["steps"][-1]["outcome"] == "failed"


@pytest.mark.conformance("C12")
def test_a_server_that_is_expected_to_be_modern_gets_aes_whatever_it_lists(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.capabilities = (Capability.DES3, Capability.SHA_1)

    ran = cli(*enroll(ca_site, tmp_path, "--expect-scep-standard"))

    assert ran.code == 0
    assert "AES is missing" in ran.out
    assert "The request uses AES-128-CBC and SHA-256, sent by POST." in ran.out


@pytest.mark.conformance("C12")
def test_strict_takes_nothing_from_a_server_that_offers_less_than_expected(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.capabilities = (Capability.AES, Capability.SHA_256)

    ran = cli("nextca", ca_site.url, "--out", tmp_path, "--strict", "--expect-scep-standard")

    assert ran.code == 5
    assert "no longer offers POSTPKIOperation" in ran.err


def test_get_is_used_when_told(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    assert cli(*enroll(ca_site, tmp_path, "--get")).code == 0

    assert {request.method for request in ca_site.site.requests} == {"GET"}


def test_a_key_of_ones_own_is_used_and_kept(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    own = tmp_path / "key.pem"
    own.write_text(keys.to_pem(rsa_key("own")))

    ran = cli(*enroll(ca_site, tmp_path, "--key", str(own)))

    assert ran.code == 0
    assert "2048 bits from the file is used" in ran.out
    assert keys.from_pem(own.read_bytes()).private_numbers() == rsa_key("own").private_numbers()


def test_a_key_of_ones_own_survives_a_refusal(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    ca_site.ca.challenge = "another"
    own = tmp_path / "key.pem"
    own.write_text(keys.to_pem(rsa_key("own")))

    assert cli(*enroll(ca_site, tmp_path, "--key", str(own))).code == 4

    assert own.exists()


@pytest.mark.parametrize("name", ["cert.pem", "key.pem", "state.json"])
def test_nothing_valuable_is_overwritten(
    cli: Cli, ca_site: CaSite, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("precious")

    ran = cli(*enroll(ca_site, tmp_path))

    assert ran.code == 2
    assert f"{name} is there already" in ran.err
    assert (tmp_path / name).read_text() == "precious"
    assert ca_site.site.requests == []


def challenge_answer(name: str) -> loopback.Answerer:
    body = (PAGES / f"synthetic_{name}.utf16le.html").read_bytes()

    def answer(request: loopback.Request) -> Answer:
        if request.headers.get("Authorization") != "Basic bmRlczpwdw==":
            return Answer(401, headers=(("WWW-Authenticate", 'Basic realm="NDES"'),))
        return Answer(body=body)

    return answer


def dynamic(site: CaSite, page: loopback.Site, out: Path, password: str = "pw") -> list[str]:
    """Arguments that fetch the challenge password."""
    return [
        "enroll", site.url, "--subject", "CN=fw1", "--bits", "1024", "--out", str(out),
        "--challenge-url", page.url, "--user", "ndes", "--password", password,
    ]  # fmt: skip


def test_a_challenge_is_fetched_with_user_and_password(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.challenge = "0123456789ABCDEF"

    with loopback.serve(challenge_answer("otp")) as page:
        ran = cli(*dynamic(ca_site, page, tmp_path))

    assert ran.code == 0
    assert "one-time password, good for 60 minutes" in ran.out
    assert "shows the thumbprint of another CA certificate" in ran.out
    assert "0123456789ABCDEF" not in ran.out + (tmp_path / "transcript.json").read_text()


def test_a_challenge_page_with_the_right_thumbprint_is_quiet(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.challenge = "x"
    digest = hashlib.md5(ca_site.ca.identity.certificate_der, usedforsecurity=False).hexdigest()
    body = f"thumbprint: <B> {digest} </B> The enrollment challenge password is: <B> x </B>"

    with loopback.serve(lambda _: Answer(body=body.encode())) as page:
        ran = cli(*dynamic(ca_site, page, tmp_path))

    assert ran.code == 0
    assert "another CA certificate" not in ran.out


def test_a_challenge_page_without_a_thumbprint_is_enough(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.challenge = "x"

    with loopback.serve(
        lambda _: Answer(body=b"The enrollment challenge password is: <B> x </B>")
    ) as page:
        assert cli(*dynamic(ca_site, page, tmp_path)).code == 0


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("otp", "wrong", "refused the user name or the password"),
        ("cache_full", "pw", "password cache is full"),
        ("no_permission", "pw", "no permission to enroll"),
    ],
)
def test_a_challenge_that_is_not_given_ends_with_4(
    cli: Cli, ca_site: CaSite, tmp_path: Path, name: str, password: str, words: str
) -> None:
    with loopback.serve(challenge_answer(name)) as page:
        ran = cli(*dynamic(ca_site, page, tmp_path, password))

    assert ran.code == 4
    assert ran.err.startswith("Challenge: ")
    assert words in ran.err


def test_a_dead_port_ends_with_6(cli: Cli, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{loopback.free_port()}/scep"

    ran = cli("enroll", url, "--subject", "CN=x", "--out", tmp_path)

    assert ran.code == 6
    assert ran.err.startswith("TCP: 127.0.0.1 refused the connection to port")


def test_an_html_server_ends_with_6(cli: Cli, tmp_path: Path) -> None:
    page = Answer(body=b"<html><title>It works</title></html>")
    with loopback.serve(lambda _: page) as site:
        ran = cli("enroll", site.url, "--subject", "CN=x", "--out", tmp_path)

    assert ran.code == 6
    assert ran.err.startswith("GetCACert: ")
    assert "It works" in ran.err


def test_a_server_that_ends_in_the_middle_ends_with_6(cli: Cli, tmp_path: Path) -> None:
    with loopback.serve_raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")) as site:
        ran = cli("enroll", site.url, "--subject", "CN=x", "--out", tmp_path)

    assert ran.code == 6
    assert "in the middle of its answer" in ran.err


def test_tls_with_a_client_certificate(cli: Cli, tmp_path: Path) -> None:
    authority = issuing.ca("TLS CA")
    certificate = issuing.server(authority, "127.0.0.1")
    client = issuing.issue(issuing.Wanted("client"), authority)
    for name, content in (
        ("tls-ca.pem", authority.pem), ("client.pem", client.pem), ("client.key", client.key_pem)
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
    forward = Answer(307, headers=(("Location", "/x"),))
    context = loopback.tls_context(certificate, client_ca=authority)

    with loopback.serve(lambda _: forward, context) as site:
        ran = cli(
            "enroll", site.url, "--subject", "CN=x", "--out", tmp_path / "out",
            "--ca-file", tmp_path / "tls-ca.pem", "--client-cert", tmp_path / "client.pem",
            "--client-key", tmp_path / "client.key",
        )  # fmt: skip

    # TLS works; the server then does nothing but redirect.
    assert ran.code == 6
    assert "redirects again and again" in ran.err
    assert "the certificate of 127.0.0.1 is trusted" in ran.out


def test_tls_files_are_kept_for_asking_again(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    ca_site.ca.manual = True
    (tmp_path / "tls-ca.pem").write_bytes(issuing.ca("TLS CA").pem)

    cli(*enroll(ca_site, tmp_path / "out", "--ca-file", str(tmp_path / "tls-ca.pem")))

    state = json.loads((tmp_path / "out" / "state.json").read_text())
    assert state["tls_files"] == {"ca_file": str(tmp_path / "tls-ca.pem")}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--subject", "fw1"], '--subject: "fw1" is not of the form'),
        (["--subject", "O=Acme"], "has no common name"),
        (["--subject", "CN=x,C=USA"], "two letters"),
        (["--san", "fw1"], 'does not begin with dns:'),
        (["--san", "fax:1"], 'does not begin with dns:'),
        (["--san", "ip:fw1"], "not an IP address"),
        (["--usage", "signing"], '"signing" is not one of'),
        (["--bits", "512"], "1024 to 8192 bits, not 512"),
        (["--bits", "many"], "invalid int value"),
        (["--strict"], "2048 bits or more and no sha1"),
        (["--strict", "--bits", "2048", "--digest", "sha1"], "2048 bits or more and no sha1"),
        (["--digest", "md5"], "invalid choice: 'md5'"),
        (["--fingerprint", "abc"], "--fingerprint: "),
        (["--challenge-url", "http://x/"], "not allowed with argument --challenge"),
        (["--user", "x", "--password", "y"], "are for --challenge-url"),
        (["--client-cert", "x"], "belong together"),
        (["--ca-file", "/nowhere"], "/nowhere cannot be read"),
        (["--ca-file", __file__], "There is no CERTIFICATE block"),
        (["--ident", "x" * 256], "--ident has 256 characters; at most 255"),
        (["--key", "/nowhere"], "/nowhere cannot be read"),
        (["--key", __file__], "not a private key"),
        (["--out", f"{__file__}/x"], "cannot be made"),
        (["--challenge-file", "x"], "not allowed with argument --challenge"),
        (["--parallel", "2"], "--parallel is for --count"),
        (["--count", "0"], "--count is a number from 1 to 100,000"),
        (["--count", "2", "--parallel", "65"], "--parallel is a number from 1 to 64"),
        (["--count", "2", "--key", "/nowhere"], "/nowhere is not a folder of keys"),
        (["--count", "2", "--san", "dns:{n} x"], "--san: The alternative name \"0001 x\""),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)  # fmt: skip
def test_wrong_arguments_end_with_2_in_one_line_and_nothing_is_sent(
    cli: Cli, ca_site: CaSite, tmp_path: Path, more: list[str], words: str
) -> None:
    ran = cli(*enroll(ca_site, tmp_path / "out", *more))

    assert ran.code == 2
    assert ran.err.startswith("usage: ")
    assert words in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""
    assert ca_site.site.requests == []


@pytest.mark.parametrize(
    ("url", "words"),
    [("ftp://ca/", "does not begin with http"), ("http://u:p@ca/", "cannot stand in the URL")],
)
def test_a_url_that_is_not_one_ends_with_2(cli: Cli, tmp_path: Path, url: str, words: str) -> None:
    ran = cli("enroll", url, "--subject", "CN=x", "--out", tmp_path)

    assert ran.code == 2
    assert words in ran.err


def test_user_without_password_ends_with_2(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    ran = cli(
        "enroll", ca_site.url, "--subject", "CN=x", "--out", tmp_path, "--challenge-url",
        "http://x/", "--user", "n",
    )  # fmt: skip

    assert ran.code == 2
    assert "--user and --password belong together" in ran.err


def test_a_challenge_that_cannot_be_written_ends_with_2(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ran = cli(
        "enroll", ca_site.url, "--subject", "CN=x", "--out", tmp_path, "--challenge", "x" * 2000
    )

    assert ran.code == 2
    assert ran.err.startswith("CSR: ")

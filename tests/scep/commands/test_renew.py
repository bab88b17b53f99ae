"""``renew``: a new certificate in place of the old one, which signs the request."""

import json
from pathlib import Path

import pytest
from cryptography import x509

from pki import bundle, csr, keys
from scep import server
from scep.vocabulary import Capability, MessageType
from tests import issuing
from tests.fakes import STANDARD_CAPABILITIES
from tests.scep.commands.conftest import CaSite, Cli
from tests.scep.commands.test_enroll import enroll


@pytest.fixture
def old(cli: Cli, ca_site: CaSite, tmp_path: Path) -> Path:
    """The folder of a certificate that a CA with Renewal has issued."""
    ca_site.ca.capabilities = (*STANDARD_CAPABILITIES, Capability.RENEWAL)
    folder = tmp_path / "old"
    wanted = ("--usage", "keyEncipherment", "--san", "dns:fw1.example")
    assert cli(*enroll(ca_site, folder, *wanted)).code == 0
    ca_site.ca.challenge = ""
    return folder


def renew(site: CaSite, old: Path, *more: str | Path) -> list[str | Path]:
    """Arguments that work."""
    return [
        "renew", site.url, "--cert", old / "cert.pem", "--key", old / "key.pem",
        "--bits", "1024", "--out", old.parent / "new", *more,
    ]  # fmt: skip


def certificate(folder: Path) -> x509.Certificate:
    (der,) = bundle.from_pem((folder / "cert.pem").read_bytes())
    return x509.load_der_x509_certificate(der)


def sent(site: CaSite, at: int = -1) -> server.ServerRequest:
    """The message that was sent last, opened."""
    body = [request.body for request in site.site.requests if request.method == "POST"][at]
    return server.read_request(body, recipients=[site.ca.identity])


@pytest.mark.conformance("C56", "C57")
def test_a_certificate_is_renewed_with_a_new_key_and_the_same_names(
    cli: Cli, ca_site: CaSite, old: Path
) -> None:
    ran = cli(*renew(ca_site, old))

    assert (ran.code, ran.err) == (0, "")
    new = old.parent / "new"
    assert sorted(path.name for path in new.iterdir()) == [
        "ca.pem", "cert.pem", "csr.der", "key.pem", "transcript.json",
    ]  # fmt: skip
    assert certificate(new).subject == certificate(old).subject
    assert certificate(new).public_key() != certificate(old).public_key()
    key = keys.from_pem((new / "key.pem").read_bytes())
    assert certificate(new).public_key() == key.public_key()
    wanted = csr.read((new / "csr.der").read_bytes())
    assert (wanted.key_usage, wanted.challenge) == (("keyEncipherment",), None)
    assert [san.value for san in wanted.san] == ["fw1.example"]
    assert sent(ca_site).message_type is MessageType.RENEWAL_REQ


def test_names_and_usages_can_be_others(cli: Cli, ca_site: CaSite, old: Path) -> None:
    ran = cli(
        *renew(ca_site, old, "--subject", "CN=fw2", "--san", "dns:fw2.example"),
        *("--usage", "digitalSignature"),
    )

    assert ran.code == 0
    wanted = csr.read((old.parent / "new" / "csr.der").read_bytes())
    assert (wanted.subject, wanted.key_usage) == ("CN=fw2", ("digitalSignature",))
    assert [san.value for san in wanted.san] == ["fw2.example"]


@pytest.mark.conformance("C32", "D35")
def test_the_key_can_be_kept(cli: Cli, ca_site: CaSite, old: Path) -> None:
    assert cli(*renew(ca_site, old, "--same-key")).code == 0

    assert certificate(old.parent / "new").public_key() == certificate(old).public_key()
    # NDES would answer a transaction that it knows with the old certificate.
    assert sent(ca_site).transaction_id != sent(ca_site, 0).transaction_id


@pytest.mark.conformance("C56")
@pytest.mark.parametrize("offered", [True, False], ids=["told to", "not offered"])
def test_a_server_without_renewal_gets_a_request_signed_with_the_old_certificate(
    cli: Cli, ca_site: CaSite, old: Path, *, offered: bool
) -> None:
    if not offered:
        ca_site.ca.capabilities = STANDARD_CAPABILITIES

    ran = cli(*renew(ca_site, old, *(["--compatible"] if offered else [])))

    assert ran.code == 0
    assert ("does not offer Renewal" in ran.out) is not offered
    request = sent(ca_site)
    assert request.message_type is MessageType.PKCS_REQ
    assert request.signer_certificate_der in ca_site.ca.issued.values()


def test_servers_that_want_a_challenge_all_the_same_get_it(
    cli: Cli, ca_site: CaSite, old: Path
) -> None:
    assert cli(*renew(ca_site, old, "--challenge", "again")).code == 0

    assert sent(ca_site).challenge == "again"


def test_a_renewal_that_is_pending_is_asked_about_with_the_old_key(
    cli: Cli, ca_site: CaSite, old: Path
) -> None:
    ca_site.ca.manual = True
    assert cli(*renew(ca_site, old)).code == 3
    new = old.parent / "new"
    assert json.loads((new / "state.json").read_text())["reply_key"] == str(old / "key.pem")
    ca_site.ca.approved.update(ca_site.ca.held)

    ran = cli("poll", new)

    assert (ran.code, ran.err) == (0, "")
    assert "Subject        CN=fw1,O=Acme" in ran.out


def test_an_expired_certificate_renews_nothing(cli: Cli, ca_site: CaSite, old: Path) -> None:
    expired = issuing.issue(issuing.Wanted("x", not_after=issuing.NOW.replace(year=2020)))
    (old / "cert.pem").write_bytes(expired.pem)
    (old / "key.pem").write_bytes(expired.key_pem)

    ran = cli(*renew(ca_site, old))

    assert ran.code == 2
    assert "The certificate to renew has expired" in ran.err
    assert not (old.parent / "new" / "key.pem").exists()


def test_a_certificate_that_cannot_be_read_is_told(cli: Cli, ca_site: CaSite, old: Path) -> None:
    (old / "cert.pem").write_bytes(b"\x30\x03\x02\x01\x01")

    ran = cli(*renew(ca_site, old))

    assert ran.code == 2
    assert "cert.pem: The bytes are not an X.509 certificate." in ran.err


def test_the_old_folder_is_not_written_to(cli: Cli, ca_site: CaSite, old: Path) -> None:
    ran = cli(*renew(ca_site, old), "--out", old)

    assert ran.code == 2
    assert "cert.pem is there already" in ran.err

"""``crl``, ``getcert`` and ``nextca``: asking without wanting a certificate."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from pki import bundle
from scep.vocabulary import Capability, MessageType
from tests.fakes import STANDARD_CAPABILITIES, self_signed_ca
from tests.scep.commands.conftest import CaSite, Cli
from tests.scep.commands.test_enroll import enroll


@pytest.fixture
def own(cli: Cli, ca_site: CaSite, tmp_path: Path) -> Path:
    """The folder of a certificate of this CA."""
    assert cli(*enroll(ca_site, tmp_path / "own")).code == 0
    return tmp_path / "own"


def identity(own: Path) -> list[str | Path]:
    return ["--cert", own / "cert.pem", "--key", own / "key.pem"]


def serial(own: Path) -> int:
    return x509.load_pem_x509_certificate((own / "cert.pem").read_bytes()).serial_number


def revoke(site: CaSite, *serials: int) -> None:
    """Give the CA a CRL."""
    ca = site.ca.identity
    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(ca.certificate_der).subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=7))
    )
    for number in serials:
        entry = x509.RevokedCertificateBuilder(number, now)
        reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
        builder = builder.add_revoked_certificate(
            entry.add_extension(reason, critical=False).build()
        )
    site.ca.crl = builder.sign(ca.private_key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.conformance("C58", "C59")
def test_the_crl_is_fetched_and_says_that_the_certificate_is_not_revoked(
    cli: Cli, ca_site: CaSite, own: Path, tmp_path: Path
) -> None:
    revoke(ca_site, 5)

    ran = cli("crl", ca_site.url, "--out", tmp_path / "crl", *identity(own))

    assert (ran.code, ran.err) == (0, "")
    assert f"Certificate {serial(own):X}" in ran.out.replace("Certificate 0", "Certificate ")
    assert "is not revoked" in ran.out
    assert "On it     1\n" in ran.out
    (der,) = bundle.from_pem((tmp_path / "crl" / "crl.pem").read_bytes(), "X509 CRL")
    assert der == ca_site.ca.crl
    assert (tmp_path / "crl" / "ca.pem").exists()


def test_a_revoked_certificate_is_told_to_programs(
    cli: Cli, ca_site: CaSite, own: Path, tmp_path: Path
) -> None:
    revoke(ca_site, serial(own))

    ran = cli(
        "crl", ca_site.url, "--out", tmp_path / "crl", *identity(own), "--json",
        "--serial", f"{serial(own):x}",
    )  # fmt: skip

    (found,) = ran.objects
    assert ran.code == 0
    assert found["revocation"]["reason"] == "keyCompromise"  # type: ignore[index]
    assert found["revoked_certificates"] == 1


def test_the_crl_needs_no_certificate_where_the_ca_wants_none(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    revoke(ca_site)

    ran = cli("crl", ca_site.url, "--out", tmp_path, "--json", "--serial", "0A:1b")

    assert ran.code == 0
    assert ran.objects[0]["revocation"] is None
    assert cli("crl", ca_site.url, "--out", tmp_path, "--json").code == 0


@pytest.fixture
def published(ca_site: CaSite, own: Path) -> Path:
    """The same with a certificate that names a CRL distribution point."""
    plain = x509.load_pem_x509_certificate((own / "cert.pem").read_bytes())
    uri = x509.UniformResourceIdentifier("http://pki.example/acme.crl")
    builder = (
        x509.CertificateBuilder()
        .subject_name(plain.subject)
        .issuer_name(plain.issuer)
        .public_key(plain.public_key())
        .serial_number(plain.serial_number)
        .not_valid_before(plain.not_valid_before_utc)
        .not_valid_after(plain.not_valid_after_utc)
        .add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([uri], None, None, None)]),
            critical=False,
        )
    )
    made = builder.sign(ca_site.ca.identity.private_key, hashes.SHA256())
    (own / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return own


@pytest.mark.conformance("C60")
def test_a_published_crl_is_told_because_it_is_the_better_one(
    cli: Cli, ca_site: CaSite, published: Path, tmp_path: Path
) -> None:
    revoke(ca_site)

    people = cli("crl", ca_site.url, "--out", tmp_path / "crl", *identity(published))
    programs = cli("crl", ca_site.url, "--out", tmp_path / "crl", "--json", *identity(published))

    assert "http://pki.example/acme.crl" in people.out
    assert "Fetch it from there if you can" in people.out
    assert "http://pki.example/acme.crl" in str(programs.objects[0]["distribution_points"])


@pytest.mark.conformance("C60")
def test_no_message_of_scep_revokes() -> None:
    assert sorted(MessageType) == [3, 17, 19, 20, 21, 22]


def test_a_ca_without_crl_refuses(cli: Cli, ca_site: CaSite, own: Path, tmp_path: Path) -> None:
    ran = cli("crl", ca_site.url, "--out", tmp_path / "crl", *identity(own))

    assert ran.code == 4
    assert ran.err.startswith("GetCRL: The server refused the request: badCertId (4).")
    assert not (tmp_path / "crl" / "crl.pem").exists()


@pytest.mark.conformance("C58")
def test_a_certificate_is_fetched_by_its_number(
    cli: Cli, ca_site: CaSite, own: Path, tmp_path: Path
) -> None:
    ran = cli(
        "getcert", ca_site.url, "--out", tmp_path / "copy", *identity(own),
        "--serial", f"{serial(own):X}",
    )  # fmt: skip

    assert (ran.code, ran.err) == (0, "")
    assert "Subject        CN=fw1,O=Acme" in ran.out
    copy = tmp_path / "copy"
    assert (copy / "cert.pem").read_bytes() == (own / "cert.pem").read_bytes()
    steps = json.loads((copy / "transcript.json").read_text())["steps"]
    assert [step["name"] for step in steps][-2:] == ["Verify", "Match"]


def test_a_certificate_is_told_to_programs(
    cli: Cli, ca_site: CaSite, own: Path, tmp_path: Path
) -> None:
    ran = cli(
        "getcert", ca_site.url, "--out", tmp_path / "copy", *identity(own), "--json",
        "--serial", f"{serial(own):X}",
    )  # fmt: skip

    (found,) = ran.objects
    assert found["subject"] == "CN=fw1,O=Acme"
    assert int(str(found["serial"]), 16) == serial(own)


def test_no_certificate_is_overwritten(cli: Cli, ca_site: CaSite, own: Path) -> None:
    ran = cli("getcert", ca_site.url, "--out", own, *identity(own), "--serial", "1")

    assert ran.code == 2
    assert "cert.pem is there already" in ran.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--serial", "xyz"], "--serial is not a serial number"),
        (["--serial", "1" * 129], "--serial is not a serial number"),
        (["--cert", "x"], "--cert and --key belong together"),
        (["--fingerprint", "abc"], "fingerprint"),
        (["--ident", "x" * 256], "--ident has 256 characters"),
    ],
)
def test_wrong_arguments_end_with_2_and_nothing_is_sent(
    cli: Cli, ca_site: CaSite, tmp_path: Path, more: list[str], words: str
) -> None:
    ran = cli("crl", ca_site.url, "--out", tmp_path, *more)

    assert ran.code == 2
    assert words in ran.err
    assert ca_site.site.requests == []


@pytest.mark.conformance("C61")
def test_the_next_ca_is_fetched_and_kept_apart(
    cli: Cli, ca_site: CaSite, tmp_path: Path, ra_key: RSAPrivateKey
) -> None:
    ca_site.ca.capabilities = (*STANDARD_CAPABILITIES, Capability.GET_NEXT_CA_CERT)
    coming = self_signed_ca(ra_key, datetime.now(UTC), common_name="Next CA")
    ca_site.ca.next_ca = coming

    ran = cli("nextca", ca_site.url, "--out", tmp_path)

    assert (ran.code, ran.err) == (0, "")
    assert "Subject        CN=Next CA" in ran.out
    assert bundle.from_pem((tmp_path / "next-ca.pem").read_bytes()) == (coming.certificate_der,)
    assert bundle.from_pem((tmp_path / "ca.pem").read_bytes()) == (
        ca_site.ca.identity.certificate_der,
    )


def test_the_next_ca_is_told_to_programs(
    cli: Cli, ca_site: CaSite, tmp_path: Path, ra_key: RSAPrivateKey
) -> None:
    ca_site.ca.capabilities = (*STANDARD_CAPABILITIES, Capability.GET_NEXT_CA_CERT)
    ca_site.ca.next_ca = self_signed_ca(ra_key, datetime.now(UTC), common_name="Next CA")

    (found,) = cli("nextca", ca_site.url, "--out", tmp_path, "--json").objects

    assert [one["subject"] for one in found["certificates"]] == ["CN=Next CA"]  # type: ignore[attr-defined]
    assert datetime.fromisoformat(str(found["takes_over"])) > datetime.now(UTC)


@pytest.mark.conformance("C61")
def test_a_ca_that_announces_nothing_is_not_asked(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ran = cli("nextca", ca_site.url, "--out", tmp_path, "--strict")

    assert ran.err.startswith("GetNextCACert: The server does not list GetNextCACert.")
    assert ran.code == 4
    assert not (tmp_path / "next-ca.pem").exists()

"""``cacert``: the server's certificates shown, checked and written."""

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import bundle
from scep.messages import Identity
from tests import loopback
from tests.loopback import Answer
from tests.scep import factories
from tests.scep.commands.conftest import CaSite, Cli


def with_ra(site: CaSite, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey) -> bytes:
    """Give the CA an RA certificate."""
    der = factories.certificate(
        "Test RA",
        ra_key,
        issuer=("Test CA", ca_key),
        usage=("digitalSignature", "keyEncipherment"),
    )
    site.ca.ra = Identity(der, ra_key)
    return der


def test_certificates_are_shown_and_written(
    cli: Cli, ca_site: CaSite, tmp_path: Path, ca_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> None:
    ra = with_ra(ca_site, ca_key, ra_key)

    ran = cli("cacert", ca_site.url, "--out", tmp_path / "ca")

    assert (ran.code, ran.err) == (0, "")
    assert "CA\n  Subject        CN=Test CA\n" in ran.out
    assert "RA\n  Subject        CN=Test RA\n" in ran.out
    assert hashlib.sha256(ra).hexdigest() in ran.out
    assert "warn  CA fingerprint" in ran.out
    expected = ca_site.ca.identity.certificate_der
    assert bundle.from_pem((tmp_path / "ca/ca.pem").read_bytes()) == (expected,)
    assert bundle.from_pem((tmp_path / "ca/ra.pem").read_bytes()) == (ra,)


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_asked(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    ran = cli("cacert", ca_site.url, "--out", tmp_path / "file")

    assert (ran.code, ran.out) == (2, "")
    assert ca_site.site.requests == []


def test_certificates_are_told_to_programs(cli: Cli, ca_site: CaSite) -> None:
    digest = hashlib.sha256(ca_site.ca.identity.certificate_der).hexdigest()

    (found,) = cli("cacert", ca_site.url, "--json", "--fingerprint", digest).objects

    assert found["pinned"] is True
    certificate = found["certificates"][0]  # type: ignore[index]
    assert (certificate["role"], certificate["sha256"]) == ("ca", digest)
    assert bundle.from_pem(certificate["pem"].encode()) == (ca_site.ca.identity.certificate_der,)


def test_the_identifier_is_sent_as_message(cli: Cli, ca_site: CaSite) -> None:
    cli("cacert", ca_site.url, "--ident", "My CA")

    assert ca_site.site.requests[-1].path == "/scep?operation=GetCACert&message=My%20CA"


def test_a_fingerprint_that_does_not_match_ends_with_5(cli: Cli, ca_site: CaSite) -> None:
    ran = cli("cacert", ca_site.url, "--fingerprint", "ab" * 20)

    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith("CA fingerprint: ")


def test_a_fingerprint_that_is_none_ends_with_2(cli: Cli, ca_site: CaSite) -> None:
    assert cli("cacert", ca_site.url, "--fingerprint", "xyz").code == 2


def test_junk_ends_with_6(cli: Cli) -> None:
    with loopback.serve(lambda _: Answer(body=b"\x00" * 1_000_000)) as site:
        ran = cli("cacert", site.url)

    assert ran.code == 6
    assert ran.err.startswith("GetCACert: ")

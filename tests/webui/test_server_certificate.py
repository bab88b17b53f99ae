"""The TLS certificate of the web UI."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from tests import issuing
from webui import server_certificate
from webui.server_certificate import ServerCertificate


def read(files: ServerCertificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(files.certificate.read_bytes())


def names(certificate: x509.Certificate) -> list[str]:
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return [str(name.value) for name in extension.value]


def test_the_first_start_makes_a_certificate_for_the_loopback_names(
    tmp_path: Path, now: datetime
) -> None:
    files = server_certificate.ensure(tmp_path, "127.0.0.1", now=now)

    certificate = read(files)
    assert names(certificate) == ["localhost", "127.0.0.1", "::1"]
    assert certificate.not_valid_before_utc < now
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=825)


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    files = server_certificate.ensure(tmp_path, "localhost")

    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600


@pytest.mark.parametrize("host", ["fw.example.com", "192.0.2.7", "2001:db8::7"])
def test_the_host_stands_in_the_certificate(tmp_path: Path, host: str) -> None:
    assert names(read(server_certificate.ensure(tmp_path, host)))[3:] == [host]


def test_a_wildcard_address_does_not(tmp_path: Path) -> None:
    assert len(names(read(server_certificate.ensure(tmp_path, "0.0.0.0")))) == 3  # noqa: S104 - not listened on


def test_a_ca_may_sign_it_and_then_it_is_kept_while_that_ca_is_there(tmp_path: Path) -> None:
    first, second = (issuing.ca(name) for name in ("First CA", "Second CA"))
    issuers = [server_certificate.Issuer(ca.certificate, ca.rsa) for ca in (first, second)]

    made = read(server_certificate.ensure(tmp_path, "localhost", issuer=issuers[0]))
    kept = read(server_certificate.ensure(tmp_path, "localhost", issuer=issuers[0]))
    renewed = read(server_certificate.ensure(tmp_path, "localhost", issuer=issuers[1]))
    alone = read(server_certificate.ensure(tmp_path, "localhost"))

    made.verify_directly_issued_by(first.certificate)
    assert kept == made
    renewed.verify_directly_issued_by(second.certificate)
    assert alone.issuer == alone.subject


def test_it_is_kept_from_start_to_start(tmp_path: Path, now: datetime) -> None:
    first = read(server_certificate.ensure(tmp_path, "localhost", now=now))

    later = server_certificate.ensure(tmp_path, "localhost", now=now + timedelta(days=790))

    assert read(later) == first


def test_it_is_renewed_in_its_last_month(tmp_path: Path, now: datetime) -> None:
    first = read(server_certificate.ensure(tmp_path, "localhost", now=now))

    later = server_certificate.ensure(tmp_path, "localhost", now=now + timedelta(days=800))

    assert read(later) != first


def test_it_is_made_anew_for_another_host(tmp_path: Path, now: datetime) -> None:
    server_certificate.ensure(tmp_path, "localhost", now=now)

    certificate = read(server_certificate.ensure(tmp_path, "fw.example.com", now=now))

    assert "fw.example.com" in names(certificate)


@pytest.mark.parametrize("other_key", [b"", issuing.ca().key_pem], ids=["damaged", "another"])
def test_it_is_made_anew_when_its_key_is_lost(tmp_path: Path, other_key: bytes) -> None:
    files = server_certificate.ensure(tmp_path, "localhost")
    first = read(files)
    files.key.write_bytes(other_key)

    assert read(server_certificate.ensure(tmp_path, "localhost")) != first


def test_a_certificate_of_ones_own_is_never_overwritten(tmp_path: Path, now: datetime) -> None:
    own = issuing.server(issuing.ca(), "fw.example.com", not_after=now)
    (tmp_path / server_certificate.CERTIFICATE_FILE).write_bytes(own.pem)
    (tmp_path / server_certificate.KEY_FILE).write_bytes(own.key_pem)

    files = server_certificate.ensure(tmp_path, "127.0.0.1", now=now + timedelta(days=1))

    assert files.certificate.read_bytes() == own.pem


def test_a_file_that_is_no_certificate_is_left_to_the_tls_library(tmp_path: Path) -> None:
    (tmp_path / server_certificate.CERTIFICATE_FILE).write_bytes(b"chain to come")
    (tmp_path / server_certificate.KEY_FILE).write_bytes(b"key to come")

    files = server_certificate.ensure(tmp_path, "127.0.0.1")

    assert files.certificate.read_bytes() == b"chain to come"

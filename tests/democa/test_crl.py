"""The list of revoked certificates, read by somebody else's code."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509

from democa import crl
from democa.crl import Revoked
from democa.hierarchy import Authority


def read(der: bytes) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(der)


@pytest.mark.conformance("S22")
def test_the_list_is_signed_by_the_ca_and_names_what_was_revoked(
    authority: Authority, now: datetime
) -> None:
    since = now - timedelta(hours=2)
    ca = x509.load_der_x509_certificate(authority.root.certificate_der)

    made = read(
        crl.build([Revoked("0A", since), Revoked("FF01", now)], ca=authority.issuing, at=now)
    )

    assert made.is_signature_valid(authority.root.private_key.public_key())
    assert made.issuer == ca.subject
    assert {entry.serial_number: entry.revocation_date_utc for entry in made} == {
        0x0A: since,
        0xFF01: now,
    }
    assert (made.last_update_utc, made.next_update_utc) == (now, now + timedelta(hours=24))


def test_an_empty_list_is_a_list(authority: Authority, now: datetime) -> None:
    assert len(read(crl.build([], ca=authority.issuing, at=now))) == 0


def test_a_later_list_has_a_higher_number(authority: Authority, now: datetime) -> None:
    first, second = (
        read(crl.build([], ca=authority.issuing, at=now + timedelta(seconds=seconds)))
        .extensions.get_extension_for_class(x509.CRLNumber)
        .value.crl_number
        for seconds in (0, 1)
    )

    assert second > first

"""Revocation lists of CAs on the device, read by our own reader and by openssl."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509

from pki import certinfo, crl, crl_writing, local, names, private_keys
from pki.crl_writing import Reason, Revoked
from pki.errors import KeyMismatch
from pki.local import Issuer, LocalSpec, Term
from pki.private_keys import KeyAlgorithm
from tests import openssl
from tests.issuing import Wanted, issue, rsa_key

AT: Final = datetime(2026, 5, 24, 19, 36, 33, tzinfo=UTC)
KEY: Final = private_keys.generate(KeyAlgorithm.EC, 256)
CA: Final = local.issue(
    LocalSpec(names.parse("CN=Acme Root"), is_ca=True), KEY, Issuer(KEY), Term(1, AT, 365)
)
LINES: Final = [
    Revoked(0x58AE8793, AT - timedelta(days=2), Reason.KEY_COMPROMISE),
    Revoked(0x58AE8794, AT - timedelta(days=1), Reason.UNSPECIFIED),
]


def test_a_list_says_what_is_revoked_since_when_and_why() -> None:
    made = crl.read(crl_writing.write(CA, KEY, LINES, at=AT))

    made.verify(KEY.public_key())
    assert made.issuer_der == certinfo.read(CA).subject_der
    assert (made.this_update, made.next_update) == (AT, AT + crl_writing.VALID_FOR)
    assert made.number == int(AT.timestamp())
    assert made.revocation(0x58AE8793) == crl.Revocation(AT - timedelta(days=2), "keyCompromise")
    assert made.revocation(0x58AE8794) == crl.Revocation(AT - timedelta(days=1))
    assert made.revocation(5) is None


def test_a_later_list_has_a_higher_number() -> None:
    first, second = (
        crl.read(crl_writing.write(CA, KEY, [], at=AT + timedelta(seconds=s))) for s in (0, 1)
    )

    assert (first.number or 0) < (second.number or 0)


def test_every_reason_can_be_given() -> None:
    lines = [Revoked(number, AT, reason) for number, reason in enumerate(Reason, start=1)]
    made = crl.read(crl_writing.write(CA, KEY, lines, at=AT))

    found = [made.revocation(line.serial) for line in lines]

    assert [one.reason if one else None for one in found] == ["", *list(Reason)[1:]]


def test_a_ca_with_a_key_identifier_is_named_by_it() -> None:
    ca = issue(Wanted("Imported", ca=True, key=rsa_key("crl ca")))

    made = x509.load_der_x509_crl(crl_writing.write(ca.der, ca.rsa, [], at=AT))

    found = made.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert (found.key_identifier or b"").hex() == certinfo.read(ca.der).subject_key_id


def test_another_key_signs_no_list() -> None:
    with pytest.raises(KeyMismatch):
        crl_writing.write(CA, rsa_key("crl ca"), [], at=AT)


@openssl.needs_openssl
def test_openssl_verifies_the_list(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(openssl.run("x509", "-inform", "DER", stdin=CA))
    made = crl_writing.write(CA, KEY, LINES, at=AT)

    told = openssl.run("crl", "-inform", "DER", "-noout", "-CAfile", ca, stdin=made, stderr=True)

    assert b"verify OK" in told

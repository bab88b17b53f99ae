"""The list of default trusted CAs."""

import re

import pytest
from cryptography import x509

from pki import default_cas
from pki.errors import CertificateUnreadable
from tests import issuing
from tests.issuing import Wanted, issue


def _name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def test_every_ca_of_the_list_that_is_installed_is_read_and_has_a_name_of_its_own() -> None:
    known = default_cas.default_cas()

    assert len(known.cas) > 100
    assert known.unread == 0
    assert len(known.by_name) == len(known.by_uuid) == len(known.cas)
    assert all(re.fullmatch(r"[A-Za-z0-9_]{1,54}-[0-9a-f]{8}", ca.name) for ca in known.cas)
    assert all(ca.subject == ca.issuer for ca in known.cas)
    assert default_cas.default_cas() is known


@pytest.mark.parametrize(
    ("name", "called"),
    [
        (_name((x509.NameOID.COMMON_NAME, "Acme Root (2026) E.1")), "Acme_Root_2026_E_1"),
        (_name((x509.NameOID.COMMON_NAME, "Főtanúsítvány")), "Fotanusitvany"),
        (
            _name((x509.NameOID.ORGANIZATION_NAME, "Acme")),
            "Acme",
        ),
        (
            _name(
                (x509.NameOID.ORGANIZATION_NAME, "Acme"),
                (x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "Root"),
            ),
            "Root",
        ),
        (_name((x509.NameOID.COMMON_NAME, "根")), "CA"),
        (_name((x509.NameOID.COUNTRY_NAME, "DE")), "CA"),
        (_name((x509.NameOID.COMMON_NAME, "a" * 64)), "a" * 54),
    ],
)
def test_a_ca_is_named_by_its_certificate_alone(name: x509.Name, called: str) -> None:
    issued = issue(Wanted(name, ca=True, key=issuing.rsa_key("default")))

    [ca] = default_cas.read([issued.der]).cas

    assert ca.name == f"{called}-{ca.fingerprint_sha256[:8]}"


def test_what_is_no_certificate_and_what_is_there_twice_is_counted() -> None:
    der = issuing.ca().der

    known = default_cas.read([der, b"junk", der])

    assert (len(known.cas), known.unread) == (1, 2)


def test_the_issuer_of_a_certificate_is_found_by_its_signature() -> None:
    root = issuing.ca("Acme Root")
    twin = issue(Wanted("Acme Root", ca=True, key=issuing.rsa_key("twin")))
    known = default_cas.read([root.der, twin.der])
    leaf, of_twin = issue(Wanted("fw1"), root), issue(Wanted("fw2"), twin)

    for der, issuer in ((leaf.der, root), (of_twin.der, twin), (root.der, root), (twin.der, twin)):
        found = known.issuer_of(der)
        assert found is not None
        assert found.der == issuer.der
    assert known.issuer_of(issuing.ca("Other").der) is None
    third = issue(Wanted("Acme Root", ca=True, key=issuing.rsa_key("third")))
    assert known.issuer_of(third.der) is None


def test_what_is_no_certificate_has_no_issuer() -> None:
    with pytest.raises(CertificateUnreadable):
        default_cas.read([]).issuer_of(b"junk")

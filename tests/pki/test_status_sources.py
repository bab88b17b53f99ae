"""Where certificates say that their status is to be had."""

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from pki import status_sources
from pki.status_sources import MOST_URLS, StatusSources
from tests.issuing import Wanted, issue


def point(*urls: str, **changes: object) -> x509.DistributionPoint:
    values: dict[str, object] = {
        "full_name": [x509.UniformResourceIdentifier(url) for url in urls],
        "relative_name": None,
        "reasons": None,
        "crl_issuer": None,
    }
    return x509.DistributionPoint(**{**values, **changes})  # type: ignore[arg-type]  # of several types


def certificate(*extensions: x509.ExtensionType) -> bytes:
    return issue(Wanted("fw", extensions=[(one, False) for one in extensions])).der


def access(*pairs: tuple[x509.ObjectIdentifier, str]) -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(how, x509.UniformResourceIdentifier(url)) for how, url in pairs]
    )


def test_both_kinds_are_found_in_their_order() -> None:
    points = x509.CRLDistributionPoints([point("http://a/1.crl", "HTTPS://a/2.crl")])
    responders = access((Access.CA_ISSUERS, "http://a/ca.cer"), (Access.OCSP, "http://a/ocsp"))

    found = status_sources.read(certificate(points, responders))

    assert found == StatusSources(("http://a/1.crl", "HTTPS://a/2.crl"), ("http://a/ocsp",))


def test_a_certificate_without_them_names_none() -> None:
    assert status_sources.read(certificate()) == StatusSources()


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"\xff" * 99])
def test_what_is_no_certificate_names_none(der: bytes) -> None:
    assert status_sources.read(der) == StatusSources()


def test_addresses_that_are_not_http_or_endless_or_too_many_are_left_out() -> None:
    ldap = point("ldap:///CN=x", "file:///etc/passwd", "http://a/" + "x" * 3000)
    many = point(*[f"http://a/{number}" for number in range(9)])

    found = status_sources.read(certificate(x509.CRLDistributionPoints([ldap, many])))

    assert found.crl_urls == tuple(f"http://a/{number}" for number in range(MOST_URLS))


def test_points_of_another_issuer_or_for_some_reasons_or_without_a_full_name_are_left_out() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "other")])
    relative = x509.RelativeDistinguishedName(list(name))
    points = x509.CRLDistributionPoints(
        [
            point("http://a/1", crl_issuer=[x509.DirectoryName(name)]),
            point("http://a/2", reasons=frozenset({x509.ReasonFlags.key_compromise})),
            point(full_name=None, relative_name=relative),
        ]
    )

    assert status_sources.read(certificate(points)) == StatusSources()

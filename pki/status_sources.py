"""Where a certificate says that its status is to be had: CRLs and OCSP, over HTTP."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from pki.errors import UNREADABLE

MOST_URLS: Final = 4
"""How many addresses of a kind are looked at; more are somebody's joke."""

_LONGEST_URL: Final = 2048


@dataclass(frozen=True, slots=True)
class StatusSources:
    """Addresses in the order of the certificate, http and https only.

    Attributes:
        crl_urls: of complete CRLs by the issuer itself (RFC 5280 section 4.2.1.13).
        ocsp_urls: of OCSP responders (section 4.2.2.1).
    """

    crl_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()


def read(certificate_der: bytes) -> StatusSources:
    """Read where the status of a certificate is to be had; nothing, where that cannot be read."""
    try:
        extensions = x509.load_der_x509_certificate(certificate_der).extensions
    except UNREADABLE:
        return StatusSources()
    found = {one.oid: one.value for one in extensions}
    points = found.get(ExtensionOID.CRL_DISTRIBUTION_POINTS)
    access = found.get(ExtensionOID.AUTHORITY_INFORMATION_ACCESS)
    return StatusSources(
        _urls(_points(points) if isinstance(points, x509.CRLDistributionPoints) else ()),
        _urls(_responders(access) if isinstance(access, x509.AuthorityInformationAccess) else ()),
    )


def _points(points: x509.CRLDistributionPoints) -> Iterable[x509.GeneralName]:
    """List the names of those points whose CRL is the issuer's own and knows every reason."""
    for point in points:
        if not point.crl_issuer and not point.reasons:
            yield from point.full_name or ()


def _responders(access: x509.AuthorityInformationAccess) -> Iterable[x509.GeneralName]:
    for one in access:
        if one.access_method == AuthorityInformationAccessOID.OCSP:
            yield one.access_location


def _urls(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    urls = [one.value for one in names if isinstance(one, x509.UniformResourceIdentifier)]
    usable = [url for url in urls if len(url) <= _LONGEST_URL and _is_http(url)]
    return tuple(usable[:MOST_URLS])


def _is_http(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))

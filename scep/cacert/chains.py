"""Who has issued whom, by verified signatures."""

from collections.abc import Callable, Sequence

from scep import cms


class Chains:
    """Paths from certificates up through the CA certificates of one bundle.

    Every signature is verified once at most, because a hostile bundle has many CA certificates
    of one name with long keys.

    Attributes:
        authorities: the CA certificates.
    """

    def __init__(self, authorities: Sequence[cms.Certificate]) -> None:
        self.authorities = tuple(authorities)
        self._issuers: dict[bytes, tuple[cms.Certificate, ...]] = {}

    def issuers(self, certificate: cms.Certificate) -> tuple[cms.Certificate, ...]:
        """CA certificates whose key has signed a certificate."""
        if certificate.der not in self._issuers:
            self._issuers[certificate.der] = tuple(
                one for one in self.authorities if _has_issued(one, certificate)
            )
        return self._issuers[certificate.der]

    def path(self, certificate: cms.Certificate) -> list[cms.Certificate]:
        """The certificate, its issuers, theirs, and so on as far as the CA certificates go.

        A certificate has several issuers when a CA was renewed or certified by another one.
        """
        path = [certificate]
        for one in path:
            path += [issuer for issuer in self.issuers(one) if issuer not in path]
        return path

    def leads_to(
        self, certificate: cms.Certificate, sha256: str, usable: Callable[[cms.Certificate], bool]
    ) -> bool:
        """Tell whether usable certificates lead up from one to the one with a fingerprint."""
        path = [certificate]
        for one in path:
            if one.fingerprint("sha256") == sha256 and usable(one):
                return True
            path += [
                issuer for issuer in self.issuers(one) if issuer not in path and usable(issuer)
            ]
        return False


def _has_issued(issuer: cms.Certificate, certificate: cms.Certificate) -> bool:
    if issuer.subject_der != certificate.issuer_der:
        return False
    try:
        certificate.verify_issued_by(issuer)
    except (cms.SignatureInvalid, cms.Unreadable):
        return False
    return True

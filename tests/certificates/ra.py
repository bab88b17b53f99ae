"""Registration authorities as NDES has them: one signs, one is encrypted to."""

from datetime import timedelta

from cryptography import x509

from tests.issuing import NOW, Issued, Wanted, issue


def registration_authorities(ca: Issued) -> tuple[Issued, Issued]:
    """Issue the two RA certificates of a CA."""
    return _ra(ca, "RA signing", signs=True), _ra(ca, "RA encryption", signs=False)


def _ra(ca: Issued, name: str, *, signs: bool) -> Issued:
    usage = x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    wanted = Wanted(
        name,
        extensions=[(usage, True)],
        not_before=NOW - timedelta(days=1),
        not_after=NOW + timedelta(days=700),
    )
    return issue(wanted, ca)

"""Requests and certificates as trees."""

from collections.abc import Sequence

from pki import certinfo, crl, csr
from pki.csr import CsrInvalid
from pki.errors import CertificateUnreadable, CrlUnusable
from pki.oids import EXTENSIONS
from scep.commands.tree import Node, node, optional


def certificates(label: str, ders: Sequence[bytes]) -> Node:
    """Certificates in the order given; one that cannot be read says so in its place."""
    return node(f"{label} ({len(ders)})", "", *(_certificate_or_reason(der) for der in ders))


def certificate(der: bytes) -> Node:
    """A certificate with everything it says.

    Raises:
        CertificateUnreadable: it is none.
    """
    facts = certinfo.read(der)
    extensions = [
        Node(f"{extension.name}{' (critical)' if extension.critical else ''}", extension.text)
        for extension in facts.extensions
    ]
    return node(
        "Certificate",
        facts.subject,
        Node("Issuer", facts.issuer),
        Node("Serial number", facts.serial_hex),
        Node(
            "Valid",
            f"{facts.not_before:%Y-%m-%d %H:%M:%S} to {facts.not_after:%Y-%m-%d %H:%M:%S} UTC",
        ),
        Node("Key", f"{facts.algorithm} {facts.key_bits}"),
        Node("Signed with", facts.signature_algorithm),
        *extensions,
        Node("SHA-256", facts.fingerprint_sha256),
        Node("SHA-1", facts.fingerprint_sha1),
        Node("MD5", facts.fingerprint_md5),
    )


def revocation_lists(ders: Sequence[bytes]) -> Node:
    """CRLs in the order given; one that cannot be read says so in its place."""
    return node(
        f"Revocation lists, PKCS#7 ({len(ders)})", "", *(_crl_or_reason(der) for der in ders)
    )


def revocation_list(der: bytes) -> Node:
    """A CRL; the certificates on it are counted.

    Raises:
        CrlUnusable: it is none, or one that only a program with more knowledge may use.
    """
    found = crl.read(der)
    due = f"{found.next_update:%Y-%m-%d %H:%M:%S} UTC" if found.next_update else ""
    return node(
        "Revocation list",
        found.issuer,
        optional("Number", "" if found.number is None else str(found.number)),
        Node("Made", f"{found.this_update:%Y-%m-%d %H:%M:%S} UTC"),
        optional("Next due", due),
        Node("Revoked certificates", f"{found.revoked:,}"),
        Node("Signed with", f"{found.signature_algorithm}{' (weak)' if found.weak else ''}"),
        optional("Covers", "some certificates or reasons only" if found.partial else ""),
    )


def request(der: bytes) -> Node:
    """A PKCS#10 request; its challenge password is counted, never shown.

    Raises:
        CsrInvalid: it is none.
    """
    facts = csr.read(der)
    challenge = "" if facts.challenge is None else f"{len(facts.challenge)} characters, not shown"
    return node(
        "Certificate request",
        facts.subject,
        Node("Key", f"{facts.algorithm} {facts.key_bits}"),
        Node("Digest", facts.digest),
        Node("Signature", _own_signature(der)),
        optional("Challenge password", challenge),
        optional("Key usage", ", ".join(facts.key_usage)),
        optional("Alternative names", "\n".join(f"{san.kind}:{san.value}" for san in facts.san)),
        optional(
            "Extensions", "\n".join(EXTENSIONS.get(oid, oid) for oid, _, _ in facts.extensions)
        ),
    )


def subject_of(der: bytes) -> str:
    """The subject of a certificate, as far as it can be read."""
    try:
        return certinfo.read(der).subject
    except CertificateUnreadable:
        return "a certificate that cannot be shown"


def _own_signature(der: bytes) -> str:
    try:
        csr.verify(der)
    except CsrInvalid as error:
        return f"does NOT verify: {error}"
    return "verifies with the request's own key"


def _crl_or_reason(der: bytes) -> Node:
    try:
        return revocation_list(der)
    except CrlUnusable as error:
        return Node("Revocation list", str(error))


def _certificate_or_reason(der: bytes) -> Node:
    try:
        return certificate(der)
    except CertificateUnreadable as error:
        return Node("Certificate", str(error))

"""Requests and certificates as trees."""

from collections.abc import Sequence

from pki import certinfo, csr
from pki.csr import CsrInvalid
from pki.errors import CertificateUnreadable
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


def _certificate_or_reason(der: bytes) -> Node:
    try:
        return certificate(der)
    except CertificateUnreadable as error:
        return Node("Certificate", str(error))

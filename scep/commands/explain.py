"""SCEP messages and bodies explained: pkiMessages, envelopes, requests, certificates, lists."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import bundle
from pki.errors import CertificateUnreadable, CsrInvalid
from scep import capabilities, challenge, cms, codec
from scep.codec import Header
from scep.commands.facts import certificate, certificates, request, subject_of
from scep.commands.tree import Node, node, optional
from scep.errors import ChallengeRefused, ScepError
from scep.messages import Identity
from scep.server import decode_get_message
from scep.vocabulary import FailInfo, MessageType, PkiStatus, describe_hresult
from scep.wire import describe_body, looks_like_html

_PEM_LABELS: Final = (
    "CERTIFICATE",
    "CERTIFICATE REQUEST",
    "NEW CERTIFICATE REQUEST",
    "PKCS7",
    "CMS",
)

_TYPES: Final = {
    MessageType.CERT_REP: "CertRep",
    MessageType.RENEWAL_REQ: "RenewalReq",
    MessageType.PKCS_REQ: "PKCSReq",
    MessageType.CERT_POLL: "CertPoll",
    MessageType.GET_CERT: "GetCert",
    MessageType.GET_CRL: "GetCRL",
}


class NotUnderstood(Exception):
    """The bytes are nothing that SCEP sends; the text says what they look like."""


@dataclass(frozen=True)
class Opener:
    """What can decrypt: a key, with its certificate or without."""

    key: RSAPrivateKey | None = field(default=None, repr=False)
    certificate_der: bytes = b""

    def open(self, envelope: cms.Envelope) -> cms.Opened:
        """Decrypt an envelope.

        Raises:
            Undecipherable: without the right key.
        """
        if self.key is None:
            raise cms.Undecipherable("give the recipient's key (--key)")
        if self.certificate_der:
            return envelope.open([Identity(self.certificate_der, self.key)])
        return envelope.open_with(self.key)


def explain(body: bytes, opener: Opener) -> Node:
    """Explain any SCEP message or body.

    Raises:
        NotUnderstood: it is none.
    """
    ders = _to_ders(body)
    if not ders:
        return _text(body)
    if len(ders) > 1:
        return certificates("Certificates", ders)
    return _first_that_reads(ders[0], opener)


def _first_that_reads(der: bytes, opener: Opener) -> Node:
    reasons = []
    for reader in _READERS:
        try:
            return reader(der, opener)
        except (ScepError, CsrInvalid, CertificateUnreadable) as error:
            reasons.append(str(error))
    # The bytes are DER; the reader that comes first is the likeliest to know what is wrong.
    raise NotUnderstood(reasons[0])


def _to_ders(body: bytes) -> tuple[bytes, ...]:
    """Find DER in the bytes: as it is, as PEM, as base64, or in the URL of a GET request."""
    if body.startswith(b"\x30"):
        return (body,)
    if b"-----BEGIN " in body:
        return _from_pem(body)
    text = body[:65536].decode("ascii", "replace").strip()
    try:
        if "message=" in text:
            found = decode_get_message(urlsplit(text).query or text)
        else:
            found = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError, ScepError):
        return ()
    return (found,) if found.startswith(b"\x30") else ()


def _from_pem(body: bytes) -> tuple[bytes, ...]:
    for label in _PEM_LABELS:
        try:
            return bundle.from_pem(body, label)
        except CertificateUnreadable:
            continue
    return ()


def _signed(der: bytes, opener: Opener) -> Node:
    message = cms.read_signed(der)
    header = codec.read_header(message)
    return node(
        "pkiMessage",
        _type(header),
        optional("Transaction ID", header.transaction_id),
        optional("Sender nonce", (header.sender_nonce or b"").hex()),
        optional("Recipient nonce", (header.recipient_nonce or b"").hex()),
        optional("Status", _status(header)),
        optional("Reason", _reason(header)),
        optional("Server says", header.fail_info_text),
        optional("HRESULT", _hresult(header)),
        Node("Signed with", _digest(message)),
        Node("Signer", str(message.signer_id)),
        Node("Signature", _signature(message)),
        certificates("Certificates", message.certificates) if message.certificates else None,
        _content(message.content, header, opener),
    )


def _certificates_only(der: bytes, _: Opener) -> Node:
    return certificates("Certificates only, PKCS#7", cms.read_certificates(der))


def _enveloped(der: bytes, opener: Opener) -> Node:
    return _envelope(cms.read_envelope(der), None, opener)


_READERS: Final[tuple[Callable[[bytes, Opener], Node], ...]] = (
    _signed,
    _certificates_only,
    _enveloped,
    lambda der, _: request(der),
    lambda der, _: certificate(der),
)


def _content(content: bytes, header: Header, opener: Opener) -> Node | None:
    # FAILURE and PENDING carry nothing; NDES writes one zero octet instead.
    if len(content) <= 1:
        return None
    try:
        return _envelope(cms.read_envelope(content), header, opener)
    except ScepError as error:
        return Node("Content", str(error))


def _envelope(envelope: cms.Envelope, header: Header | None, opener: Opener) -> Node:
    recipients = [
        Node("Recipient", f"{recipient.certificate_id}, {recipient.transport}")
        for recipient in envelope.recipients
    ]
    try:
        inner = _inner(opener.open(envelope).content, header)
    except ScepError as error:
        inner = Node("Not decrypted", error.fact)
    weak = " (weak)" if envelope.cipher.is_weak else ""
    return node("Envelope", f"{envelope.cipher}{weak}", *recipients, inner)


def _inner(content: bytes, header: Header | None) -> Node:
    """What was encrypted: certificates, names for a poll, or a request."""
    if header and header.message_type == MessageType.CERT_POLL:
        issuer, subject = cms.read_issuer_and_subject(content)
        names = (Node("Issuer", cms.name_text(issuer)), Node("Subject", cms.name_text(subject)))
        return node("Asks about", "", *names)
    for reader in (request, lambda der: _certificates_only(der, Opener())):
        try:
            return reader(content)
        except (ScepError, CsrInvalid):
            continue
    return Node("Content", describe_body(content))


def _type(header: Header) -> str:
    number = header.message_type
    if number is None:
        return "without a message type"
    name = _TYPES.get(MessageType(number)) if number in set(MessageType) else None
    return f"{name or 'of an unknown type'} ({number})"


def _status(header: Header) -> str:
    known = {str(status.value): status.name for status in PkiStatus}
    return f"{known.get(header.status, 'unknown')} ({header.status})" if header.status else ""


def _reason(header: Header) -> str:
    known = {str(info.value): f"{info.keyword} ({info.value}). {info.meaning}" for info in FailInfo}
    return known.get(header.fail_info, header.fail_info)


def _hresult(header: Header) -> str:
    return "" if header.hresult is None else describe_hresult(header.hresult)


def _digest(message: cms.SignedMessage) -> str:
    try:
        digest = message.digest
    except ScepError as error:
        return error.fact
    return f"{digest}{' (weak)' if digest.is_weak else ''}"


def _signature(message: cms.SignedMessage) -> str:
    if not message.certificates:
        return "not verified: the message carries no certificate"
    candidates = []
    for der in message.certificates:
        try:
            candidates.append(cms.read_certificate(der))
        except ScepError:
            continue
    try:
        signer = message.verify(candidates)
    except ScepError as error:
        return f"does NOT verify: {error.fact}"
    return f"verifies with the key of {subject_of(signer.der)}"


def _text(body: bytes) -> Node:
    if looks_like_html(body):
        return _page(body)
    listed = capabilities.parse(body)
    if listed.known:
        known, unknown = ", ".join(sorted(listed.known)), ", ".join(listed.unknown)
        return node("Capabilities", known, optional("Not in RFC 8894", unknown))
    raise NotUnderstood(f"The file is no SCEP message: {describe_body(body)}.")


def _page(body: bytes) -> Node:
    try:
        page = challenge.read_page(body)
    except ChallengeRefused as error:
        return node("Page", describe_body(body), Node("As a challenge page", error.fact))
    lifetime = "" if page.lifetime_minutes is None else f"{page.lifetime_minutes} minutes"
    return node(
        "Challenge page",
        "",
        Node("Password", f"{len(page.password)} characters, not shown"),
        Node("Single use", "yes" if page.single_use else "no"),
        optional("Lifetime", lifetime),
        optional("CA thumbprint", page.ca_thumbprint),
    )

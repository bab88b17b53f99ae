"""SCEP messages and bodies explained: pkiMessages, envelopes, requests, certificates, lists."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki.errors import CertificateUnreadable, CrlUnusable, CsrInvalid
from scep import capabilities, challenge, cms, codec
from scep.codec import Header
from scep.commands.facts import (
    certificate,
    certificates,
    request,
    revocation_list,
    revocation_lists,
    subject_of,
)
from scep.commands.tree import Node, node, optional
from scep.commands.wrappings import to_ders
from scep.errors import ChallengeRefused, ScepError
from scep.messages import Identity
from scep.vocabulary import FailInfo, MessageType, PkiStatus, describe_hresult
from scep.wire import describe_body, looks_like_html

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
    ders = to_ders(body)
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
        except (ScepError, CsrInvalid, CertificateUnreadable, CrlUnusable) as error:
            reasons.append(str(error))
    # The bytes are DER; the reader that comes first is the likeliest to know what is wrong.
    raise NotUnderstood(reasons[0])


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
    lambda der, _: revocation_lists(cms.read_crls(der)),
    lambda der, _: request(der),
    lambda der, _: certificate(der),
    lambda der, _: revocation_list(der),
)


def _content(content: bytes, header: Header, opener: Opener) -> Node | None:
    # FAILURE and PENDING carry nothing; NDES writes one zero octet instead.
    if len(content) <= 1:
        return None
    try:
        if header.message_type is None:
            # Only the answer to GetNextCACert is signed and has no message type.
            with contextlib.suppress(ScepError):
                return certificates("Next CA, PKCS#7", cms.read_certificates(content))
        return _envelope(cms.read_envelope(content), header, opener)
    except ScepError as error:
        return Node("Content", str(error))


def _envelope(envelope: cms.Envelope, header: Header | None, opener: Opener) -> Node:
    try:
        inner = _inner(opener.open(envelope).content, header)
    except ScepError as error:
        inner = Node("Not decrypted", error.fact)
    weak = " (weak)" if envelope.cipher.is_weak else ""
    return node("Envelope", f"{envelope.cipher}{weak}", *_recipients(envelope), inner)


def _recipients(envelope: cms.Envelope) -> list[Node]:
    named = [str(one.certificate_id) for one in envelope.recipients]
    try:
        named = [f"{one.certificate_id}, {one.transport}" for one in envelope.recipients]
        named += [
            f"whoever has the password, {one.iterations:,} iterations"
            for one in envelope.password_recipients
        ]
    except cms.Unreadable as error:
        named.append(error.fact)
    return [Node("Recipient", text) for text in named]


def _inner(content: bytes, header: Header | None) -> Node:
    """What was encrypted: names for a poll, a number, certificates, CRLs, or a request."""
    kind = header.message_type if header else None
    if kind == MessageType.CERT_POLL:
        issuer, subject = cms.read_issuer_and_subject(content)
        names = (Node("Issuer", cms.name_text(issuer)), Node("Subject", cms.name_text(subject)))
        return node("Asks about", "", *names)
    if kind in {MessageType.GET_CERT, MessageType.GET_CRL}:
        issuer, serial = cms.read_issuer_and_serial(content)
        number = Node("Serial number", cms.serial_text(serial))
        return node("Asks about", "", Node("Issuer", cms.name_text(issuer)), number)
    for reader in _INNER_READERS:
        try:
            return reader(content)
        except (ScepError, CsrInvalid):
            continue
    return Node("Content", describe_body(content))


_INNER_READERS: Final[tuple[Callable[[bytes], Node], ...]] = (
    request,
    lambda der: _certificates_only(der, Opener()),
    lambda der: revocation_lists(cms.read_crls(der)),
)


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

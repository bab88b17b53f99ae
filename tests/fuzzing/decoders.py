"""Every decoder that takes bytes of strangers, with what it may raise and where to start.

Each reads as deep as the product does: values are lazy, so they are touched here.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from domain.errors import Refused
from pki import bundle as pki_bundle
from pki import (
    certinfo,
    crl,
    csr,
    der,
    dump,
    explained,
    keys,
    ocsp,
    printing,
    rfc4514,
    status_sources,
)
from pki.errors import PkiError
from scep import capabilities, challenge, cms, codec, server, wire
from scep.cacert import check_chain, read_bundle
from scep.cacert.checks import read_fingerprint
from scep.client import FetchNextCa
from scep.client.words import match_step
from scep.cms import ber, names
from scep.commands.explain import NotUnderstood, Opener, explain
from scep.errors import ScepError
from scep.issued import find_issued
from scep.messages import GetCrl, PkcsReq
from scep.vocabulary import MediaType
from tests.fuzzing import captures, configurations
from tests.fuzzing.captures import FAILURE, REQUEST, SUCCESS, captured


@dataclass(frozen=True)
class Decoder:
    """One way in.

    Attributes:
        name: of the decoder, also in the names of found files.
        read: takes any bytes.
        errors: what it may raise.
        seeds: valid inputs to damage.
    """

    name: str
    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]


def _signed(body: bytes) -> object:
    message = cms.read_signed(body)
    header = codec.read_header(message)
    signers = [cms.read_certificate(der) for der in message.certificates]
    return header, str(message.signer_id), str(message.scheme), message.verify(signers).subject


def _envelope(body: bytes) -> object:
    envelope = cms.read_envelope(body)
    named = [str(one.certificate_id) for one in envelope.recipients]
    identities = [captures.ca(), captures.client()]
    return named, envelope.open(identities, [captures.PASSWORD]).content


def _certificate(body: bytes) -> object:
    certificate = cms.read_certificate(body)
    certificate.check_extensions()
    texts = (certificate.subject, certificate.issuer, certificate.serial_hex)
    certificate.verify_issued_by(certificate)
    return texts, certificate.rsa_bits, certificate.fingerprint("sha256")


def _csr(body: bytes) -> object:
    request = cms.read_csr(body)
    parts = (request.subject, request.alternative_names, request.key_usage, request.rsa_bits)
    request.verify()
    return parts, request.challenge


def _bundle(body: bytes) -> object:
    found = check_chain(read_bundle(body))
    return found.to_json(), [one.facts for one in found.certificates], found.remarks


def _names(body: bytes) -> object:
    return names.name_text(body), names.same_name(body, b"\x30\x00"), names.general_names(body)


def _get_message(body: bytes) -> object:
    return server.decode_get_message(body.decode("latin-1"))


def _request(body: bytes) -> object:
    return server.read_request(
        body, recipients=[captures.ca()], passwords=lambda _: [captures.PASSWORD]
    )


def _explain(body: bytes) -> object:
    return explain(body, Opener(captures.client().private_key))


def _body(body: bytes) -> object:
    return wire.describe_body(body), wire.excerpt(body), wire.looks_like_html(body)


def _of_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda body: read(body.decode("utf-8", "replace"))


def _issued(body: bytes) -> object:
    authority = cms.read_certificate(captures.ca().certificate_der)
    found = find_issued([body], cms.read_csr(captures.csr()), [authority])
    return match_step(found, captures.NOW)


def _next_ca(body: bytes) -> object:
    session = FetchNextCa(
        current=read_bundle(captures.ca().certificate_der),
        capabilities=capabilities.parse(b"GetNextCACert"),
        now=captures.NOW,
    )
    session.next_request()
    session.receive(wire.HttpReply(200, MediaType.NEXT_CA_CERT, body))
    return session.result


def _crl(body: bytes) -> object:
    found = crl.read(body)
    found.verify(captures.ca().private_key.public_key())
    return found, found.revocation(5)


def _ocsp(body: bytes) -> object:
    der = captures.ca().certificate_der
    return ocsp.read(body, ocsp.Question(der, der, b"0123456789abcdef"), captures.NOW)


def _header(body: bytes) -> object:
    text = body.decode("latin-1")
    return wire.read_retry_after(text, captures.NOW), wire.media_type(text)


def _pages() -> tuple[bytes, ...]:
    folder = captures.VECTORS / "ndes-pages-synthetic"
    return tuple(path.read_bytes() for path in sorted(folder.glob("*.html")))


def _announcement() -> bytes:
    return server.next_ca_reply([captures.ca().certificate_der], signer=captures.ca())[1]


def _encrypted_keys() -> tuple[bytes, ...]:
    """Key files as ``cryptography`` writes them, and one by scrypt, which it does not write."""
    key = captures.key("client.key")
    secret = BestAvailableEncryption(captures.PASSWORD.encode())
    written = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, secret)
    numbers = (der.integer(number) for number in (1024, 8, 1))
    scrypt = der.sequence(
        der.oid("1.3.6.1.4.1.11591.4.11"), der.sequence(der.octet_string(b"salt"), *numbers)
    )
    cipher = der.sequence(der.oid("2.16.840.1.101.3.4.1.2"), der.octet_string(bytes(16)))
    pbes2 = der.sequence(der.oid("1.2.840.113549.1.5.13"), der.sequence(scrypt, cipher))
    return written, der.sequence(pbes2, der.octet_string(bytes(64)))


def _key(body: bytes) -> object:
    return keys.from_pem(pki_bundle.to_pem(body, "PRIVATE KEY").encode())


def _encrypted_key(body: bytes) -> object:
    pem = pki_bundle.to_pem(body, "ENCRYPTED PRIVATE KEY")
    return keys.from_pem(pem.encode(), captures.PASSWORD)


def _scep(name: str, read: Callable[[bytes], object], *seeds: bytes) -> Decoder:
    return Decoder(name, read, (ScepError,), seeds)


def _pki(name: str, read: Callable[[bytes], object], *seeds: bytes) -> Decoder:
    return Decoder(name, read, (PkiError,), seeds)


def _messages() -> list[Decoder]:
    request, success, failure = (captured(name) for name in (REQUEST, SUCCESS, FAILURE))
    sent, answered = captures.requests(), captures.replies()
    strongswan = captured("strongswan-pki-5.9.8-PKCSReq-3des-sha1.der")
    inner = [cms.read_signed(body).content for body in (request, strongswan, success, sent[0])]
    inner += [path.read_bytes() for path in sorted((captures.VECTORS / "openssl-cms").glob("*"))]
    issuer = cms.read_certificate(captures.ca().certificate_der).issuer_der
    certificates = cms.write_certificates([captures.ca().certificate_der])
    return [
        _scep("signed", _signed, request, success, failure, sent[0], *answered[:2]),
        _scep("envelope", _envelope, *inner),
        _scep("certificates", cms.read_certificates, certificates),
        _scep("crls", cms.read_crls, cms.write_crls([captures.crl()])),
        _scep("request", _request, request, strongswan, *sent),
        _scep("reply", partial(codec.decode_reply, expected=captures.expected(SUCCESS)), success),
        _scep("refusal", partial(codec.decode_reply, expected=captures.expected(FAILURE)), failure),
        _scep(
            "generated-reply",
            partial(codec.decode_reply, expected=captures.generated(PkcsReq)),
            *answered,
        ),
        _scep(
            "crl-reply",
            partial(codec.decode_reply, expected=captures.generated(GetCrl)),
            *answered[2:4],
        ),
        _scep(
            "issuer-and-subject",
            cms.read_issuer_and_subject,
            cms.write_issuer_and_subject(issuer, issuer),
        ),
        _scep(
            "issuer-and-serial",
            cms.read_issuer_and_serial,
            cms.write_issuer_and_serial(issuer, 1 << 120),
        ),
        _scep("ber", ber.normalize, success, request),
    ]


def _bodies() -> list[Decoder]:
    request = captured(REQUEST)
    query = b"operation=PKIOperation&message=" + base64.b64encode(request)
    issuer = cms.read_certificate(captures.ca().certificate_der).issuer_der
    caps = captured("scepserver-2.1.0-GetCACaps.txt")
    issued, pem = captures.certificate("client-issued.pem"), captured("ca.pem")
    body = captured("scepserver-2.1.0-GetCACert.der")
    bundle = cms.write_certificates([captures.ca().certificate_der, issued])
    pages = _pages()
    success = captured(SUCCESS)
    anything = (request, success, captures.csr(), body, pem, query, caps, pages[0], bundle)
    return [
        _scep("capabilities", capabilities.parse, caps),
        _scep("cacert", _bundle, body, pem, bundle, base64.encodebytes(bundle)),
        _scep("certificate", _certificate, captures.ca().certificate_der, issued),
        _scep("csr", _csr, captures.csr()),
        _scep("challenge-page", challenge.read_page, *pages),
        _scep("get-message", _get_message, query),
        _scep("names", _names, issuer),
        _scep("fingerprint", _of_text(read_fingerprint), b"SHA256 Fingerprint=" + b"AB:" * 32),
        _scep("any-body", _body, *anything),
        Decoder("explain", _explain, (NotUnderstood,), anything),
        _pki("pki-csr", csr.read, captures.csr()),
        _pki("pki-csr-signature", csr.verify, captures.csr()),
        _pki("pki-certificate", certinfo.read, captures.ca().certificate_der, issued),
        _pki("pki-text", printing.text, captures.ca().certificate_der, issued),
        _pki("pki-explained", explained.explained, captures.ca().certificate_der, issued),
        Decoder("pki-dump", dump.dump, (), anything),
        _pki("pki-bundle", pki_bundle.to_ders, body, pem, bundle),
        _scep("issued", _issued, issued),
        _scep("next-ca", _next_ca, _announcement()),
        _scep("header", _header, b"Tue, 24 Nov 2026 12:00:00 GMT", b"120", b'Basic realm="a"'),
        _pki("pki-crl", _crl, captures.crl()),
        _pki("pki-ocsp", _ocsp, captures.ocsp_answer()),
        Decoder("pki-status-sources", status_sources.read, (), (issued,)),
        _pki("pki-name", _of_text(rfc4514.parse), b"CN=$USERNAME+UID=a\\,b,OU=\\C3\\A9,O=#0402AB"),
        _pki("pki-key-file", keys.from_pem, captured("client.key")),
        _pki("pki-key", _key, keys.to_pkcs8_der(captures.key("client.key"))),
        _pki("pki-key-encrypted", _encrypted_key, *_encrypted_keys()),
        Decoder("configuration-file", configurations.read, (Refused,), configurations.seeds()),
    ]


@cache
def decoders() -> dict[str, Decoder]:
    """All of them by name."""
    every: Final = [*_messages(), *_bodies()]
    return {decoder.name: decoder for decoder in every}

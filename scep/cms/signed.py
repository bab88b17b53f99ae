"""SignedData with a signer (RFC 5652 section 5): pkiMessages."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import der
from scep.cms import ber, schema
from scep.cms.attributes import attribute_values, octets_value
from scep.cms.certificate import Certificate
from scep.cms.certificate_id import CertificateId, read_certificate_id, write_certificate_id
from scep.cms.errors import SignatureInvalid, Unreadable, reading
from scep.cms.frames import certificates_of, load_signed, wrap_signed
from scep.cms.signatures import (
    DIGEST_OIDS,
    ECDSA_OIDS,
    HASHES,
    Scheme,
    read_digest,
    read_scheme,
    verify,
)
from scep.messages import Signer
from scep.vocabulary import Digest, Oid

_SET: Final = 0x31
_TAG_0: Final = 0xA0
_HASHLIB: Final = {
    Digest.SHA_1: "sha1",
    Digest.SHA_224: "sha224",
    Digest.SHA_256: "sha256",
    Digest.SHA_384: "sha384",
    Digest.SHA_512: "sha512",
}


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A SignedData with one signer, read but not verified.

    Attributes:
        content_type: dotted OID of the content.
        content: the content; empty when there is none.
        certificates: DER of what came along: candidates, nothing to trust.
        signer_id: who says to have signed.
        attributes: signed attributes by dotted OID, values as DER.
    """

    content_type: str
    content: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    signer_id: CertificateId
    attributes: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    _digest_algorithm: schema.Value = field(repr=False)
    _signature_algorithm: schema.Value = field(repr=False)
    _signature: bytes = field(repr=False)
    _signed_attributes: bytes = field(repr=False)

    @property
    def digest(self) -> Digest:
        """Digest under the signature.

        Raises:
            Unsupported: one that we do not have, MD5 among them.
        """
        with reading("digest algorithm"):
            return read_digest(self._digest_algorithm)

    @property
    def scheme(self) -> Scheme:
        """How it was signed.

        Raises:
            Unsupported: in a way that we do not have.
        """
        with reading("signature algorithm"):
            return read_scheme(self._signature_algorithm, self.digest)

    def value(self, oid: str) -> bytes | None:
        """Give the one value of a signed attribute, DER; None when it is absent.

        Raises:
            Unreadable: it has no value, or several.
        """
        values = self.attributes.get(oid)
        if values is None:
            return None
        if len(values) != 1:
            raise Unreadable(f"The attribute {oid} has {len(values)} values instead of one.")
        return values[0]

    def verify(self, candidates: Iterable[Certificate]) -> Certificate:
        """Verify content and signature, and give the certificate that verifies them.

        Candidates that the message names are tried first; a signature that verifies with the
        key of another one is as good.

        Raises:
            SignatureInvalid: no candidate's key has signed this.
            Unsupported: a digest or a scheme that we do not have.
        """
        scheme = self.scheme
        self._verify_content()
        ordered = sorted(candidates, key=self.signer_id.names, reverse=True)
        for candidate in ordered:
            try:
                self._verify_with(candidate, scheme)
            except (SignatureInvalid, Unreadable):
                continue
            return candidate
        raise SignatureInvalid("None of the certificates allowed to sign has signed the message.")

    def _verify_content(self) -> None:
        with reading("signed attributes"):
            expected = self.value(Oid.MESSAGE_DIGEST)
            content_type = self.value(Oid.CONTENT_TYPE)
            if expected is None or content_type is None:
                raise SignatureInvalid("The signed attributes lack contentType or messageDigest.")
            if schema.dotted(content_type) != self.content_type:
                raise SignatureInvalid("The signed attributes name another content type.")
            actual = hashlib.new(_HASHLIB[self.digest], self.content, usedforsecurity=False)
            if not hmac.compare_digest(octets_value(expected), actual.digest()):
                raise SignatureInvalid("The content was changed: its digest does not match.")

    def _verify_with(self, certificate: Certificate, scheme: Scheme) -> None:
        # RFC 5652 section 5.4 signs the DER order; some signers sign the order they send.
        key = certificate.public_key
        try:
            verify(key, scheme, self._signature, self._signed_attributes)
        except SignatureInvalid:
            in_der_order = _in_der_order(self._signed_attributes)
            if in_der_order == self._signed_attributes:
                raise
            verify(key, scheme, self._signature, in_der_order)


def read_signed(message: bytes) -> SignedMessage:
    """Read a SignedData that has exactly one signer, DER or BER.

    Raises:
        Unreadable: anything else.
    """
    signed = load_signed(message)
    with reading("signed message"):
        signers = list(signed["signer_infos"])
        if len(signers) != 1:
            raise Unreadable(f"The message has {len(signers)} signers instead of one.")
        signer, content = signers[0], signed["content_info"]
        attributes = attribute_values(signer["signed_attrs"].contents or b"")
        if not attributes:
            raise Unreadable("The message has no signed attributes.")
        # The signature covers a SET OF; in the message it is tagged [0].
        signed_attributes = bytes((_SET,)) + signer["signed_attrs"].dump()[1:]
        return SignedMessage(
            content_type=content["content_type"].dotted,
            content=content["content"].native or b"",
            certificates=certificates_of(signed),
            signer_id=read_certificate_id(signer["sid"]),
            attributes=attributes,
            _digest_algorithm=signer["digest_algorithm"],
            _signature_algorithm=signer["signature_algorithm"],
            _signature=signer["signature"].native,
            _signed_attributes=signed_attributes,
        )


def sign(
    content: bytes,
    attributes: Mapping[str, bytes],
    *,
    signer: Signer,
    digest: Digest,
    certificates: Sequence[bytes],
) -> bytes:
    """Write a SignedData with one signer, DER throughout.

    Args:
        content: goes in as id-data. An empty one is sent as an empty octet string, not left
            out: OpenSSL, and certmonger with it, verifies no signature over nothing.
        attributes: DER values of signed attributes by dotted OID, without contentType and
            messageDigest.
        signer: named by issuer and serial number.
        digest: of content and signature; an RSA signature is marked ``rsaEncryption``, because
            strongSwan 5.9.8 takes nothing else.
        certificates: DER of what goes along.
    """
    hashed = hashlib.new(_HASHLIB[digest], content, usedforsecurity=False).digest()
    every = {
        Oid.CONTENT_TYPE: der.oid(Oid.DATA),
        Oid.MESSAGE_DIGEST: der.octet_string(hashed),
        **attributes,
    }
    signed_attributes = der.set_of(
        *(der.sequence(der.oid(oid), der.set_of(value)) for oid, value in every.items())
    )
    return wrap_signed(
        der.set_of(der.algorithm(DIGEST_OIDS[digest])),
        der.sequence(der.oid(Oid.DATA), der.tagged(0, der.octet_string(content))),
        der.tagged(0, *certificates),
        der.set_of(_signer_info(signed_attributes, signer, digest)),
    )


def _signer_info(signed_attributes: bytes, signer: Signer, digest: Digest) -> bytes:
    algorithm, signature = _signature(signed_attributes, signer, digest)
    return der.sequence(
        der.integer(1),
        write_certificate_id(signer.certificate_der),
        der.algorithm(DIGEST_OIDS[digest]),
        bytes((_TAG_0,)) + signed_attributes[1:],
        algorithm,
        der.octet_string(signature),
    )


def _signature(data: bytes, signer: Signer, digest: Digest) -> tuple[bytes, bytes]:
    """Give the AlgorithmIdentifier and the signature."""
    key = signer.private_key
    if isinstance(key, RSAPrivateKey):
        signature = key.sign(data, padding.PKCS1v15(), HASHES[digest])
        return der.algorithm(Oid.RSA_ENCRYPTION), signature
    # ECDSA has no parameters, not even NULL (RFC 5754 section 3.3).
    signature = key.sign(data, ec.ECDSA(HASHES[digest]))
    return der.algorithm(ECDSA_OIDS[digest], b""), signature


def _in_der_order(attributes_set: bytes) -> bytes:
    [(identifier, _, contents)] = ber.elements(attributes_set)
    attributes = sorted(whole for _, whole, _ in ber.elements(contents))
    return der.element(identifier, b"".join(attributes))

"""Signatures on requests, certificates and CRLs, verified with every algorithm still met.

``cryptography`` no longer verifies SHA-1 signatures on X.509 structures, yet private CAs and old
devices have them, so the check is made with the raw operation of the key. MD5 and MD2 are never
accepted.
"""

from typing import Final, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp

from pki.errors import SignatureWrong
from pki.oids import SIGNATURES, signature_words

Signed = (
    x509.Certificate
    | x509.CertificateSigningRequest
    | x509.CertificateRevocationList
    | ocsp.OCSPResponse
)

_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "SHA-1": hashes.SHA1,
    "SHA-224": hashes.SHA224,
    "SHA-256": hashes.SHA256,
    "SHA-384": hashes.SHA384,
    "SHA-512": hashes.SHA512,
}


def verify(signed: Signed, public_key: object, *, data: bytes) -> None:
    """Check the signature of a certificate, request, CRL or OCSP answer with the signer's key.

    Args:
        signed: carries the signature and names its algorithm.
        public_key: of the signer.
        data: what was signed, byte for byte.

    Raises:
        SignatureWrong: it does not verify, or the algorithm is not one we accept.
    """
    oid = signed.signature_algorithm_oid.dotted_string
    try:
        _verify(signed, public_key, oid, data)
    except InvalidSignature as error:
        raise SignatureWrong("The signature does not match.") from error
    except (UnsupportedAlgorithm, ValueError) as error:
        message = f"A signature with {signature_words(oid)} cannot be verified here."
        raise SignatureWrong(message) from error


def _verify(signed: Signed, public_key: object, oid: str, data: bytes) -> None:
    digest_name, key_kind = SIGNATURES.get(oid, ("", ""))
    digest = _HASHES.get(digest_name)
    match public_key, key_kind:
        case rsa.RSAPublicKey(), "RSA" if digest:
            public_key.verify(signed.signature, data, padding.PKCS1v15(), digest())
        case rsa.RSAPublicKey(), "RSA-PSS":
            _verify_pss(signed, public_key, data)
        case ec.EllipticCurvePublicKey(), "ECDSA" if digest:
            public_key.verify(signed.signature, data, ec.ECDSA(digest()))
        case ed25519.Ed25519PublicKey(), "Ed25519":
            public_key.verify(signed.signature, data)
        case ed448.Ed448PublicKey(), "Ed448":
            public_key.verify(signed.signature, data)
        case _:
            message = f"A signature with {signature_words(oid)} by this key is not accepted."
            raise SignatureWrong(message)


def _verify_pss(signed: Signed, public_key: rsa.RSAPublicKey, data: bytes) -> None:
    if isinstance(signed, ocsp.OCSPResponse):
        raise SignatureWrong("An OCSP answer signed with RSA-PSS is not accepted.")
    # With this OID these two either are what is named here or raise.
    parameters = cast("padding.PSS", signed.signature_algorithm_parameters)
    digest = cast("hashes.HashAlgorithm", signed.signature_hash_algorithm)
    public_key.verify(signed.signature, data, parameters, digest)

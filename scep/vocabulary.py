"""The words of RFC 8894: message types, statuses, failures, capabilities, algorithms, OIDs."""

from enum import IntEnum, StrEnum
from typing import Final


class Operation(StrEnum):
    """Values of the ``operation`` query parameter (RFC 8894 section 4.1)."""

    GET_CA_CAPS = "GetCACaps"
    GET_CA_CERT = "GetCACert"
    GET_NEXT_CA_CERT = "GetNextCACert"
    PKI_OPERATION = "PKIOperation"


class MessageType(IntEnum):
    """What a pkiMessage is (section 3.2.1.2); sent as a decimal PrintableString."""

    CERT_REP = 3
    RENEWAL_REQ = 17
    PKCS_REQ = 19
    CERT_POLL = 20
    GET_CERT = 21
    GET_CRL = 22


class PkiStatus(IntEnum):
    """How the server answered (section 3.2.1.3); the number 1 is not assigned."""

    SUCCESS = 0
    FAILURE = 2
    PENDING = 3


class FailInfo(IntEnum):
    """Why the server refused (section 3.2.1.4)."""

    BAD_ALG = 0
    BAD_MESSAGE_CHECK = 1
    BAD_REQUEST = 2
    BAD_TIME = 3
    BAD_CERT_ID = 4

    @property
    def keyword(self) -> str:
        """The name in the RFC, such as ``badRequest``."""
        return _FAIL_INFO_WORDS[self][0]

    @property
    def meaning(self) -> str:
        """What the server says with it, one sentence."""
        return _FAIL_INFO_WORDS[self][1]

    @property
    def advice(self) -> str:
        """What to try, for the person who configured the request."""
        return _FAIL_INFO_WORDS[self][2]


_FAIL_INFO_WORDS: Final = {
    FailInfo.BAD_ALG: (
        "badAlg",
        "The server does not support an algorithm of the request.",
        "Try another digest or key size in the profile, and compare with what GetCACaps lists.",
    ),
    FailInfo.BAD_MESSAGE_CHECK: (
        "badMessageCheck",
        "The server could not verify or decrypt the request.",
        (
            "Fetch the CA certificate again: the request may be encrypted to an old or wrong one. "
            "On NDES, look at the event log: an expired RA certificate and a wrong or used "
            "challenge password are reported like this too."
        ),
    ),
    FailInfo.BAD_REQUEST: (
        "badRequest",
        "The server understood the request and does not permit it.",
        (
            "The usual cause is a challenge password that is wrong, expired or already used. Then "
            "check what the server's policy wants: subject, subject alternative name, key size, "
            "key usage, certificate template, and whether the subject already has a certificate."
        ),
    ),
    FailInfo.BAD_TIME: (
        "badTime",
        "The signing time in the request is too far from the server's clock.",
        "Set the clocks of both machines (NTP).",
    ),
    FailInfo.BAD_CERT_ID: (
        "badCertId",
        "The server knows no certificate or transaction that matches the request.",
        "Check the CA-IDENT and the issuer; a pending request may have been deleted on the server.",
    ),
}


class Capability(StrEnum):
    """Keywords a GetCACaps reply may list (section 3.5.2)."""

    AES = "AES"
    DES3 = "DES3"
    GET_NEXT_CA_CERT = "GetNextCACert"
    POST = "POSTPKIOperation"
    RENEWAL = "Renewal"
    SHA_1 = "SHA-1"
    SHA_256 = "SHA-256"
    SHA_512 = "SHA-512"
    SCEP_STANDARD = "SCEPStandard"


class Cipher(StrEnum):
    """Content encryption of an EnvelopedData, all in CBC mode."""

    AES_128 = "AES-128-CBC"
    AES_192 = "AES-192-CBC"
    AES_256 = "AES-256-CBC"
    DES3 = "3DES-CBC"
    DES = "DES-CBC"

    @property
    def is_weak(self) -> bool:
        """Whether strict profiles refuse it."""
        return self in {Cipher.DES3, Cipher.DES}


class Digest(StrEnum):
    """Digest under a signature."""

    SHA_1 = "SHA-1"
    SHA_224 = "SHA-224"
    SHA_256 = "SHA-256"
    SHA_384 = "SHA-384"
    SHA_512 = "SHA-512"

    @property
    def is_weak(self) -> bool:
        """Whether strict profiles refuse it."""
        return self is Digest.SHA_1


class KeyTransport(StrEnum):
    """How the content key of an EnvelopedData is wrapped: to an RSA key, or with a password."""

    PKCS1 = "RSAES-PKCS1-v1_5"
    OAEP = "RSAES-OAEP"
    PASSWORD = "PBKDF2 with the challenge password"  # noqa: S105 - a description


class Oid:
    """Object identifiers of SCEP's own attributes and of the few others that matter to it."""

    DATA: Final = "1.2.840.113549.1.7.1"
    SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
    ENVELOPED_DATA: Final = "1.2.840.113549.1.7.3"
    AUTH_ENVELOPED_DATA: Final = "1.2.840.113549.1.9.16.1.23"

    CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
    MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
    SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
    CHALLENGE_PASSWORD: Final = "1.2.840.113549.1.9.7"  # noqa: S105 - an OID

    MESSAGE_TYPE: Final = "2.16.840.1.113733.1.9.2"
    PKI_STATUS: Final = "2.16.840.1.113733.1.9.3"
    FAIL_INFO: Final = "2.16.840.1.113733.1.9.4"
    SENDER_NONCE: Final = "2.16.840.1.113733.1.9.5"
    RECIPIENT_NONCE: Final = "2.16.840.1.113733.1.9.6"
    TRANSACTION_ID: Final = "2.16.840.1.113733.1.9.7"
    FAIL_INFO_TEXT: Final = "1.3.6.1.5.5.7.24.1"
    MICROSOFT_HRESULT: Final = "1.3.6.1.4.1.311.21.33"

    RSA_ENCRYPTION: Final = "1.2.840.113549.1.1.1"
    RSAES_OAEP: Final = "1.2.840.113549.1.1.7"
    EC_PUBLIC_KEY: Final = "1.2.840.10045.2.1"

    PBKDF2: Final = "1.2.840.113549.1.5.12"
    PWRI_KEK: Final = "1.2.840.113549.1.9.16.3.9"


class MediaType:
    """Content types of SCEP's HTTP bodies (section 4)."""

    CA_CERT: Final = "application/x-x509-ca-cert"
    CA_RA_CERT: Final = "application/x-x509-ca-ra-cert"
    NEXT_CA_CERT: Final = "application/x-x509-next-ca-cert"
    PKI_MESSAGE: Final = "application/x-pki-message"


_HRESULTS: Final = {
    0x80070005: "access denied: look at the template's permissions and the service account",
    0x8007000D: "the request holds invalid data",
    0x80070057: "a parameter is wrong",
    0x8007052E: "the service account could not log on",
    0x800706BA: "NDES cannot reach the certification authority (RPC server unavailable)",
    0x80090005: "bad data: the request was encrypted to another certificate than the RA's",
    0x80090016: "the RA's private key is missing or not readable for the service account",
    0x80092012: "revocation could not be checked",
    0x80092013: "the revocation server is offline",
    0x80094001: "the subject name is invalid or too long",
    0x80094003: "the state of the request does not allow the operation",
    0x80094011: "the permissions of the certification authority do not allow to enroll",
    0x80094012: "the permissions of the certificate template do not allow to enroll",
    0x80094014: "a certificate manager denied the request",
    0x80094800: "the certification authority does not offer the certificate template",
    0x80094801: "the request names no certificate template",
    0x80094802: "the request names conflicting certificate templates",
    0x80094803: "the template wants a subject alternative name",
    0x8009480A: "the request lacks a signature that the template wants",
    0x8009480F: "the template wants a DNS name",
    0x80094811: "the key is shorter than the template allows",
    0x80094812: "the template wants an e-mail address",
    0x800B0101: "a certificate is expired or not yet valid",
    0x800B0109: "the chain ends in a root certificate that the server does not trust",
}
"""What NDES sends, in our words; the codes are Windows' (winerror.h)."""


def describe_hresult(hresult: int) -> str:
    """Put a Microsoft HRESULT into words, such as ``0x80070005, access is denied``.

    Args:
        hresult: the number as the server sent it, signed or unsigned.
    """
    code = hresult & 0xFFFFFFFF
    words = _HRESULTS.get(code, "no description known; look it up in Microsoft's list")
    return f"0x{code:08X}, {words}"

"""Cryptographic Message Syntax as SCEP uses it (RFC 5652), and the little X.509 it needs.

asn1crypto frames, ``cryptography`` computes. Reading is lenient towards what servers send; writing
is DER. Every reader takes any bytes and gives a value or raises a
:class:`~scep.errors.ScepError`.
"""

from scep.cms.attributes import octets_value, text_value
from scep.cms.certificate import Certificate, Csr, read_certificate, read_csr
from scep.cms.certificate_id import CertificateId
from scep.cms.enveloped import Envelope, Opened, envelop, read_envelope
from scep.cms.errors import (
    NothingToEncryptWith,
    SignatureInvalid,
    Undecipherable,
    Unreadable,
    Unsupported,
    reading,
)
from scep.cms.names import name_text, same_name, serial_text
from scep.cms.password import opens_with_password
from scep.cms.self_signed import self_signed
from scep.cms.signed import SignedMessage, read_signed, sign
from scep.cms.unsigned import read_certificates, read_crls, write_certificates, write_crls
from scep.cms.values import (
    read_issuer_and_serial,
    read_issuer_and_subject,
    write_issuer_and_serial,
    write_issuer_and_subject,
)

__all__ = [
    "Certificate",
    "CertificateId",
    "Csr",
    "Envelope",
    "NothingToEncryptWith",
    "Opened",
    "SignatureInvalid",
    "SignedMessage",
    "Undecipherable",
    "Unreadable",
    "Unsupported",
    "envelop",
    "name_text",
    "octets_value",
    "opens_with_password",
    "read_certificate",
    "read_certificates",
    "read_crls",
    "read_csr",
    "read_envelope",
    "read_issuer_and_serial",
    "read_issuer_and_subject",
    "read_signed",
    "reading",
    "same_name",
    "self_signed",
    "serial_text",
    "sign",
    "text_value",
    "write_certificates",
    "write_crls",
    "write_issuer_and_serial",
    "write_issuer_and_subject",
]

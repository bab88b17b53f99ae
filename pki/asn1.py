"""The ASN.1 that ``cryptography`` does not read for us: raw parts of a structure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from asn1crypto import core, parser

MAX_CHILDREN: Final = 256
"""Most members of one SEQUENCE that are looked at."""

_PLAIN: Final = {
    0x02: core.Integer,
    0x06: core.ObjectIdentifier,
    0x0C: core.UTF8String,
    0x13: core.PrintableString,
    0x16: core.IA5String,
    0x1E: core.BMPString,
}

_PBES2: Final = core.ObjectIdentifier("1.2.840.113549.1.5.13").dump()
_SCRYPT: Final = core.ObjectIdentifier("1.3.6.1.4.1.11591.4.11").dump()

Extension = tuple[str, bool, bytes]
"""OID, critical, value."""


def children(tlv: bytes) -> list[bytes]:
    """Cut a constructed DER value into its members, byte for byte.

    Raises:
        ValueError: the bytes are no DER value, or it has more than :data:`MAX_CHILDREN` members.
    """
    content = parser.parse(tlv)[4]
    found: list[bytes] = []
    while content:
        if len(found) == MAX_CHILDREN:
            raise ValueError("too many members")
        _, _, _, header, body, trailer = parser.parse(content)
        found.append(header + body + trailer)
        content = content[len(found[-1]) :]
    return found


@dataclass(frozen=True, slots=True)
class CertificateMembers:
    """Members of a TBSCertificate, byte for byte."""

    issuer: bytes
    subject: bytes
    public_key: bytes


def certificate_members(tbs_der: bytes) -> CertificateMembers:
    """Cut the names and the key out of a TBSCertificate.

    Raises:
        ValueError: the members are not there.
    """
    members = children(tbs_der)
    # The version is an explicit [0] and absent in v1 certificates.
    start = 1 if members and members[0][:1] == b"\xa0" else 0
    if len(members) < start + 6:
        raise ValueError("members are missing")
    return CertificateMembers(
        issuer=members[start + 2], subject=members[start + 4], public_key=members[start + 5]
    )


def name_attributes(name_der: bytes) -> list[list[tuple[str, bytes]]]:
    """The OID and the content octets of every attribute of a name, by RDN, as they are encoded.

    Raises:
        ValueError: the bytes are not a name.
    """
    rdns = []
    for rdn in children(name_der):
        pairs = (_members(attribute, 2) for attribute in children(rdn))
        rdns.append(
            [
                (core.ObjectIdentifier.load(oid, strict=True).dotted, parser.parse(value)[4])
                for oid, value, *_ in pairs
            ]
        )
    return rdns


def request_subject(info_der: bytes) -> bytes:
    """The subject of a CertificationRequestInfo, byte for byte.

    Raises:
        ValueError: the members are not there.
    """
    return _members(info_der, 3)[1]


def request_info_of(request_der: bytes) -> bytes:
    """The CertificationRequestInfo of a request, byte for byte: what its signature is over.

    Raises:
        ValueError: the members are not there.
    """
    return _members(request_der, 3)[0]


def sort_attributes(request_der: bytes) -> bytes:
    """Return the same request with its attributes in the order of DER.

    Raises:
        ValueError: the members are not there.
    """
    info, *signature = _members(request_der, 3)
    *fixed, last = _members(info, 3)
    if last[:1] != b"\xa0":
        return request_der
    attributes = children(last)
    in_order = sorted(attributes)
    if attributes == in_order:
        return request_der
    sorted_info = _sequence([*fixed, parser.emit(2, 1, 0, b"".join(in_order))])
    return _sequence([sorted_info, *signature])


def certificate_extensions(tbs_der: bytes) -> tuple[Extension, ...]:
    """The extensions of a TBSCertificate without looking into their values.

    Raises:
        ValueError: the list itself cannot be read.
    """
    for member in children(tbs_der):
        if member[:1] == b"\xa3":
            (extensions,) = children(member)
            return tuple(_extension(item) for item in children(extensions))
    return ()


def passphrase_work(encrypted_key_der: bytes) -> int:
    """Tell how much work it is to make the key of a passphrase for an EncryptedPrivateKeyInfo.

    Returns:
        Iterations of PBKDF2 or PKCS#12; for scrypt four times N*r*p, which takes about as long.

    Raises:
        ValueError: the bytes are something else.
    """
    [algorithm, _] = children(encrypted_key_der)
    return derivation_work(algorithm)


def derivation_work(algorithm: bytes) -> int:
    """The same for the AlgorithmIdentifier of an encryption under a passphrase.

    Raises:
        ValueError: it says nothing of the kind.
    """
    [oid, parameters] = children(algorithm)
    if oid == _PBES2:
        [derivation, _] = children(parameters)
        [oid, parameters] = children(derivation)
    numbers = [
        int.from_bytes(parser.parse(one)[4], "big")
        for one in children(parameters)
        if one[0] == core.Integer.tag
    ]
    if not numbers:
        raise ValueError("nothing says how a key is made of the passphrase")
    return 4 * math.prod(numbers[:3]) if oid == _SCRYPT else numbers[0]


def octets(tlv: bytes) -> bytes:
    """The content of an OCTET STRING, also of one that is written in pieces (BER).

    Raises:
        ValueError: it is something else.
    """
    pieces = children(tlv) if tlv[:1] == b"\x24" else [tlv]
    if any(piece[:1] != b"\x04" for piece in pieces):
        raise ValueError("not an octet string")
    return b"".join(parser.parse(piece)[4] for piece in pieces)


def first_value(data: bytes) -> bytes:
    """The first value of several, byte for byte; everything when there is none to be found."""
    try:
        _, _, _, header, body, trailer = parser.parse(data)
    except ValueError:
        return data
    return bytes(header + body + trailer)


def plain(tlv: bytes) -> str:
    """The text of a string, an integer or an object identifier.

    Raises:
        ValueError: it is something else.
    """
    kind = _PLAIN.get(tlv[0]) if tlv else None
    if kind is None:
        raise ValueError("neither text, number nor object identifier")
    value = kind.load(tlv, strict=True)
    return str(value.dotted if isinstance(value, core.ObjectIdentifier) else value.native)


def _members(tlv: bytes, at_least: int) -> list[bytes]:
    members = children(tlv)
    if len(members) < at_least:
        raise ValueError("members are missing")
    return members


def _sequence(members: Sequence[bytes]) -> bytes:
    return bytes(parser.emit(0, 1, 16, b"".join(members)))


def _extension(item: bytes) -> Extension:
    members = children(item)
    oid = core.ObjectIdentifier.load(members[0]).dotted
    value = core.OctetString.load(members[-1]).native
    return oid, len(members) > 2, value

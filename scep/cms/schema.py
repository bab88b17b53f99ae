"""The structures of RFC 5652, 5280 and 2986 as asn1crypto reads and writes them.

asn1crypto has classes of its own for these. They decode names and attribute values while
reading, and refuse what real servers send (unknown string types, a constructed ``[0]``). Here
such parts stay raw: ``dump()`` gives their exact bytes.
"""

from functools import lru_cache
from typing import Any, ClassVar, Final, TypeAlias

from asn1crypto import core, x509

Value: TypeAlias = Any
"""An asn1crypto value: its package has no types."""

Fields: TypeAlias = list[tuple[Any, ...]]


class _AsItCame:
    """Gives the exact bytes that were read.

    asn1crypto takes a length whose last octet is 0x80 (128, 384, 640 ...) for an indefinite one,
    and would write everything anew. Indefinite lengths are rewritten before anything gets here.
    """

    def dump(self, force: bool = False) -> bytes:  # noqa: FBT001, FBT002 - asn1crypto's signature
        """Give the encoding; what was not read but made is encoded now."""
        read: Any = self
        if force or not read._header or read.contents is None:  # noqa: SLF001 - nothing public has it
            return bytes(super().dump(force))  # type: ignore[misc]  # of asn1crypto
        return bytes(read._header + read.contents + read._trailer)  # noqa: SLF001 - likewise


MAX_OID_BYTES: Final = 128
"""Longest object identifier read; Windows names templates by some of 30 bytes."""


class ObjectIdentifier(core.ObjectIdentifier):  # type: ignore[misc]  # asn1crypto has no types
    """OBJECT IDENTIFIER of a bounded length, because longer ones take minutes to write down."""

    @property
    def dotted(self) -> str:
        """The dotted form.

        Raises:
            ValueError: it is longer than anybody's.
        """
        if len(self.contents) > MAX_OID_BYTES:
            raise ValueError("an object identifier is too long")
        return str(super().dotted)


@lru_cache(maxsize=256)
def dotted(oid_der: bytes) -> str:
    """Give the dotted form of an OBJECT IDENTIFIER; there are few, and they come all the time.

    Raises:
        ValueError: it is none, or longer than anybody's.
    """
    return str(ObjectIdentifier.load(oid_der, strict=True).dotted)


class RawSequence(_AsItCame, core.SequenceOf):  # type: ignore[misc]
    """A SEQUENCE kept as it came: names, keys, certificates, extensions."""

    _child_spec = core.Any


class RawSet(_AsItCame, core.SequenceOf):  # type: ignore[misc]
    """A SET OF SEQUENCE kept as it came, in its order: certificates, CRLs, attributes."""

    tag = 17
    _child_spec = RawSequence


class Algorithm(_AsItCame, core.Sequence):  # type: ignore[misc]
    """AlgorithmIdentifier."""

    _fields: ClassVar[Fields] = [
        ("algorithm", ObjectIdentifier),
        ("parameters", core.Any, {"optional": True}),
    ]


class Algorithms(_AsItCame, core.SetOf):  # type: ignore[misc]
    """DigestAlgorithmIdentifiers."""

    _child_spec = Algorithm


class IssuerAndSerial(_AsItCame, core.Sequence):  # type: ignore[misc]
    """IssuerAndSerialNumber; the name stays raw, because it must never be re-encoded."""

    _fields: ClassVar[Fields] = [("issuer", RawSequence), ("serial", core.Integer)]


class IssuerAndSubject(_AsItCame, core.Sequence):  # type: ignore[misc]
    """IssuerAndSubject of a CertPoll (RFC 8894 section 3.3.3)."""

    _fields: ClassVar[Fields] = [("issuer", RawSequence), ("subject", RawSequence)]


class Identifier(core.Choice):  # type: ignore[misc]
    """SignerIdentifier and RecipientIdentifier."""

    _alternatives: ClassVar[Fields] = [
        ("issuer_and_serial", IssuerAndSerial),
        ("key_id", core.OctetString, {"implicit": 0}),
    ]


class SignerInfo(_AsItCame, core.Sequence):  # type: ignore[misc]
    """SignerInfo."""

    _fields: ClassVar[Fields] = [
        ("version", core.Integer),
        ("sid", Identifier),
        ("digest_algorithm", Algorithm),
        ("signed_attrs", RawSet, {"implicit": 0, "optional": True}),
        ("signature_algorithm", Algorithm),
        ("signature", core.OctetString),
        ("unsigned_attrs", RawSet, {"implicit": 1, "optional": True}),
    ]


class SignerInfos(_AsItCame, core.SetOf):  # type: ignore[misc]
    """SignerInfos."""

    _child_spec = SignerInfo


class DataContent(_AsItCame, core.Sequence):  # type: ignore[misc]
    """EncapsulatedContentInfo."""

    _fields: ClassVar[Fields] = [
        ("content_type", ObjectIdentifier),
        ("content", core.OctetString, {"explicit": 0, "optional": True}),
    ]


class SignedData(_AsItCame, core.Sequence):  # type: ignore[misc]
    """SignedData; CRLs stay raw."""

    _fields: ClassVar[Fields] = [
        ("version", core.Integer),
        ("digest_algorithms", Algorithms),
        ("content_info", DataContent),
        ("certificates", RawSet, {"implicit": 0, "optional": True}),
        ("crls", RawSet, {"implicit": 1, "optional": True}),
        ("signer_infos", SignerInfos),
    ]


class SignedContent(_AsItCame, core.Sequence):  # type: ignore[misc]
    """ContentInfo around SignedData."""

    _fields: ClassVar[Fields] = [
        ("content_type", ObjectIdentifier),
        ("content", SignedData, {"explicit": 0}),
    ]


class PssParameters(_AsItCame, core.Sequence):  # type: ignore[misc]
    """RSASSA-PSS-params (RFC 4055 section 3.1)."""

    _fields: ClassVar[Fields] = [
        ("hash", Algorithm, {"explicit": 0, "optional": True}),
        ("mask", Algorithm, {"explicit": 1, "optional": True}),
        ("salt_length", core.Integer, {"explicit": 2, "default": 20}),
        ("trailer", core.Integer, {"explicit": 3, "default": 1}),
    ]


class Validity(_AsItCame, core.Sequence):  # type: ignore[misc]
    """Validity."""

    _fields: ClassVar[Fields] = [("not_before", x509.Time), ("not_after", x509.Time)]


class Purposes(_AsItCame, core.SequenceOf):  # type: ignore[misc]
    """ExtKeyUsageSyntax."""

    _child_spec = ObjectIdentifier


class TbsCertificate(_AsItCame, core.Sequence):  # type: ignore[misc]
    """TBSCertificate; names and key stay raw."""

    _fields: ClassVar[Fields] = [
        ("version", core.Integer, {"explicit": 0, "default": 0}),
        ("serial", core.Integer),
        ("signature", Algorithm),
        ("issuer", RawSequence),
        ("validity", Validity),
        ("subject", RawSequence),
        ("public_key", RawSequence),
        ("issuer_unique_id", core.BitString, {"implicit": 1, "optional": True}),
        ("subject_unique_id", core.BitString, {"implicit": 2, "optional": True}),
        ("extensions", RawSequence, {"explicit": 3, "optional": True}),
    ]


class Certificate(_AsItCame, core.Sequence):  # type: ignore[misc]
    """Certificate."""

    _fields: ClassVar[Fields] = [
        ("tbs", TbsCertificate),
        ("algorithm", Algorithm),
        ("signature", core.OctetBitString),
    ]


class CsrInfo(_AsItCame, core.Sequence):  # type: ignore[misc]
    """CertificationRequestInfo; name and key stay raw."""

    _fields: ClassVar[Fields] = [
        ("version", core.Integer),
        ("subject", RawSequence),
        ("public_key", RawSequence),
        ("attributes", RawSet, {"implicit": 0, "optional": True}),
    ]


class Csr(_AsItCame, core.Sequence):  # type: ignore[misc]
    """CertificationRequest."""

    _fields: ClassVar[Fields] = [
        ("info", CsrInfo),
        ("algorithm", Algorithm),
        ("signature", core.OctetBitString),
    ]

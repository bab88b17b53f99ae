"""The structures of RFC 5652 section 6 and of what goes into them, as asn1crypto reads them."""

from typing import ClassVar

from asn1crypto import core

from scep.cms.schema import Algorithm, Fields, Identifier, ObjectIdentifier, RawSequence, RawSet


class KeyTransport(core.Sequence):  # type: ignore[misc]
    """KeyTransRecipientInfo."""

    _fields: ClassVar[Fields] = [
        ("version", core.Integer),
        ("rid", Identifier),
        ("algorithm", Algorithm),
        ("encrypted_key", core.OctetString),
    ]


class OaepParameters(core.Sequence):  # type: ignore[misc]
    """RSAES-OAEP-params (RFC 4055 section 4.1)."""

    _fields: ClassVar[Fields] = [
        ("hash", Algorithm, {"explicit": 0, "optional": True}),
        ("mask", Algorithm, {"explicit": 1, "optional": True}),
        ("source", Algorithm, {"explicit": 2, "optional": True}),
    ]


class Pbkdf2Parameters(core.Sequence):  # type: ignore[misc]
    """PBKDF2-params (RFC 8018 appendix A.2); a salt from elsewhere is not supported."""

    _fields: ClassVar[Fields] = [
        ("salt", core.OctetString),
        ("iterations", core.Integer),
        ("key_length", core.Integer, {"optional": True}),
        ("prf", Algorithm, {"optional": True}),
    ]


class Password(core.Sequence):  # type: ignore[misc]
    """PasswordRecipientInfo."""

    _fields: ClassVar[Fields] = [
        ("version", core.Integer),
        ("derivation", Algorithm, {"implicit": 0, "optional": True}),
        ("algorithm", Algorithm),
        ("encrypted_key", core.OctetString),
    ]


class RecipientInfo(core.Choice):  # type: ignore[misc]
    """RecipientInfo; key transport and passwords are read."""

    _alternatives: ClassVar[Fields] = [
        ("ktri", KeyTransport),
        ("kari", RawSequence, {"implicit": 1}),
        ("kekri", RawSequence, {"implicit": 2}),
        ("pwri", Password, {"implicit": 3}),
        ("ori", RawSequence, {"implicit": 4}),
    ]


class RecipientInfos(core.SetOf):  # type: ignore[misc]
    """RecipientInfos."""

    _child_spec = RecipientInfo


class EnvelopedData(core.Sequence):  # type: ignore[misc]
    """EnvelopedData; EncryptedContentInfo stays raw, because servers send it constructed."""

    _fields: ClassVar[Fields] = [
        ("version", core.Integer),
        ("originator_info", RawSequence, {"implicit": 0, "optional": True}),
        ("recipient_infos", RecipientInfos),
        ("encrypted_content_info", RawSequence),
        ("unprotected_attrs", RawSet, {"implicit": 1, "optional": True}),
    ]


class EnvelopedContent(core.Sequence):  # type: ignore[misc]
    """ContentInfo around EnvelopedData."""

    _fields: ClassVar[Fields] = [
        ("content_type", ObjectIdentifier),
        ("content", EnvelopedData, {"explicit": 0}),
    ]

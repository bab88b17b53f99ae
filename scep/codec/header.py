"""SCEP's own attributes of a pkiMessage (RFC 8894 section 3.2.1)."""

from dataclasses import dataclass
from typing import Literal

from scep import cms
from scep.messages import Nonce, TransactionId
from scep.vocabulary import Oid


@dataclass(frozen=True, slots=True)
class Header:
    """SCEP's attributes of any pkiMessage, as far as they are there; nothing is verified.

    Attributes:
        message_type: the number; None when absent.
        transaction_id: empty when absent.
        status: pkiStatus as text; empty when absent.
        fail_info: as text; empty when absent.
        fail_info_text: for people; octets that are no UTF-8 are replaced.
        hresult: Microsoft's error number, unsigned; None when absent.
    """

    message_type: int | None
    transaction_id: TransactionId
    sender_nonce: Nonce | None
    recipient_nonce: Nonce | None
    status: str
    fail_info: str
    fail_info_text: str
    hresult: int | None


def read_header(message: cms.SignedMessage) -> Header:
    """Read SCEP's attributes of a message.

    Raises:
        Unreadable: one has no value, several, or one of a wrong type.
    """
    with cms.reading("signed attributes"):
        return Header(
            message_type=_number(message, Oid.MESSAGE_TYPE),
            transaction_id=TransactionId(_text(message, Oid.TRANSACTION_ID)),
            sender_nonce=_nonce(message, Oid.SENDER_NONCE),
            recipient_nonce=_nonce(message, Oid.RECIPIENT_NONCE),
            status=_text(message, Oid.PKI_STATUS),
            fail_info=_text(message, Oid.FAIL_INFO),
            fail_info_text=_text(message, Oid.FAIL_INFO_TEXT, "replace"),
            hresult=_hresult(message),
        )


def _text(
    message: cms.SignedMessage, oid: str, errors: Literal["strict", "replace"] = "strict"
) -> str:
    value = message.value(oid)
    return cms.text_value(value, errors) if value is not None else ""


def _number(message: cms.SignedMessage, oid: str) -> int | None:
    text = _text(message, oid)
    return int(text) if text else None


def _nonce(message: cms.SignedMessage, oid: str) -> Nonce | None:
    value = message.value(oid)
    return Nonce(cms.octets_value(value)) if value is not None else None


def _hresult(message: cms.SignedMessage) -> int | None:
    # NDES writes a signed decimal; what else stands here is no reason to lose the rest.
    try:
        return int(_text(message, Oid.MICROSOFT_HRESULT), 0) & 0xFFFFFFFF
    except ValueError:
        return None

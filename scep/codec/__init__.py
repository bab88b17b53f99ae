"""Messages to pkiMessages and back (RFC 8894 section 3): every MUST of a reply is checked here.

Reading is lenient about string types, because servers differ in them; it is strict about what ties
a reply to its request: signature, transaction id, recipientNonce.
"""

from scep.codec.decode import Expected, decode_content, decode_reply
from scep.codec.encode import NONCE_BYTES, encode_reply, encode_request, fresh_nonce
from scep.codec.header import Header, read_header

__all__ = [
    "NONCE_BYTES",
    "Expected",
    "Header",
    "decode_content",
    "decode_reply",
    "encode_reply",
    "encode_request",
    "fresh_nonce",
    "read_header",
]

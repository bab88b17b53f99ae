"""NTLM from the client's side (MS-NLMP): the two messages that we send, made by pyspnego.

pyspnego is imported at the first use: it takes 60 ms and 5 MB, and most servers ask for no NTLM.
"""

import base64
import binascii
import logging
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from scep.transport import sign_in_words as words
from scep.transport.server import Credentials

if TYPE_CHECKING:
    from spnego.channel_bindings import GssChannelBindings

MAX_TOKEN_CHARACTERS: Final = 16 * 1024
"""Longest challenge that is decoded, as base64; a real one has some hundreds."""


class Handshake:
    """One sign-in: our first message, the server's challenge, our response.

    Only NTLMv2 is spoken, and the user is looked up nowhere: no ticket cache, no system account.
    """

    def __init__(self, credentials: Credentials, host: str) -> None:
        r"""Prepare a sign-in.

        Args:
            credentials: the user as ``user``, ``DOMAIN\user`` or ``user@domain``.
            host: name of the server, as in the URL.
        """
        import spnego  # noqa: PLC0415 - see above

        # Its debug log holds the messages, and passwords can be guessed from a response.
        logging.getLogger("spnego").setLevel(logging.INFO)
        self._context = spnego.client(
            spnego.Password(credentials.user, credentials.password),
            hostname=host,
            service="HTTP",
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
        )

    def first(self) -> str:
        """Give the first message as base64; it says nothing about user and password."""
        return base64.b64encode(self._context.step() or b"").decode("ascii")

    def respond(self, challenge: str, certificate_der: bytes) -> str:
        """Answer the server's challenge.

        Args:
            challenge: its message, as base64.
            certificate_der: the server's TLS certificate, which the response is bound to; empty
                without TLS.

        Raises:
            MalformedReply: the challenge cannot be read.
        """
        if len(challenge) > MAX_TOKEN_CHARACTERS:
            raise words.challenge_unreadable()
        bindings = _bindings(certificate_der) if certificate_der else None
        try:
            message = base64.b64decode(challenge, validate=True)
            response = self._context.step(message, channel_bindings=bindings)
        except binascii.Error as error:
            raise words.challenge_unreadable() from error
        except Exception as error:
            # pyspnego's parser lets out whatever it trips over: KeyError, struct.error, ...
            raise words.challenge_unreadable() from error
        return base64.b64encode(response or b"").decode("ascii")


def _bindings(certificate_der: bytes) -> "GssChannelBindings":
    """Bind to the TLS certificate (RFC 5929 section 4), which IIS can be told to insist on."""
    from spnego.channel_bindings import GssChannelBindings  # noqa: PLC0415 - see above

    digest = hashes.Hash(_hash_of(certificate_der))
    digest.update(certificate_der)
    return GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())


def _hash_of(certificate_der: bytes) -> hashes.HashAlgorithm:
    try:
        found = x509.load_der_x509_certificate(certificate_der).signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        found = None
    return hashes.SHA256() if found is None or found.name in {"md5", "sha1"} else found

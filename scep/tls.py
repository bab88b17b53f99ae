"""TLS towards the SCEP server: trust, client certificate, and failures in words."""

import os
import secrets
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import certinfo, keys
from scep.errors import TlsFailed, TlsSettingsUnusable
from scep.transcript import Outcome, Step, StepName


@dataclass(frozen=True, slots=True)
class TlsMaterial:
    """Whom to trust and who we are.

    Attributes:
        ca_pem: the only CA certificates trusted, PEM; None trusts the public ones.
        client_certificate_pem: our certificate and its chain for mutual TLS.
        client_key: its private key.
    """

    ca_pem: bytes | None = None
    client_certificate_pem: bytes | None = None
    client_key: RSAPrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Words:
    fact: str
    hint: str


def make_context(material: TlsMaterial, public_ca_file: str) -> ssl.SSLContext:
    """Make the context for a connection: TLS 1.2 or later, host name always checked.

    Args:
        material: whom to trust and who we are.
        public_ca_file: public CA certificates, trusted with those of the system when the
            material names none.

    Raises:
        TlsSettingsUnusable: a CA certificate, the client certificate or its key cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if (material.client_certificate_pem is None) != (material.client_key is None):
        fact = "Mutual TLS needs the client certificate and its private key together."
        raise TlsSettingsUnusable(fact, stage=StepName.TLS)
    if material.ca_pem is None:
        context.load_default_certs()
        context.load_verify_locations(cafile=public_ca_file)
    else:
        _trust(context, material.ca_pem)
    if material.client_certificate_pem is not None and material.client_key is not None:
        _present(context, material.client_certificate_pem, material.client_key)
    return context


def _trust(context: ssl.SSLContext, pem: bytes) -> None:
    try:
        context.load_verify_locations(cadata=pem.decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise TlsSettingsUnusable(
            "The CA certificate for TLS cannot be read.",
            stage=StepName.TLS,
            hint="It must be one or more certificates in PEM form (-----BEGIN CERTIFICATE-----).",
        ) from error


def _present(context: ssl.SSLContext, certificate_pem: bytes, key: RSAPrivateKey) -> None:
    # The TLS library reads keys from files only. The file is our own, in a folder of our own,
    # encrypted under a passphrase that nobody else ever has, and gone when this function returns.
    passphrase = secrets.token_urlsafe(32)
    pem = certificate_pem.rstrip() + b"\n" + keys.encrypted_pem(key, passphrase).encode("ascii")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "client.pem"
            with open(path, "xb", opener=_private) as file:
                file.write(pem)
            context.load_cert_chain(path, password=passphrase)
    except ssl.SSLError as error:
        raise TlsSettingsUnusable(
            "The client certificate for TLS cannot be used with its private key.",
            stage=StepName.TLS,
            hint="Certificate and key must belong together, the certificate in PEM form.",
        ) from error
    except OSError as error:
        raise TlsSettingsUnusable(
            f"The client certificate cannot be handed to the TLS library: {error.strerror}.",
            stage=StepName.TLS,
            hint="It needs a few kilobytes in the folder for temporary files (TMPDIR).",
        ) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def describe(*, host: str, protocol: str, cipher: str, certificate_der: bytes) -> Step:
    """The step of a handshake that succeeded."""
    details = [("Protocol", protocol), ("Cipher", cipher)]
    try:
        facts = certinfo.read(certificate_der)
    except certinfo.CertificateUnreadable as error:
        details.append(("Server certificate", str(error)))
    else:
        details += [
            ("Server certificate", facts.subject),
            ("Issued by", facts.issuer),
            ("Valid until", f"{facts.not_after:%Y-%m-%d %H:%M} UTC"),
        ]
    fact = f"{protocol}, and the certificate of {host} is trusted."
    return Step(StepName.TLS, Outcome.PASSED, fact, details=tuple(details))


def failure(error: Exception, host: str, port: int) -> TlsFailed:
    """Explain why a TLS handshake with a server failed."""
    words = _explain(error, host, port)
    return TlsFailed(words.fact, stage=StepName.TLS, hint=words.hint)


def _explain(error: Exception, host: str, port: int) -> _Words:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _explain_certificate(error, host)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError | ConnectionError):
        return _Words(
            f"{host} closed the connection during the TLS handshake.",
            f"Check that port {port} speaks TLS and whether it wants a client certificate.",
        )
    if isinstance(error, TimeoutError):
        return _Words(
            f"{host} did not finish the TLS handshake in time.",
            f"Check that port {port} speaks TLS, and the network in between.",
        )
    reason = getattr(error, "reason", None) or type(error).__name__
    words = next((words for part, words in _REASONS if part in reason), None)
    if words is None:
        return _Words(f"The TLS handshake with {host} failed: {reason}.", _SETTINGS)
    return _Words(words.fact.format(host=host, port=port), words.hint.format(host=host, port=port))


def _explain_certificate(error: ssl.SSLCertVerificationError, host: str) -> _Words:
    words = _CERTIFICATE.get(error.verify_code)
    if words is None:
        fact = f"The TLS certificate of {host} is not acceptable: {error.verify_message}."
        return _Words(fact, _SETTINGS)
    return _Words(words.fact.format(host=host), words.hint)


_SETTINGS: Final = "Check the TLS settings and the certificate of the server."

_EXPIRED: Final = _Words(
    "The TLS certificate of {host} has expired.",
    "Renew it on the server, and check the clocks on both sides.",
)
_NOT_YET: Final = _Words(
    "The TLS certificate of {host} is not valid yet.",
    "Check the clocks on both sides.",
)
_OTHER_NAME: Final = _Words(
    "The TLS certificate of the server is not for {host}.",
    "Use a name that is in the certificate, or give the server one with this name.",
)
_UNKNOWN_CA: Final = _Words(
    "The TLS certificate of {host} is not issued by a trusted CA.",
    "Give the root CA of the server's TLS certificate as CA certificate (--ca-file).",
)
# By OpenSSL's X509_V_ERR number.
_CERTIFICATE: Final = {
    9: _NOT_YET,
    10: _EXPIRED,
    18: _UNKNOWN_CA,
    19: _UNKNOWN_CA,
    20: _UNKNOWN_CA,
    21: _UNKNOWN_CA,
    62: _OTHER_NAME,
    64: _OTHER_NAME,
}

_CLIENT_CERTIFICATE: Final = (
    "Give a client certificate and key that the server accepts (--client-cert, --client-key)."
)

_REASONS: Final = (
    (
        "CERTIFICATE_REQUIRED",
        _Words("{host} wants a TLS client certificate.", _CLIENT_CERTIFICATE),
    ),
    (
        "UNKNOWN_CA",
        _Words("{host} does not trust our TLS client certificate.", _CLIENT_CERTIFICATE),
    ),
    (
        "BAD_CERTIFICATE",
        _Words("{host} does not accept our TLS client certificate.", _CLIENT_CERTIFICATE),
    ),
    (
        "CERTIFICATE_EXPIRED",
        _Words("{host} says that our TLS client certificate has expired.", _CLIENT_CERTIFICATE),
    ),
    (
        "HANDSHAKE_FAILURE",
        _Words(
            "{host} refused the TLS handshake.",
            "It may want a client certificate, or have no cipher in common with us.",
        ),
    ),
    (
        "WRONG_VERSION_NUMBER",
        _Words(
            "Port {port} of {host} does not speak TLS.",
            "Use http:// if this port speaks plain HTTP, or the port of the HTTPS service.",
        ),
    ),
    (
        "PROTOCOL",
        _Words(
            "{host} does not offer TLS 1.2 or later.",
            "Enable TLS 1.2 or 1.3 on the server; older versions are not used.",
        ),
    ),
    (
        "TOO_WEAK",
        _Words(
            "The TLS certificate of {host} is signed with an algorithm that is too weak.",
            "Give the server a certificate signed with SHA-256 or better.",
        ),
    ),
    (
        "TOO_SMALL",
        _Words(
            "The TLS certificate of {host} has a key that is too small.",
            "Give the server a certificate with an RSA key of 2048 bits or more.",
        ),
    ),
)

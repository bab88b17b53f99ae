"""From arguments to the values the protocol takes."""

import argparse
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import bundle, keys, names
from pki.csr import SanKind, SanValue
from pki.errors import CertificateUnreadable, KeyUnusable, NameSyntax
from pki.names import Dn
from scep.addresses import origin
from scep.capabilities import NOTHING, STANDARD, Capabilities
from scep.commands import files
from scep.commands.console import Failed
from scep.errors import UnusableRequest
from scep.messages import Identity
from scep.transport import Credentials, Server, TlsMaterial

_SAN_KINDS: Final = {
    "dns": SanKind.DNS,
    "email": SanKind.RFC822,
    "rfc822": SanKind.RFC822,
    "uri": SanKind.URI,
    "ip": SanKind.IP,
}

MAX_IDENT: Final = 255
MAX_SERIAL_DIGITS: Final = 128

_USAGES: Final = ("digitalSignature", "keyEncipherment")


def server(options: argparse.Namespace) -> Server:
    """The SCEP server, with what TLS to it needs.

    Raises:
        Failed: the URL or a file is not usable.
    """
    return Server(_url(options.url), tls=_tls_material(options))


def challenge_server(options: argparse.Namespace) -> Server:
    """The server of the challenge page, with the credentials for it.

    Raises:
        Failed: the URL, a file or the credentials are not usable.
    """
    if (options.user is None) != (options.password is None):
        raise Failed("usage", "--user and --password belong together.")
    user = Credentials(options.user, options.password) if options.user is not None else None
    return Server(_url(options.challenge_url), tls=_tls_material(options), credentials=user)


def private_key(name: str) -> RSAPrivateKey:
    """An RSA key from a file, tested.

    Raises:
        Failed: it cannot be read.
    """
    return _read_key(name, validate=True)


def own_key(name: str) -> RSAPrivateKey:
    """An RSA key to certify; its primes are not tested, which would take 30 ms.

    A key that is none does not get far: the request's own signature is verified before it is sent.

    Raises:
        Failed: it cannot be read.
    """
    return _read_key(name, validate=False)


def own_keys(folder: str, count: int) -> list[RSAPrivateKey]:
    """So many RSA keys from the files of a folder, in the order of their names.

    Raises:
        Failed: it is no folder, holds too few, or one cannot be read.
    """
    try:
        names = sorted(str(path) for path in Path(folder).iterdir() if path.is_file())
    except OSError as error:
        hint = "With --count, --key is a folder with a key for each enrollment."
        raise Failed(
            "usage", f"{folder} is not a folder of keys: {error.strerror}.", hint
        ) from error
    if len(names) < count:
        raise Failed("usage", f"{folder} holds {len(names)} files; {count} keys are needed.")
    return [own_key(name) for name in names[:count]]


def passwords(name: str, count: int = 1) -> list[str]:
    """So many challenge passwords from a file, one a line.

    Raises:
        Failed: it cannot be read, or holds too few.
    """
    try:
        found = [line for line in files.read(name).decode().splitlines() if line]
    except UnicodeDecodeError as error:
        raise Failed("usage", f"{name} is not a text in UTF-8.") from error
    if len(found) < count:
        fact = f"{name} holds {len(found)} challenge passwords; {count} are needed."
        raise Failed("usage", fact, "Write one on each line.")
    return found[:count]


def certificate(name: str) -> bytes:
    """The first certificate of a file, PEM or DER.

    Raises:
        Failed: it cannot be read.
    """
    try:
        return bundle.to_ders(files.read(name))[0]
    except CertificateUnreadable as error:
        raise Failed("usage", f"{name}: {error}") from error


def identity(options: argparse.Namespace) -> Identity:
    """The certificate and the key that ``--cert`` and ``--key`` name.

    Raises:
        Failed: one cannot be read.
    """
    return Identity(certificate(options.cert), private_key(options.key))


def serial(text: str) -> int:
    """A serial number in hexadecimal, with colons or without.

    Raises:
        Failed: it is none.
    """
    digits = text.replace(":", "").replace(" ", "")
    try:
        if len(digits) <= MAX_SERIAL_DIGITS:
            return int(digits, 16)
    except ValueError:
        pass
    raise Failed("usage", "--serial is not a serial number.", "Write it in hexadecimal: 0A1B2C.")


def subject(text: str) -> Dn:
    """The subject asked for, with a common name in it.

    Raises:
        Failed: it is not a distinguished name, or has no CN.
    """
    try:
        dn = names.parse(text)
        names.to_x509(dn)
    except NameSyntax as error:
        raise Failed("usage", f"--subject: {error}") from error
    if not dn.values("CN"):
        raise Failed("usage", "--subject has no common name.", "Write it like CN=fw1,O=Acme.")
    return dn


def ca_ident(text: str) -> str:
    """The CA-IDENT, at most 255 characters as in the profile.

    Raises:
        Failed: it is longer.
    """
    if len(text) > MAX_IDENT:
        fact = f"--ident has {len(text)} characters; at most {MAX_IDENT} are allowed."
        raise Failed("usage", fact)
    return text


def expected(options: argparse.Namespace) -> Capabilities:
    """What the server is expected to offer: SCEPStandard, or nothing in particular."""
    return STANDARD if options.expect_scep_standard else NOTHING


def alternative_names(texts: list[str]) -> tuple[SanValue, ...]:
    """The alternative names asked for.

    Raises:
        Failed: one has no known kind.
    """
    return tuple(_alternative_name(text) for text in texts)


def usages(text: str) -> frozenset[str]:
    """The key usages asked for.

    Raises:
        Failed: one is not known.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in _USAGES:
            raise Failed("usage", f'--usage: "{word}" is not one of {" and ".join(_USAGES)}.')
    return frozenset(words)


def _read_key(name: str, *, validate: bool) -> RSAPrivateKey:
    try:
        return keys.from_pem(files.read(name), validate=validate)
    except KeyUnusable as error:
        hint = f"Decrypt it first: openssl pkey -in {name}" if "passphrase" in str(error) else ""
        raise Failed("usage", f"{name}: {error}", hint) from error


def _alternative_name(text: str) -> SanValue:
    kind, colon, value = text.partition(":")
    if not colon or kind.lower() not in _SAN_KINDS:
        fact = f'--san: "{text}" does not begin with dns:, email:, uri: or ip:.'
        raise Failed("usage", fact, "Write it like dns:fw1.example.com.")
    return SanValue(_SAN_KINDS[kind.lower()], value)


def _url(text: str) -> str:
    try:
        origin(text)
    except UnusableRequest as error:
        raise Failed("usage", error.fact, error.hint) from error
    return text


def _tls_material(options: argparse.Namespace) -> TlsMaterial:
    if (options.client_cert is None) != (options.client_key is None):
        raise Failed("usage", "--client-cert and --client-key belong together.")
    return TlsMaterial(
        ca_pem=_pem("--ca-file", options.ca_file),
        client_certificate_pem=_pem("--client-cert", options.client_cert),
        client_key=private_key(options.client_key) if options.client_key else None,
    )


def _pem(argument: str, name: str | None) -> bytes | None:
    """A file of certificates, with at least one in it."""
    if name is None:
        return None
    content = files.read(name)
    try:
        bundle.from_pem(content)
    except CertificateUnreadable as error:
        raise Failed("usage", f"{argument} {name}: {error}") from error
    return content

"""What ``enroll`` or ``renew`` was told, checked before anything is sent."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from pki import names
from pki.csr import CsrSpec, Digest
from pki.errors import CertificateUnreadable, CsrInvalid
from pki.san import to_general_name
from pki.successor import successor
from scep.cacert import read_fingerprint
from scep.capabilities import Capabilities, Minimum
from scep.commands import inputs
from scep.commands.console import Failed
from scep.errors import UnusableRequest
from scep.messages import Identity
from scep.transport import Server

PLACE: Final = "{n}"
"""What the number of an enrollment among many takes the place of."""


@dataclass(frozen=True)
class Order:
    """A certificate that is wanted.

    Attributes:
        server: the SCEP server.
        challenge_server: where a challenge password is fetched; None when it is given or absent.
        spec: the request, with the challenge password when it was given.
        key: the key to use; None makes one of ``bits``.
        expected: what the server is expected to offer.
        get: send by GET even when the server takes POST.
        tls_files: paths that asking again will need, by argument.
        current: the certificate that is renewed, with its key; None for a first one.
        reply_key: absolute path of the key that opens the replies; empty for the new key itself.
        compatible: renew by a PKCSReq signed with the old certificate.
    """

    server: Server
    challenge_server: Server | None
    spec: CsrSpec = field(repr=False)
    bits: int
    key: RSAPrivateKey | None = field(repr=False)
    ca_ident: str
    fingerprint: str
    expected: Capabilities
    minimum: Minimum
    get: bool
    tls_files: Mapping[str, str]
    current: Identity | None = field(default=None, repr=False)
    reply_key: str = ""
    compatible: bool = False

    @cached_property
    def subject(self) -> str:
        """The name that is asked for."""
        subject = self.spec.subject
        return names.text(subject) if isinstance(subject, x509.Name) else str(subject)

    @property
    def about(self) -> dict[str, str]:
        """What identifies it in transcripts and answers."""
        return {"url": self.server.url, "subject": self.subject}


def read_order(options: argparse.Namespace) -> Order:
    """Check everything that can be checked before anything is sent.

    Raises:
        Failed: an argument is not usable.
    """
    key = inputs.own_key(options.key) if options.key else None
    return _order(options, key, _spec(options, _password(options)))


def read_renewal(options: argparse.Namespace) -> Order:
    """The same for a renewal: names and usages not given are those of the certificate.

    Raises:
        Failed: an argument is not usable.
    """
    current = inputs.identity(options)
    try:
        like = successor(current.certificate_der)
    except CertificateUnreadable as error:
        raise Failed("usage", f"{options.cert}: {error}") from error
    spec = _spec(options, _password(options), like=like)
    key = current.private_key if options.same_key else None
    return replace(
        _order(options, key, spec),
        current=current,
        reply_key=str(Path(options.key).resolve()),
        compatible=options.compatible,
    )


def read_orders(options: argparse.Namespace, numbers: Sequence[str]) -> list[Order]:
    """The same for many: an order for each number, which ``{n}`` in subject and SAN becomes.

    Raises:
        Failed: an argument is not usable, or does not suffice for so many.
    """
    count = len(numbers)
    own: Sequence[RSAPrivateKey | None] = [None] * count
    if options.key:
        own = inputs.own_keys(options.key, count)
    passwords = [options.challenge or ""] * count
    if options.challenge_file:
        passwords = inputs.passwords(options.challenge_file, count)
    specs = [
        _spec(_numbered(options, number), password)
        for number, password in zip(numbers, passwords, strict=True)
    ]
    first = _order(options, own[0], specs[0])
    for key in own:
        _check_strength(options, key)
    return [replace(first, key=key, spec=spec) for key, spec in zip(own, specs, strict=True)]


def _order(options: argparse.Namespace, key: RSAPrivateKey | None, spec: CsrSpec) -> Order:
    if options.user is not None and options.challenge_url is None:
        raise Failed("usage", "--user and --password are for --challenge-url.")
    _check_strength(options, key)
    _check_fingerprint(options.fingerprint)
    return Order(
        server=inputs.server(options),
        challenge_server=inputs.challenge_server(options) if options.challenge_url else None,
        spec=spec,
        bits=options.bits,
        key=key,
        ca_ident=inputs.ca_ident(options.ident),
        fingerprint=options.fingerprint,
        expected=inputs.expected(options),
        minimum=Minimum.STRICT if options.strict else Minimum.DEFAULT,
        get=options.get,
        tls_files=_tls_files(options),
    )


def _numbered(options: argparse.Namespace, number: str) -> argparse.Namespace:
    """The options of one among many."""
    subject = options.subject.replace(PLACE, number)
    san = [text.replace(PLACE, number) for text in options.san]
    return argparse.Namespace(**{**vars(options), "subject": subject, "san": san})


def _password(options: argparse.Namespace) -> str:
    if options.challenge_file:
        return inputs.passwords(options.challenge_file)[0]
    return options.challenge or ""


def _spec(options: argparse.Namespace, password: str, *, like: CsrSpec | None = None) -> CsrSpec:
    """What the request shall say; what the options leave out is as in ``like``."""
    usages = inputs.usages(options.usage)
    spec = CsrSpec(
        subject=like.subject if like and not options.subject else inputs.subject(options.subject),
        digest=Digest(options.digest),
        challenge_password=password,
        digital_signature="digitalSignature" in usages,
        key_encipherment="keyEncipherment" in usages,
        san=inputs.alternative_names(options.san),
    )
    if like and not usages:
        spec = replace(
            spec, digital_signature=like.digital_signature, key_encipherment=like.key_encipherment
        )
    if like and not options.san:
        spec = replace(spec, san=like.san)
    try:
        for san in spec.san:
            to_general_name(san)
    except CsrInvalid as error:
        raise Failed("usage", f"--san: {error}") from error
    return spec


def _check_strength(options: argparse.Namespace, key: RSAPrivateKey | None) -> None:
    bits = key.key_size if key else options.bits
    if not 1024 <= bits <= 8192 or bits % 8:
        raise Failed("usage", f"--bits: RSA keys have 1024 to 8192 bits, not {bits}.")
    if options.strict and (bits < 2048 or options.digest == "sha1"):
        raise Failed("usage", "--strict wants an RSA key of 2048 bits or more and no sha1.")


def _check_fingerprint(text: str) -> None:
    if text:
        try:
            read_fingerprint(text)
        except UnusableRequest as error:
            raise Failed("usage", f"--fingerprint: {error.fact}", error.hint) from error


def _tls_files(options: argparse.Namespace) -> dict[str, str]:
    named = {
        "ca_file": options.ca_file,
        "client_cert": options.client_cert,
        "client_key": options.client_key,
    }
    return {name: str(Path(file).resolve()) for name, file in named.items() if file}

"""The CA's own certificates and keys: made at the first start, loaded once per process.

There may be several CAs, numbered by generation: the current one issues, the next one is made and
announced (GetNextCACert) before it takes over, and the past ones go on answering for what they
issued.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cryptography import x509

from democa import issuer, secrets
from democa.models import AuthorityCertificate, Switches
from democa.services import switches
from democa.services.writing import writing
from domain.errors import Refused
from scep.messages import Identity
from webui import server_certificate

Role = AuthorityCertificate.Role


@dataclass(frozen=True, slots=True)
class Succession:
    """Which CAs there are, by generation.

    Attributes:
        current: issues now.
        newest: the current one, or the one that is to take over.
    """

    current: int
    newest: int

    @property
    def every(self) -> range:
        """All generations, the oldest first."""
        return range(1, self.newest + 1)

    @property
    def others(self) -> list[int]:
        """All but the current one."""
        return [generation for generation in self.every if generation != self.current]


@writing()
def initialise(*, at: datetime) -> None:
    """Make the CA unless there is one; with one, check that its keys are there.

    Raises:
        KeyMissing: a certificate is there and its key is not.
    """
    load.cache_clear()
    if AuthorityCertificate.objects.exists():
        for generation in succession(switches.read()).every:
            load(generation)
        return
    store(made=issuer.make_authority(at))


def make_next(*, at: datetime) -> None:
    """Make the CA that will take over; from now on clients may fetch it.

    Raises:
        Refused: there is one already.
    """
    generation = switches.read().generation + 1
    keep_next(made=issuer.make_authority(at, generation=generation), generation=generation)


@writing()
def keep_next(*, made: issuer.Authority, generation: int) -> None:
    """Keep and announce a CA that has just been made to take over; as :func:`make_next`."""
    row = switches.read()
    if row.has_next or row.generation + 1 != generation:
        message = "The next CA is there already."
        raise Refused(message, hint="Let it take over before you make another one.")
    store(made=made, generation=generation)
    row.has_next = True
    row.save()


@writing()
def take_over() -> None:
    """Let the next CA issue from now on.

    Raises:
        Refused: there is none.
    """
    row = switches.read()
    if not row.has_next:
        raise Refused("There is no next CA.", hint="Make it first.")
    row.generation += 1
    row.has_next = False
    row.save()


@writing()
def store(*, made: issuer.Authority, generation: int = 1) -> None:
    """Keep a CA that has just been made."""
    for role, identity in (
        (Role.ROOT, made.root),
        (Role.RA_SIGNATURE, made.ra_signature),
        (Role.RA_ENCRYPTION, made.ra_encryption),
    ):
        # The keys first: without their certificates they are simply written over.
        secrets.write_key(role, generation, identity.private_key)
        AuthorityCertificate.objects.create(
            generation=generation, role=role, certificate_der=identity.certificate_der
        )


def succession(row: Switches) -> Succession:
    """Tell which CAs there are."""
    return Succession(row.generation, row.generation + row.has_next)


@cache
def load(generation: int) -> issuer.Authority:
    """Return a CA's certificates and keys.

    Raises:
        KeyMissing: a key file is not there.
    """
    rows = AuthorityCertificate.objects.filter(generation=generation)
    certificates = {row.role: bytes(row.certificate_der) for row in rows}
    identities = {
        role: Identity(certificates[role], secrets.read_key(role, generation))
        for role in Role.values
    }
    return issuer.Authority(
        root=identities[Role.ROOT],
        ra_signature=identities[Role.RA_SIGNATURE],
        ra_encryption=identities[Role.RA_ENCRYPTION],
    )


def tls_issuer() -> server_certificate.Issuer:
    """Return the CA that issues now, to sign the certificate of our own HTTPS port."""
    root = load(switches.read().generation).root
    return server_certificate.Issuer(
        x509.load_der_x509_certificate(root.certificate_der), root.private_key
    )

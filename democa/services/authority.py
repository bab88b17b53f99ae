"""The CA's own certificates and keys: made at the first start, loaded once per process.

There may be several CAs, numbered by generation: the current one issues, the next one is made and
announced (GetNextCACert) before it takes over, and the past ones go on answering for what they
issued.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cryptography import x509

from democa import hierarchy, secrets
from democa.hierarchy import Authority, Design, RegistrationAuthorities
from democa.models import AuthorityCertificate, Switches
from democa.services import switches
from democa.services.writing import writing
from domain.errors import Refused
from scep.messages import Identity, Signer
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
def initialise(*, at: datetime, design: Design | None = None) -> None:
    """Make the CA unless there is one; with one, check that its keys are there.

    Args:
        at: the time.
        design: how it is laid out; not given, one that is there may be of any design.

    Raises:
        KeyMissing: a certificate is there and its key is not.
        Refused: the CA that issues is of another design.
    """
    load.cache_clear()
    if not AuthorityCertificate.objects.exists():
        store(made=hierarchy.make_authority(at, design or Design.RSA))
        return
    cas = succession(switches.read())
    designs = {generation: load(generation).design for generation in cas.every}
    if design not in {None, designs[cas.current]}:
        raise Refused(
            f"The demo CA is there already, and is {designs[cas.current]}, not {design}.",
            hint="Make the next CA on its page, or start another one with --data.",
        )


def make_next(*, at: datetime, design: Design) -> None:
    """Make the CA that will take over; from now on clients may fetch it.

    Raises:
        Refused: there is one already.
    """
    present = switches.read().generation
    made = hierarchy.make_authority(at, design, generation=present + 1, before=load(present))
    keep_next(made=made, generation=present + 1)


@writing()
def keep_next(*, made: Authority, generation: int) -> None:
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
def store(*, made: Authority, generation: int = 1) -> None:
    """Keep a CA that has just been made."""
    for role, one in _by_role(made).items():
        # The keys first: without their certificates they are simply written over.
        secrets.write_key(role, generation, one.private_key)
        AuthorityCertificate.objects.create(
            generation=generation, role=role, certificate_der=one.certificate_der
        )


def succession(row: Switches) -> Succession:
    """Tell which CAs there are."""
    return Succession(row.generation, row.generation + row.has_next)


@cache
def load(generation: int) -> Authority:
    """Return a CA's certificates and keys.

    Raises:
        KeyMissing: a key file is not there.
    """
    identities = {
        Role(row.role): hierarchy.identity(
            bytes(row.certificate_der), secrets.read_key(row.role, generation)
        )
        for row in AuthorityCertificate.objects.filter(generation=generation)
    }
    root = identities[Role.ROOT]
    return Authority(root, identities.get(Role.ISSUING, root), _ras(identities))


def _ras(identities: dict[Role, Signer]) -> RegistrationAuthorities | None:
    signature = identities.get(Role.RA_SIGNATURE)
    encryption = identities.get(Role.RA_ENCRYPTION)
    if isinstance(signature, Identity) and isinstance(encryption, Identity):
        return RegistrationAuthorities(signature, encryption)
    return None


def _by_role(ca: Authority) -> dict[Role, Signer]:
    identities = {Role.ROOT: ca.root}
    if ca.design.is_two_tier:
        identities[Role.ISSUING] = ca.issuing
    if ca.ras is not None:
        identities |= {Role.RA_SIGNATURE: ca.ras.signature, Role.RA_ENCRYPTION: ca.ras.encryption}
    return identities


def tls_issuer() -> server_certificate.Issuer:
    """Return the root of today, to sign the certificate of our own HTTPS port."""
    root = load(switches.read().generation).root
    return server_certificate.Issuer(
        x509.load_der_x509_certificate(root.certificate_der), root.private_key
    )

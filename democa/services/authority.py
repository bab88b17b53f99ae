"""The CA's own certificates and keys: made at the first start, loaded once per process."""

from datetime import datetime
from functools import cache

from django.db import transaction

from democa import issuer, secrets
from democa.models import AuthorityCertificate
from scep.messages import Identity

Role = AuthorityCertificate.Role


@transaction.atomic
def initialise(*, at: datetime) -> None:
    """Make the CA unless there is one; with one, check that its keys are there.

    Raises:
        KeyMissing: a certificate is there and its key is not.
    """
    load.cache_clear()
    if AuthorityCertificate.objects.exists():
        load()
        return
    store(made=issuer.make_authority(at))


@transaction.atomic
def store(*, made: issuer.Authority) -> None:
    """Keep a CA that has just been made."""
    for role, identity in (
        (Role.ROOT, made.root),
        (Role.RA_SIGNATURE, made.ra_signature),
        (Role.RA_ENCRYPTION, made.ra_encryption),
    ):
        # The keys first: without their certificates they are simply written over.
        secrets.write_key(role, identity.private_key)
        AuthorityCertificate.objects.create(role=role, certificate_der=identity.certificate_der)


@cache
def load() -> issuer.Authority:
    """Return the CA's certificates and keys.

    Raises:
        KeyMissing: a key file is not there.
    """
    rows = AuthorityCertificate.objects.all()
    certificates = {row.role: bytes(row.certificate_der) for row in rows}
    identities = {
        role: Identity(certificates[role], secrets.read_key(role)) for role in Role.values
    }
    return issuer.Authority(
        root=identities[Role.ROOT],
        ra_signature=identities[Role.RA_SIGNATURE],
        ra_encryption=identities[Role.RA_ENCRYPTION],
    )

"""Material that another row of the same entry takes the place of: requests, revocations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from certificates.models import Material, MaterialStatus, Source
from certificates.services import store
from pki import csr


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request that another CA is to answer.

    Attributes:
        uuid: of the material.
        entry_uuid: the entry that waits for the answer.
        csr_der: the request.
        key_secret: the sealed private key that it was made with.
        block_key_export: whether that key never leaves this device.
    """

    uuid: UUID
    entry_uuid: UUID
    csr_der: bytes
    key_secret: UUID
    block_key_export: bool


@transaction.atomic
def set_requested(new: NewRequest, *, at: datetime) -> None:
    """Give an entry the material of a certificate that another CA is to issue.

    Raises:
        CsrInvalid: it is not a request.
    """
    facts = csr.read(new.csr_der)
    row = Material(
        uuid=new.uuid,
        entry_id=new.entry_uuid,
        status=MaterialStatus.PENDING,
        source=Source.LOCAL,
        csr_der=new.csr_der,
        key_secret=new.key_secret,
        block_key_export=new.block_key_export,
        created_at=at,
        subject=facts.subject,
        subject_hash=store.name_digest(facts.subject),
        algorithm=facts.algorithm,
        key_bits=facts.key_bits,
    )
    store.switch(row)


@transaction.atomic
def set_revoked(row: Material, *, reason: str, at: datetime, since: datetime | None = None) -> None:
    """Give an entry the same certificate, revoked; now, unless it has been since another time."""
    row.pk = uuid4()
    row.status = MaterialStatus.REVOKED
    row.revoked_at = since or at
    row.revocation_reason = reason
    row.created_at = at
    store.switch(row)


@transaction.atomic
def set_valid(row: Material, *, at: datetime) -> None:
    """Give an entry the same certificate, whose revocation was lifted."""
    row.pk = uuid4()
    row.status = MaterialStatus.VALID
    row.revoked_at = None
    row.revocation_reason = ""
    row.created_at = at
    store.switch(row)

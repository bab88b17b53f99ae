"""Certificates made on the device: asked for here, made by a job, because keys take long."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from audit import services as audit
from certificates import queries
from certificates.local import EXTERNAL, SELF_SIGNED, LocalWish, problems, to_spec
from certificates.models import LocalSerial, Material, MaterialStatus, Source
from certificates.services import store, switching
from certificates.services.switching import NewRequest
from certificates.spec import PRIVATE_KEY
from configuration import queries as configuration
from configuration.locking import LockKind
from configuration.services import locks
from device import queries as device
from device import secrets
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Problem, Refused
from domain.locations import Location
from jobs import services as jobs
from jobs.handlers import JobFailed, RunningJob
from pki import local, private_keys
from pki.errors import PkiError
from pki.local import Issuer, Term
from pki.private_keys import PrivateKey

KIND: Final = "make"
"""Kind of the job."""


class WishRefused(Refused):
    """The certificate cannot be made like this; ``problems`` says why, in form order."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a job made.

    Attributes:
        entry_uuid: the entry.
        text: one sentence for the job.
    """

    entry_uuid: UUID
    text: str


def request(*, wish: LocalWish, location: Location, by: Actor, at: datetime) -> int:
    """Enqueue the making of a certificate, or of a request for another CA.

    Returns:
        The number of the job that makes it.

    Raises:
        Forbidden: the admin may not write in the location.
        LockHeld: another admin holds a config lock there.
        NameTaken: the location has, or soon gets, a certificate of this name.
        WishRefused: a value is not usable, or the CA chosen cannot sign.
    """
    require(by, Action.WRITE_CERTIFICATES, location)
    locks.require_unlocked(by, [location], LockKind.CONFIG)
    found = problems(wish, fips_cc=device.facts().fips_cc)
    if not found and wish.signed_by not in {SELF_SIGNED, EXTERNAL}:
        found = _signer_problems(wish, location, at)
    if found:
        raise WishRefused("The certificate was not generated.", problems=found)
    if wish.name in store.names_taken(location):
        raise store.name_taken(wish.name, location)
    with transaction.atomic():
        text = f"Certificate {wish.name} requested, to be made on this device."
        detail = {"location": location.key, "common_name": wish.common_name}
        audit.record(
            kind="certificate", actor=by, text=text, at=at, object_name=wish.name, detail=detail
        )
        return jobs.enqueue(
            kind=KIND,
            arguments={
                "wish": wish.to_json(),
                "location": location.key,
                "material": str(uuid4()),
            },
            by=by,
            at=at,
            description=f"certificate {wish.name}",
            dedupe_key=f"{KIND}:{location.key}:{wish.name}",
        )


def run(*, job: RunningJob, at: datetime) -> Made:
    """Make what a job was asked for; running it again makes nothing twice.

    Raises:
        JobFailed: the name was taken meanwhile, or the CA cannot sign any more.
    """
    wish = LocalWish.from_json(job.arguments["wish"])
    location, uuid = Location(job.arguments["location"]), UUID(job.arguments["material"])
    done = Material.objects.filter(pk=uuid).first()
    if done is not None:
        return _made(wish, done.entry_id)
    try:
        signer = _signer(wish, location, at)
        key = private_keys.generate(wish.algorithm, wish.key_bits)
        job.say(f"Key pair generated: {wish.algorithm}, {wish.key_bits} bits")
        job.progress(50)
        der = _signed(wish, key, signer, at)
        job.say("Request signed" if wish.is_request else _signed_words(wish, signer))
        job.progress(80)
        return _store(uuid, _Product(wish, location, key, der), by=job.by, at=at)
    except Refused as refusal:
        listed = " ".join(problem.message for problem in refusal.problems)
        raise JobFailed(f"{refusal.message} {listed}".strip(), refusal.hint) from refusal
    except PkiError as error:
        raise JobFailed(str(error)) from error


def next_serial(at: datetime) -> int:
    """Return the next serial number of the CAs on this device: four octets that count up.

    As in the product emulated the first is the time, in seconds; a number that is not used in the
    end is left out.
    """
    with transaction.atomic():
        LocalSerial.objects.get_or_create(id=1, defaults={"last": int(at.timestamp())})
        LocalSerial.objects.update(last=F("last") + 1)
        return LocalSerial.objects.get(id=1).last


def issuer_of(ca: Material) -> Issuer:
    """Return a CA of this device, ready to sign; unseals its key, so use it at once.

    Raises:
        SecretUnreadable: its key cannot be read.
        Refused: it cannot sign.
    """
    if ca.key_secret is None or ca.status != MaterialStatus.VALID:
        raise Refused("The CA cannot sign: it is revoked, or its key is not on this device.")
    key = private_keys.from_der(secrets.unseal(ca.key_secret))
    return Issuer(key, bytes(ca.certificate_der))


@dataclass(frozen=True, slots=True)
class _Product:
    wish: LocalWish
    location: Location
    key: PrivateKey
    der: bytes


def _signer_problems(wish: LocalWish, location: Location, at: datetime) -> list[Problem]:
    try:
        _signer(wish, location, at)
    except Refused as refusal:
        return [Problem("signed_by", refusal.message)]
    return []


def _signer(wish: LocalWish, location: Location, at: datetime) -> Material | None:
    """Return the CA that signs; ``None`` for a self-signed certificate or a request.

    Raises:
        Refused: it is not there, not a CA, without its key, revoked or expired.
    """
    if wish.signed_by in {SELF_SIGNED, EXTERNAL}:
        return None
    uuid = UUID(wish.signed_by)
    place = configuration.candidate(uuid)
    row = queries.in_candidate().filter(entry_id=uuid, is_ca=True).first()
    if row is None or place is None or not location.sees(place.location):
        raise Refused(f"There is no such CA in {location}. Choose another one.")
    if row.key_secret is None:
        raise Refused(f"The private key of the CA {place.name} is not on this device.")
    if row.status == MaterialStatus.REVOKED:
        raise Refused(f"The CA {place.name} is revoked.")
    if row.not_after is None or row.not_after <= at:
        raise Refused(f"The CA {place.name} has expired.")
    return row


def _signed(wish: LocalWish, key: PrivateKey, signer: Material | None, at: datetime) -> bytes:
    if wish.is_request:
        return local.request(to_spec(wish), key, wish.digest)
    issuer = issuer_of(signer) if signer else Issuer(key)
    term = Term(next_serial(at), at, wish.days, wish.digest)
    return local.issue(to_spec(wish), key, issuer, term)


def _signed_words(wish: LocalWish, signer: Material | None) -> str:
    return f"Certificate signed by {signer.subject if signer else 'its own key'}, {wish.digest}"


@transaction.atomic
def _store(uuid: UUID, product: _Product, *, by: Actor, at: datetime) -> Made:
    wish = product.wish
    entry_uuid = store.add_entry(location=product.location, name=wish.name, by=by, at=at)
    key_der = private_keys.to_der(product.key)
    key_secret = secrets.seal(key_der, purpose=PRIVATE_KEY, at=at)
    if wish.is_request:
        switching.set_requested(
            NewRequest(uuid, entry_uuid, product.der, key_secret, wish.block_key_export), at=at
        )
    else:
        store.set_material(
            store.NewMaterial(
                uuid=uuid,
                entry_uuid=entry_uuid,
                source=Source.LOCAL,
                certificate_der=product.der,
                key_secret=key_secret,
                block_key_export=wish.block_key_export,
            ),
            at=at,
        )
    made = _made(wish, entry_uuid)
    audit.record(kind="certificate", actor=by, text=made.text, at=at, object_name=wish.name)
    return made


def _made(wish: LocalWish, entry_uuid: UUID) -> Made:
    text = f"Successfully generated certificate and key pair {wish.name}."
    if wish.is_request:
        text = (
            f"Key pair and request {wish.name} generated. Export the request, let the other CA "
            "answer it, and import the answer."
        )
    return Made(entry_uuid, text)

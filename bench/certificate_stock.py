"""Ten thousand device certificates in seconds: distinct certificates, few keys, bulk inserts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import NameOID

from certificates import codec
from certificates.models import CertificateEntry, ListedCertificate, Material, Source
from certificates.queries import KIND
from certificates.services import listed, store
from configuration import document
from configuration.models import CandidateObject, ObjectText, Revision, RevisionEntry
from device import secrets
from pki import private_keys
from pki.private_keys import PrivateKey

LOCATION = "shared"
ISSUERS = 20
KEYS = 4


@dataclass(frozen=True)
class Authority:
    """A CA that signs the stock."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    der: bytes


@dataclass(frozen=True)
class Kept:
    """A certificate of the stock and its sealed key."""

    name: str
    der: bytes
    key_secret: UUID


def fill(count: int, *, at: datetime) -> None:
    """Put a root, 20 CAs below it and certificates of all of them into candidate and running."""
    root = _authority("Bench Root", None, at)
    issuers = [_authority(f"Bench CA {number:02}", root, at) for number in range(ISSUERS)]
    cas = [Kept("root", root.der, _seal(root.key, at))]
    cas += [
        Kept(f"ca-{number:02}", issuer.der, _seal(issuer.key, at))
        for number, issuer in enumerate(issuers)
    ]
    top, *middle = _store(cas, [], at)
    by_issuer = {ca.subject: ca for ca in (top, *middle)}
    for ca in middle:
        ca.issuer_material = top
    Material.objects.bulk_update(middle, ["issuer_material"])
    ListedCertificate.objects.filter(material__in=middle).update(issuer_material_id=top.pk)
    _store(_leaves(count - ISSUERS - 1, issuers, at), list(by_issuer.values()), at)


def _leaves(count: int, issuers: list[Authority], at: datetime) -> Iterator[Kept]:
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(KEYS)]
    sealed = [_seal(key, at) for key in keys]
    for number in range(count):
        # Every tenth has expired, every twentieth ends within a month, the rest later.
        days = -5 if number % 10 == 0 else 20 if number % 20 == 1 else 60 + number % 700
        name = f"fw-{number:05}"
        der = _issue(name, keys[number % KEYS], issuers[number % ISSUERS], at, days)
        yield Kept(name, der, sealed[number % KEYS])


def _seal(key: PrivateKey, at: datetime) -> UUID:
    return secrets.seal(private_keys.to_der(key), purpose="private key", at=at)


def _authority(name: str, issuer: Authority | None, at: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    der = _issue(name, key, issuer, at, 3650, is_ca=True)
    return Authority(x509.load_der_x509_certificate(der).subject, key, der)


def _issue(
    name: str,
    key: CertificateIssuerPrivateKeyTypes,
    issuer: Authority | None,
    at: datetime,
    days: int,
    *,
    is_ca: bool = False,
) -> bytes:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Branch firewalls"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme"),
        ]
    )
    signer = issuer.key if issuer else key
    names = x509.SubjectAlternativeName([x509.DNSName(f"{name}.acme.example")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=30))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(names, critical=False)
    )
    certificate = builder.sign(signer, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.DER)


def _store(named: Iterable[Kept], cas: list[Material], at: datetime) -> list[Material]:
    issuers = {ca.subject: ca for ca in cas}
    revision, _ = Revision.objects.get_or_create(
        number=1, defaults={"created_at": at, "by": "bench", "job_id": 1, "running": True}
    )
    objects: list[CandidateObject] = []
    materials: list[Material] = []
    texts: list[ObjectText] = []
    for one in named:
        uuid = uuid4()
        xml = document.canonical(codec.to_xml(one.name))
        texts.append(ObjectText(digest=document.digest(xml), xml=xml))
        objects.append(_object(uuid, one.name, texts[-1].digest))
        new = store.NewMaterial(uuid, Source.LOCAL, one.der, key_secret=one.key_secret)
        material = store.material_of(new, at=at)
        material.issuer_material = issuers.get(material.issuer)
        materials.append(material)
    entries = [CertificateEntry(object=one) for one in objects]
    ObjectText.objects.bulk_create(texts, batch_size=500)
    CandidateObject.objects.bulk_create(objects, batch_size=500)
    RevisionEntry.objects.bulk_create([_running(one, revision) for one in objects], batch_size=500)
    CertificateEntry.objects.bulk_create(entries, batch_size=500)
    Material.objects.bulk_create(materials, batch_size=500)
    rows = [listed.row_of(*pair) for pair in zip(entries, materials, strict=True)]
    ListedCertificate.objects.bulk_create(rows, batch_size=500)
    return materials


def _object(uuid: UUID, name: str, digest: str) -> CandidateObject:
    return CandidateObject(
        uuid=uuid, kind=KIND, location=LOCATION, name=name, text_id=digest, version=1
    )


def _running(one: CandidateObject, revision: Revision) -> RevisionEntry:
    return RevisionEntry(
        object_uuid=one.uuid,
        kind=one.kind,
        location=one.location,
        name=one.name,
        text_id=one.text_id,
        since=revision,
    )


def midnight() -> datetime:
    """Return the beginning of today, so that what is made in one day is alike."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def any_leaf() -> UUID:
    """Return the entry of a certificate that a CA below the root issued."""
    uuid: UUID = ListedCertificate.objects.filter(is_ca=False).order_by("name")[:1].get().pk
    return uuid


def any_ca() -> UUID:
    """Return the entry of a CA with many certificates below it."""
    uuid: UUID = ListedCertificate.objects.filter(is_ca=True).order_by("name")[:1].get().pk
    return uuid

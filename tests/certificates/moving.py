"""A device with objects of all kinds, as a file and out of it."""

from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from pytest_django.fixtures import Settings

from certificates.local import LocalWish
from certificates.models import Material
from certificates.models import Source as Origin
from certificates.services import usage
from certificates.spec import Usage
from configuration import services
from configuration.imports import ImportReport, Wish
from configuration.sources import CANDIDATE, Source
from device import secrets
from device.master_key import MasterKey
from domain.actors import Actor
from domain.locations import SHARED
from pki import private_keys
from pki.private_keys import KeyAlgorithm
from profiles import queries as profiles
from profiles.spec import Challenge
from setup.services import vsys
from setup.spec.vsys import VirtualSystem
from tests.certificates.memory_ca import authority
from tests.certificates.workbench import MARIA, Bench, make
from tests.devices import factory_reset
from tests.issuing import NOW, Issued, Wanted, issue
from tests.profiles import factories

ROOT: Final = authority("Acme Root")
LEAF: Final = issue(
    Wanted("fw-1", not_before=NOW - timedelta(days=1), not_after=NOW + timedelta(days=90)), ROOT
)
FIXED: Final = "correct-horse-battery"
DYNAMIC: Final = "staple-of-the-page"


def furnish(bench: Bench) -> dict[str, UUID]:
    """Put objects of all kinds into the candidate, and tell their identities."""
    return {
        "root": bench.keep("root", ROOT, location=SHARED, source=Origin.IMPORT),
        "fw-1": bench.keep("fw-1", LEAF, key_secret=bench.seal_key(LEAF), source=Origin.ENROLLMENT),
        "request": make(bench, request("waiting")),
        "vsys2": vsys.add(system=VirtualSystem(2, "Branch"), by=MARIA, at=bench.now),
        "fixed": bench.profile(
            name="fixed",
            challenge=Challenge.FIXED,
            typed_challenge_password=FIXED,
            scep_ca_certificate="root",
            scep_client_certificate="fw-1",
        ),
        "dynamic": bench.profile(
            None, name="dynamic", location=SHARED, **factories.dynamic(typed_otp_password=DYNAMIC)
        ),
        "plain": bench.profile(name="plain"),
        "usage": _used(bench),
    }


def request(name: str) -> LocalWish:
    """A request for another CA, with a key that is made fast."""
    return LocalWish(
        name=name, common_name=name, signed_by="external", algorithm=KeyAlgorithm.EC, key_bits=256
    )


def _used(bench: Bench) -> UUID:
    uuid = bench.keep("trusted", authority("Other Root"), source=Origin.IMPORT)
    usage.set_usages(uuid=uuid, usages=[Usage.TRUSTED_ROOT], by=MARIA, at=bench.now)
    return uuid


def exported(bench: Bench, source: Source = CANDIDATE, by: Actor = MARIA) -> bytes:
    """The candidate, or another configuration, as a file."""
    return services.export(source=source, by=by, at=bench.now)


def imported(bench: Bench, file: bytes | str, by: Actor = MARIA, **wish: object) -> ImportReport:
    """Import a file; what it says came of it."""
    parsed = services.parse([file.encode() if isinstance(file, str) else file])
    wanted = Wish("fw.xml", **wish)  # type: ignore[arg-type]  # fields by name
    return services.import_file(file=parsed, wish=wanted, by=by, at=bench.now)


def names(notes: object) -> list[str]:
    """What a list of a report says."""
    assert isinstance(notes, tuple)
    return [str(note) for note in notes]


def password_of(uuid: UUID) -> str:
    """The fixed challenge password of a profile; empty when there is none."""
    secret = profiles.candidate_profile(uuid).spec.challenge_password
    return "" if secret is None else secrets.unseal(secret).decode()


def has_key_of(row: Material, issued: Issued) -> bool:
    """Whether the private key of a certificate is sealed with it."""
    if row.key_secret is None:
        return False
    return private_keys.is_pair(private_keys.from_der(secrets.unseal(row.key_secret)), issued.der)


def reset(settings: Settings, tmp_path: Path, key: MasterKey | None) -> None:
    """Go on as another device, with its own master key or none yet."""
    factory_reset(settings, tmp_path / "other", key)


def pem_of(issued: Issued) -> str:
    """A certificate as PEM."""
    return issued.pem.decode()

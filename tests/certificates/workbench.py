"""Short ways to save profiles, commit, request and enroll against a CA in memory."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from certificates import codec, enrollment_jobs, queries
from certificates.local import LocalWish
from certificates.models import (
    CertificateEntry,
    Enrollment,
    ListedCertificate,
    Material,
    MaterialStatus,
    Source,
)
from certificates.queries import listing
from certificates.queries.rows import CertificateRow
from certificates.services import enrollment, listed, making, store
from certificates.services.enrollment import Wanted
from certificates.services.exchange import Exchange
from configuration import pipeline
from configuration import services as configuration
from device import secrets
from domain.actors import Actor
from domain.locations import VSYS1, Location
from jobs import services as jobs
from jobs.handlers import JobResult
from jobs.models import Job
from pki import keys
from profiles import services as profiles
from profiles.subject import TokenValues
from tests.certificates import plugs
from tests.certificates.memory_ca import Killed, MemoryCa
from tests.configuration.fakes import FakeJob
from tests.issuing import Issued
from tests.profiles import factories

MARIA: Final = Actor(name="maria")


class Bench:
    """A device whose SCEP server is a CA in memory.

    Attributes:
        ca: the CA.
        now: the device's clock.
        folder: where the master key is.
    """

    def __init__(self, now: datetime, folder: Path) -> None:
        self.ca = MemoryCa()
        self.now = now
        self.folder = folder
        self._told = 0
        self._cut_at = 0
        plugs.exchange = self.exchange

    @property
    def exchange(self) -> Exchange:
        """How this device reaches its server."""
        return Exchange(clock=self._tell, drive=self.ca.drive)

    def profile(self, uuid: UUID | None = None, **draft: Any) -> UUID:  # noqa: ANN401
        """Save a profile, small keys by default: they are made faster."""
        wanted = factories.draft(**{"key_bits": 1024, **draft})
        return profiles.save_profile(draft=wanted, uuid=uuid, by=MARIA, at=self.now)

    def commit(self, job: FakeJob | None = None) -> FakeJob:
        """Commit everything, or run a commit job once more."""
        plugs.exchange = self.exchange
        job = job or self.commit_job()
        pipeline.run(job)
        return job

    def commit_job(self) -> FakeJob:
        """A commit job that has not run yet."""
        number = jobs.enqueue(kind="commit", arguments={"description": ""}, by=MARIA, at=self.now)
        return FakeJob(id=number, by=MARIA, arguments={"description": ""})

    def running_profile(self, **draft: Any) -> UUID:  # noqa: ANN401
        """Save a profile and commit it; its CA certificate is there afterwards."""
        uuid = self.profile(**draft)
        self.commit()
        self.ca.seen.clear()
        return uuid

    def request(self, profile: UUID, name: str = "fw-1", **wanted: Any) -> Enrollment:  # noqa: ANN401
        """Request a certificate."""
        values = wanted.pop("values", TokenValues(username="jdoe"))
        wish = Wanted(name=name, profile_uuid=profile, values=values, **wanted)
        job_id = enrollment.request(wanted=wish, by=MARIA, at=self.now)
        return Enrollment.objects.get(job_id=job_id)

    def job(self, row: Enrollment) -> FakeJob:
        """The job of an enrollment, as its handler gets it."""
        return FakeJob(
            id=row.job_id or 0, kind="generate", by=MARIA, arguments={"enrollment": str(row.uuid)}
        )

    def generate(self, row: Enrollment, job: FakeJob | None = None) -> JobResult:
        """Run the job of an enrollment."""
        return enrollment_jobs.generate(job or self.job(row), exchange=self.exchange)

    def poll(self, row: Enrollment, number: int | None = None) -> JobResult:
        """Run a poll job of an enrollment."""
        row.refresh_from_db()
        arguments = {
            "enrollment": str(row.uuid),
            "number": row.polls if number is None else number,
        }
        job = FakeJob(id=9000 + row.polls, kind="poll", by=MARIA, arguments=arguments)
        return enrollment_jobs.poll(job, exchange=self.exchange)

    def rows(self) -> list[CertificateRow]:
        """What the list shows."""
        return list(listing.page(listing.Wanted(size=1000), self.now).rows)

    def row(self, name: str = "fw-1") -> CertificateRow:
        """What the list shows of one certificate."""
        return next(row for row in self.rows() if row.name == name)

    def names(self) -> list[str]:
        """The names that the list shows."""
        return [row.name for row in self.rows()]

    def pass_time(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now

    def _tell(self) -> datetime:
        """Tell the time, unless the clock is where this process is to be killed."""
        self._told += 1
        if self._told == self._cut_at:
            raise Killed
        return self.now

    def clock_cut(self, after_calls: int) -> None:
        """Kill whoever reads the clock the next time after so many readings."""
        self._cut_at = self._told + after_calls + 1

    def count_clock(self, work: Callable[[], object]) -> int:
        """Count how often some work reads the clock."""
        before = self._told
        work()
        return self._told - before

    def seal_key(self, issued: Issued) -> UUID:
        """Seal the private key of a certificate."""
        assert isinstance(issued.key, RSAPrivateKey)
        der = keys.to_pkcs8_der(issued.key)
        return secrets.seal(der, purpose="private key", at=self.now)

    def drop_profile(self, uuid: UUID) -> None:
        """Delete a profile from the candidate."""
        profiles.delete_profiles(uuids=[uuid], by=MARIA, at=self.now)

    def fail(self, error: Exception) -> None:
        """Raise an error, where only an expression can stand."""
        raise error

    def rename(self, uuid: UUID, name: str) -> None:
        """Give a certificate another name."""
        configuration.put(
            kind=store.KIND,
            location=VSYS1,
            name=name,
            xml=codec.to_xml(name),
            by=MARIA,
            at=self.now,
            uuid=uuid,
        )
        store.restore_entry(uuid=uuid)

    def restate(self, uuid: UUID, status: MaterialStatus) -> None:
        """Give the material of a certificate another status."""
        Material.objects.filter(entry_id=uuid, is_current=True).update(status=status)
        listed.refresh(uuid)

    def delete(self, *uuids: UUID) -> None:
        """Delete certificates from the candidate."""
        store.delete(uuids=uuids, by=MARIA, at=self.now)

    def keep(
        self,
        name: str,
        issued: Issued,
        *,
        location: Location = VSYS1,
        key_secret: UUID | None = None,
        profile: UUID | None = None,
        source: Source = Source.SCEP_CA,
    ) -> UUID:
        """Put a certificate into the candidate without any server."""
        uuid = store.add_entry(location=location, name=name, by=MARIA, at=self.now)
        new = store.NewMaterial(uuid, source, issued.der, profile or uuid, key_secret=key_secret)
        store.set_material(new, at=self.now)
        return uuid


def current(uuid: UUID) -> Material:
    """The current material of an entry."""
    return Material.objects.get(entry_id=uuid, is_current=True)


def index_as_listed() -> dict[UUID, dict[str, Any]]:
    """Every row of the list's index, by entry."""
    return {row.pk: _values(row) for row in ListedCertificate.objects.all()}


def index_as_it_should_be() -> dict[UUID, dict[str, Any]]:
    """What the index would say if it was made now, from entries and material."""
    materials = Material.objects.filter(is_current=True)
    current_of = {material.entry_id: material for material in materials}
    entries = CertificateEntry.objects.select_related("object")
    return {
        entry.pk: _values(listed.row_of(entry, current_of[entry.pk]))
        for entry in entries
        if entry.pk in current_of
    }


def _values(row: ListedCertificate) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def make(bench: Bench, wish: LocalWish, *, location: Location = VSYS1) -> UUID:
    """Make a certificate on the device, as its job does."""
    number = making.request(wish=wish, location=location, by=MARIA, at=bench.now)
    enrollment_jobs.make(making_job(number), exchange=bench.exchange)
    found = queries.candidate_entry(location, wish.name)
    assert found is not None
    return found


def making_job(number: int) -> FakeJob:
    """The job that makes a certificate, as its handler gets it."""
    row = Job.objects.get(pk=number)
    return FakeJob(id=number, kind="make", by=MARIA, arguments=row.arguments)

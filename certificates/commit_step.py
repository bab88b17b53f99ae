"""The commit step that brings in the CA certificates of SCEP profiles."""

from functools import partial
from typing import Final
from uuid import UUID, uuid4

from django.utils import timezone

from certificates import codec, queries
from certificates.services import authority, fetching, placing, store
from certificates.services.authority import Inquiry
from certificates.services.exchange import Exchange
from certificates.services.fetching import Answer, Unanswered
from certificates.services.placing import Placement, Surroundings
from configuration.sections import Addition, CommitRun
from domain.errors import Refused
from domain.locations import SHARED, Location
from profiles import codec as profile_codec
from profiles.queries import RunningProfile
from profiles.spec import KIND as PROFILE_KIND
from scep.client import FetchedCa

LIVE: Final = Exchange(clock=timezone.now)  # noqa: TID251 - commit steps run inside a job


class FetchCaCertificates:
    """Asks the SCEP server of every profile whose CA certificate is missing or out of date."""

    name = "Fetch CA certificates"

    def __init__(self, exchange: Exchange = LIVE) -> None:
        self._exchange = exchange

    def run(self, run: CommitRun) -> None:
        """Fetch; what cannot be fetched is a warning, and the commit goes on."""
        entries = {entry.uuid for entry in run.document.of_kind(queries.KIND)}
        inquiries = []
        for profile in authority.lacking(_profiles(run), entries):
            try:
                asked = authority.inquiry(profile, _finder(run, profile.spec.location))
            except Refused as refusal:
                _warn(run, profile, refusal.message, refusal.hint)
            else:
                inquiries.append(asked)
        fetching.fetch_all(
            inquiries, self._exchange, job_id=run.job.id, done=partial(self._answered, run)
        )

    def _answered(self, run: CommitRun, asked: Inquiry, answer: Answer) -> None:
        if isinstance(answer, Unanswered):
            _warn(run, asked.profile, answer.fact, answer.hint)
        else:
            self._take(run, asked.profile, answer)

    def _take(self, run: CommitRun, profile: RunningProfile, fetched: FetchedCa) -> None:
        """Add entries for the fetched certificates, and store them when all is published."""
        placements = placing.place(profile, fetched, _around(run, profile.spec.location))
        placed = [(_entry(run, profile, item), item) for item in placements]
        for fact, hint in placing.changes(fetched, placements):
            _warn(run, profile, fact, hint)
        names = ", ".join(item.name for item in placements) or "nothing new"
        run.job.say(f'SCEP profile "{profile.spec.name}": CA certificate fetched ({names})')

        def keep() -> None:
            at = self._exchange.clock()
            authority.keep(profile, fetched, placed, job_id=run.job.id, at=at)
            authority.note_kept(profile, placements, by=run.by, at=at)

        run.on_publish(keep)


def _profiles(run: CommitRun) -> list[RunningProfile]:
    return [
        RunningProfile(
            entry.uuid, profile_codec.from_xml(entry.name, entry.location, xml), entry.digest
        )
        for entry, xml in run.document.texts(PROFILE_KIND)
    ]


def _finder(run: CommitRun, location: Location) -> "partial[UUID | None]":
    return partial(_find, run, location)


def _find(run: CommitRun, location: Location, name: str) -> UUID | None:
    """Find the entry that a name means in what is about to be running."""
    found = (run.document.find(queries.KIND, place, name) for place in (location, SHARED))
    return next((entry.uuid for entry in found if entry is not None), None)


def _around(run: CommitRun, location: Location) -> Surroundings:
    listed = run.document.of_kind(queries.KIND)
    here = {entry.name for entry in listed if entry.location == location}
    added = {item.name for item in run.additions if item.location == location}
    return Surroundings(
        {entry.uuid: entry.name for entry in listed},
        here | added | store.names_taken(location),
    )


def _entry(run: CommitRun, profile: RunningProfile, item: Placement) -> UUID:
    if item.entry_uuid is not None:
        return item.entry_uuid
    uuid = uuid4()
    xml = codec.to_xml(item.name)
    run.add(Addition(uuid, queries.KIND, profile.spec.location, item.name, xml))
    return uuid


def _warn(run: CommitRun, profile: RunningProfile, fact: str, hint: str) -> None:
    run.warn(f'SCEP profile "{profile.spec.name}": {fact}', hint)

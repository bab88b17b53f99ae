"""How certificate entries plug into the configuration."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse

from certificates import codec, queries
from certificates.services import store
from configuration.sections import Document, ObjectProblem, Reference, Renaming
from domain.actions import Page
from domain.actors import Actor
from domain.locations import Location


class CertificatesSection:
    """The section of certificate entries."""

    kind: Final = queries.KIND
    label: Final = "Certificate"
    page = Page.CERTIFICATES

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Write the typed row of an entry whose candidate row has just been written."""
        del location, name
        store.restore_entry(uuid=uuid, usages=codec.usages_of(xml))

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        """Give up a request that is still pending; the typed row goes with the candidate row."""
        store.give_up(entry_uuid=uuid, at=at)

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check that every entry has a certificate behind it."""
        known = queries.entries_with_material()
        message = "There is no certificate behind this entry. Delete it."
        return [
            ObjectProblem(self.kind, entry.location, entry.name, "", message)
            for entry in document.of_kind(self.kind)
            if entry.uuid not in known
        ]

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """List certificates visible from a location, of CAs (``ca``) or with a key (``client``)."""
        return queries.names_for(purpose, location)

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List nothing: no certificate entry names another object."""
        del kind, names
        return []

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        """List nothing, likewise."""
        del document, kind, names
        return []

    def url(self, *, uuid: UUID) -> str:
        """Return the path of a certificate's dialog."""
        return reverse("certificates:detail", args=[uuid])

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Do nothing: there are no references."""

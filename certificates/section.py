"""How certificate entries, and disabled default CAs, plug into the configuration."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse

from certificates import codec, queries
from certificates.queries import trusted
from certificates.services import carrying, store
from certificates.spec import PRIVATE_KEY
from configuration import queries as configuration
from configuration.sections import Document, Entry, ObjectProblem, Reference, Renaming
from configuration.text_only import TextOnly
from configuration.transfer import FileObject, FilePlace, NotTaken, Taken
from domain.actions import Page
from domain.actors import Actor
from domain.locations import Location
from domain.names import CERTIFICATE_NAME_MAX, check_name

_HOLLOW: Final = "There is no certificate behind this entry."
_DELETED: Final = "It was deleted, and no key comes back. Generate or import the certificate again."


class CertificatesSection:
    """The section of certificate entries."""

    kind: Final = queries.KIND
    label: Final = "Certificate"
    page = Page.CERTIFICATES
    in_file = FilePlace("certificate", secrets={"private-key": PRIVATE_KEY}, has_material=True)

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Write the typed row of an entry whose candidate row has just been written."""
        del location, name
        store.restore_entry(uuid=uuid, usages=codec.usages_of(xml))

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        """Give up a request that is still pending; the typed row goes with the candidate row."""
        store.give_up(entry_uuid=uuid, at=at)

    def gone(self, uuids: Collection[UUID]) -> Mapping[UUID, str]:
        """Name the entries that were deleted, with their keys, and those that never had material.

        What was never in the candidate can come: an import has put its material here.
        """
        known = queries.entries_with_material()
        deleted = configuration.last_versions(list(uuids))
        reasons = {uuid: _DELETED for uuid in uuids if uuid in deleted}
        return reasons | {uuid: _HOLLOW for uuid in uuids if uuid not in known}

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check that every entry has a certificate behind it."""
        known = queries.entries_with_material()
        message = f"{_HOLLOW} Delete it."
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

    def to_file(self, entries: Sequence[Entry]) -> Mapping[UUID, str]:
        """Write the entries with their certificates and keys."""
        return carrying.entries_for_file(entries)

    def from_file(self, one: FileObject, *, is_ours: bool) -> Taken:
        """Take what the entry itself says; its certificate is material."""
        del is_ours
        problems = check_name(one.name, max_length=CERTIFICATE_NAME_MAX, spaces=True)
        if problems:
            raise NotTaken(problems[0].message, problems=problems)
        carried = codec.from_file(one.name, one.xml)
        return Taken(codec.to_xml(one.name, carried.usages), carried.left_out)

    def receive(self, objects: Sequence[FileObject], *, by: Actor, at: datetime) -> None:
        """Store certificates and keys of entries that have none here."""
        carrying.receive(objects, by=by, at=at)


class DefaultCasSection(TextOnly):
    """The section of the default trusted CAs that are disabled; it has no rows of its own."""

    kind: Final = trusted.KIND
    label: Final = "Disabled default trusted CA"
    page = Page.CERTIFICATES
    in_file = FilePlace("ssl-decrypt/root-ca-exclude-list")

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Do nothing: the entry says all, and one of a CA that is not on the list does no harm."""

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check that only the device's own list is changed."""
        message = f"Default trusted CAs are disabled in {trusted.PLACE} only."
        return [
            ObjectProblem(self.kind, entry.location, entry.name, "", message)
            for entry in document.of_kind(self.kind)
            if entry.location != trusted.PLACE
        ]

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the CA's dialog; empty when the list has it no more."""
        ca = trusted.uuid_of_entry(uuid)
        return reverse("certificates:trusted_detail", args=[ca]) if ca else ""

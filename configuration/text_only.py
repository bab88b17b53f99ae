"""The plain section: of a kind whose objects are their texts and nothing more."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from configuration.document import Document
from configuration.sections import Reference, Renaming
from configuration.transfer import SameInFiles
from domain.actors import Actor
from domain.locations import Location


class TextOnly(SameInFiles):
    """What a section answers for objects without rows of their own that name no other object.

    A section overrides what is otherwise with its kind, and adds ``restore``, ``validate`` and
    ``url``.
    """

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        """Do nothing: there is no row of an app to tidy up."""

    def gone(self, uuids: Collection[UUID]) -> Mapping[UUID, str]:
        """Name none: every object can come back, as its text is all there is."""
        del uuids
        return {}

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """List nothing: no object refers to this kind."""
        del purpose, location
        return []

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List nothing: objects of this kind name no others."""
        del kind, names
        return []

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        """List nothing, likewise."""
        del document, kind, names
        return []

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Do nothing: there are no references."""

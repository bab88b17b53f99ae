"""How server profiles and alert settings plug into the configuration."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from alerts import codec, rules
from alerts.fields import KINDS, SERVERS, Named
from alerts.queries import profiles as queries
from alerts.services import profiles as services
from alerts.spec import EMAIL, HTTP, SETTINGS, SETTINGS_NAME, SYSLOG
from configuration.document import Document
from configuration.sections import Entry, ObjectProblem, Reference, Renaming
from domain.actions import Page
from domain.actors import Actor
from domain.errors import Problem, Refused
from domain.locations import SHARED, Location


class _Section:
    """What the sections of this package have in common; they have no rows of their own."""

    kind = ""
    label = ""
    page = Page.ALERTS

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Refuse what cannot be read; there is no typed row to write."""
        del uuid, location, name
        codec.from_xml(KINDS[self.kind], xml)

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        """Do nothing: there is no typed row, and sealed secrets stay."""

    def gone(self, uuids: Collection[UUID]) -> Mapping[UUID, str]:
        """Keep nothing back."""
        del uuids
        return {}

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check every object of the kind again."""
        return [
            ObjectProblem(self.kind, entry.location, entry.name, problem.field, problem.message)
            for entry, xml in document.texts(self.kind)
            for problem in self._problems(entry, xml, document)
        ]

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """List nothing: what may be named is asked of this package itself."""
        del purpose, location
        return []

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List nothing: a server profile names no other object."""
        del kind, names
        return []

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        """List nothing, likewise."""
        del document, kind, names
        return []

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the dialog."""
        slug = KINDS[self.kind].slug
        return reverse("alerts:edit", args=[slug, uuid]) if slug in SERVERS else ""

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Do nothing: there are no references."""

    def _problems(self, entry: Entry, xml: str, document: Document) -> Iterator[Problem]:
        if entry.location != SHARED:
            yield Problem("", "It can be in Shared only.")
        try:
            value = codec.from_xml(KINDS[self.kind], xml)
        except Refused as refusal:
            yield Problem("", refusal.message)
            return
        known = {kind: [one.name for one in document.of_kind(kind)] for kind in KINDS}
        yield from rules.check(KINDS[self.kind], value, known=known)


class EmailSection(_Section):
    """The section of email server profiles."""

    kind = EMAIL
    label = KINDS[EMAIL].label


class SyslogSection(_Section):
    """The section of syslog server profiles."""

    kind = SYSLOG
    label = KINDS[SYSLOG].label


class HttpSection(_Section):
    """The section of HTTP server profiles."""

    kind = HTTP
    label = KINDS[HTTP].label


class SettingsSection(_Section):
    """The section of the alert settings, which name server profiles."""

    kind = SETTINGS
    label = KINDS[SETTINGS].label

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List which server profiles the candidate's settings name."""
        item = queries.settings()
        if item.uuid is None:
            return []
        return _references(item.uuid, SHARED, item.value, kind, names)

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        """List the same for the settings of a configuration."""
        return [
            reference
            for entry, xml in document.texts(SETTINGS)
            for reference in _references_of(entry, xml, kind, names)
        ]

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the dialog."""
        del uuid
        return reverse("alerts:settings-edit")

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Give the settings the new name of a server profile."""
        del reference
        services.rename_target(renaming=renaming, by=by, at=at)


def _references_of(entry: Entry, xml: str, kind: str, names: Collection[str]) -> list[Reference]:
    try:
        value = codec.from_xml(KINDS[SETTINGS], xml)
    except Refused:
        return []  # validation says so
    return _references(entry.uuid, entry.location, value, kind, names)


def _references(
    uuid: UUID, location: Location, value: object, kind: str, names: Collection[str]
) -> list[Reference]:
    return [
        Reference(SETTINGS, uuid, location, f"{SETTINGS_NAME} -> {field.attribute}", name)
        for field in KINDS[SETTINGS].fields
        if isinstance(field, Named) and field.kind == kind
        if (name := getattr(value, field.attribute)) in names
    ]

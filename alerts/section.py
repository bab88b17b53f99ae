"""How server profiles and alert settings plug into the configuration."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse

from alerts import codec, rules
from alerts.fields import KINDS, SERVERS, Named
from alerts.queries import profiles as queries
from alerts.services import profiles as services
from alerts.spec import EMAIL, HTTP, SETTINGS, SETTINGS_NAME, SYSLOG
from configuration.document import Document
from configuration.file_format import prune
from configuration.sections import Entry, ObjectProblem, Reference, Renaming
from configuration.text_only import TextOnly
from configuration.transfer import FileObject, FilePlace, NotTaken, Taken
from domain.actions import Page
from domain.actors import Actor
from domain.errors import Problem, Refused
from domain.locations import SHARED, Location


def _place(element: str, kind: str) -> FilePlace:
    secrets = {field.path: field.purpose for field in KINDS[kind].secrets}
    return FilePlace(f"log-settings/{element}", secrets=secrets)


class _Section(TextOnly):
    """What the sections of this package have in common; they have no rows of their own."""

    kind = ""
    label = ""
    page = Page.ALERTS

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Refuse what cannot be read; there is no typed row to write."""
        del uuid, location, name
        codec.from_xml(KINDS[self.kind], xml)

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check every object of the kind again."""
        return [
            ObjectProblem(self.kind, entry.location, entry.name, problem.field, problem.message)
            for entry, xml in document.texts(self.kind)
            for problem in self._problems(entry, xml, document)
        ]

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the dialog."""
        slug = KINDS[self.kind].slug
        return reverse("alerts:edit", args=[slug, uuid]) if slug in SERVERS else ""

    def from_file(self, one: FileObject, *, is_ours: bool) -> Taken:
        """Take what keeps its own rules; secrets may still be missing.

        What a file of the product has beyond what a profile has here is left out.
        """
        kind = KINDS[self.kind]
        xml, left_out = (one.xml, ()) if is_ours else prune(one.xml, kind.elements)
        secret = {field.attribute for field in kind.secrets}
        problems = [
            problem
            for problem in rules.check(kind, codec.from_xml(kind, xml))
            if problem.field not in secret
        ]
        if problems:
            raise NotTaken("; ".join(problem.message for problem in problems))
        return Taken(xml, left_out)

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
    in_file = _place("email", EMAIL)
    label = KINDS[EMAIL].label


class SyslogSection(_Section):
    """The section of syslog server profiles."""

    kind = SYSLOG
    in_file = _place("syslog", SYSLOG)
    label = KINDS[SYSLOG].label


class HttpSection(_Section):
    """The section of HTTP server profiles."""

    kind = HTTP
    in_file = _place("http", HTTP)
    label = KINDS[HTTP].label


_NAMED: Final = frozenset(
    field.kind for field in KINDS[SETTINGS].fields if isinstance(field, Named)
)
"""The kinds of objects that the alert settings name."""


class SettingsSection(_Section):
    """The section of the alert settings, which name server profiles."""

    kind = SETTINGS
    in_file = _place("x-scepadmin", SETTINGS)
    label = KINDS[SETTINGS].label

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List which server profiles the candidate's settings name."""
        item = queries.settings() if kind in _NAMED else None
        if item is None or item.uuid is None:
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

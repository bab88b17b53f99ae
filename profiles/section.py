"""How SCEP profiles plug into the configuration."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from uuid import UUID

from django.urls import reverse

from configuration.file_format import prune
from configuration.sections import Document, Entry, ObjectProblem, Reference, Renaming
from configuration.transfer import FileObject, FilePlace, NotTaken, SameInFiles, Taken
from device import queries as device
from domain.actions import Page
from domain.actors import Actor
from domain.errors import Problem
from domain.locations import Location
from profiles import codec, queries, rules, services
from profiles.spec import (
    CERTIFICATES,
    KIND,
    PURPOSE_OF_CHALLENGE,
    PURPOSE_OF_OTP,
    ProfileDraft,
)


class ProfilesSection(SameInFiles):
    """The section of SCEP profiles."""

    kind = KIND
    label = "SCEP profile"
    page = Page.SCEP
    in_file = FilePlace(
        "scep",
        secrets={
            "scep-challenge/fixed": PURPOSE_OF_CHALLENGE,
            "scep-challenge/dynamic/password": PURPOSE_OF_OTP,
        },
    )

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Write the typed row of a profile whose candidate row has just been written."""
        services.write_row(uuid=uuid, spec=codec.from_xml(name, location, xml))

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        """Do nothing: the typed row goes with the candidate row, sealed passwords stay."""

    def gone(self, uuids: Collection[UUID]) -> Mapping[UUID, str]:
        """Keep nothing back: every profile can come back, its sealed passwords are still there."""
        del uuids
        return {}

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check every profile again; what was fine when saved may not be any more."""
        certificates = document.of_kind(CERTIFICATES)
        fips_cc = device.facts().fips_cc

        @cache
        def around(place: Location) -> rules.Surroundings:
            names = {item.name for item in certificates if place.sees(item.location)}
            return rules.Surroundings(document.locations, names, names, fips_cc=fips_cc)

        return [
            ObjectProblem(KIND, entry.location, entry.name, problem.field, problem.message)
            for entry, xml in document.texts(KIND)
            for problem in _problems(entry, xml, around(entry.location))
        ]

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """Offer nothing: no object refers to a profile yet."""
        del purpose, location
        return []

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List which profiles name which certificates."""
        return queries.certificate_references(names) if kind == CERTIFICATES else []

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        """List the same for the profiles of a configuration."""
        if kind != CERTIFICATES:
            return []
        return [
            reference
            for entry, xml in document.texts(KIND)
            for reference in _references(entry, xml)
            if reference.name in names
        ]

    def url(self, *, uuid: UUID) -> str:
        """Return the path of a profile's dialog."""
        return reverse("profiles:edit", args=[uuid])

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Give the profile the new name of its certificate."""
        services.rename_certificate(uuid=reference.by, renaming=renaming, by=by, at=at)

    def from_file(self, one: FileObject, *, is_ours: bool) -> Taken:
        """Take a profile that keeps its own rules; its passwords may still be missing.

        What a file of the product has beyond what a profile has here is left out.
        """
        xml, left_out = (one.xml, ()) if is_ours else prune(one.xml, codec.CHILDREN)
        spec = codec.from_xml(one.name, one.location, xml)
        names = {name for _, name in codec.certificate_references(spec)}
        around = rules.Surroundings([one.location], names, names)
        missing = ("challenge_password", "otp_password")
        problems = [p for p in rules.check(ProfileDraft(spec), around) if p.field not in missing]
        if problems:
            raise NotTaken(problems[0].message, problems=problems)
        return Taken(xml, left_out)


def _references(entry: Entry, xml: str) -> list[Reference]:
    try:
        spec = codec.from_xml(entry.name, entry.location, xml)
    except codec.ProfileXmlUnusable:
        return []  # validation says so
    return [
        Reference(KIND, entry.uuid, entry.location, f"scep -> {entry.name} -> {element}", name)
        for element, name in codec.certificate_references(spec)
    ]


def _problems(entry: Entry, xml: str, around: rules.Surroundings) -> list[Problem]:
    try:
        spec = codec.from_xml(entry.name, entry.location, xml)
    except codec.ProfileXmlUnusable as error:
        return [Problem("", error.message)]
    return rules.check(ProfileDraft(spec), around)

"""How SCEP profiles plug into the configuration."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from configuration.sections import Document, Entry, ObjectProblem
from device import queries as device
from domain.errors import Problem
from domain.locations import Location
from profiles import codec, rules, services
from profiles.spec import CERTIFICATES, KIND, ProfileDraft


class ProfilesSection:
    """The section of SCEP profiles."""

    kind = KIND
    label = "SCEP profile"

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Write the typed row of a profile whose candidate row has just been written."""
        services.write_row(uuid=uuid, spec=codec.from_xml(name, location, xml))

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        """Do nothing: the typed row goes with the candidate row, sealed passwords stay."""

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check every profile again; what was fine when saved may not be any more."""
        around = rules.Surroundings(locations=device.locations(), fips_cc=device.facts().fips_cc)
        certificates = document.of_kind(CERTIFICATES)
        return [
            ObjectProblem(KIND, entry.location, entry.name, problem.field, problem.message)
            for entry, xml in document.texts(KIND)
            for problem in _problems(entry, xml, around, certificates)
        ]

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """Offer nothing: no object refers to a profile yet."""
        del purpose, location
        return []


def _problems(
    entry: Entry, xml: str, around: rules.Surroundings, certificates: tuple[Entry, ...]
) -> list[Problem]:
    try:
        spec = codec.from_xml(entry.name, entry.location, xml)
    except codec.ProfileXmlUnusable as error:
        return [Problem("", error.message)]
    names = {item.name for item in certificates if entry.location.sees(item.location)}
    seen = replace(around, ca_certificates=names, client_certificates=names)
    return rules.check(ProfileDraft(spec), seen)

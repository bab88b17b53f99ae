"""How the management settings plug into the configuration."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from configuration.sections import Document, ObjectProblem
from configuration.text_only import TextOnly
from configuration.transfer import FilePlace
from device import queries as device
from domain.actions import Page
from domain.errors import Refused
from domain.locations import Location
from setup.codec import management as codec
from setup.queries import management as queries
from setup.rules import management as rules
from setup.spec.management import CARDS, KIND


class ManagementSection(TextOnly):
    """The section of the management settings; it has no rows of its own."""

    kind = KIND
    label = "Management settings"
    page = Page.SETUP
    in_file = FilePlace(
        "devices/entry@localhost.localdomain/deviceconfig/setting/management/x-scepadmin",
        on_device=True,
    )

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Refuse what is no such settings; there is no typed row to write."""
        del uuid, location
        codec.from_xml(name, xml)

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Check every card that the document has."""
        return list(_broken(document, fips_cc=device.facts().fips_cc))

    def url(self, *, uuid: UUID) -> str:
        """Return the path of the dialog of a card."""
        found = queries.card_of(uuid)
        return reverse("setup:management-edit", args=[found.card.name]) if found else ""


def _broken(document: Document, *, fips_cc: bool) -> Iterator[ObjectProblem]:
    for entry, xml in document.texts(KIND):
        place = (KIND, entry.location, entry.name)
        try:
            value = codec.from_xml(entry.name, xml)
        except Refused as refusal:
            yield ObjectProblem(*place, "", refusal.message)
            continue
        for problem in rules.check(CARDS[entry.name], value, fips_cc=fips_cc):
            yield ObjectProblem(*place, problem.field, problem.message)

"""What profiles see of other packages: the names of certificates."""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from configuration import queries, services
from configuration.sections import Document, ObjectProblem, Reference, Renaming
from domain.actions import Page
from domain.actors import Actor
from domain.locations import VSYS1, Location
from profiles.queries import FetchedCa, FetchedCertificate


class CertificateNames:
    """A CA certificate in Shared, a certificate with a key in vsys1."""

    kind = "certificate"
    label = "Certificate"
    page = Page.CERTIFICATES

    def restore(self, *, uuid: UUID, location: Location, name: str, xml: str) -> None:
        """Have no rows."""

    def remove(self, *, uuid: UUID, at: datetime) -> None:
        """Have no rows."""

    def validate(self, document: Document) -> list[ObjectProblem]:
        """Find nothing wrong."""
        del document
        return []

    def choices(self, *, purpose: str, location: Location) -> list[str]:
        """List the names."""
        if purpose == "ca":
            return ["root-ca"]
        return ["device"] if location == VSYS1 else []

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """Refer to nothing."""
        del kind, names
        return []

    def references_in(
        self, document: Document, *, kind: str, names: Collection[str]
    ) -> list[Reference]:
        """Refer to nothing, likewise."""
        del document, kind, names
        return []

    def url(self, *, uuid: UUID) -> str:
        """Have no dialogs."""
        del uuid
        return ""

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Have no references."""


def portal(name: str, profile: str) -> str:
    """The XML of a portal that uses a SCEP profile."""
    return f'<entry name="{name}"><scep>{profile}</scep></entry>'


class Portals(CertificateNames):
    """Portals in vsys1, each of which uses a SCEP profile."""

    kind = "portal"
    label = "GlobalProtect portal"
    page = Page.SCEP

    def references(self, *, kind: str, names: Collection[str]) -> list[Reference]:
        """List the portals that use a profile of one of these names."""
        return [
            Reference(
                self.kind,
                item.uuid,
                item.location,
                f"global-protect-portal -> {item.name} -> client-certificate -> scep",
                name,
            )
            for item in queries.candidates(self.kind)
            for name in names
            if kind == "scep-profile" and portal(item.name, name) == item.xml
        ]

    def follow(self, *, reference: Reference, renaming: Renaming, by: Actor, at: datetime) -> None:
        """Give the portal the profile's new name."""
        item = queries.candidate(reference.by)
        assert item is not None
        services.put(
            kind=self.kind,
            location=item.location,
            name=item.name,
            xml=portal(item.name, renaming.new),
            by=by,
            at=at,
            uuid=item.uuid,
        )


def fetched_ca(profile_uuid: UUID, at: datetime) -> FetchedCa:
    """What the server of any profile sent: a CA and its RA."""
    del profile_uuid, at
    ca = (("SHA-256", "aa01"), ("SHA-1", "aa02"), ("MD5", "aa03"))
    return FetchedCa(
        datetime(2026, 11, 23, 12, tzinfo=UTC),
        (
            FetchedCertificate("Issuing CA", "CN=<Acme> CA", ca, can_be_pinned=True),
            FetchedCertificate(
                "Registration authority", "CN=RA", (("SHA-256", "bb01"),), can_be_pinned=False
            ),
        ),
    )

"""What profiles see of other packages: the names of certificates."""

from datetime import datetime
from uuid import UUID

from configuration.sections import Document, ObjectProblem
from domain.locations import VSYS1, Location


class CertificateNames:
    """A CA certificate in Shared, a certificate with a key in vsys1."""

    kind = "certificate"
    label = "Certificate"

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

"""Everything the dialog of one certificate shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certificates import queries
from certificates.models import Material
from certificates.queries import hierarchy, lineage, listing, origin, private_key
from certificates.queries.hierarchy import Hierarchy
from certificates.queries.lineage import Lineage
from certificates.queries.origin import AuthorityView, EnrollmentView, Reader
from certificates.queries.paper import Paper, paper_of
from certificates.queries.private_key import KeyView
from certificates.queries.rows import CertificateRow
from configuration import queries as configuration
from domain.actors import Actor
from domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class CertificateDetail:
    """One certificate of an entry.

    Attributes:
        row: what the list says about the entry.
        is_current: whether it is the entry's certificate still.
        paper: what the certificate says; ``None`` while there is none.
        used_by: where other objects name it, each with the path of that object's dialog.
    """

    row: CertificateRow
    is_current: bool
    paper: Paper | None
    key: KeyView
    hierarchy: Hierarchy
    lineage: Lineage
    used_by: tuple[configuration.Use, ...]
    enrollment: EnrollmentView | None
    authority: AuthorityView | None

    @property
    def origin(self) -> EnrollmentView | AuthorityView | None:
        """What brought the certificate; ``None`` when that is not known."""
        return self.enrollment or self.authority


def certificate_detail(
    uuid: UUID, at: datetime, by: Actor, *, material: UUID | None = None
) -> CertificateDetail:
    """Return everything about one certificate of the candidate.

    Args:
        uuid: its entry.
        at: the time, for how long it is valid.
        by: who looks at it; what that admin may not see of other objects is left out.
        material: an earlier certificate of the entry; ``None`` for the one it has now.

    Raises:
        NotFound: the candidate has no certificate with this UUID, or never had that one.
    """
    listed = listing.chosen_rows([uuid], at)
    wanted = {"is_current": True} if material is None else {"pk": material}
    found = Material.objects.select_related("enrollment").filter(entry_id=uuid, **wanted).first()
    if found is None or not listed:
        raise NotFound("There is no such certificate.", hint="Reload the list.")
    [row] = listed
    reader = Reader(by, row.location)
    der = bytes(found.certificate_der)
    return CertificateDetail(
        row=row,
        is_current=found.is_current,
        paper=paper_of(der, at) if der else None,
        key=private_key.key_view(found),
        hierarchy=hierarchy.hierarchy(found, at, by),
        lineage=lineage.lineage(found),
        used_by=configuration.uses(queries.KIND, (row.location, row.name), by),
        enrollment=origin.of_enrollment(found.enrollment, reader),
        authority=origin.of_authority(found, reader),
    )

"""Everything the dialog of one certificate shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certificates import queries, rules
from certificates.models import Material
from certificates.queries import hierarchy, lineage, listing, origin, private_key
from certificates.queries.hierarchy import Hierarchy
from certificates.queries.lineage import Lineage
from certificates.queries.origin import AuthorityView, EnrollmentView, Reader
from certificates.queries.private_key import KeyView
from certificates.queries.rows import CertificateRow
from configuration import queries as configuration
from domain.actors import Actor
from domain.errors import NotFound
from pki import bundle, certinfo, dump, openssl, printing, weaknesses
from pki.certinfo import CertificateFacts
from pki.explained import ExplainedExtension, explained
from pki.weaknesses import Finding


@dataclass(frozen=True, slots=True)
class Paper:
    """What a certificate says, in all the ways to read it; the longer ones are made when asked.

    Attributes:
        began: start of validity in words, as ``"3 days ago"``; likewise ``ends``.
        subject_hash: as ``openssl x509 -subject_hash_old``; likewise ``issuer_hash``.
        findings: what is weak about it, and what to do.
    """

    der: bytes
    facts: CertificateFacts
    began: str
    ends: str
    subject_hash: str
    issuer_hash: str
    findings: tuple[Finding, ...]

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return bundle.to_pem(self.der)

    @property
    def text(self) -> str:
        """The certificate as ``openssl x509 -text`` lays it out."""
        return printing.text(self.der)

    @property
    def asn1(self) -> str:
        """The certificate as a list of its ASN.1 elements."""
        return dump.text(dump.dump(self.der))

    @property
    def extensions(self) -> tuple[ExplainedExtension, ...]:
        """Every extension, explained."""
        return explained(self.der)


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
    return CertificateDetail(
        row=row,
        is_current=found.is_current,
        paper=_paper(bytes(found.certificate_der), at),
        key=private_key.key_view(found),
        hierarchy=hierarchy.hierarchy(found, at, by),
        lineage=lineage.lineage(found),
        used_by=configuration.uses(queries.KIND, (row.location, row.name), by),
        enrollment=origin.of_enrollment(found.enrollment, reader),
        authority=origin.of_authority(found, reader),
    )


def _paper(der: bytes, at: datetime) -> Paper | None:
    if not der:
        return None
    facts = certinfo.read(der)
    return Paper(
        der=der,
        facts=facts,
        began=rules.relative(facts.not_before, at),
        ends=rules.relative(facts.not_after, at),
        subject_hash=openssl.name_hash(facts.subject_der),
        issuer_hash=openssl.name_hash(facts.issuer_der),
        findings=weaknesses.find(facts),
    )

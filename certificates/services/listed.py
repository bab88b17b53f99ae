"""The list's index: written whenever the entry or the material that it repeats has changed."""

from collections.abc import Sequence
from uuid import UUID

from certificates.models import CertificateEntry, ListedCertificate, Material
from pki import certinfo


def refresh(entry_uuid: UUID) -> None:
    """Write the row of one entry anew; part of the caller's transaction.

    An entry that is not in the candidate, or that has no material yet, is not listed.
    """
    material = Material.objects.filter(entry_id=entry_uuid, is_current=True).first()
    entries = CertificateEntry.objects.select_related("object").filter(pk=entry_uuid)
    entry = entries.first() if material else None
    if material is None or entry is None:
        ListedCertificate.objects.filter(pk=entry_uuid).delete()
        return
    row_of(entry, material).save()


def adopt(materials: Sequence[UUID], issuer: UUID) -> None:
    """Note who issued some materials."""
    rows = ListedCertificate.objects.filter(material_id__in=materials)
    rows.update(issuer_material_id=issuer)


def row_of(entry: CertificateEntry, material: Material) -> ListedCertificate:
    """Make the row of an entry, not saved yet."""
    place = entry.object
    return ListedCertificate(
        entry=entry,
        material=material,
        issuer_material_id=material.issuer_material_id,
        enrollment_id=material.enrollment_id,
        profile_uuid=material.profile_uuid,
        name=place.name,
        location=place.location,
        subject=material.subject,
        issuer=material.issuer,
        serial_hex=material.serial_hex,
        not_before=material.not_before,
        not_after=material.not_after,
        algorithm=material.algorithm,
        key_bits=material.key_bits,
        signature_algorithm=material.signature_algorithm,
        is_ca=material.is_ca,
        has_key=material.key_secret is not None,
        status=material.status,
        weaknesses=material.weaknesses,
        search_text=_search_text(place.name, material),
    )


def _search_text(name: str, material: Material) -> str:
    der = bytes(material.certificate_der)
    sans = certinfo.read(der).san if der else ()
    words = (
        name,
        material.subject,
        material.issuer,
        material.serial_hex,
        material.fingerprint_sha256,
        *sans,
    )
    return "\n".join(words).casefold()

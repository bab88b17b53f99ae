"""Lists what is in the candidate already. Whatever reads certificates here is pure code."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from pki import certinfo, weaknesses

_REPEATED = (
    *("issuer_material_id", "enrollment_id", "profile_uuid", "subject", "issuer", "serial_hex"),
    *("not_before", "not_after", "algorithm", "key_bits", "signature_algorithm", "is_ca"),
    *("status", "weaknesses"),
)


def fill(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Note the weaknesses of every certificate, and list those of the candidate."""
    del schema_editor
    Material = apps.get_model("certificates", "Material")
    Listed = apps.get_model("certificates", "ListedCertificate")
    entries = {
        entry.pk: entry.object
        for entry in apps.get_model("certificates", "CertificateEntry").objects.select_related(
            "object"
        )
    }
    for pk in list(Material.objects.values_list("pk", flat=True)):
        material = Material.objects.get(pk=pk)
        der = bytes(material.certificate_der)
        facts = certinfo.read(der) if der else None
        if facts:
            material.weaknesses = " ".join(one.code for one in weaknesses.find(facts))
            material.save(update_fields=["weaknesses"])
        place = entries.get(material.entry_id)
        if place is None or not material.is_current:
            continue
        words = (place.name, material.subject, material.issuer, material.serial_hex)
        words = (*words, material.fingerprint_sha256, *(facts.san if facts else ()))
        Listed.objects.create(
            entry_id=material.entry_id,
            material_id=material.pk,
            name=place.name,
            location=place.location,
            has_key=material.key_secret is not None,
            search_text="\n".join(words).casefold(),
            **{name: getattr(material, name) for name in _REPEATED},
        )


class Migration(migrations.Migration):
    """Fills the index of the list."""

    dependencies = [("certificates", "0004_list_index")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

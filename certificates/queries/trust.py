"""Whether the running configuration trusts where the chain of a certificate ends."""

from dataclasses import dataclass
from typing import Final

from certificates import codec
from certificates.models import Material, MaterialStatus
from certificates.queries import KIND, trusted
from certificates.spec import Usage
from configuration import queries as configuration
from pki import bundle
from pki.default_cas import DefaultCa, default_cas


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the end of a chain is trusted.

    Attributes:
        tone: which of the page's status shapes goes with it.
        words: one sentence.
        hint: what to do where something can be done; may be empty.
        ca: the default CA at which the chain ends; ``None`` when at none.
    """

    tone: str
    words: str
    hint: str
    ca: DefaultCa | None


_TICK: Final = "Tick Trusted Root CA in its Usage and commit, if it is to be trusted."


def trust(top: Material) -> Trust | None:
    """Judge the highest certificate of a chain; ``None`` when its issuer is not known.

    A default CA comes first; then a root that an admin has ticked as Trusted Root CA.
    """
    der = bytes(top.certificate_der)
    ca = default_cas().issuer_of(der) if der else None
    if ca is not None:
        return _of_default(ca)
    if top.subject_hash != top.issuer_hash:
        return None
    entry = configuration.running(top.entry_id)
    if entry is not None and Usage.TRUSTED_ROOT in codec.usages_of(entry.xml):
        words = "The chain ends at a certificate that is a Trusted Root CA."
        return Trust("ok", words, "", None)
    words = (
        "The chain ends at a certificate that is neither a Trusted Root CA nor on the list of "
        "default trusted CAs."
    )
    return Trust("neutral", words, _TICK if top.is_ca else "", None)


def trusted_roots_pem() -> str:
    """Return the certificates that run as Trusted Root CA, PEM; empty when there are none.

    Revoked ones are left out.
    """
    mark = Usage.TRUSTED_ROOT.value
    uuids = [
        one.uuid
        for one in configuration.running_objects(KIND)
        if mark in one.xml and Usage.TRUSTED_ROOT in codec.usages_of(one.xml)
    ]
    rows = Material.objects.filter(entry_id__in=uuids, is_current=True, status=MaterialStatus.VALID)
    return "".join(bundle.to_pem(bytes(row.certificate_der)) for row in rows.order_by("pk"))


def _of_default(ca: DefaultCa) -> Trust:
    if ca.name in trusted.disabled_names():
        words = f"The chain ends at {ca.name}, a default trusted CA that is disabled."
        return Trust("warn", words, "Enable it and commit, if it is to be trusted.", ca)
    return Trust("ok", f"The chain ends at {ca.name}, a default trusted CA.", "", ca)

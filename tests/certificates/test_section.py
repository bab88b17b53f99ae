"""How certificate entries plug into the configuration."""

from uuid import uuid4

from certificates.models import CertificateEntry
from certificates.section import CertificatesSection
from configuration import queries as configuration
from configuration.document import Document, Entry
from domain.locations import VSYS1
from tests.certificates.test_store import ROOT
from tests.certificates.workbench import Bench

SECTION = CertificatesSection()


def test_an_entry_without_any_certificate_is_a_problem(bench: Bench) -> None:
    bench.keep("root", ROOT)
    hollow = Entry(uuid4(), "certificate", VSYS1, "hollow", "0" * 64)
    document = configuration.candidate_document()
    document = Document((*document.entries, hollow), document.load)

    (problem,) = SECTION.validate(document)

    assert (problem.kind, problem.location, problem.name) == ("certificate", VSYS1, "hollow")
    assert problem.message == "There is no certificate behind this entry. Delete it."


def test_restoring_an_entry_twice_is_the_same_as_once(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)

    SECTION.restore(uuid=uuid, location=VSYS1, name="root", xml='<entry name="root"/>')

    assert CertificateEntry.objects.filter(pk=uuid).count() == 1


def test_every_certificate_has_a_dialog_and_names_nothing() -> None:
    uuid = uuid4()

    assert SECTION.url(uuid=uuid) == f"/device/certificates/{uuid}/"
    assert SECTION.references_in(Document((), lambda _: {}), kind="certificate", names={"a"}) == []


def test_the_section_offers_names(bench: Bench) -> None:
    bench.keep("root", ROOT)

    assert SECTION.choices(purpose="ca", location=VSYS1) == ["root"]
    assert SECTION.choices(purpose="client", location=VSYS1) == []

"""Loading configurations: certificates keep their present material, and no key comes back."""

from dataclasses import replace
from uuid import UUID, uuid4

from certificates import codec
from certificates.models import CertificateEntry, Enrollment, EnrollmentState, Material, Source
from certificates.services import store, usage
from certificates.spec import Usage
from configuration import queries as configuration
from configuration import services as configuration_services
from configuration.document import Document, Entry, canonical, digest
from configuration.loads import LoadPlan
from domain.locations import SHARED, VSYS1
from tests.certificates.test_store import ISSUING, ROOT
from tests.certificates.workbench import MARIA, Bench, current


def load(bench: Bench, number: int) -> LoadPlan:
    """Load a revision."""
    target = configuration.document_of(number)
    return configuration_services.load(target, what=f"revision {number}", by=MARIA, at=bench.now)


def left_out(loaded: LoadPlan) -> list[str]:
    return [configuration.problem_words(one) for one in loaded.left_out]


def entry_of(name: str) -> UUID:
    found = configuration.find_candidate("certificate", VSYS1, name)
    assert found is not None
    return found.uuid


def test_a_certificate_keeps_its_present_key_when_an_older_revision_is_loaded(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)
    bench.commit()
    older = current(uuid).uuid
    bench.keep("other", ISSUING)
    bench.commit()
    renewed = store.NewMaterial(uuid, Source.IMPORT, ISSUING.der)
    store.set_material(renewed, at=bench.now)

    load(bench, 1)

    assert bench.names() == ["root"]
    assert current(uuid).uuid == renewed.uuid != older


def test_the_uses_of_a_certificate_are_configuration_and_come_back(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)
    usage.set_usages(uuid=uuid, usages=[Usage.TRUSTED_ROOT], by=MARIA, at=bench.now)
    bench.commit()
    usage.set_usages(uuid=uuid, usages=[], by=MARIA, at=bench.now)
    bench.commit()

    load(bench, 1)

    assert CertificateEntry.objects.get(pk=uuid).trusted_root


def test_a_certificate_that_was_deleted_for_good_is_left_out(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)
    bench.keep("kept", ISSUING)
    bench.commit()
    bench.delete(uuid)
    bench.commit()

    loaded = load(bench, 1)

    assert bench.names() == ["kept"]
    (line,) = left_out(loaded)
    assert line.startswith("Certificate root in vsys1: It was deleted, and no key comes back.")
    assert configuration.pending_count() == 0


def test_a_certificate_that_still_runs_comes_back_as_it_is(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)
    bench.commit()
    before = current(uuid).uuid
    bench.delete(uuid)

    loaded = load(bench, 1)

    assert (bench.names(), left_out(loaded)) == (["root"], [])
    assert current(uuid).uuid == before


def test_a_request_that_was_given_up_does_not_wait_again(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    bench.generate(bench.request(bench.running_profile(), "fw-1"))
    bench.commit()
    bench.delete(entry_of("fw-1"))

    load(bench, 2)

    assert bench.row().status == "refused"
    assert Enrollment.objects.get().state == EnrollmentState.ABANDONED


def test_a_load_gives_up_requests_that_it_takes_away(bench: Bench) -> None:
    profile = bench.running_profile()
    bench.ca.verdict = "pend"
    bench.generate(bench.request(profile, "fw-1"))
    bench.commit()

    load(bench, 1)

    assert "fw-1" not in bench.names()
    assert Enrollment.objects.get().key_secret is None


def test_an_entry_whose_material_was_stored_before_it_is_loaded(bench: Bench) -> None:
    uuid, xml = uuid4(), canonical(codec.to_xml("ca"))
    store.set_material(store.NewMaterial(uuid, Source.IMPORT, ROOT.der), at=bench.now)
    entry = Entry(uuid, "certificate", VSYS1, "ca", digest(xml))
    hollow = replace(entry, uuid=uuid4(), location=SHARED)
    target = Document((hollow, entry), lambda wanted: dict.fromkeys(wanted, xml))

    loaded = configuration_services.load(target, what="fw.xml", by=MARIA, at=bench.now)

    assert bench.names() == ["ca"]
    assert left_out(loaded) == [
        "Certificate ca in Shared: There is no certificate behind this entry."
    ]
    assert Material.objects.get().entry_id == uuid

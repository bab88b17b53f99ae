"""Entries and their material."""

from datetime import timedelta

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.models import Material, Source
from certificates.services import store
from configuration import queries as configuration
from domain.actors import Actor, Role
from domain.errors import Forbidden, InUse, NameTaken, NotFound
from domain.locations import SHARED, VSYS1
from pki.errors import CertificateUnreadable
from tests.certificates.memory_ca import authority
from tests.certificates.workbench import MARIA, Bench, current
from tests.issuing import NOW, Wanted, issue, rsa_key

ROOT = authority("Acme Root")
ISSUING = issue(
    Wanted(
        "Acme Issuing",
        ca=True,
        not_before=NOW - timedelta(days=1),
        not_after=NOW + timedelta(days=900),
    ),
    ROOT,
)
LEAF = issue(
    Wanted("fw-1", not_before=NOW - timedelta(days=1), not_after=NOW + timedelta(days=90)), ISSUING
)


def test_material_keeps_what_lists_show(bench: Bench) -> None:
    row = current(bench.keep("root", ROOT))

    assert (row.subject, row.issuer, row.is_ca) == ("CN=Acme Root", "CN=Acme Root", True)
    assert (row.algorithm, row.key_bits) == ("RSA", 2048)
    assert row.not_after == ROOT.certificate.not_valid_after_utc


def test_a_new_certificate_takes_the_place_of_the_old_one_and_the_old_one_stays(
    bench: Bench,
) -> None:
    uuid = bench.keep("root", ROOT)
    digest = configuration.candidate(uuid)

    new = store.NewMaterial(uuid, Source.SCEP_CA, ISSUING.der, uuid)
    store.set_material(new, at=bench.now)

    assert current(uuid).subject == "CN=Acme Issuing"
    assert Material.objects.filter(entry_id=uuid).count() == 2
    assert configuration.candidate(uuid) == digest


def test_something_that_is_no_certificate_is_not_stored(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)

    with pytest.raises(CertificateUnreadable):
        store.set_material(store.NewMaterial(uuid, Source.SCEP_CA, b"junk", uuid), at=bench.now)

    assert current(uuid).subject == "CN=Acme Root"


def test_a_certificate_hangs_under_the_one_that_signed_it_whatever_comes_first(
    bench: Bench,
) -> None:
    leaf, root, issuing = (
        bench.keep(name, issued)
        for name, issued in [("leaf", LEAF), ("root", ROOT), ("issuing", ISSUING)]
    )

    assert current(leaf).issuer_material == current(issuing)
    assert current(issuing).issuer_material == current(root)
    assert current(root).issuer_material is None


def test_a_ca_of_the_same_name_with_another_key_is_not_the_issuer(bench: Bench) -> None:
    impostor = issue(Wanted("Acme Issuing", ca=True, key=rsa_key("impostor")))
    bench.keep("impostor", impostor)

    leaf = bench.keep("leaf", LEAF)

    assert current(leaf).issuer_material is None


def test_of_two_equal_cas_the_one_of_the_same_profile_is_the_issuer(bench: Bench) -> None:
    first = bench.keep("one", ISSUING)
    second = bench.keep("two", ISSUING)

    leaf = bench.keep("leaf", LEAF, profile=second)

    assert first != second
    assert current(leaf).issuer_material == current(second)


def test_certificates_follow_their_ca_to_its_new_certificate(bench: Bench) -> None:
    ca, leaf = bench.keep("issuing", ISSUING), bench.keep("leaf", LEAF)
    renewed = issue(Wanted("Acme Issuing", ca=True, key=ISSUING.key), ROOT)

    store.set_material(store.NewMaterial(ca, Source.SCEP_CA, renewed.der, ca), at=bench.now)

    assert current(leaf).issuer_material == current(ca)


def test_names_are_unique_in_their_location_only(bench: Bench) -> None:
    bench.keep("root", ROOT, location=VSYS1)
    bench.keep("root", ROOT, location=SHARED)

    with pytest.raises(NameTaken):
        store.add_entry(location=SHARED, name="root", by=MARIA, at=bench.now)


def test_deleting_takes_entries_from_the_candidate_and_leaves_their_material(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)
    bench.commit()

    store.delete(uuids=[uuid], by=MARIA, at=bench.now)

    assert configuration.candidate(uuid) is None
    assert configuration.running(uuid) is not None
    assert current(uuid).subject == "CN=Acme Root"


def test_a_certificate_that_a_profile_names_cannot_be_deleted(bench: Bench) -> None:
    root = bench.keep("corp-root", ROOT, location=SHARED)
    bench.profile(name="ndes", scep_ca_certificate="corp-root")

    with pytest.raises(InUse) as refusal:
        store.delete(uuids=[root], by=MARIA, at=bench.now)

    assert refusal.value.message == "corp-root cannot be deleted because of references from:"
    assert [problem.message for problem in refusal.value.problems] == [
        "vsys -> vsys1 -> scep -> ndes -> scep-ca-cert -> corp-root"
    ]
    assert bench.names() == ["corp-root"]


def test_who_refers_to_many_certificates_is_asked_once(bench: Bench) -> None:
    uuids = [bench.keep(f"root-{number}", ROOT) for number in range(3)]

    with CaptureQueriesContext(connection) as captured:
        bench.delete(*uuids)

    statements = [query["sql"] for query in captured.captured_queries]
    assert len([sql for sql in statements if sql.startswith('SELECT "profiles_')]) == 1


def test_the_certificate_nearer_to_the_profile_is_the_one_it_names(bench: Bench) -> None:
    shared = bench.keep("root", ROOT, location=SHARED)
    own = bench.keep("root", ROOT, location=VSYS1)
    bench.profile(name="ndes", location=VSYS1, scep_ca_certificate="root")

    store.delete(uuids=[shared], by=MARIA, at=bench.now)

    with pytest.raises(InUse):
        store.delete(uuids=[own], by=MARIA, at=bench.now)


def test_a_profile_in_shared_is_named_without_a_vsys(bench: Bench) -> None:
    root = bench.keep("root", ROOT, location=SHARED)
    bench.profile(name="all", location=SHARED, scep_ca_certificate="root")

    with pytest.raises(InUse) as refusal:
        store.delete(uuids=[root], by=MARIA, at=bench.now)

    assert refusal.value.problems[0].message == "scep -> all -> scep-ca-cert -> root"


def test_of_several_certificates_all_or_none_are_deleted(bench: Bench) -> None:
    free = bench.keep("free", ISSUING, location=SHARED)
    used = bench.keep("used", ROOT, location=SHARED)
    bench.profile(scep_ca_certificate="used")

    with pytest.raises(InUse):
        store.delete(uuids=[free, used], by=MARIA, at=bench.now)

    assert len(bench.names()) == 2


def test_what_is_gone_cannot_be_deleted(bench: Bench) -> None:
    profile = bench.profile()

    with pytest.raises(NotFound):
        store.delete(uuids=[profile], by=MARIA, at=bench.now)


def test_a_superreader_deletes_nothing(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)

    with pytest.raises(Forbidden):
        store.delete(uuids=[uuid], by=Actor("rita", Role.SUPERREADER), at=bench.now)

    assert bench.names() == ["root"]

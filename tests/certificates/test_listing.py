"""The list page by page: the tree, sorting, paging, what it costs."""

from dataclasses import replace

import pytest

from django.apps import apps
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from certificates.models import ListedCertificate, Material
from certificates.queries import listing
from certificates.queries.listing import Page, Wanted
from device import secrets
from domain.locations import SHARED
from tests.certificates.memory_ca import authority
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import Bench, index_as_it_should_be, index_as_listed
from tests.issuing import Issued, issue
from tests.issuing import Wanted as WantedCertificate

LOOSE = issue(WantedCertificate("loose"), authority("Elsewhere"))


def shown(bench: Bench, **wanted: object) -> Page:
    """A page of the list."""
    return listing.page(replace(Wanted(), **wanted), bench.now)  # type: ignore[arg-type]


def names(page: Page) -> list[str]:
    """The names on a page."""
    return [row.name for row in page.rows]


def forest(bench: Bench) -> None:
    """Two trees and two certificates whose issuer is not listed."""
    for name, issued in (
        *(("root", ROOT), ("issuing", ISSUING), ("other", authority("Other"))),
        *((f"leaf-{number}", LEAF) for number in range(5)),
        *(("loose-2", LOOSE), ("loose-1", LOOSE)),
    ):
        bench.keep(name, issued)


TREE = (
    *(("other", 1), ("root", 1), ("issuing", 2)),
    *((f"leaf-{number}", 3) for number in range(5)),
    *(("loose-1", 1), ("loose-2", 1)),
)


def test_the_tree_has_cas_with_what_they_issued_and_then_the_rest(bench: Bench) -> None:
    forest(bench)

    assert tuple((row.name, row.level) for row in shown(bench).rows) == TREE


@pytest.mark.parametrize("size", range(1, 12))
def test_pages_of_any_size_make_up_the_tree(size: int, bench: Bench) -> None:
    forest(bench)

    pages = [shown(bench, size=size, number=1)]
    while following := pages[-1].after:
        pages.append(shown(bench, size=size, number=following))

    assert tuple((row.name, row.level) for page in pages for row in page.rows) == TREE
    assert {(page.count, page.total) for page in pages} == {(10, 10)}
    assert [page.first for page in pages] == list(range(1, 11, size))
    assert pages[-1].last == 10
    assert pages[0].before is None


def test_a_page_beyond_the_end_is_the_last(bench: Bench) -> None:
    forest(bench)

    page = shown(bench, size=4, number=99)

    assert (page.number, page.pages, page.before, page.after) == (3, 3, 2, None)
    assert names(page) == ["loose-1", "loose-2"]


def test_an_empty_list_is_one_empty_page(bench: Bench) -> None:
    page = shown(bench)

    assert (page.rows, page.count, page.number, page.pages) == ((), 0, 1, 1)
    assert (page.first, page.last, page.before, page.after) == (0, 0, None, None)


def test_cas_that_certified_each_other_are_all_listed(bench: Bench) -> None:
    keys = {"A": bench.keep("a", authority("A")), "B": bench.keep("b", authority("B"))}
    one, two = (Material.objects.get(entry_id=uuid) for uuid in keys.values())
    for row, issuer in ((one, two), (two, one)):
        row.issuer_material = issuer
        row.save()
        ListedCertificate.objects.filter(material=row).update(issuer_material_id=issuer.pk)

    assert [(row.name, row.level) for row in bench.rows()] == [("a", 1), ("b", 2)]


def test_a_sorted_list_is_flat_and_turns_around(bench: Bench) -> None:
    forest(bench)

    up = shown(bench, sort="expires", size=3)
    down = shown(bench, sort="expires", descending=True, size=3)

    assert not up.is_tree
    assert [row.level for row in up.rows] == [1, 1, 1]
    ends = [row.expires for row in up.rows]
    assert ends == sorted(ends, key=str)
    assert [row.name for row in down.rows[:2]] == ["other", "root"]


@pytest.mark.parametrize("sort", listing.SORTS)
def test_every_column_can_be_sorted_by(sort: str, bench: Bench) -> None:
    forest(bench)

    assert sorted(names(shown(bench, sort=sort))) == sorted(name for name, _ in TREE)


def test_a_flat_list_is_by_name(bench: Bench) -> None:
    forest(bench)

    assert names(shown(bench, is_flat=True)) == sorted(name for name, _ in TREE)


def test_who_refers_to_a_certificate_is_said(bench: Bench) -> None:
    bench.keep("root", ROOT)
    bench.keep("root", ROOT, location=SHARED)
    bench.profile(name="ndes", scep_ca_certificate="root")

    used = {row.location.key: row.used_by for row in shown(bench).rows}

    assert used == {
        "shared": (),
        "vsys1": ("vsys -> vsys1 -> scep -> ndes -> scep-ca-cert -> root",),
    }
    assert {row.used_by for row in shown(bench, used_by=False).rows} == {()}


def test_a_row_names_its_profile_and_its_weaknesses(bench: Bench) -> None:
    profile = bench.profile(name="ndes")
    bench.keep("fw-1", LEAF, profile=profile)

    (row,) = shown(bench).rows

    assert row.profile == "ndes"
    assert row.weak == ("No alternative name", "No extended key usage")
    assert (row.remaining, row.signature) == ("in 90 days", "SHA-256 with RSA")


def test_a_certificate_renamed_is_listed_under_its_new_name(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)

    bench.rename(uuid, "top")

    assert bench.names() == ["top"]


def test_the_index_can_be_filled_from_what_was_there_before_it(bench: Bench) -> None:
    forest(bench)
    key = secrets.seal(b"key", purpose="private key", at=bench.now)
    bench.keep("fw-1", LEAF, key_secret=key)
    waiting(bench)
    listed = index_as_listed()
    ListedCertificate.objects.all().delete()
    Material.objects.update(weaknesses="")

    fill = import_string("certificates.migrations.0005_fill_list_index.fill")
    fill(apps, BaseDatabaseSchemaEditor)

    assert index_as_listed() == listed == index_as_it_should_be()


def waiting(bench: Bench) -> None:
    """A certificate that the CA has not issued yet."""
    bench.ca.verdict = "pend"
    bench.generate(bench.request(bench.running_profile(), "waiting"))


@pytest.mark.parametrize(
    "wanted",
    [Wanted(), Wanted(is_flat=True), Wanted(sort="subject"), Wanted(number=2, size=9)],
    ids=["tree", "flat", "sorted", "second page of the tree"],
)
def test_a_list_of_300_costs_as_many_queries_as_one_of_20(wanted: Wanted, bench: Bench) -> None:
    forest(bench)
    _multiply(LEAF, bench, 20)
    with CaptureQueriesContext(connection) as few:
        assert listing.page(wanted, bench.now).total == 20
    _multiply(LEAF, bench, 300)

    with CaptureQueriesContext(connection) as many:
        assert listing.page(wanted, bench.now).total == 300

    assert len(many) <= len(few) <= 15


def _multiply(issued: Issued, bench: Bench, wanted: int) -> None:
    for number in range(ListedCertificate.objects.count(), wanted):
        bench.keep(f"more-{number:03}", issued)

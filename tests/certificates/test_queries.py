"""What pages and other apps read about certificates."""

import pytest

from certificates import queries
from certificates.queries import listing
from certificates.rules import Status
from device import secrets
from domain.locations import SHARED, VSYS1
from tests.certificates.memory_ca import authority
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import Bench
from tests.issuing import NOW, Wanted, issue


def test_the_list_is_a_tree_by_issuer_then_by_name(bench: Bench) -> None:
    other = authority("Zeta")
    for name, issued in [("zeta", other), ("b", LEAF), ("m-issuing", ISSUING), ("r-root", ROOT)]:
        bench.keep(name, issued)
    bench.keep("a", LEAF)

    rows = bench.rows()

    assert [(row.name, row.level) for row in rows] == [
        ("r-root", 1),
        ("m-issuing", 2),
        ("a", 3),
        ("b", 3),
        ("zeta", 1),
    ]


def test_a_chain_deeper_than_the_drawing_stays_at_the_deepest_level(bench: Bench) -> None:
    issuer = authority("Level 1")
    bench.keep("ca-1", issuer)
    for number in range(2, 7):
        wanted = Wanted(f"Level {number}", ca=True, not_before=NOW, not_after=NOW)
        issuer = issue(wanted, issuer)
        bench.keep(f"ca-{number}", issuer)

    assert [row.level for row in bench.rows()] == [1, 2, 3, 4, 4, 4]


def test_a_row_says_what_the_certificate_is(bench: Bench) -> None:
    key = secrets.seal(b"key", purpose="private key", at=bench.now)
    bench.keep("fw-1", LEAF, key_secret=key)

    (row,) = bench.rows()

    assert (row.name, row.location, row.state) == ("fw-1", VSYS1, "new")
    assert (row.subject, row.issuer) == ("CN=fw-1", "CN=Acme Issuing")
    assert (row.has_key, row.is_ca, row.algorithm) == (True, False, "RSA 2048")
    assert (row.status, row.tone) == (Status.VALID, "ok")
    assert not row.is_committed


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (60, Status.EXPIRING),
        (89, Status.EXPIRING),
        (91, Status.EXPIRED),
        (-2, Status.NOT_YET_VALID),
    ],
)
def test_the_status_follows_the_clock(days: int, status: Status, bench: Bench) -> None:
    bench.keep("fw-1", LEAF)

    bench.pass_time(days=days)

    assert bench.rows()[0].status is status


def test_only_chosen_certificates_are_returned(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)
    bench.keep("fw-1", LEAF)

    assert [row.name for row in listing.chosen_rows([uuid], bench.now)] == ["root"]


def test_profiles_may_refer_to_visible_cas_and_to_certificates_with_a_key(bench: Bench) -> None:
    key = secrets.seal(b"key", purpose="private key", at=bench.now)
    bench.keep("shared-ca", ROOT, location=SHARED)
    bench.keep("vsys-ca", ISSUING, location=VSYS1)
    bench.keep("client", LEAF, location=VSYS1, key_secret=key)

    assert queries.names_for("ca", VSYS1) == ["shared-ca", "vsys-ca"]
    assert queries.names_for("ca", SHARED) == ["shared-ca"]
    assert queries.names_for("client", VSYS1) == ["client"]
    assert queries.names_for("client", SHARED) == []


def test_a_name_means_the_running_certificate_of_the_location_then_of_shared(bench: Bench) -> None:
    shared = bench.keep("root", ROOT, location=SHARED)
    assert queries.running_entry(VSYS1, "root") is None
    bench.commit()
    assert queries.running_entry(VSYS1, "root") == shared
    own = bench.keep("root", ROOT, location=VSYS1)
    bench.commit()

    assert queries.running_entry(VSYS1, "root") == own
    assert queries.running_entry(SHARED, "root") == shared


def test_an_entry_without_material_stands_for_nothing(bench: Bench) -> None:
    assert queries.current_material(bench.profile()) is None


def test_what_a_certificate_stands_for_never_prints_its_bytes(bench: Bench) -> None:
    found = queries.current_material(bench.keep("root", ROOT))

    assert found is not None
    assert "certificate_der" not in repr(found)

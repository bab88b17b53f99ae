"""Everything that is told about one certificate."""

from uuid import UUID, uuid4

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates import enrollment_jobs
from certificates.local import LocalWish
from certificates.models import Enrollment
from certificates.queries import detail
from certificates.queries.detail import CertificateDetail
from certificates.queries.hierarchy import LONGEST, SHOWN_BELOW
from certificates.queries.paper import Paper
from certificates.rules import Status
from certificates.services import renewal, revocation
from certificates.services.renewal import Renewal
from device import secrets
from domain.actors import Actor, Role
from domain.errors import NotFound
from domain.locations import VSYS1, Location
from pki.crl_writing import Reason
from tests import openssl
from tests.certificates.memory_ca import authority
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import MARIA, Bench, current, make
from tests.configuration.fakes import FakeJob
from tests.issuing import Wanted, issue, rsa_key

VSYS2 = Location("vsys2")
OF_VSYS2 = Actor("otto", Role.VSYSADMIN, scope=(VSYS2,))
READER = Actor("rita", Role.SUPERREADER)


def _shown(bench: Bench, uuid: UUID, by: Actor = MARIA) -> CertificateDetail:
    return detail.certificate_detail(uuid, bench.now, by)


def _paper(bench: Bench, uuid: UUID) -> Paper:
    paper = _shown(bench, uuid).paper
    assert paper is not None
    return paper


def enrolled(bench: Bench, name: str = "fw-1") -> UUID:
    """Enroll a certificate with a profile of its own; return its entry."""
    row = bench.request(bench.running_profile(), name)
    bench.generate(row)
    row.refresh_from_db()
    assert row.entry_uuid is not None
    return row.entry_uuid


def renewed(bench: Bench, uuid: UUID) -> Enrollment:
    """Renew it over SCEP, an hour later."""
    done = renewal.renew(wanted=Renewal(uuid), by=MARIA, at=bench.pass_time(hours=1))
    row = Enrollment.objects.get(job_id=done.job_id)
    job = FakeJob(id=row.job_id or 0, by=MARIA, arguments={"enrollment": str(row.uuid)})
    enrollment_jobs.renew(job, exchange=bench.exchange)
    return row


def test_a_certificate_can_be_read_in_every_way(bench: Bench) -> None:
    paper = _paper(bench, bench.keep("fw-1", LEAF))

    assert paper.facts.subject == "CN=fw-1"
    assert (paper.began, paper.ends) == ("1 day ago", "in 90 days")
    assert paper.pem.encode() == LEAF.pem
    assert paper.text.startswith("Certificate:\n    Data:\n        Version: 3 (0x2)\n")
    assert paper.asn1.startswith("    0 ")
    assert [one.name for one in paper.extensions] == [one.name for one in paper.facts.extensions]


@openssl.needs_openssl
def test_the_hashes_of_the_names_are_those_of_openssl(bench: Bench) -> None:
    paper = _paper(bench, bench.keep("fw-1", LEAF))

    printed = openssl.run("x509", "-noout", "-subject_hash_old", "-issuer_hash_old", stdin=LEAF.pem)
    assert [paper.subject_hash, paper.issuer_hash] == printed.decode().split()


def test_what_is_weak_is_told_with_what_to_do(bench: Bench) -> None:
    findings = _paper(bench, bench.keep("fw-1", LEAF)).findings

    assert [one.code for one in findings] == ["san-missing", "eku-missing"]
    assert all(one.fact and one.hint for one in findings)


def test_the_chain_is_told_from_the_root_to_the_certificate(bench: Bench) -> None:
    for name, issued in [("fw-1", LEAF), ("issuing", ISSUING), ("root", ROOT)]:
        bench.keep(name, issued)

    tree = _shown(bench, bench.row().uuid).hierarchy

    assert [(one.label, one.level, one.issued) for one in tree.links] == [
        ("root", 1, 1),
        ("issuing", 2, 1),
        ("fw-1", 3, 0),
    ]
    assert [one.is_self for one in tree.links] == [False, False, True]
    assert {one.status for one in tree.links} == {Status.VALID}
    assert (tree.below, tree.unlisted, tree.missing) == ((), 0, "")


def test_an_issuer_that_is_not_here_is_named(bench: Bench) -> None:
    leaf = bench.keep("fw-1", LEAF)
    assert _shown(bench, leaf).hierarchy.missing == "CN=Acme Issuing"

    bench.keep("issuing", ISSUING)

    assert _shown(bench, leaf).hierarchy.missing == "CN=Acme Root"


def test_an_issuer_deleted_from_the_candidate_is_shown_without_a_link(bench: Bench) -> None:
    leaf, issuing = bench.keep("fw-1", LEAF), bench.keep("issuing", ISSUING)
    bench.commit()
    bench.delete(issuing)

    links = _shown(bench, leaf).hierarchy.links

    assert (links[0].uuid, links[0].label) == (None, "CN=Acme Issuing")
    assert [row.level for row in bench.rows()] == [1]


def test_a_ca_tells_the_first_of_what_it_has_issued_and_counts_the_rest(bench: Bench) -> None:
    root = bench.keep("root", ROOT)
    for number in range(SHOWN_BELOW + 3):
        bench.keep(f"fw-{number:02}", issue(Wanted(f"fw-{number}", key=rsa_key("leaf")), ROOT))
    bench.keep("z-issuing", ISSUING)

    tree = _shown(bench, root).hierarchy

    assert [one.label for one in tree.below][:2] == ["z-issuing", "fw-00"]
    assert {one.level for one in tree.below} == {2}
    assert (len(tree.below), tree.unlisted, tree.links[0].issued) == (SHOWN_BELOW, 4, 14)


def test_the_number_of_queries_does_not_grow_with_what_a_ca_has_issued(bench: Bench) -> None:
    root = bench.keep("root", ROOT)
    bench.keep("fw-0", issue(Wanted("fw-0", key=rsa_key("leaf")), ROOT))
    with CaptureQueriesContext(connection) as few:
        _shown(bench, root)
    for number in range(1, SHOWN_BELOW + 5):
        bench.keep(f"fw-{number}", issue(Wanted(f"fw-{number}", key=rsa_key("leaf")), ROOT))

    with CaptureQueriesContext(connection) as many:
        _shown(bench, root)

    assert len(many) == len(few)


def test_a_chain_is_followed_so_far_and_no_farther(bench: Bench) -> None:
    issuer = authority("Level 0")
    last = bench.keep("ca-00", issuer)
    for number in range(1, LONGEST + 3):
        wanted = Wanted(f"Level {number}", ca=True, key=rsa_key("level"))
        issuer = issue(wanted, issuer)
        last = bench.keep(f"ca-{number:02}", issuer)

    tree = _shown(bench, last).hierarchy

    assert len(tree.links) == LONGEST
    assert tree.missing == "CN=Level 2"
    assert max(one.level for one in tree.links) == 4


def test_the_status_of_every_certificate_of_the_chain_follows_the_clock(bench: Bench) -> None:
    leaf = bench.keep("fw-1", LEAF)
    bench.keep("issuing", ISSUING)
    bench.pass_time(days=91)

    links = _shown(bench, leaf).hierarchy.links

    assert [(one.status, one.tone) for one in links] == [
        (Status.VALID, "ok"),
        (Status.EXPIRED, "error"),
    ]


def test_what_stands_in_another_virtual_system_is_not_named_to_its_admins(bench: Bench) -> None:
    root = bench.keep("root", ROOT, location=VSYS1)
    own = bench.keep("issuing", ISSUING, location=VSYS2)
    leaf = bench.keep("fw-1", LEAF, location=VSYS1)

    tree = _shown(bench, own, OF_VSYS2).hierarchy

    assert [(one.label, one.uuid) for one in tree.links] == [
        ("CN=Acme Root", None),
        ("issuing", own),
    ]
    assert (tree.below, tree.unlisted) == ((), 0)
    everything = _shown(bench, own).hierarchy
    assert [one.uuid for one in (*everything.links, *everything.below)] == [root, own, leaf]


def test_the_key_on_the_device_is_compared_with_the_certificate(bench: Bench) -> None:
    fits = bench.keep("fits", LEAF, key_secret=bench.seal_key(LEAF))
    wrong = bench.keep("wrong", LEAF, key_secret=bench.seal_key(ROOT))
    broken = bench.keep(
        "broken", LEAF, key_secret=secrets.seal(b"x", purpose="private key", at=bench.now)
    )
    gone = bench.keep("gone", LEAF, key_secret=uuid4())
    absent = bench.keep("absent", LEAF)

    told = {
        name: (key.tone, key.words)
        for name, key in [
            ("fits", _shown(bench, fits).key),
            ("wrong", _shown(bench, wrong).key),
            ("broken", _shown(bench, broken).key),
            ("gone", _shown(bench, gone).key),
            ("absent", _shown(bench, absent).key),
        ]
    }

    assert told == {
        "fits": ("ok", "on this device, sealed under the master key; it matches the certificate"),
        "wrong": ("error", "on this device, but of another certificate"),
        "broken": ("error", "cannot be used: The stored private key cannot be read."),
        "gone": ("error", "cannot be read: A stored secret no longer exists."),
        "absent": ("neutral", "not on this device"),
    }
    assert _shown(bench, wrong).key.hint


def test_the_key_of_a_pending_certificate_waits_for_it(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile())
    bench.generate(row)

    shown = _shown(bench, bench.row().uuid)

    assert shown.key.tone == "ok"
    assert "is not here yet" in shown.key.words
    assert shown.paper is None


def test_a_profile_that_names_the_certificate_is_told_with_the_way_to_it(bench: Bench) -> None:
    root = bench.keep("root", ROOT)
    profile = bench.profile(
        name="ndes", server_url="https://ca.example/scep", scep_ca_certificate="root"
    )

    [use] = _shown(bench, root).used_by

    assert use.path == "vsys -> vsys1 -> scep -> ndes -> scep-ca-cert -> root"
    assert use.url == f"/device/scep/{profile}/"


def test_an_enrolled_certificate_tells_its_profile_and_its_transcript(bench: Bench) -> None:
    uuid = enrolled(bench)

    shown = _shown(bench, uuid)

    assert shown.origin is shown.enrollment
    assert shown.enrollment is not None
    assert not shown.enrollment.is_renewal
    assert [one.kind for one in shown.enrollment.transcripts] == ["enroll"]
    assert shown.enrollment.profile_uuid is not None
    bench.drop_profile(shown.enrollment.profile_uuid)
    again = _shown(bench, uuid).enrollment
    assert again is not None
    assert (again.profile_uuid, again.profile_name) == (None, shown.enrollment.profile_name)


def test_transcripts_are_for_those_who_may_read_exchanges(bench: Bench) -> None:
    uuid = enrolled(bench)
    custom = Actor("c", Role.CUSTOM)

    for by, count in ((READER, 1), (custom, 0)):
        enrollment = _shown(bench, uuid, by).enrollment
        assert enrollment is not None
        assert len(enrollment.transcripts) == count


def test_a_fetched_ca_tells_its_profile(bench: Bench) -> None:
    bench.running_profile(name="ndes")

    shown = _shown(bench, bench.rows()[0].uuid)

    assert shown.origin is shown.authority
    assert shown.authority is not None
    assert (shown.authority.profile_name, shown.authority.pinned) == ("ndes", False)
    assert [one.kind for one in shown.authority.transcripts] == ["fetch-ca"]


def test_an_imported_certificate_has_no_origin(bench: Bench) -> None:
    assert _shown(bench, bench.keep("fw-1", LEAF)).origin is None


def test_a_certificate_that_was_never_renewed_has_neither_predecessor_nor_successor(
    bench: Bench,
) -> None:
    line = _shown(bench, bench.keep("fw-1", LEAF)).lineage

    assert (line.predecessor, line.successor, len(line.generations)) == (None, None, 1)
    assert line.generations[0].is_shown


def test_a_renewed_certificate_leads_to_the_one_before_it_and_back(bench: Bench) -> None:
    uuid = enrolled(bench)
    old = current(uuid)
    renewed(bench, uuid)

    now = _shown(bench, uuid)
    before = detail.certificate_detail(uuid, bench.now, MARIA, material=old.pk)

    assert now.is_current
    assert now.lineage.predecessor is not None
    assert now.lineage.predecessor.material == old.pk
    assert [one.brought_by for one in now.lineage.generations] == [
        "SCEP renewal",
        "SCEP enrollment",
    ]
    assert now.lineage.generations[1].ended_at == now.lineage.generations[0].began_at
    assert not before.is_current
    assert before.lineage.successor is not None
    assert before.lineage.successor.material == current(uuid).pk
    assert before.paper is not None
    assert before.paper.facts.serial_hex == old.serial_hex
    assert now.enrollment is not None
    assert now.enrollment.is_renewal


def test_a_revoked_certificate_is_no_other_one(bench: Bench) -> None:
    uuid = make(bench, LocalWish(name="root", common_name="root", is_ca=True))
    began = current(uuid).created_at
    bench.pass_time(hours=1)
    revocation.revoke(uuids=[uuid], reason=Reason.SUPERSEDED, by=MARIA, at=bench.now)

    shown = _shown(bench, uuid)

    [one] = shown.lineage.generations
    assert (one.began_at, one.ended_at, one.brought_by) == (began, None, "made on this device")
    assert [link.status for link in shown.hierarchy.links] == [Status.REVOKED]


def test_a_request_that_was_answered_is_no_certificate_of_the_past(bench: Bench) -> None:
    bench.ca.verdict = "pend"
    row = bench.request(bench.running_profile())
    bench.generate(row)
    bench.ca.verdict = "issue"
    bench.poll(row)

    shown = _shown(bench, bench.row().uuid)

    assert len(shown.lineage.generations) == 1
    assert shown.paper is not None


def test_what_the_candidate_has_not_has_no_details(bench: Bench) -> None:
    uuid = bench.keep("root", ROOT)
    leaf = bench.keep("fw-1", LEAF)

    with pytest.raises(NotFound):
        detail.certificate_detail(uuid, bench.now, MARIA, material=current(leaf).pk)
    bench.delete(uuid)
    with pytest.raises(NotFound):
        _shown(bench, uuid)

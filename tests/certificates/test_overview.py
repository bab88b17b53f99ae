"""Certificates in numbers, and enrollments looked back upon."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from certificates.models import Enrollment, EnrollmentState, MaterialStatus
from certificates.queries import enrollments, listing, overview
from certificates.queries.enrollments import Share
from certificates.queries.filters import Days, Filter
from certificates.queries.listing import Wanted
from certificates.rules import Status
from domain.locations import SHARED, VSYS1
from jobs.handlers import JobFailed
from profiles.subject import TokenValues
from tests.certificates.test_filters import STRONG
from tests.certificates.test_store import LEAF, ROOT
from tests.certificates.workbench import Bench

FILTERS = {
    "all": Filter(),
    "expiring": Filter(status=Status.EXPIRING),
    "revoked": Filter(status=Status.REVOKED),
    "pending": Filter(status=Status.PENDING),
    "weak": Filter(is_weak=True),
    "soon": Filter(within_days=7),
}


def furnish(bench: Bench) -> None:
    """Certificates in several states and places."""
    bench.keep("root", ROOT, location=SHARED)
    bench.keep("fw-1", LEAF)
    bench.keep("vpn", STRONG)
    bench.restate(bench.keep("revoked", STRONG), MaterialStatus.REVOKED)
    bench.ca.verdict = "pend"
    bench.generate(bench.request(bench.running_profile(name="ndes"), "waiting"))


def test_numbers_are_those_of_the_lists(
    bench: Bench, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    furnish(bench)

    with django_assert_num_queries(1):
        found = overview.counts(FILTERS, Filter(), bench.now)

    assert found == {
        name: listing.page(Wanted(filter=one), bench.now).count for name, one in FILTERS.items()
    }
    assert found["all"] == 6
    assert (found["revoked"], found["pending"], found["expiring"]) == (1, 1, 1)


def test_numbers_are_of_the_locations_seen(bench: Bench) -> None:
    furnish(bench)

    found = overview.counts(FILTERS, Filter(seen=frozenset({SHARED})), bench.now)

    assert (found["all"], found["expiring"]) == (1, 0)


def test_each_span_has_what_ends_in_it(
    bench: Bench, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    furnish(bench)
    vpn = (bench.now + timedelta(days=20)).date()
    day = timedelta(days=1)
    spans = [Days(vpn - 5 * day, vpn - day), Days(vpn, vpn), Days(vpn + day, vpn + 5 * day)]

    with django_assert_num_queries(1):
        assert overview.ends(spans, Filter(), bench.now) == [0, 1, 0]
    assert overview.ends(spans, Filter(seen=frozenset({SHARED})), bench.now) == [0, 0, 0]
    assert overview.ends([Days(date(2000, 1, 1), date(2000, 1, 2))], Filter(), bench.now) == [0]


def test_the_newest_enrollments_come_first_with_their_ends(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    bench.generate(bench.request(profile, "fw-1"))
    bench.pass_time(minutes=1)
    bench.ca.verdict = "refuse"
    with pytest.raises(JobFailed):
        bench.generate(bench.request(profile, "fw-2"))

    refused, issued = enrollments.newest(5)

    assert (refused.name, refused.word, refused.tone) == ("fw-2", "Refused", "error")
    assert refused.reason
    assert (issued.name, issued.word, issued.profile_name) == ("fw-1", "Issued", "ndes")
    assert (issued.requested_by, issued.is_renewal) == ("maria", False)
    assert issued.job_id is not None
    assert [row.name for row in enrollments.newest(1)] == ["fw-2"]
    assert enrollments.newest(5, frozenset({SHARED})) == ()


def test_every_state_of_an_enrollment_has_its_word(bench: Bench) -> None:
    row = bench.request(bench.running_profile(name="ndes"), "fw-1")
    for state in EnrollmentState:
        Enrollment.objects.filter(pk=row.pk).update(state=state)
        assert enrollments.newest(1)[0].word


def test_rates_count_what_was_decided_by_profile_and_time(
    bench: Bench, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = bench.running_profile(name="a"), bench.running_profile(name="b")
    day = timedelta(days=1)
    for number, (profile, state, days) in enumerate(
        [
            (first, EnrollmentState.ISSUED, 0),
            (first, EnrollmentState.ISSUED, 3),
            (first, EnrollmentState.FAILED, 3),
            (first, EnrollmentState.PENDING, 0),
            (first, EnrollmentState.REFUSED, 40),
            (second, EnrollmentState.REFUSED, 0),
        ]
    ):
        row = bench.request(profile, f"fw-{number}", values=TokenValues(username=f"user-{number}"))
        asked_at = bench.now - days * day
        Enrollment.objects.filter(pk=row.pk).update(state=state, requested_at=asked_at)

    with django_assert_num_queries(1):
        found = enrollments.rates([bench.now - 30 * day, bench.now - day])

    assert [(rate.profile_name, rate.profile_uuid) for rate in found] == [
        ("a", first),
        ("b", second),
    ]
    assert [rate.shares for rate in found] == [
        (Share(2, 3), Share(1, 1)),
        (Share(0, 1), Share(0, 1)),
    ]
    assert enrollments.rates([bench.now - day], frozenset({SHARED})) == ()
    assert len(enrollments.rates([bench.now - day], frozenset({VSYS1}))) == 2


@pytest.mark.parametrize(
    ("share", "percent"), [(Share(0, 0), 0), (Share(999, 1000), 99), (Share(7, 7), 100)]
)
def test_a_hundred_per_cent_means_that_none_failed(share: Share, percent: int) -> None:
    assert share.percent == percent

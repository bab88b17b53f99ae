"""Renewing without being asked, with a clock that tests move."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates import enrollment_jobs
from certificates.models import Enrollment, EnrollmentState, Material
from certificates.queries import automatic, listing
from certificates.queries.automatic import Plan
from certificates.services import automatic as service
from certificates.services import listed, renewal, revocation
from certificates.services.renewal import NotRenewable, Renewal
from domain.actors import SYSTEM, Actor, Role
from jobs import services as job_services
from jobs.handlers import JobFailed
from jobs.models import Job, Result, State
from pki.crl_writing import Reason
from profiles.spec import Challenge
from profiles.spec import Renewal as Rule
from tests.certificates.memory_ca import CAPABILITIES
from tests.certificates.workbench import MARIA, Bench, current
from tests.configuration.fakes import FakeJob


def _enrolled(bench: Bench, certificate: str = "fw-1", **profile: object) -> UUID:
    """A certificate that lives for 365 days and an hour."""
    bench.ca.capabilities = (*CAPABILITIES, "Renewal")
    row = bench.request(bench.running_profile(**profile), certificate)
    bench.generate(row)
    row.refresh_from_db()
    assert row.entry_uuid is not None
    bench.ca.wishes.clear()
    return row.entry_uuid


def _plan(bench: Bench, uuid: UUID) -> Plan:
    found = automatic.plan(uuid, bench.now)
    assert found is not None
    return found


def _next(bench: Bench, uuid: UUID) -> datetime:
    moment = _plan(bench, uuid).next_at
    assert moment is not None
    return moment


def _go_to_next(bench: Bench, uuid: UUID) -> None:
    bench.now = _next(bench, uuid)


def _swept(bench: Bench) -> list[Enrollment]:
    """Let the worker look what is due; return what it asked for."""
    before = set(Enrollment.objects.values_list("pk", flat=True))
    service.sweep(bench.now)
    return list(Enrollment.objects.exclude(pk__in=before))


def _run(bench: Bench, row: Enrollment) -> None:
    job = FakeJob(id=row.job_id or 0, by=SYSTEM, arguments={"enrollment": str(row.uuid)})
    enrollment_jobs.renew(job, exchange=bench.exchange)


def _fail(bench: Bench, uuid: UUID) -> None:
    """Let the next try fail."""
    _go_to_next(bench, uuid)
    bench.ca.verdict = "refuse"
    (row,) = _swept(bench)
    with pytest.raises(JobFailed):
        _run(bench, row)
    bench.ca.verdict = "issue"


def test_a_certificate_is_renewed_when_it_is_due_and_not_before(bench: Bench) -> None:
    uuid = _enrolled(bench)
    old = current(uuid)
    _go_to_next(bench, uuid)
    bench.pass_time(seconds=-1)
    assert _swept(bench) == []

    bench.pass_time(seconds=1)
    (row,) = _swept(bench)
    assert current(uuid) == old
    _run(bench, row)

    assert current(uuid).enrollment == row
    assert row.requested_by == SYSTEM.name
    assert Job.objects.get(pk=row.job_id or 0).kind == "renew"


def test_it_is_due_within_the_jitter_of_80_percent(bench: Bench) -> None:
    uuid = _enrolled(bench)
    material = current(uuid)
    assert material.not_before
    assert material.not_after
    lifetime = material.not_after - material.not_before

    share = (_next(bench, uuid) - material.not_before) / lifetime

    assert 0.8 <= share < 0.82


def test_while_a_renewal_is_under_way_there_is_no_other(bench: Bench) -> None:
    uuid = _enrolled(bench)
    _go_to_next(bench, uuid)
    (row,) = _swept(bench)

    assert _swept(bench) == []
    bench.ca.verdict = "pend"
    _run(bench, row)
    bench.pass_time(days=9)

    assert _swept(bench) == []
    plan = _plan(bench, uuid)
    assert (plan.next_at, plan.reason) == (None, automatic.UNDER_WAY)
    assert plan.last is not None
    assert plan.last.is_under_way


def test_a_pending_renewal_that_is_issued_later_begins_a_new_plan(bench: Bench) -> None:
    uuid = _enrolled(bench)
    _go_to_next(bench, uuid)
    (row,) = _swept(bench)
    bench.ca.verdict = "pend"
    _run(bench, row)
    bench.ca.verdict = "issue"
    bench.poll(row)

    plan = _plan(bench, uuid)

    assert plan.next_at is not None
    assert plan.last is not None
    assert plan.last.state is EnrollmentState.ISSUED
    assert plan.failures == 0


def test_a_failure_is_told_and_tried_again_later_each_time(bench: Bench) -> None:
    uuid = _enrolled(bench)
    old = current(uuid)
    waits = []
    for failures in (1, 2, 3):
        _fail(bench, uuid)
        plan = _plan(bench, uuid)
        assert plan.failures == failures
        assert plan.last is not None
        assert "badRequest (2)" in plan.last.reason
        assert _swept(bench) == []
        waits.append(_next(bench, uuid) - bench.now)

    assert waits == [timedelta(minutes=minutes) for minutes in (15, 30, 60)]
    assert current(uuid) == old
    _go_to_next(bench, uuid)
    _run(bench, *_swept(bench))
    assert current(uuid) != old


def test_it_is_not_given_up_before_its_end_however_often_it_fails(bench: Bench) -> None:
    uuid = _enrolled(bench)
    end = current(uuid).not_after
    assert end is not None
    tries = 0
    while _next(bench, uuid) < end:
        _fail(bench, uuid)
        tries += 1

    assert 90 < tries < 150


def test_one_that_has_ended_is_enrolled_anew_once_a_day_with_a_challenge(bench: Bench) -> None:
    bench.ca.challenge = "secret"
    uuid = _enrolled(bench, challenge=Challenge.FIXED, typed_challenge_password="secret")
    old = current(uuid)
    assert old.not_after
    bench.now = old.not_after + timedelta(days=1)

    (row,) = _swept(bench)
    _run(bench, row)

    (wish,) = bench.ca.wishes
    assert wish.challenge == "secret"
    assert wish.signer_certificate_der != bytes(old.certificate_der)
    assert current(uuid) != old


def test_thirty_days_after_its_end_it_is_given_up(bench: Bench) -> None:
    uuid = _enrolled(bench)
    end = current(uuid).not_after
    assert end is not None
    bench.now = end + timedelta(days=31)

    assert _swept(bench) == []
    assert _plan(bench, uuid).reason == automatic.GIVEN_UP


def test_a_profile_that_is_switched_off_or_gone_renews_nothing(bench: Bench) -> None:
    uuid = _enrolled(bench)
    profile = current(uuid).profile_uuid
    bench.pass_time(days=360)
    bench.profile(profile, renewal=Rule.OFF)
    bench.commit()
    assert _swept(bench) == []
    assert _plan(bench, uuid).reason == automatic.OFF

    assert profile is not None
    bench.drop_profile(profile)
    bench.commit()

    assert _swept(bench) == []
    assert _plan(bench, uuid).reason == automatic.NO_PROFILE
    assert _plan(bench, uuid).rule == ""


def test_a_changed_rule_counts_as_soon_as_it_is_committed(bench: Bench) -> None:
    uuid = _enrolled(bench)
    profile = current(uuid).profile_uuid
    before = _next(bench, uuid)

    bench.profile(profile, renewal=Rule.DAYS, renewal_days=1)
    assert _next(bench, uuid) == before
    bench.commit()

    plan = _plan(bench, uuid)
    assert plan.rule == "1 day before the end"
    assert plan.next_at is not None
    assert plan.next_at > before


def test_revoked_deleted_and_local_certificates_have_no_plan(bench: Bench) -> None:
    revoked, deleted = _enrolled(bench), _enrolled(bench, "fw-2", name="two", subject="CN=b")
    ca = next(row.uuid for row in bench.rows() if row.is_ca)
    revocation.revoke(uuids=[revoked], reason=Reason.SUPERSEDED, by=MARIA, at=bench.now)
    bench.delete(deleted)
    bench.pass_time(days=360)

    assert _swept(bench) == []
    assert automatic.plans([revoked, deleted, ca], bench.now) == {}


def test_a_cancelled_renewal_counts_as_a_failed_try(bench: Bench) -> None:
    uuid = _enrolled(bench)
    _go_to_next(bench, uuid)
    (row,) = _swept(bench)
    job_services.cancel(job_id=row.job_id or 0, by=MARIA, at=bench.now)

    plan = _plan(bench, uuid)

    assert plan.next_at == bench.now + timedelta(minutes=15)
    assert plan.last is not None
    assert "maria cancelled" in plan.last.reason


def test_a_renewal_whose_job_was_given_up_is_asked_for_again(bench: Bench) -> None:
    uuid = _enrolled(bench)
    _go_to_next(bench, uuid)
    (row,) = _swept(bench)
    Job.objects.filter(pk=row.job_id or 0).update(
        state=State.FINISHED, result=Result.FAILED, finished_at=bench.now
    )

    (again,) = _swept(bench)

    row.refresh_from_db()
    assert row.state == EnrollmentState.FAILED
    assert again.renews_id == row.renews_id


def test_what_another_request_stands_in_the_way_of_is_left_for_later(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    uuid = _enrolled(bench)
    profile = current(uuid).profile_uuid
    assert profile is not None
    bench.ca.verdict = "pend"
    bench.generate(bench.request(profile, "fw-2"))
    bench.now = _next(bench, uuid)

    with caplog.at_level("INFO"):
        assert _swept(bench) == []

    assert "fw-1 is not renewed yet: A certificate for O=acme,CN=jdoe is being" in caplog.text
    assert _plan(bench, uuid).ahead == "due: asked for within a minute"


def test_a_worker_that_looked_before_another_had_finished_renews_nothing(bench: Bench) -> None:
    uuid = _enrolled(bench)
    _go_to_next(bench, uuid)
    seen = automatic.due(bench.now)
    _run(bench, *_swept(bench))

    wanted = Renewal(uuid, material=seen[0].material_uuid)
    with pytest.raises(NotRenewable, match="was replaced meanwhile"):
        renewal.renew(wanted=wanted, by=SYSTEM, at=bench.now)

    assert Material.objects.filter(entry_id=uuid).count() == 2


def test_a_replacement_between_look_and_claim_is_noticed_after_the_claim(bench: Bench) -> None:
    uuid = _enrolled(bench)
    stale = renewal._row(uuid)
    _go_to_next(bench, uuid)
    _run(bench, *_swept(bench))

    with pytest.raises(NotRenewable, match="was replaced meanwhile"):
        renewal._ask(stale, Renewal(uuid).method, by=SYSTEM, at=bench.now)

    assert Enrollment.objects.filter(state=EnrollmentState.QUEUED).count() == 0


def test_those_that_end_first_are_asked_for_first_and_so_many_at_once(bench: Bench) -> None:
    late, early = _enrolled(bench), _enrolled(bench, "fw-2", name="two", subject="CN=b")
    Material.objects.filter(entry_id=late).update(not_after=bench.now + timedelta(days=390))
    listed.refresh(late)
    bench.pass_time(days=380)

    names = [one.name for one in service.ask(by=SYSTEM, at=bench.now, limit=1)]

    assert names == ["fw-2"]
    assert early != late


def test_who_may_not_write_renews_nothing(bench: Bench) -> None:
    uuid = _enrolled(bench)
    _go_to_next(bench, uuid)
    reader = Actor(name="reader", role=Role.SUPERREADER)

    (asked,) = service.ask(by=reader, at=bench.now)

    assert asked.job_id is None
    assert asked.reason.startswith("Your role does not allow")


def test_the_list_tells_when_each_is_renewed(bench: Bench) -> None:
    uuid = _enrolled(bench)

    plans = automatic.plans([uuid], bench.now)

    assert plans[uuid].ahead.startswith("in 29")


def test_list_and_details_show_the_next_attempt_and_the_last_result(
    maria: Client, bench: Bench
) -> None:
    uuid = _enrolled(bench)
    _fail(bench, uuid)
    when = _next(bench, uuid).strftime("%Y-%m-%d %H:%M:%S")

    details = maria.get(reverse("certificates:detail", args=[uuid])).content.decode()
    listed = maria.get(f"{reverse('certificates:index')}?col=renewal").content.decode()

    for page in (details, listed):
        assert when in page
    assert "when 80 % of the lifetime is over" in details
    assert "badRequest (2)" in details
    assert "last attempt failed" in listed


def test_the_column_of_renewals_costs_a_fixed_number_of_queries(bench: Bench) -> None:
    wanted = listing.Wanted(renewal=True)
    _enrolled(bench)
    with CaptureQueriesContext(connection) as few:
        listing.page(wanted, bench.now)
    for name in ("two", "three"):
        _enrolled(bench, f"fw-{name}", name=name, subject=f"CN={name}")
    with CaptureQueriesContext(connection) as many:
        listing.page(wanted, bench.now)

    assert len(many) == len(few)

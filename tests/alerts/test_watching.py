"""What is told of, once each, in one message for each server."""

from datetime import datetime, timedelta
from typing import Final

import pytest

from alerts.models import Cursor, Delivery, Told
from alerts.services import watching
from alerts.spec import EmailServer
from audit import services as audit
from certificates.models import MaterialStatus
from domain.actors import SYSTEM
from jobs.handlers import JobFailed
from tests.alerts.workbench import HOOK, KEY, SYSLOGGER, Workbench, deliveries
from tests.certificates.memory_ca import MemoryCa, authority
from tests.certificates.workbench import Bench
from tests.issuing import Wanted, issue

DAY: Final = timedelta(days=1)


def keep(bench: Bench, name: str, at: datetime, *, days: float) -> None:
    """Put a certificate into the candidate that ends so many days after a time."""
    wanted = Wanted(name, not_before=at - 400 * DAY, not_after=at + days * DAY)
    bench.keep(name, issue(wanted, authority("Acme")))


def told(row: Delivery) -> list[str]:
    """Names of the certificates that a message lists."""
    return [item["name"] for item in row.items]


def test_all_that_ends_is_told_in_one_message_for_each_server(
    device: Workbench, bench: Bench
) -> None:
    device.profile()
    device.profile(SYSLOGGER, "siem")
    device.profile(HOOK, "hook", key=KEY)
    device.settings(email="ops", syslog="siem", http="hook")
    device.commit()
    now = device.now
    for name, days in (("soon", 3), ("later", 20), ("far", 100), ("over", -2)):
        keep(bench, name, now, days=days)

    watching.sweep_expiries(now)

    rows = deliveries()
    assert [row.target_name for row in rows] == ["hook", "ops", "siem"]
    assert {row.headline for row in rows} == {
        "1 certificate expired, 2 certificates expire within 30 days."
    }
    assert all(told(row) == ["over", "soon", "later"] for row in rows)
    assert all(row.job_id for row in rows)


def test_each_threshold_is_told_of_once(device: Workbench, bench: Bench) -> None:
    device.watch(days="7, 1")
    now = device.now
    keep(bench, "fw-1", now, days=7.5)

    for hours in range(0, 24 * 10, 6):
        watching.sweep_expiries(now + timedelta(hours=hours))

    assert [row.headline for row in deliveries()] == [
        "1 certificate expires within 7 days.",
        "1 certificate expires within 1 day.",
        "1 certificate expired.",
    ]


def test_thousands_of_certificates_are_one_message_that_says_how_many(
    device: Workbench, bench: Bench
) -> None:
    device.watch()
    now = device.now
    for number in range(4):
        keep(bench, f"fw-{number}", now, days=3)
    many = [Told(key=f"expiry:{number}:7", at=now) for number in range(1200)]
    Told.objects.bulk_create(many)

    watching.sweep_expiries(now)

    assert [row.count for row in deliveries()] == [4]


def test_revoked_certificates_and_those_long_over_are_not_told_of(
    device: Workbench, bench: Bench
) -> None:
    device.watch()
    keep(bench, "revoked", device.now, days=3)
    keep(bench, "long-over", device.now, days=-31)
    bench.restate(bench.row("revoked").uuid, MaterialStatus.REVOKED)

    watching.sweep_expiries(device.now)

    assert deliveries() == []


def test_nothing_is_told_before_the_commit_or_when_it_is_off(
    device: Workbench, bench: Bench
) -> None:
    device.profile()
    device.settings(email="ops")
    keep(bench, "fw-1", device.now, days=3)
    watching.sweep_expiries(device.now)
    assert deliveries() == []

    device.settings(email="ops", expiry=False)
    device.commit()
    watching.sweep_expiries(device.now)
    assert deliveries() == []


def test_settings_in_force_send_to_the_running_profile(device: Workbench, bench: Bench) -> None:
    uuid = device.watch()
    keep(bench, "fw-1", device.now, days=3)
    device.profile(
        EmailServer("new.example", sender="a@b.example", recipients="c@d.example"), uuid=uuid
    )

    watching.sweep_expiries(device.now)
    device.run(deliveries()[0])

    profile, _, _ = device.post.taken[0]
    assert isinstance(profile, EmailServer)
    assert profile.gateway == "mail.example.com"


def test_another_process_that_tells_at_the_same_time_stops_this_one(
    device: Workbench, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.watch()
    keep(bench, "fw-1", device.now, days=3)
    watching.sweep_expiries(device.now)
    # What the other one has written is not seen yet.
    monkeypatch.setattr(watching, "_not_told", list)

    watching.sweep_expiries(device.now)

    assert len(deliveries()) == 1


def failed(at: datetime, name: str, what: str) -> None:
    """Log that an enrollment or a renewal failed."""
    audit.record(
        kind="certificate",
        actor=SYSTEM,
        text=f"Certificate {name} was not issued: the CA said no.",
        at=at,
        object_name=name,
        outcome="failed",
        detail={"alert": f"{what}-failed", "location": "shared"},
    )


def test_what_the_log_has_that_is_new_is_told_by_kind(device: Workbench) -> None:
    device.watch()
    failed(device.now, "before", "enrollment")
    watching.sweep_log(device.now)
    for name, what in (("a", "enrollment"), ("b", "renewal"), ("c", "enrollment")):
        failed(device.now, name, what)

    watching.sweep_log(device.now)
    watching.sweep_log(device.now)

    found = {row.headline: told(row) for row in deliveries()}
    assert found == {"2 enrollments failed.": ["a", "c"], "1 renewal failed.": ["b"]}
    assert deliveries()[0].items[0]["location"] == "Shared"


def test_an_enrollment_that_the_ca_refuses_is_told(device: Workbench, bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    device.watch()
    watching.sweep_log(device.now)
    bench.ca.verdict = "refuse"
    with pytest.raises(JobFailed):
        bench.generate(bench.request(profile, "fw-1"))

    watching.sweep_log(device.now)

    assert [told(row) for row in deliveries()] == [["fw-1"]]


def test_a_ca_that_changes_is_told(device: Workbench, bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    device.watch()
    watching.sweep_log(device.now)
    bench.ca = MemoryCa(authority("Another CA"))
    bench.profile(profile, name="ndes", subject="CN=$USERNAME,O=Other")
    bench.commit()

    watching.sweep_log(device.now)

    assert [(row.headline, told(row)) for row in deliveries()] == [
        ("1 CA certificate changed.", ["ndes-ca"])
    ]


def test_a_renewed_certificate_is_no_ca_that_changed(device: Workbench) -> None:
    device.watch()
    watching.sweep_log(device.now)
    audit.record(
        kind="certificate",
        actor=SYSTEM,
        text="Certificate fw-1 renewed.",
        at=device.now,
        object_name="fw-1",
        detail={"was": "0a", "alert": "nonsense"},
    )

    watching.sweep_log(device.now)

    assert deliveries() == []


def test_kinds_that_are_switched_off_are_not_told_of(device: Workbench) -> None:
    device.watch(enrollment_failed=False)
    watching.sweep_log(device.now)
    failed(device.now, "a", "enrollment")

    watching.sweep_log(device.now)

    assert deliveries() == []


def test_what_happened_while_nothing_was_watched_is_not_told_of_later(device: Workbench) -> None:
    device.watch()
    watching.sweep_log(device.now)
    device.settings()
    device.commit()
    watching.sweep_log(device.now)
    assert not Cursor.objects.exists()
    failed(device.now, "a", "enrollment")
    device.settings(email="ops")
    device.commit()

    watching.sweep_log(device.now)
    watching.sweep_log(device.now)

    assert deliveries() == []


def test_what_was_told_is_forgotten_after_a_year(device: Workbench) -> None:
    Told.objects.create(key="old", at=device.now - 401 * DAY)
    Told.objects.create(key="new", at=device.now)

    watching.prune(device.now)

    assert [row.key for row in Told.objects.all()] == ["new"]

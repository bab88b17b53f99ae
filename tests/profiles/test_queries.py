"""What other packages and the list read."""

from datetime import datetime
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import services as audit
from audit.services import TranscriptStart
from domain.errors import NotFound
from domain.locations import SHARED, VSYS1
from profiles import queries
from profiles.models import ScepProfile
from profiles.spec import Challenge
from tests.profiles import factories
from tests.profiles.conftest import Workbench


def test_rows_say_how_a_profile_stands_against_what_runs(bench: Workbench) -> None:
    bench.save(name="committed")
    changed = bench.save(name="changed")
    bench.commit()
    bench.save(changed, name="changed", ca_ident="OTHER")
    bench.save(name="new")

    rows = queries.profile_rows()

    states = [(row.spec.name, row.state, row.is_committed, row.is_new) for row in rows]
    assert states == [
        ("changed", "changed", False, False),
        ("committed", "committed", True, False),
        ("new", "new", False, True),
    ]


def test_rows_come_by_location_and_name(bench: Workbench) -> None:
    bench.save(name="b")
    bench.save(name="a")
    bench.save(name="c", location=SHARED)

    rows = queries.profile_rows()

    places = [(row.spec.location, row.spec.name) for row in rows]
    assert places == [(SHARED, "c"), (VSYS1, "a"), (VSYS1, "b")]


def test_the_number_of_queries_does_not_grow_with_the_list(bench: Workbench) -> None:
    counts = set()
    for number in range(3):
        bench.save(name=f"profile-{number}")
        with CaptureQueriesContext(connection) as made:
            assert len(queries.profile_rows()) == number + 1
        counts.add(len(made))

    assert len(counts) == 1


def test_a_row_says_what_was_last_said_to_its_server(bench: Workbench, now: datetime) -> None:
    uuid = bench.save(name="asked")
    bench.save(name="never asked")
    start = TranscriptStart(
        kind="fetch-ca", profile_uuid=uuid, profile_name="asked", location=VSYS1
    )
    audit.close_transcript(audit.open_transcript(start, now), "failed", now)

    asked, never_asked = queries.profile_rows()

    assert asked.last_exchange is not None
    assert (asked.last_exchange.tone, asked.last_exchange.started_at) == ("error", now)
    assert never_asked.last_exchange is None


def test_running_profiles_take_one_query(
    bench: Workbench, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bench.save(name="first")
    bench.save(name="second")
    bench.commit()

    with django_assert_num_queries(1):
        assert len(queries.running_profiles()) == 2


def test_a_candidate_is_found_by_its_uuid(bench: Workbench) -> None:
    uuid = bench.save()

    found = queries.candidate_profile(uuid)

    assert (found.uuid, found.version, found.spec) == (uuid, 1, factories.spec())
    with pytest.raises(NotFound):
        queries.candidate_profile(uuid4())


def test_running_profiles_are_what_was_committed(bench: Workbench) -> None:
    uuid = bench.save(challenge=Challenge.FIXED, typed_challenge_password="hunter2")
    assert queries.running_profile(uuid) is None
    bench.commit()
    committed = queries.candidate_profile(uuid).spec
    bench.save(uuid, name="renamed", ca_ident="OTHER")

    running = queries.running_profile(uuid)

    assert running is not None
    assert running.spec == committed
    assert queries.running_profiles() == [running]


def test_another_object_is_no_running_profile(bench: Workbench) -> None:
    bench.put_certificate("root-ca")
    bench.commit()
    bench.save()

    assert queries.running_profiles() == []


def test_the_digest_changes_with_the_profile(bench: Workbench) -> None:
    uuid = bench.save()
    bench.commit()
    before = queries.running_profiles()[0].digest
    bench.save(uuid, ca_ident="OTHER")
    bench.commit()

    assert queries.running_profiles()[0].digest != before


def test_uncommitted_profiles_are_those_that_never_ran(bench: Workbench) -> None:
    running = bench.save(name="running")
    bench.commit()
    bench.save(running, name="running", ca_ident="OTHER")
    bench.save(name="new")
    bench.save(name="shared", location=SHARED)

    assert queries.uncommitted() == [(SHARED, "shared"), (VSYS1, "new")]


def test_choices_are_those_of_one_location_or_of_all(bench: Workbench) -> None:
    del bench
    everywhere, shared = queries.field_choices(), queries.field_choices(SHARED)

    assert list(everywhere.locations) == list(shared.locations) == [VSYS1, SHARED]
    assert everywhere.ca_certificates == shared.ca_certificates == ["root-ca"]
    assert everywhere.client_certificates == ["device"]
    assert shared.client_certificates == []


def test_a_profile_is_called_by_its_name(bench: Workbench) -> None:
    uuid = bench.save()

    assert str(ScepProfile.objects.get(pk=uuid)) == "ndes"

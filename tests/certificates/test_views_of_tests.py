"""The doors to a Test: the profile's dialog, and the list of profiles."""

import pytest

from django.test import Client

from certificates import enrollment_jobs
from jobs.models import Job
from profiles.spec import Challenge
from tests.certificates.workbench import MARIA, Bench
from tests.configuration.fakes import FakeJob
from tests.profiles.pages import FILLED, HTMX

TYPED = "/device/certificates/test/"
SAVED = "/device/certificates/test/saved/"


def test_what_is_typed_is_tested_and_the_dialog_stays(bench: Bench, maria: Client) -> None:
    answer = maria.post(TYPED, {**FILLED, "name": ""}, headers=HTMX)

    job = Job.objects.get()
    assert job.kind == "test"
    assert 'id="test-progress"' in answer.content.decode()
    assert "The Test waits to begin." in answer.content.decode()
    enrollment_jobs.try_out(
        FakeJob(id=job.pk, by=MARIA, arguments=job.arguments), exchange=bench.exchange
    )
    progress = maria.get(f"{TYPED}{job.pk}/", headers=HTMX).content.decode()
    assert "GetCACert" in progress


def test_a_test_that_ended_says_so_and_offers_the_fingerprints(bench: Bench, maria: Client) -> None:
    maria.post(TYPED, FILLED, headers=HTMX)
    row = Job.objects.get()
    enrollment_jobs.try_out(
        FakeJob(id=row.pk, by=MARIA, arguments=row.arguments), exchange=bench.exchange
    )
    Job.objects.update(
        state="finished", result="warning", finished_at=bench.now, result_text="It will work."
    )

    progress = maria.get(f"{TYPED}{row.pk}/", headers=HTMX).content.decode()

    assert "It will work." in progress
    assert 'data-fill="id_fingerprint"' in progress
    assert "hx-trigger" not in progress


def test_what_breaks_a_rule_is_said_and_the_typed_password_need_not_be_typed_again(
    bench: Bench, maria: Client
) -> None:
    del bench
    typed = {**FILLED, "challenge": "fixed", "challenge_password": "s3cret", "subject": "O=x"}

    page = maria.post(TYPED, typed, headers=HTMX).content.decode()

    assert "Not tested" in page
    assert "Subject: The subject must contain a common name" in page
    assert "Type the password again" not in page
    assert not Job.objects.exists()


def test_without_javascript_the_job_is_shown_or_the_dialog_with_its_errors(
    bench: Bench, maria: Client
) -> None:
    del bench
    assert maria.post(TYPED, FILLED).headers["Location"].startswith("/tasks/")

    refused = maria.post(TYPED, {**FILLED, "subject": "O=x"})

    assert refused.status_code == 422
    assert "must contain a common name" in refused.content.decode()


def test_a_saved_profile_is_tested_with_its_stored_password(bench: Bench, maria: Client) -> None:
    uuid = bench.profile(challenge=Challenge.FIXED, typed_challenge_password="kept")
    typed = {**FILLED, "challenge": "fixed", "tested": str(uuid)}

    maria.post(TYPED, typed, headers=HTMX)

    assert Job.objects.get().arguments["profile"] == str(uuid)
    assert Job.objects.get().arguments["temporary"] == []


def test_the_profile_ticked_in_the_list_is_tested(bench: Bench, maria: Client) -> None:
    uuid = bench.profile()

    answer = maria.post(SAVED, {"object": str(uuid), "ask": "1"}, headers=HTMX)

    assert answer.status_code == 303
    assert Job.objects.get().arguments["profile"] == str(uuid)


@pytest.mark.parametrize("ticked", [[], ["both"]])
def test_one_profile_is_tested_at_a_time(bench: Bench, maria: Client, ticked: list[str]) -> None:
    uuids = [str(bench.profile(name=name)) for name in ("a", "b")] if ticked else []

    answer = maria.post(SAVED, {"object": uuids})

    assert answer.status_code == 409
    assert "Select one profile to test." in answer.content.decode()

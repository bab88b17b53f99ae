"""What a commit fetches, stores, and says when it cannot."""

from datetime import timedelta
from typing import Any

import pytest

from audit import queries as audit
from certificates.models import Material, ScepAuthority
from certificates.services import store
from configuration import queries as configuration
from domain.locations import SHARED
from scep.errors import TransportFailed
from scep.transcript import StepName
from scep.wire import HttpReply
from tests.certificates.memory_ca import Killed, authority
from tests.certificates.ra import registration_authorities
from tests.certificates.test_store import ISSUING, ROOT
from tests.certificates.workbench import MARIA, Bench, current
from tests.issuing import NOW

DOWN = TransportFailed(
    "Nothing answers at ca.example:80.", stage=StepName.TCP, hint="Is the server running?"
)


def _nothing_stored(bench: Bench) -> bool:
    stored = ScepAuthority.objects.exists() or Material.objects.exists()
    return not stored and bench.names() == []


@pytest.mark.conformance("C23")
def test_a_commit_brings_the_ca_certificate_of_a_new_profile(bench: Bench) -> None:
    bench.profile(name="ndes")

    job = bench.commit()

    (row,) = bench.rows()
    assert (row.name, row.subject, row.is_ca, row.has_key) == (
        "ndes-ca",
        "CN=Acme CA",
        True,
        False,
    )
    assert bench.ca.seen == ["GetCACaps", "GetCACert"]
    assert 'info: SCEP profile "ndes": CA certificate fetched (ndes-ca)' in job.lines


def test_right_after_the_commit_nothing_is_pending(bench: Bench) -> None:
    bench.profile()

    bench.commit()

    assert configuration.pending_changes() == []
    assert bench.rows()[0].state == "committed"


def test_the_ca_entry_is_where_the_profile_is(bench: Bench) -> None:
    bench.profile(location=SHARED)

    bench.commit()

    assert bench.rows()[0].location == SHARED


def test_ra_certificates_come_with_the_ca(bench: Bench) -> None:
    bench.ca.others = registration_authorities(bench.ca.ca)
    bench.profile(name="ndes")

    bench.commit()

    assert [(row.name, row.level) for row in bench.rows()] == [
        ("ndes-ca", 1),
        ("ndes-ra-1", 2),
        ("ndes-ra-2", 2),
    ]


def test_the_root_above_the_ca_comes_too_and_stands_above_it(bench: Bench) -> None:
    bench.ca.ca = ISSUING
    bench.ca.others = (ROOT,)
    bench.profile(name="ndes")

    bench.commit()

    assert [(row.name, row.level) for row in bench.rows()] == [("ndes-root-ca", 1), ("ndes-ca", 2)]


def test_a_profile_whose_ca_is_there_is_not_asked_again(bench: Bench) -> None:
    bench.running_profile(name="one")
    bench.profile(name="two")

    bench.commit()

    assert bench.ca.seen == ["GetCACaps", "GetCACert"]
    assert bench.names() == ["one-ca", "two-ca"]


def test_a_changed_profile_is_asked_again_and_keeps_its_entry(bench: Bench) -> None:
    uuid = bench.running_profile(name="ndes")
    before = current(bench.rows()[0].uuid)

    bench.profile(uuid, name="ndes", subject="CN=$UDID")
    job = bench.commit()

    assert bench.ca.seen == ["GetCACaps", "GetCACert"]
    assert current(bench.rows()[0].uuid) == before
    assert 'info: SCEP profile "ndes": CA certificate fetched (nothing new)' in job.lines


def test_a_profile_whose_ca_entry_was_deleted_gets_it_again(bench: Bench) -> None:
    bench.running_profile(name="ndes")
    bench.delete(bench.rows()[0].uuid)

    bench.commit()

    assert bench.names() == ["ndes-ca"]
    assert configuration.pending_count() == 0


def test_the_ca_entries_of_a_deleted_profile_stay(bench: Bench) -> None:
    uuid = bench.running_profile(name="ndes")

    bench.drop_profile(uuid)
    bench.commit()

    assert bench.names() == ["ndes-ca"]
    assert bench.ca.seen == []


@pytest.mark.conformance("C23")
def test_a_ca_with_another_certificate_keeps_its_entry_and_is_a_warning(bench: Bench) -> None:
    uuid = bench.running_profile(name="ndes")
    entry = bench.rows()[0].uuid
    old = current(entry).fingerprint_sha256
    bench.ca.ca = authority("Acme CA", serial_of="rollover")

    bench.profile(uuid, name="ndes", subject="CN=$UDID")
    job = bench.commit()

    new = current(entry).fingerprint_sha256
    assert old != new
    assert bench.names() == ["ndes-ca"]
    (warning,) = [line for line in job.lines if line.startswith("warning")]
    assert warning.startswith('warning: SCEP profile "ndes": the CA certificate ndes-ca changed.')
    assert f"SHA-256 before: {old}, now: {new}." in warning


def test_a_name_that_is_taken_gets_a_number(bench: Bench) -> None:
    bench.keep("ndes-ca", ROOT)
    bench.profile(name="ndes")

    bench.commit()

    assert bench.names() == ["ndes-ca", "ndes-ca-2"]


def test_a_name_that_is_being_requested_is_left_alone(bench: Bench) -> None:
    profile = bench.running_profile(name="one")
    bench.request(profile, "two-ca")
    bench.profile(name="two")

    bench.commit()

    assert "two-ca-2" in bench.names()


def test_many_profiles_are_asked_in_one_commit(bench: Bench) -> None:
    for number in range(12):
        bench.profile(name=f"p{number:02}")

    bench.commit()

    assert bench.names() == [f"p{number:02}-ca" for number in range(12)]


def test_each_fetch_has_its_transcript(bench: Bench) -> None:
    bench.profile(name="ndes")

    job = bench.commit()

    (transcript,) = audit.transcripts_of_job(job.id)
    assert (transcript.kind, transcript.profile_name) == ("fetch-ca", "ndes")
    assert [step.name for step in transcript.steps][:2] == ["GetCACaps", "GetCACert"]
    assert transcript.ended_at is not None
    assert transcript.outcome in {"passed", "warned"}


HTML = HttpReply(200, "text/html", b"<html><title>Welcome to IIS</title></html>")


@pytest.mark.parametrize(
    ("replies", "draft", "words"),
    [
        pytest.param({"GetCACaps": DOWN}, {}, "Nothing answers at ca.example:80.", id="down"),
        pytest.param({"GetCACaps": HTML, "GetCACert": HTML}, {}, "HTML", id="html"),
        pytest.param({}, {"fingerprint": "ab" * 20}, "fingerprint", id="wrong fingerprint"),
        pytest.param(
            {"GetCACert": HttpReply(404, "text/plain", b"no")}, {}, "404", id="http error"
        ),
    ],
)
def test_a_fetch_that_fails_is_a_warning_and_leaves_no_row(
    replies: dict[str, HttpReply], draft: dict[str, Any], words: str, bench: Bench
) -> None:
    bench.ca.replies.update(replies)
    uuid = bench.profile(name="ndes", **draft)

    job = bench.commit()

    (warning,) = [line for line in job.lines if line.startswith("warning")]
    assert warning.startswith('warning: SCEP profile "ndes": ')
    assert words in warning
    assert _nothing_stored(bench)
    assert configuration.running(uuid) is not None
    assert audit.transcripts_of_job(job.id)[0].outcome == "failed"


def test_an_expired_ca_certificate_is_a_warning_and_leaves_no_row(bench: Bench) -> None:
    bench.ca.ca = authority(not_before=NOW - timedelta(9), not_after=NOW - timedelta(1))
    bench.profile(name="ndes")

    job = bench.commit()

    assert "expired" in " ".join(job.lines)
    assert _nothing_stored(bench)


def test_a_megabyte_of_junk_as_capabilities_is_survived(bench: Bench) -> None:
    bench.ca.replies["GetCACaps"] = HttpReply(200, "text/plain", b"junk " * 209_715)
    bench.profile(name="ndes")

    job = bench.commit()

    steps = audit.transcripts_of_job(job.id)[0].steps
    caps = next(step for step in steps if step.name == "GetCACaps")
    assert caps.outcome == "warned"
    assert bench.names() == ["ndes-ca"]


def test_one_server_that_is_down_does_not_keep_the_others_from_their_ca(bench: Bench) -> None:
    bench.ca.cut("before GetCACaps", lambda: bench.fail(DOWN))
    bench.profile(name="one")
    bench.profile(name="two")

    job = bench.commit()

    assert len(bench.names()) == 1
    assert len([line for line in job.lines if line.startswith("warning")]) == 1


def test_what_failed_is_tried_again_at_the_next_commit(bench: Bench) -> None:
    bench.ca.replies["GetCACaps"] = DOWN
    bench.profile(name="ndes")
    bench.commit()
    bench.ca.replies.clear()

    bench.profile(name="other")
    bench.commit()

    assert bench.names() == ["ndes-ca", "other-ca"]


def test_a_bug_met_by_one_server_is_a_warning_and_goes_to_the_log(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.ca.cut("before GetCACaps", lambda: bench.fail(KeyError("bug")))
    bench.profile(name="ndes")

    job = bench.commit()

    (warning,) = [line for line in job.lines if line.startswith("warning")]
    assert 'SCEP profile "ndes": An internal error stopped the fetch (KeyError).' in warning
    assert "KeyError: 'bug'" in caplog.text
    assert audit.transcripts_of_job(job.id)[0].outcome == "failed"
    assert _nothing_stored(bench)


def test_killed_while_fetching_nothing_has_changed_and_the_next_run_commits(bench: Bench) -> None:
    bench.profile(name="ndes")
    bench.ca.cut("after GetCACert")
    job = bench.commit_job()
    with pytest.raises(Killed):
        bench.commit(job)
    assert _nothing_stored(bench)
    assert configuration.running_revision() is None

    bench.commit(job)

    assert bench.names() == ["ndes-ca"]
    assert configuration.pending_count() == 0


def test_the_tls_certificates_of_the_profile_are_those_being_committed(bench: Bench) -> None:
    bench.keep("tls-root", ROOT, location=SHARED)
    bench.profile(name="ndes", scep_ca_certificate="tls-root")

    bench.commit()

    tls = bench.ca.servers[0].tls
    assert tls is not None
    assert tls.ca_pem == ROOT.pem
    assert tls.client_key is None


def test_a_tls_certificate_without_material_is_a_warning(bench: Bench) -> None:
    uuid = bench.keep("tls-root", ROOT, location=SHARED)
    bench.profile(name="ndes", scep_ca_certificate="tls-root")
    Material.objects.filter(entry_id=uuid).update(certificate_der=b"")

    job = bench.commit()

    assert "The certificate tls-root, which the profile uses for TLS" in " ".join(job.lines)
    assert bench.ca.seen == []


def test_deleting_a_ca_and_its_profile_together_leaves_nothing_pending(bench: Bench) -> None:
    uuid = bench.running_profile(name="ndes")
    bench.drop_profile(uuid)
    store.delete(uuids=[bench.rows()[0].uuid], by=MARIA, at=bench.now)

    bench.commit()

    assert configuration.pending_count() == 0
    assert bench.names() == []

"""A commit of one admin's changes asks that admin's SCEP servers only."""

from certificates.models import Material
from configuration import pipeline
from configuration import queries as configuration
from configuration import services as configuration_services
from configuration.scope import CommitScope
from profiles import services as profiles
from tests.certificates import plugs
from tests.certificates.workbench import Bench
from tests.configuration.fakes import PAUL, FakeJob
from tests.profiles import factories


def commit_of(bench: Bench, admin: str) -> FakeJob:
    job = bench.commit_job()
    job.arguments = {"description": "", "scope": CommitScope(frozenset({admin})).to_json()}
    plugs.exchange = bench.exchange
    pipeline.run(job)
    return job


def pending() -> list[tuple[str, str]]:
    return [(one.name, one.operation.value) for one in configuration.pending_changes()]


def pauls_profile(bench: Bench, name: str) -> None:
    draft = factories.draft(name=name, key_bits=1024)
    profiles.save_profile(draft=draft, by=PAUL, at=bench.now)


def test_only_the_profiles_in_the_scope_get_their_ca_certificate(bench: Bench) -> None:
    bench.profile(name="hers")
    pauls_profile(bench, "his")

    job = commit_of(bench, "maria")

    assert 'info: SCEP profile "hers": CA certificate fetched (hers-ca)' in job.lines
    assert bench.ca.seen == ["GetCACaps", "GetCACert"]
    assert bench.names() == ["hers-ca"]
    assert pending() == [("his", "added")]


def test_a_ca_certificate_that_somebody_deletes_is_fetched_for_the_running_entry(
    bench: Bench,
) -> None:
    uuid = bench.running_profile(name="hers")
    entry = configuration.running_objects("certificate")[0]
    configuration_services.delete(uuid=entry.uuid, by=PAUL, at=bench.now)
    bench.profile(uuid, name="hers", subject="CN=other")

    commit_of(bench, "maria")

    assert pending() == [("hers-ca", "deleted")]
    assert [one.name for one in configuration.running_objects("certificate")] == ["hers-ca"]
    assert Material.objects.filter(entry_id=entry.uuid, is_current=True).count() == 1

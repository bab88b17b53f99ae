"""A commit that is rolled back takes no certificate with it."""

from configuration import queries as config
from configuration import services as configuration
from configuration.services import confirmation
from domain.actors import SYSTEM
from tests.certificates.workbench import MARIA, Bench, current


def test_what_was_issued_while_a_commit_waited_stays_with_its_key(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    bench.generate(bench.request(profile, "before"))
    commit = bench.commit_job()
    commit.arguments = {"description": "", "confirm_within_min": 5}
    bench.commit(commit)
    bench.generate(bench.request(profile, "meanwhile"))
    before = {row.name: current(row.uuid).uuid for row in bench.rows()}

    job_id = confirmation.roll_back_now(by=MARIA, at=bench.now)
    configuration.roll_back(number=2, job_id=job_id, by=SYSTEM, at=bench.now)

    assert {"before", "meanwhile"} <= before.keys()
    assert {row.name: current(row.uuid).uuid for row in bench.rows()} == before
    assert all(current(row.uuid).key_secret for row in bench.rows() if not current(row.uuid).is_ca)
    pending = {change.name for change in config.pending_changes()}
    assert pending == {"before", "meanwhile"}

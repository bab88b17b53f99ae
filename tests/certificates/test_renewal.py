"""Renewing certificates: by their SCEP server with a new key, or by a CA on this device."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from audit import queries as audit
from certificates import enrollment_jobs, queries
from certificates.local import EXTERNAL, LocalWish
from certificates.models import Enrollment, EnrollmentState, Material, Source
from certificates.rules import RenewalMethod, Status
from certificates.services import enrollment, renewal, revocation
from certificates.services.enrollment import ProfileNotRunning
from certificates.services.renewal import NotRenewable, Renewal
from configuration import queries as configuration
from domain.actors import SYSTEM, Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from domain.locations import SHARED
from jobs import services as job_services
from jobs.handlers import JobFailed, JobResult
from pki import certinfo, chain
from pki.crl_writing import Reason
from pki.private_keys import KeyAlgorithm
from scep.vocabulary import MessageType
from tests.certificates.memory_ca import CAPABILITIES, Killed
from tests.certificates.test_store import LEAF, ROOT
from tests.certificates.workbench import MARIA, Bench, current, make
from tests.configuration.fakes import FakeJob


def _enrolled(bench: Bench, name: str = "fw-1") -> UUID:
    row = bench.request(bench.running_profile(), name)
    bench.generate(row)
    row.refresh_from_db()
    assert row.entry_uuid is not None
    bench.ca.wishes.clear()
    return row.entry_uuid


def _renew(bench: Bench, uuid: UUID, method: RenewalMethod = RenewalMethod.AUTO) -> Enrollment:
    done = renewal.renew(wanted=Renewal(uuid, method=method), by=MARIA, at=bench.now)
    return Enrollment.objects.get(job_id=done.job_id)


def _run(bench: Bench, row: Enrollment) -> JobResult:
    job = FakeJob(id=row.job_id or 0, by=MARIA, arguments={"enrollment": str(row.uuid)})
    return enrollment_jobs.renew(job, exchange=bench.exchange)


def _offering_renewal(bench: Bench) -> None:
    bench.ca.capabilities = (*CAPABILITIES, "Renewal")


def test_a_server_that_offers_renewal_gets_a_renewalreq_signed_with_the_old_certificate(
    bench: Bench,
) -> None:
    _offering_renewal(bench)
    uuid = _enrolled(bench)
    old = current(uuid)

    result = _run(bench, _renew(bench, uuid))

    (wish,) = bench.ca.wishes
    assert wish.message_type is MessageType.RENEWAL_REQ
    assert wish.signer_certificate_der == bytes(old.certificate_der)
    assert not wish.challenge
    assert result.text.startswith("Certificate fw-1 was renewed: O=acme,CN=jdoe")


def test_the_successor_has_a_new_key_and_the_same_names_and_takes_the_place_at_once(
    bench: Bench,
) -> None:
    _offering_renewal(bench)
    uuid = _enrolled(bench)
    old, place = current(uuid), configuration.candidate(uuid)

    _run(bench, _renew(bench, uuid))

    new = current(uuid)
    before, after = (certinfo.read(bytes(one.certificate_der)) for one in (old, new))
    assert before.public_key_der != after.public_key_der
    assert (before.subject, before.san) == (after.subject, after.san)
    assert (new.enrollment and new.enrollment.renews) == old
    assert Material.objects.filter(entry_id=uuid).count() == 2
    assert configuration.candidate(uuid) == place


def test_a_server_without_renewal_gets_a_pkcsreq_signed_with_the_old_certificate(
    bench: Bench,
) -> None:
    uuid = _enrolled(bench)
    old = current(uuid)

    _run(bench, _renew(bench, uuid))

    (wish,) = bench.ca.wishes
    assert wish.message_type is MessageType.PKCS_REQ
    assert wish.signer_certificate_der == bytes(old.certificate_der)


@pytest.mark.parametrize("method", [RenewalMethod.AUTO, RenewalMethod.ENROLL])
def test_an_expired_certificate_or_whoever_wants_it_is_enrolled_anew(
    bench: Bench, method: RenewalMethod
) -> None:
    _offering_renewal(bench)
    uuid = _enrolled(bench)
    old = current(uuid)
    if method is RenewalMethod.AUTO:
        bench.pass_time(days=400)

    _run(bench, _renew(bench, uuid, method))

    (wish,) = bench.ca.wishes
    assert wish.message_type is MessageType.PKCS_REQ
    assert wish.signer_certificate_der != bytes(old.certificate_der)
    assert current(uuid).pk != old.pk


def test_the_old_certificate_stays_while_the_ca_decides_and_after_it_refused(bench: Bench) -> None:
    _offering_renewal(bench)
    uuid = _enrolled(bench)
    old = current(uuid)
    bench.ca.verdict = "pend"
    row = _renew(bench, uuid)
    _run(bench, row)
    row.refresh_from_db()
    assert (row.state, current(uuid)) == (EnrollmentState.PENDING, old)
    assert bench.rows()[-1].status is Status.VALID

    bench.ca.verdict = "refuse"
    with pytest.raises(JobFailed):
        bench.poll(row)

    row.refresh_from_db()
    assert (row.state, current(uuid)) == (EnrollmentState.REFUSED, old)


def test_a_pending_renewal_ends_when_a_poll_brings_the_successor(bench: Bench) -> None:
    _offering_renewal(bench)
    uuid = _enrolled(bench)
    old = current(uuid)
    bench.ca.verdict = "pend"
    row = _renew(bench, uuid)
    _run(bench, row)

    bench.ca.verdict = "issue"
    bench.poll(row)

    assert current(uuid).pk != old.pk
    assert bench.names().count("fw-1") == 1


def test_a_pending_renewal_can_be_given_up_and_asked_for_again(bench: Bench) -> None:
    _offering_renewal(bench)
    uuid = _enrolled(bench)
    bench.ca.verdict = "pend"
    row = _renew(bench, uuid)
    _run(bench, row)

    enrollment.give_up(entry_uuid=uuid, by=MARIA, at=bench.now)

    row.refresh_from_db()
    assert (row.state, row.reason) == (EnrollmentState.ABANDONED, "maria gave the request up.")
    assert row.key_secret is None
    with pytest.raises(NotFound):
        enrollment.give_up(entry_uuid=uuid, by=MARIA, at=bench.now)
    bench.ca.verdict = "issue"
    _run(bench, _renew(bench, uuid))
    assert current(uuid).enrollment != row


def test_asking_twice_brings_the_job_that_is_under_way(bench: Bench) -> None:
    uuid = _enrolled(bench)

    first, second = _renew(bench, uuid), _renew(bench, uuid)
    by_device = renewal.renew(wanted=Renewal(uuid), by=SYSTEM, at=bench.now)

    assert first == second
    assert by_device.job_id == first.job_id
    assert Enrollment.objects.filter(renews__isnull=False).count() == 1


@pytest.mark.parametrize("moment", ["before PKIOperation", "after PKIOperation"])
def test_a_killed_renewal_sends_the_same_request_again(bench: Bench, moment: str) -> None:
    _offering_renewal(bench)
    uuid = _enrolled(bench)
    row = _renew(bench, uuid)
    bench.ca.cut(moment)
    with pytest.raises(Killed):
        _run(bench, row)

    _run(bench, row)
    _run(bench, row)

    row.refresh_from_db()
    assert row.state == EnrollmentState.ISSUED
    assert len({wish.transaction_id for wish in bench.ca.wishes}) == 1
    assert Material.objects.filter(entry_id=uuid).count() == 2


def test_a_cancelled_renewal_leaves_everything_as_it_was(bench: Bench) -> None:
    uuid = _enrolled(bench)
    old, row = current(uuid), _renew(bench, uuid)

    job_services.cancel(job_id=row.job_id or 0, by=MARIA, at=bench.now)

    row.refresh_from_db()
    assert (row.state, current(uuid)) == (EnrollmentState.ABANDONED, old)


def test_a_renewal_needs_the_profile_to_be_running(bench: Bench) -> None:
    row = bench.request(bench.running_profile(), "fw-1")
    bench.generate(row)
    bench.drop_profile(row.profile_uuid)
    bench.commit()
    row.refresh_from_db()
    assert row.entry_uuid

    with pytest.raises(ProfileNotRunning):
        _renew(bench, row.entry_uuid)


def test_a_name_that_another_request_holds_waits_for_it(bench: Bench) -> None:
    uuid = _enrolled(bench)
    row = _renew(bench, uuid)
    Enrollment.objects.filter(pk=row.pk).update(renews=None)

    with pytest.raises(NotRenewable, match="is being requested"):
        _renew(bench, uuid)


def test_its_steps_are_kept_as_a_renewal(bench: Bench) -> None:
    _offering_renewal(bench)
    row = _renew(bench, _enrolled(bench))
    _run(bench, row)

    (transcript,) = audit.transcripts_of_job(row.job_id or 0)

    assert transcript.title.startswith("Renewal request, ")


# On this device


def _local(bench: Bench, signed_by: UUID | str = "", **wish: Any) -> UUID:  # noqa: ANN401
    values = {"name": "fw-1", "common_name": "fw", "algorithm": KeyAlgorithm.EC, "key_bits": 256}
    return make(bench, LocalWish(**{**values, "signed_by": str(signed_by), **wish}))


def test_what_a_ca_here_signed_is_signed_anew_with_another_serial(bench: Bench) -> None:
    root = _local(bench, name="root", common_name="Root", is_ca=True)
    uuid = _local(bench, root, block_key_export=True)
    old = current(uuid)
    bench.pass_time(days=10)

    done = renewal.renew(wanted=Renewal(uuid, days=90), by=MARIA, at=bench.now)

    new = current(uuid)
    assert done.job_id is None
    assert done.text.startswith("Certificate fw-1 was renewed: it is valid until 20")
    assert int(new.serial_hex, 16) == int(old.serial_hex, 16) + 1
    assert new.not_after == bench.now + timedelta(days=90)
    assert (new.key_secret, new.block_key_export) == (old.key_secret, True)
    chain.verify_issued(bytes(new.certificate_der), bytes(current(root).certificate_der))


def test_a_renewed_root_has_a_higher_serial_than_its_leaf_and_keeps_it(bench: Bench) -> None:
    root = _local(bench, name="root", common_name="Root", is_ca=True)
    leaf = _local(bench, root)

    renewal.renew(wanted=Renewal(root), by=MARIA, at=bench.now)

    assert int(current(root).serial_hex, 16) > int(current(leaf).serial_hex, 16)
    assert current(leaf).issuer_material == current(root)


@pytest.mark.parametrize("days", [0, 36_501])
def test_a_renewal_is_for_1_to_36500_days(bench: Bench, days: int) -> None:
    uuid = _local(bench)

    with pytest.raises(Refused) as refused:
        renewal.renew(wanted=Renewal(uuid, days=days), by=MARIA, at=bench.now)

    assert refused.value.problems[0].field == "days"


def test_what_another_ca_issued_is_renewed_there(bench: Bench) -> None:
    bench.keep("root", ROOT, source=Source.IMPORT)
    uuid = bench.keep("fw-1", LEAF, source=Source.IMPORT)

    with pytest.raises(NotRenewable, match="The CA that issued fw-1 is not on this device"):
        renewal.renew(wanted=Renewal(uuid), by=MARIA, at=bench.now)


def test_what_a_scep_server_brought_as_its_own_is_not_renewed(bench: Bench) -> None:
    with pytest.raises(NotRenewable):
        renewal.renew(wanted=Renewal(bench.keep("ca", ROOT)), by=MARIA, at=bench.now)


def test_revoked_and_pending_certificates_are_not_renewed(bench: Bench) -> None:
    revoked, waiting = _local(bench), _local(bench, EXTERNAL, name="fw-2")
    revocation.revoke(uuids=[revoked], reason=Reason.SUPERSEDED, by=MARIA, at=bench.now)

    for uuid, words in ((revoked, "is revoked"), (waiting, "no certificate fw-2 yet")):
        with pytest.raises(NotRenewable, match=words):
            renewal.renew(wanted=Renewal(uuid), by=MARIA, at=bench.now)


def test_a_revoked_ca_signs_no_successor(bench: Bench) -> None:
    root = _local(bench, name="root", common_name="Root", is_ca=True)
    leaf = _local(bench, root)
    revocation.revoke(uuids=[root], reason=Reason.CA_COMPROMISE, by=MARIA, at=bench.now)

    with pytest.raises(Refused, match="The CA cannot sign"):
        renewal.renew(wanted=Renewal(leaf), by=MARIA, at=bench.now)


def test_what_was_replaced_meanwhile_is_not_replaced_again(bench: Bench) -> None:
    uuid = _local(bench)
    stale = queries.in_candidate().get(entry_id=uuid)
    renewal.renew(wanted=Renewal(uuid), by=MARIA, at=bench.now)

    with pytest.raises(NotRenewable, match="was replaced meanwhile"):
        renewal._sign(stale, 9, by=MARIA, at=bench.now)

    assert Material.objects.filter(entry_id=uuid).count() == 2


def test_who_only_reads_renews_nothing(bench: Bench) -> None:
    reader = Actor(name="reader", role=Role.SUPERREADER)
    elsewhere = Actor(name="vsys admin", scope=(SHARED,))
    uuid = _local(bench)

    for by in (reader, elsewhere):
        with pytest.raises(Forbidden):
            renewal.renew(wanted=Renewal(uuid), by=by, at=bench.now)
    with pytest.raises(NotFound):
        renewal.renew(wanted=Renewal(uuid4()), by=MARIA, at=bench.now)

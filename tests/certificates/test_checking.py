"""Whether CAs have revoked certificates: asked, believed or not, shown with its age."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from certificates import enrollment_jobs
from certificates.models import Material, MaterialStatus, RevocationCheck
from certificates.queries import automatic, checks
from certificates.rules import Status
from certificates.services import checking, refreshing, revocation, verdicts
from certificates.services.verdicts import Verdict
from domain.actors import SYSTEM, Actor, Role
from domain.errors import Forbidden
from jobs.handlers import JobFailed, JobResult
from jobs.models import Job, State
from pki.crl_writing import Reason
from scep.errors import TransportFailed
from scep.transcript import StepName
from scep.wire import HttpReply, HttpRequest
from tests.certificates.memory_ca import authority
from tests.certificates.workbench import MARIA, Bench, current
from tests.configuration.fakes import FakeJob
from tests.issuing import Issued

CRL_URL = "http://crl.example/acme.crl"
OCSP_URL = "http://ocsp.example/"
POINTS = x509.CRLDistributionPoints(
    [x509.DistributionPoint([x509.UniformResourceIdentifier(CRL_URL)], None, None, None)]
)
RESPONDERS = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(OCSP_URL)
        )
    ]
)
HOLD = x509.ReasonFlags.certificate_hold
COMPROMISE = x509.ReasonFlags.key_compromise


def _enrolled(bench: Bench, *adds: x509.ExtensionType, **profile: Any) -> UUID:  # noqa: ANN401
    bench.ca.adds = adds
    row = bench.request(bench.running_profile(name="ndes", **profile), "fw-1")
    bench.generate(row)
    row.refresh_from_db()
    assert row.entry_uuid is not None
    bench.ca.seen.clear()
    return row.entry_uuid


def _crl(
    bench: Bench,
    *revoked: UUID,
    reason: x509.ReasonFlags | None = None,
    by: Issued | None = None,
    made: datetime | None = None,
) -> bytes:
    """A CRL of the CA, a day valid."""
    signer, at = by or bench.ca.ca, made or bench.now
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(bench.ca.ca.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=1))
    )
    for uuid in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(int(current(uuid).serial_hex, 16))
        entry = entry.revocation_date(at - timedelta(hours=2))
        if reason:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(signer.rsa, hashes.SHA256()).public_bytes(Encoding.DER)


def _publish(bench: Bench, body: bytes) -> None:
    bench.ca.sites[CRL_URL] = lambda _: HttpReply(200, "application/pkix-crl", body)


def _swept(bench: Bench) -> Job | None:
    before = set(Job.objects.values_list("pk", flat=True))
    checking.sweep(bench.now)
    return Job.objects.exclude(pk__in=before).first()


def _check(bench: Bench) -> JobResult:
    """Let the worker look what is due, and run its job."""
    row = _swept(bench)
    assert row is not None
    Job.objects.filter(pk=row.pk).update(state=State.FINISHED, result="ok", finished_at=bench.now)
    job = FakeJob(id=row.pk, by=SYSTEM, arguments=row.arguments)
    return enrollment_jobs.check(job, exchange=bench.exchange)


def test_a_certificate_that_is_not_on_the_crl_is_told_with_the_age_of_that(bench: Bench) -> None:
    _enrolled(bench, POINTS)
    _publish(bench, _crl(bench))

    assert _check(bench) == JobResult("1 checked, 0 newly revoked.", warning=False)

    bench.pass_time(hours=3)
    row = bench.row()
    assert (row.status, row.remark) == (Status.VALID, "not revoked, checked 3 hours ago")


def test_what_the_ca_has_revoked_is_revoked_here_at_once_and_not_renewed(bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    _publish(bench, _crl(bench, uuid, reason=COMPROMISE))

    result = _check(bench)

    material = current(uuid)
    assert (material.status, material.revocation_reason) == ("revoked", "keyCompromise")
    assert material.revoked_at == bench.now - timedelta(hours=2)
    assert result == JobResult("1 checked, 1 newly revoked.", warning=True)
    assert "is revoked by its CA since" in AuditEvent.objects.latest("pk").text
    row = bench.row()
    assert row.status is Status.REVOKED
    assert row.remark.endswith(": keyCompromise; checked just now")
    assert automatic.plan(uuid, bench.now) is None
    bench.pass_time(days=1)
    assert _swept(bench) is None


def test_a_hold_comes_and_goes(bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    _publish(bench, _crl(bench, uuid, reason=HOLD))
    _check(bench)
    assert bench.row().status is Status.REVOKED
    bench.pass_time(hours=4)
    _publish(bench, _crl(bench, uuid, reason=HOLD))
    assert _check(bench).text == "1 checked, 0 newly revoked."

    bench.pass_time(hours=4)
    _publish(bench, _crl(bench))
    _check(bench)

    assert bench.row().status is Status.VALID
    assert "is not on hold any more (CRL)" in AuditEvent.objects.latest("pk").text


def test_without_any_address_the_ca_is_asked_over_scep(bench: Bench) -> None:
    uuid = _enrolled(bench)
    bench.ca.crl = _crl(bench, uuid)

    _check(bench)

    assert bench.ca.seen == ["PKIOperation"]
    assert current(uuid).status == MaterialStatus.REVOKED
    assert bench.row().remark.startswith("by its CA since 2026")


def test_a_crl_is_fetched_once_for_all_its_certificates(bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    profile = current(uuid).profile_uuid
    assert profile
    bench.generate(bench.request(profile, "fw-2"))
    _publish(bench, _crl(bench, uuid))
    bench.ca.seen.clear()

    assert _check(bench).text == "2 checked, 1 newly revoked."

    assert bench.ca.seen == ["site"]
    assert bench.row("fw-2").status is Status.VALID


def _unusable(bench: Bench) -> str:
    """Check in vain; return what is said about it."""
    with pytest.raises(JobFailed):
        _check(bench)
    return RevocationCheck.objects.get().problem


def test_a_crl_that_another_has_signed_is_not_believed(bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    bench.ca.crl = b""
    _publish(bench, _crl(bench, uuid, by=authority(serial_of="another key")))

    _unusable(bench)

    assert current(uuid).status == MaterialStatus.VALID
    assert bench.row().remark == "revocation unknown"


def test_a_crl_that_is_out_of_date_proves_nothing_but_revocations(bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    old = bench.now - timedelta(days=2)
    _publish(bench, _crl(bench, made=old))
    assert "The CRL is out of date" in _unusable(bench)

    bench.pass_time(hours=1)
    _publish(bench, _crl(bench, uuid, made=old))
    _check(bench)

    assert current(uuid).status == MaterialStatus.REVOKED


def test_what_was_known_stands_with_its_age_while_nobody_answers(bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    _publish(bench, _crl(bench))
    _check(bench)
    bench.pass_time(hours=3)
    assert _swept(bench) is None
    bench.pass_time(hours=1)
    del bench.ca.sites[CRL_URL]
    bench.ca.replies["challenge"] = TransportFailed("Nothing answers.", stage=StepName.TCP)
    bench.ca.replies["PKIOperation"] = TransportFailed("Nothing answers.", stage=StepName.TCP)

    assert _unusable(bench) == "Nothing answers."

    assert bench.row().remark == "not revoked, checked 4 hours ago"
    view = checks.view(uuid, current(uuid).serial_hex, bench.now)
    assert view is not None
    assert (view.problem, view.tried_at) == ("Nothing answers.", bench.now)
    bench.pass_time(minutes=59)
    assert _swept(bench) is None
    bench.pass_time(minutes=1)
    assert _swept(bench) is not None


def _responder(bench: Bench, status: ocsp.OCSPCertStatus) -> Callable[[HttpRequest], HttpReply]:
    def answer(request: HttpRequest) -> HttpReply:
        assert (request.method, request.content_type) == ("POST", "application/ocsp-request")
        row = Material.objects.get(is_current=True, source="enrollment")
        revoked = status is ocsp.OCSPCertStatus.REVOKED
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=x509.load_der_x509_certificate(bytes(row.certificate_der)),
            issuer=bench.ca.ca.certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 - a name
            cert_status=status,
            this_update=bench.now,
            next_update=bench.now + timedelta(hours=1),
            revocation_time=bench.now - timedelta(hours=1) if revoked else None,
            revocation_reason=COMPROMISE if revoked else None,
        )
        by_hash = ocsp.OCSPResponderEncoding.HASH
        builder = builder.responder_id(by_hash, bench.ca.ca.certificate)
        signed = builder.sign(bench.ca.ca.rsa, hashes.SHA256())
        return HttpReply(200, "application/ocsp-response", signed.public_bytes(Encoding.DER))

    return answer


@pytest.mark.parametrize(
    ("status", "shown", "source"),
    [
        (ocsp.OCSPCertStatus.GOOD, Status.VALID, "OCSP"),
        (ocsp.OCSPCertStatus.REVOKED, Status.REVOKED, "OCSP"),
    ],
)
def test_an_ocsp_responder_is_asked_where_there_is_no_crl(
    bench: Bench, status: ocsp.OCSPCertStatus, shown: Status, source: str
) -> None:
    _enrolled(bench, RESPONDERS)
    bench.ca.sites[OCSP_URL] = _responder(bench, status)

    _check(bench)

    assert bench.row().status is shown
    assert RevocationCheck.objects.get().source == source


def test_an_ocsp_responder_that_knows_nothing_leaves_it_open(bench: Bench) -> None:
    _enrolled(bench, RESPONDERS)
    bench.ca.sites[OCSP_URL] = _responder(bench, ocsp.OCSPCertStatus.UNKNOWN)
    assert "does not know the certificate" in _unusable(bench)

    bench.pass_time(hours=1)
    bench.ca.sites[OCSP_URL] = lambda _: HttpReply(200, "text/html", b"<html>")
    assert "cannot be read" in _unusable(bench)


def test_a_crl_that_cannot_be_had_gives_way_to_the_responder(bench: Bench) -> None:
    _enrolled(bench, POINTS, RESPONDERS)
    bench.ca.sites[CRL_URL] = lambda _: HttpReply(404, "text/html", b"")
    bench.ca.sites[OCSP_URL] = _responder(bench, ocsp.OCSPCertStatus.GOOD)

    assert not _check(bench).warning

    assert bench.row().remark == "not revoked, checked just now"


def test_a_ca_that_is_not_the_present_one_is_not_asked_over_scep(bench: Bench) -> None:
    uuid = _enrolled(bench)
    profile = current(uuid).profile_uuid
    assert profile
    bench.ca.ca = authority(serial_of="another key")
    number = refreshing.request(uuids=[profile], by=MARIA, at=bench.now)
    row = Job.objects.get(pk=number)
    job = FakeJob(id=number, by=MARIA, arguments=row.arguments)
    enrollment_jobs.refresh(job, exchange=bench.exchange)
    Job.objects.all().update(state=State.FINISHED, result="ok", finished_at=bench.now)

    assert "names no CRL and no OCSP responder" in _unusable(bench)


def test_a_profile_that_is_switched_off_asks_nobody(bench: Bench) -> None:
    _enrolled(bench, POINTS, check_revocation=False)

    assert _swept(bench) is None


def test_what_is_revoked_or_replaced_meanwhile_is_left_alone(bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    stale = current(uuid)
    revocation.revoke(uuids=[uuid], reason=Reason.SUPERSEDED, by=MARIA, at=bench.now)

    assert verdicts.take(stale, Verdict("CRL"), at=bench.now) == ""

    assert current(uuid).revocation_reason == "superseded"
    assert _swept(bench) is None
    assert not RevocationCheck.objects.exists()


def test_what_is_known_of_another_certificate_is_not_told(bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    _publish(bench, _crl(bench))
    _check(bench)
    RevocationCheck.objects.update(serial_hex="00")

    assert bench.row().remark == ""
    assert checks.view(uuid, current(uuid).serial_hex, bench.now) is None
    assert _swept(bench) is not None


def test_who_refreshes_the_ca_has_its_certificates_checked_too(bench: Bench) -> None:
    profile = current(_enrolled(bench, POINTS)).profile_uuid
    assert profile
    number = refreshing.request(uuids=[profile], by=MARIA, at=bench.now)
    job = FakeJob(id=number, by=MARIA, arguments=Job.objects.get(pk=number).arguments)

    enrollment_jobs.refresh(job, exchange=bench.exchange)

    assert Job.objects.get(kind="check").admin == "maria"


def test_a_check_can_be_retried_by_those_who_may(bench: Bench) -> None:
    profile = current(_enrolled(bench, POINTS)).profile_uuid
    arguments = {"profiles": [str(profile)]}

    number = enrollment_jobs.check_again(arguments, MARIA, bench.now)

    assert Job.objects.get(pk=number).arguments == arguments
    with pytest.raises(Forbidden):
        enrollment_jobs.check_again(arguments, Actor("r", role=Role.SUPERREADER), bench.now)


def test_the_details_tell_what_the_ca_says(maria: Client, bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    _publish(bench, _crl(bench))
    _check(bench)

    page = maria.get(reverse("certificates:detail", args=[uuid])).content.decode()

    assert "The CA says" in page
    assert "by CRL" in page


def test_a_revocation_without_a_reason_is_told_without_one(maria: Client, bench: Bench) -> None:
    uuid = _enrolled(bench, POINTS)
    _publish(bench, _crl(bench, uuid))
    _check(bench)

    page = maria.get(reverse("certificates:detail", args=[uuid])).content.decode()

    assert re.search(r"Revoked at <time[^>]*>2026-11-23 10:00:00</time> UTC\.", page)

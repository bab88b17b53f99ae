"""The CA of a profile looked after at a real server: the demo CA with its switches."""

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID
from pytest_django.fixtures import Settings

from audit.models import AuditEvent
from certificates import enrollment_jobs
from certificates.models import Material, Source
from certificates.queries import authorities
from certificates.services import checking, refreshing
from certificates.services.exchange import Exchange
from domain.actors import SYSTEM
from jobs.handlers import JobFailed
from jobs.models import Job
from tests import loopback, openssl
from tests.certificates.workbench import Bench
from tests.configuration.fakes import FakeJob
from tests.democa_server import RunningCa, run_democa
from tests.profiles import factories

pytestmark = pytest.mark.e2e


class LiveBench(Bench):
    """A device that reaches its server over the network."""

    @property
    def exchange(self) -> Exchange:
        """How it does."""
        return Exchange(clock=self._tell)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    """A demo CA."""
    with run_democa(tmp_path_factory.mktemp("life-ca")) as running:
        yield running


@pytest.fixture
def live(db: None, tmp_path: Path) -> LiveBench:
    """A device of today."""
    del db
    return LiveBench(datetime.now(UTC), tmp_path)


def _profile(live: LiveBench, ca: RunningCa) -> UUID:
    uuid = live.profile(name="demo", server_url=ca.scep_url, ca_ident="demo", key_bits=2048)
    live.commit()
    return uuid


def _next_day(live: LiveBench) -> FakeJob:
    """Let the worker do what it does every day."""
    live.pass_time(days=1)
    refreshing.sweep(live.now)
    row = Job.objects.filter(kind="refresh").latest("pk")
    job = FakeJob(id=row.pk, by=SYSTEM, arguments=row.arguments)
    Job.objects.filter(pk=row.pk).update(
        state="finished", result="ok", finished_at=live.now, dedupe_key=""
    )
    enrollment_jobs.refresh(job, exchange=live.exchange)
    return job


@pytest.mark.conformance("C61", "C62")
def test_the_next_ca_is_announced_and_takes_over_without_anybody(
    live: LiveBench, ca: RunningCa
) -> None:
    uuid = _profile(live, ca)
    first = Material.objects.get(source=Source.SCEP_CA, is_current=True)
    ca.press("/ca/make-next")

    job = _next_day(live)

    assert any("announces its next certificate" in line for line in job.lines)
    coming = authorities.known(uuid).coming
    assert coming is not None
    first.refresh_from_db()
    assert first.is_current

    ca.press("/ca/take-over")
    _next_day(live)

    now = Material.objects.get(source=Source.SCEP_CA, is_current=True)
    assert bytes(now.certificate_der) == coming.ca.der
    assert now.entry_id == first.entry_id
    assert authorities.known(uuid).coming is None


def _checked(live: LiveBench) -> FakeJob:
    """Let the worker do what it does every hour."""
    live.pass_time(hours=4)
    checking.sweep(live.now)
    row = Job.objects.filter(kind="check").latest("pk")
    Job.objects.filter(pk=row.pk).update(state="finished", result="ok", finished_at=live.now)
    job = FakeJob(id=row.pk, by=SYSTEM, arguments=row.arguments)
    with contextlib.suppress(JobFailed):
        enrollment_jobs.check(job, exchange=live.exchange)
    return job


def _enrolled(live: LiveBench, ca: RunningCa) -> None:
    profile = live.profile(
        name="demo",
        server_url=ca.scep_url,
        ca_ident="demo",
        key_bits=2048,
        **factories.dynamic(
            otp_server_url=ca.challenge_url, otp_username=ca.user, typed_otp_password=ca.password
        ),
    )
    live.commit()
    live.generate(live.request(profile, "fw-1"))


@pytest.mark.conformance("C60", "S22")
def test_what_the_demo_ca_revokes_is_shown_as_revoked_in_the_list(
    live: LiveBench, ca: RunningCa
) -> None:
    _enrolled(live, ca)
    _checked(live)
    assert live.row().remark == "not revoked, checked just now"

    ca.revoke(int(live.row().serial_hex, 16))
    _checked(live)

    row = live.row()
    assert row.status == "revoked"
    assert row.remark.startswith(f"by its CA since {live.now:%Y-}")
    assert any("is revoked by its CA since" in line for line in _last_job(live))


def _last_job(live: LiveBench) -> list[str]:
    del live
    return [event.text for event in AuditEvent.objects.order_by("-pk")[:3]]


def _named_at(live: LiveBench, url: str) -> None:
    """Enroll at a CA in memory that names a CRL at a URL."""
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    live.ca.adds = (x509.CRLDistributionPoints([point]),)
    offline = Bench(live.now, live.folder)
    offline.ca = live.ca
    profile = offline.running_profile(server_url="http://127.0.0.1:1/scep")
    offline.generate(offline.request(profile, "fw-1"))


def test_a_crl_of_50_mebibytes_is_not_read_to_its_end(live: LiveBench) -> None:
    with loopback.serve(lambda _: loopback.Answer(200, bytes(50 * 1024 * 1024))) as site:
        _named_at(live, site.url)
        job = _checked(live)

    assert any("The CRL is larger than 2,097,152 bytes" in line for line in job.lines), job.lines
    assert live.row().remark == "revocation unknown"


def test_a_server_that_is_too_slow_is_given_up(live: LiveBench, settings: Settings) -> None:
    settings.SCEP_TIMEOUT_S = 0.3
    over = threading.Event()

    def never(_: loopback.Request) -> loopback.Answer:
        over.wait(20)
        return loopback.Answer()

    with loopback.serve(never) as site:
        _named_at(live, site.url)
        began = time.monotonic()
        job = _checked(live)
        took_s = time.monotonic() - began
        over.set()

    assert took_s < 10
    assert any("did not" in line for line in job.lines), job.lines
    assert live.row().remark == "revocation unknown"


@openssl.needs_openssl
def test_openssl_as_the_responder_says_that_a_certificate_is_revoked(
    live: LiveBench, tmp_path: Path
) -> None:
    index = tmp_path / "index.txt"
    authority = live.ca.ca
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    (tmp_path / "ca.key").write_bytes(authority.key_pem)

    def respond(request: loopback.Request) -> loopback.Answer:
        question, answer = tmp_path / "question.der", tmp_path / "answer.der"
        question.write_bytes(request.body)
        openssl.run(
            *("ocsp", "-index", index, "-CA", tmp_path / "ca.pem"),
            *("-rsigner", tmp_path / "ca.pem", "-rkey", tmp_path / "ca.key"),
            *("-reqin", question, "-respout", answer, "-ndays", "9"),
        )
        kind = (("Content-Type", "application/ocsp-response"),)
        return loopback.Answer(200, answer.read_bytes(), kind)

    with loopback.serve(respond) as site:
        how = AuthorityInformationAccessOID.OCSP
        access = x509.AccessDescription(how, x509.UniformResourceIdentifier(site.url))
        live.ca.adds = (x509.AuthorityInformationAccess([access]),)
        offline = Bench(live.now, live.folder)
        offline.ca = live.ca
        offline.generate(offline.request(offline.running_profile(), "fw-1"))
        serial = live.row().serial_hex.replace(":", "")
        index.write_text(f"V\t991231235959Z\t\t{serial}\tunknown\t/CN=fw\n")
        _checked(live)
        assert live.row().remark == "not revoked, checked just now"
        line = f"R\t991231235959Z\t261101000000Z,keyCompromise\t{serial}\tunknown\t/CN=fw\n"
        index.write_text(line)
        _checked(live)

    assert live.row().status == "revoked"
    assert "by its CA since 2026-11-01: keyCompromise" in live.row().remark

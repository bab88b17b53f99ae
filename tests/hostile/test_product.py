"""The device under attack: jobs that say why, and no certificate, no CA and no secret kept."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pytest_django.fixtures import Settings

from django.test import Client

from audit import queries as audit
from audit.models import AuditEvent, TranscriptStep
from certificates.models import Enrollment, EnrollmentState, Material, ScepAuthority
from certificates.services.exchange import Exchange
from configuration import queries as configuration
from device.models import Secret
from jobs.handlers import JobFailed, TryAgain
from jobs.models import JobLine
from profiles.spec import Challenge
from scep import transport
from scep.errors import EnrollmentRefused
from tests import issuing, loopback, secrecy
from tests.certificates.conftest import _folder, maria
from tests.certificates.workbench import Bench
from tests.configuration.fakes import FakeJob
from tests.fakes import FakeCa, over_http, self_signed_ca
from tests.hostile import reply_attacks, servers
from tests.hostile.attacks import CACERT, OPERATION, PAGE, Attack, attacks_at

__all__ = ["_folder", "maria"]

PASSWORDS = {
    name: secret
    for word in ("s3cret-word", "pa55word", "0123456789ABCDEF", "PRIVATE KEY")
    for name, secret in secrecy.of_password(word, word).items()
}


class OnlineBench(Bench):
    """A device that reaches its servers over real sockets."""

    @property
    def exchange(self) -> Exchange:
        return Exchange(clock=self._tell, drive=transport.drive)


@pytest.fixture
def device(db: None, now: datetime, tmp_path: Path, settings: Settings) -> OnlineBench:
    del db
    settings.SCEP_TIMEOUT_S = 2.0
    return OnlineBench(now, tmp_path)


@pytest.fixture
def authority(ca_key: RSAPrivateKey, now: datetime) -> FakeCa:
    return FakeCa(identity=self_signed_ca(ca_key, now), now=now)


@pytest.mark.conformance("C40", "C65", "C66")
@pytest.mark.parametrize("attack", attacks_at(CACERT, slow=False))
def test_an_attack_at_commit_is_a_warning_and_no_ca_is_kept(
    attack: Attack, device: OnlineBench, authority: FakeCa
) -> None:
    digits = hashlib.sha256(authority.identity.certificate_der).hexdigest()
    with servers.serve(authority, CACERT, attack.act()) as site:
        uuid = device.profile(
            name="ndes", server_url=site.url, fingerprint=digits if attack.fingerprint else ""
        )
        job = device.commit()

    (warning,) = [line for line in job.lines if line.startswith("warning")]
    assert attack.fact in warning
    assert attack.hint in warning
    assert not ScepAuthority.objects.exists()
    assert not Material.objects.exists()
    assert device.names() == []
    assert configuration.running(uuid) is not None
    (transcript,) = audit.transcripts_of_job(job.id)
    assert (transcript.outcome, transcript.steps[-1].name) == ("failed", attack.stage)


@pytest.mark.conformance("C40", "C66")
@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("http://169.254.169.254/latest/meta-data", "a link-local address"),
        ("https://[fd00:ec2::254]/scep", "a cloud metadata service"),
    ],
)
def test_an_address_that_gives_secrets_away_is_never_asked(
    url: str, fact: str, device: OnlineBench
) -> None:
    device.profile(name="ndes", server_url=url)

    job = device.commit()

    (warning,) = [line for line in job.lines if line.startswith("warning")]
    assert fact in warning
    assert device.names() == []


@pytest.mark.conformance("C40", "C66")
def test_a_tls_server_that_nobody_vouches_for_gets_nothing(
    device: OnlineBench, authority: FakeCa
) -> None:
    context = loopback.tls_context(issuing.issue(issuing.Wanted("localhost")))
    with loopback.serve(over_http(authority.answer), context) as site:
        device.profile(name="ndes", server_url=site.named("localhost"))
        job = device.commit()

    (warning,) = [line for line in job.lines if line.startswith("warning")]
    assert "The TLS certificate of localhost is not issued by a trusted CA" in warning
    assert site.requests == []
    assert not Material.objects.exists()


def challenge_of(attack: Attack, url: str) -> dict[str, Any]:
    """Give the challenge of the profile: the page that is attacked, or a fixed password."""
    if attack.operation == PAGE:
        return {
            "challenge": Challenge.DYNAMIC,
            "otp_server_url": url,
            "otp_username": "u",
            "typed_otp_password": "pa55word",
        }
    return {"challenge": Challenge.FIXED, "typed_challenge_password": "s3cret-word"}


def give_up(device: OnlineBench, row: Enrollment, job: FakeJob) -> JobFailed:
    """Run the job of an enrollment until it fails for good."""
    # A slow server is asked seven times.
    while True:
        try:
            device.generate(row, job)
        except TryAgain:
            continue
        except JobFailed as failure:
            return failure


@pytest.mark.conformance("C40", "C55", "C65", "C66")
@pytest.mark.parametrize("attack", attacks_at(PAGE, OPERATION, slow=False))
def test_an_attack_at_generate_fails_the_job_and_nothing_is_kept(
    attack: Attack, device: OnlineBench, authority: FakeCa
) -> None:
    authority.challenge = "s3cret-word"
    with servers.serve(authority, attack.operation, attack.act()) as site:
        profile = device.profile(name="ndes", server_url=site.url, **challenge_of(attack, site.url))
        device.commit()
        passwords = set(Secret.objects.values_list("pk", flat=True))
        row = device.request(profile, "fw-1")
        job = device.job(row)
        failure = give_up(device, row, job)

    row.refresh_from_db()
    assert attack.fact in failure.message
    assert attack.hint in failure.hint
    refused = attack.error is EnrollmentRefused
    assert row.state == (EnrollmentState.REFUSED if refused else EnrollmentState.FAILED)
    assert row.exit_code == attack.error.exit_code
    assert device.names() == ["ndes-ca"]
    # The password of the profile stays; key and request are gone.
    assert set(Secret.objects.values_list("pk", flat=True)) == passwords
    assert (row.key_secret, row.request_secret) == (None, None)
    told = [*secrecy.rows(TranscriptStep, AuditEvent, JobLine), *map(str.encode, job.lines)]
    assert secrecy.found(told, PASSWORDS) == []


@pytest.mark.conformance("C48")
def test_the_words_of_a_server_are_shown_and_never_become_markup(
    device: OnlineBench, authority: FakeCa, maria: Client
) -> None:
    with servers.serve(authority, OPERATION, reply_attacks.refusal) as site:
        profile = device.running_profile(server_url=site.url)
        row = device.request(profile, "fw-1")
        give_up(device, row, device.job(row))

    (transcript,) = audit.transcripts_of_job(row.job_id or 0)
    for page in (f"/tasks/{row.job_id}/", f"/monitor/scep/{transcript.uuid}/"):
        html = maria.get(page).content.decode()
        assert "&lt;script&gt;no&lt;/script&gt;" in html
        assert "<script>no" not in html

"""Generate: from the request to the certificate, or to the reason why there is none."""

import pytest

from audit import queries as audit
from certificates.models import Enrollment, EnrollmentState, Material, ScepAuthority
from certificates.services import listed, outcome
from configuration import queries as configuration
from device import secrets
from device.models import DeviceFacts, Secret
from domain.locations import SHARED, VSYS1
from jobs.handlers import JobFailed
from pki import chain, keys
from pki.errors import CsrInvalid
from profiles.spec import Challenge, SanType, Transport
from profiles.subject import TokenValues
from scep.errors import TransportFailed
from scep.transcript import StepName
from scep.wire import HttpReply
from tests.certificates.memory_ca import authority
from tests.certificates.ra import registration_authorities
from tests.certificates.test_store import LEAF, ROOT
from tests.certificates.workbench import Bench, current
from tests.issuing import NOW
from tests.profiles import factories

DOWN = TransportFailed("Nothing answers.", stage=StepName.TCP, hint="Is the server running?")
HTML = HttpReply(200, "text/html", b"<html><title>Sign in</title></html>")


def _steps(row: Enrollment) -> list[str]:
    (transcript,) = audit.transcripts_of_job(row.job_id or 0)
    return [step.name for step in transcript.steps]


def test_a_certificate_is_issued_stored_and_listed_under_its_ca(bench: Bench) -> None:
    row = bench.request(bench.running_profile(name="ndes"), "fw-1")

    result = bench.generate(row)

    ca, leaf = bench.rows()
    assert (ca.name, leaf.name, leaf.level) == ("ndes-ca", "fw-1", 2)
    assert (leaf.subject, leaf.has_key, leaf.state) == ("O=acme,CN=jdoe", True, "new")
    assert result.text.startswith("Certificate fw-1 was issued: O=acme,CN=jdoe, valid until 2027-")
    assert result.url == f"/device/certificates/{leaf.uuid}/"
    assert not result.warning


def test_the_stored_key_belongs_to_the_certificate_and_the_certificate_to_the_ca(
    bench: Bench,
) -> None:
    row = bench.request(bench.running_profile())
    bench.generate(row)

    material = current(bench.rows()[1].uuid)
    assert material.key_secret is not None
    key = keys.from_pkcs8_der(secrets.unseal(material.key_secret))
    assert keys.public_der(key) in bytes(material.certificate_der)
    chain.verify_issued(bytes(material.certificate_der), bench.ca.ca.der)


def test_once_issued_the_request_is_forgotten_and_the_key_stays_sealed(bench: Bench) -> None:
    row = bench.request(bench.running_profile())

    bench.generate(row)

    row.refresh_from_db()
    assert (row.state, row.request_secret) == (EnrollmentState.ISSUED, None)
    assert [secret.purpose for secret in Secret.objects.all()] == ["private key"]


def test_the_transcript_has_every_step(bench: Bench) -> None:
    row = bench.request(bench.running_profile())

    bench.generate(row)

    steps = _steps(row)
    assert [step for step in steps if step in {"Key pair", "CSR", "Algorithms"}] == [
        "Key pair",
        "CSR",
        "Algorithms",
    ]
    assert "PKIOperation" in steps


def test_generate_adds_to_the_candidate_only(bench: Bench) -> None:
    bench.generate(bench.request(bench.running_profile()))

    (change,) = configuration.pending_changes()
    assert (change.kind_label, change.name, change.admins) == ("Certificate", "fw-1", ("maria",))


def test_a_committed_certificate_is_not_pending_and_nothing_is_fetched_again(
    bench: Bench,
) -> None:
    bench.generate(bench.request(bench.running_profile()))
    bench.ca.seen.clear()

    bench.commit()

    assert configuration.pending_count() == 0
    assert bench.ca.seen == []


@pytest.mark.conformance("C26")
def test_the_request_carries_what_the_profile_asks_for(bench: Bench) -> None:
    profile = bench.running_profile(
        subject="CN=$HOSTID",
        san_type=SanType.DNS,
        san_value="$HOSTID.example.com",
        use_as_digital_signature=True,
        use_for_key_encipherment=True,
    )

    row = bench.request(profile, values=TokenValues(hostid="fw"))
    bench.generate(row)

    (transcript,) = audit.transcripts_of_job(row.job_id or 0)
    details = dict(next(step for step in transcript.steps if step.name == "CSR").details)
    assert details["Subject alternative name"] == "dns:fw.example.com"
    assert details["Key usage"] == "digitalSignature, keyEncipherment"
    assert details["Challenge password"] == "none"


@pytest.mark.conformance("C25", "C65")
def test_a_fixed_challenge_is_sent_and_shown_nowhere(bench: Bench) -> None:
    bench.ca.challenge = "s3cret-word"
    profile = bench.running_profile(
        challenge=Challenge.FIXED, typed_challenge_password="s3cret-word"
    )

    row = bench.request(profile)
    job = bench.job(row)
    bench.generate(row, job)

    (transcript,) = audit.transcripts_of_job(job.id)
    assert bench.rows()[1].name == "fw-1"
    assert "s3cret-word" not in repr(transcript) + repr(job.lines) + repr(audit.events())


def test_a_dynamic_challenge_is_fetched_with_credentials_right_before_the_request(
    bench: Bench,
) -> None:
    profile = bench.running_profile(**factories.dynamic())

    row = bench.request(profile)
    bench.generate(row)

    assert bench.ca.seen == ["challenge", "PKIOperation"]
    page = bench.ca.servers[-2]
    assert page.url == "https://ca.example/CertSrv/mscep_admin/"
    assert page.credentials is not None
    assert (page.credentials.user, page.credentials.password) == ("enroll", "once")
    assert not page.credentials_need_tls


def test_ra_certificates_are_used(bench: Bench) -> None:
    bench.ca.others = registration_authorities(bench.ca.ca)
    profile = bench.running_profile()

    bench.generate(bench.request(profile))

    assert "fw-1" in bench.names()


def test_the_get_switch_sends_the_request_by_get(bench: Bench) -> None:
    profile = bench.running_profile(transport=Transport.GET)

    bench.generate(bench.request(profile))

    assert bench.ca.methods == ["GET"]


def test_a_missing_ca_certificate_is_fetched_first_and_joins_the_candidate(bench: Bench) -> None:
    bench.ca.replies["GetCACaps"] = DOWN
    profile = bench.running_profile(name="ndes")
    bench.ca.replies.clear()

    row = bench.request(profile)
    bench.generate(row)

    assert bench.ca.seen == ["GetCACaps", "GetCACert", "PKIOperation"]
    assert [(item.name, item.state) for item in bench.rows()] == [
        ("ndes-ca", "new"),
        ("fw-1", "new"),
    ]
    bench.ca.seen.clear()
    bench.commit()
    assert bench.ca.seen == []


def test_an_expired_ca_certificate_is_fetched_again(bench: Bench) -> None:
    profile = bench.running_profile()
    bench.pass_time(days=3651)
    renewed = authority("Acme CA", not_before=NOW, not_after=NOW.replace(year=2060))
    bench.ca.ca = renewed
    bench.ca.replies["PKIOperation"] = DOWN

    row = bench.request(profile)
    job = bench.job(row)
    with pytest.raises(JobFailed):
        bench.generate(row, job)

    assert bench.ca.seen[:2] == ["GetCACaps", "GetCACert"]
    assert any("the CA certificate" in line and "changed" in line for line in job.lines)


def test_a_shared_profile_serves_a_vsys(bench: Bench) -> None:
    profile = bench.running_profile(location=SHARED)

    bench.generate(bench.request(profile, location=VSYS1))

    assert [row.location for row in bench.rows()] == [SHARED, VSYS1]


def test_a_job_that_runs_again_after_its_end_changes_nothing(bench: Bench) -> None:
    row = bench.request(bench.running_profile())
    bench.generate(row)
    bench.ca.seen.clear()

    result = bench.generate(row)

    assert result.text == "Certificate fw-1 was issued."
    assert bench.ca.seen == []
    assert Material.objects.count() == 2


def test_a_client_certificate_of_the_profile_is_unsealed_for_the_connection(bench: Bench) -> None:
    key = bench.seal_key(LEAF)
    bench.keep("client", LEAF, location=SHARED, key_secret=key)
    profile = bench.running_profile(scep_client_certificate="client")

    bench.generate(bench.request(profile))

    tls = bench.ca.servers[-1].tls
    assert tls is not None
    assert tls.client_certificate_pem == LEAF.pem
    assert tls.client_key is not None


def test_a_client_certificate_without_its_key_is_refused(bench: Bench) -> None:
    key = bench.seal_key(LEAF)
    uuid = bench.keep("client", LEAF, location=SHARED, key_secret=key)
    profile = bench.running_profile(scep_client_certificate="client")
    Material.objects.filter(entry_id=uuid).update(key_secret=None)
    listed.refresh(uuid)

    with pytest.raises(JobFailed) as failure:
        bench.generate(bench.request(profile))

    assert failure.value.message.startswith("The client certificate client has no private key")


def test_a_wrong_challenge_fails_with_reason_meaning_and_advice(bench: Bench) -> None:
    bench.ca.challenge = "right"
    profile = bench.running_profile(challenge=Challenge.FIXED, typed_challenge_password="wrong")
    row = bench.request(profile)

    with pytest.raises(JobFailed) as failure:
        bench.generate(row)

    row.refresh_from_db()
    assert "badRequest (2)" in failure.value.message
    assert failure.value.hint
    assert (row.state, row.exit_code) == (EnrollmentState.REFUSED, 4)
    assert row.reason == failure.value.message


@pytest.mark.conformance("C55")
@pytest.mark.parametrize(
    ("reply", "words", "exit_code"),
    [
        pytest.param(DOWN, "Nothing answers.", 6, id="down"),
        pytest.param(HTML, "HTML", 6, id="html"),
        pytest.param(HttpReply(500, "text/plain", b"failed"), "500", 6, id="http error"),
    ],
)
def test_a_failure_leaves_no_certificate_no_secret_and_its_reason(
    reply: HttpReply, words: str, exit_code: int, bench: Bench
) -> None:
    row = bench.request(bench.running_profile())
    bench.ca.replies["PKIOperation"] = reply

    with pytest.raises(JobFailed) as failure:
        bench.generate(row)

    row.refresh_from_db()
    assert words in failure.value.message
    assert (row.state, row.exit_code) == (EnrollmentState.FAILED, exit_code)
    assert len(bench.names()) == 1
    assert not Secret.objects.exists()
    (transcript,) = audit.transcripts_of_job(row.job_id or 0)
    assert transcript.outcome == "failed"


def test_after_a_failure_the_name_is_free_again(bench: Bench) -> None:
    profile = bench.running_profile()
    row = bench.request(profile, "fw-1")
    bench.ca.verdict = "refuse"
    with pytest.raises(JobFailed):
        bench.generate(row)
    bench.ca.verdict = "issue"

    bench.generate(bench.request(profile, "fw-1"))

    assert "fw-1" in bench.names()


def test_a_ca_that_cannot_be_fetched_fails_the_job_and_stores_nothing(bench: Bench) -> None:
    bench.ca.replies["GetCACaps"] = DOWN
    profile = bench.running_profile()

    with pytest.raises(JobFailed, match="Nothing answers"):
        bench.generate(bench.request(profile))

    assert bench.names() == []
    assert not ScepAuthority.objects.exists()


def test_a_profile_taken_out_of_the_configuration_meanwhile_fails_the_job(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    row = bench.request(profile)
    bench.drop_profile(profile)
    bench.commit()

    with pytest.raises(JobFailed, match="not part of the running configuration"):
        bench.generate(row)

    row.refresh_from_db()
    assert row.exit_code == 2


def test_in_fips_mode_weak_answers_are_refused(bench: Bench) -> None:
    bench.keep("tls-root", ROOT)
    profile = bench.running_profile(
        **factories.dynamic()
        | {
            "key_bits": 2048,
            "otp_server_url": "https://ca.example/CertSrv/mscep_admin/",
            "server_url": "https://ca.example/certsrv/mscep/",
            "scep_ca_certificate": "tls-root",
            "fingerprint": "",
        }
    )
    DeviceFacts.objects.create(
        hostname="fw", serial="0" * 12, model="m", sw_version="1", fips_cc=True
    )
    bench.ca.capabilities = ("DES3",)
    ScepAuthority.objects.all().delete()

    row = bench.request(profile)
    with pytest.raises(JobFailed):
        bench.generate(row)

    row.refresh_from_db()
    assert row.exit_code == 5


@pytest.mark.conformance("C47")
def test_a_certificate_that_differs_from_the_request_is_kept_with_a_warning(bench: Bench) -> None:
    profile = bench.running_profile(san_type=SanType.DNS, san_value="fw.example.com")
    bench.ca.drops_extensions = True
    row = bench.request(profile)
    job = bench.job(row)

    result = bench.generate(row, job)

    assert result.warning
    assert any(line.startswith("warning") for line in job.lines)
    assert "fw-1" in bench.names()


def test_what_was_issued_is_kept_even_if_its_name_was_taken_meanwhile(bench: Bench) -> None:
    row = bench.request(bench.running_profile(), "fw-1")
    bench.ca.cut("after PKIOperation", lambda: bench.keep("fw-1", ROOT))

    bench.generate(row)

    assert {"fw-1", "fw-1-2"} <= set(bench.names())


def test_the_log_tells_who_asked_and_what_came_of_it(bench: Bench) -> None:
    bench.generate(bench.request(bench.running_profile(name="ndes"), "fw-1"))

    texts = [event.text for event in audit.events(kind="certificate")]
    assert any(text.startswith("Certificate fw-1 was issued") for text in texts)
    assert "Certificate fw-1 requested with SCEP profile ndes." in texts
    assert "Certificate ndes-ca of SCEP profile ndes stored." in texts


def test_what_no_request_can_carry_is_for_the_profile_to_correct() -> None:
    failure = outcome.failure_of(CsrInvalid("A challenge password has at most 2048 characters."))

    assert failure.fact == "A challenge password has at most 2048 characters."
    assert failure.hint == "Correct the SCEP profile, and commit."
    assert failure.exit_code == 2


def test_rows_name_themselves_in_the_shell(bench: Bench) -> None:
    row = bench.request(bench.running_profile())
    bench.generate(row)
    row.refresh_from_db()

    material = current(bench.rows()[1].uuid)
    assert str(row) == "enrollment of fw-1: issued"
    assert "CN=jdoe" in str(material)
    assert str(material.entry_id) in str(material.entry)
    assert "SCEP authority of profile" in str(ScepAuthority.objects.get())


def test_an_issued_certificate_that_cannot_be_kept_is_a_failure_with_its_reason(
    bench: Bench,
) -> None:
    row = bench.request(bench.running_profile())
    bench.ca.bulk = 70_000

    with pytest.raises(JobFailed, match="bytes are too many"):
        bench.generate(row)

    row.refresh_from_db()
    assert row.state == EnrollmentState.FAILED
    assert "bytes are too many" in row.reason
    assert bench.names() == ["ndes-ca"]

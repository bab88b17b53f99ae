"""Generate at a CA with an EC key, over the network (RFC 8894 section 3.1)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from jobs.handlers import JobFailed
from profiles.spec import Challenge
from tests.certificates.test_mutual_tls import NetworkBench
from tests.certificates.workbench import Bench, current
from tests.democa_server import PASSWORD, RunningCa, run_democa


@pytest.fixture(scope="module")
def democa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    folder = tmp_path_factory.mktemp("ec")
    with run_democa(folder / "data", extra=("--design", "ec-two-tier")) as running:
        yield running


@pytest.fixture
def bench(db: None, tmp_path: Path) -> Bench:
    del db
    return NetworkBench(datetime.now(UTC), tmp_path)


@pytest.mark.conformance("C35")
def test_generate_brings_a_certificate_of_a_ca_with_an_ec_key(
    bench: Bench, democa: RunningCa
) -> None:
    profile = bench.profile(
        name="ec",
        server_url=democa.scep_url,
        challenge=Challenge.DYNAMIC,
        otp_server_url=democa.challenge_url,
        otp_username="scep",
        typed_otp_password=PASSWORD,
        key_bits=2048,
    )
    bench.commit()
    row = bench.request(profile)

    result = bench.generate(row, bench.job(row))

    assert result.text.startswith("Certificate fw-1 was issued")
    row.refresh_from_db()
    assert row.entry_uuid is not None
    issued = x509.load_der_x509_certificate(bytes(current(row.entry_uuid).certificate_der))
    issuing, _ = x509.load_pem_x509_certificates(democa.get("/ca/1.pem")[2])
    issued.verify_directly_issued_by(issuing)


@pytest.mark.conformance("C35")
def test_generate_without_a_challenge_says_that_the_key_cannot_encrypt(
    bench: Bench, democa: RunningCa
) -> None:
    profile = bench.profile(name="ec", server_url=democa.scep_url, challenge=Challenge.NONE)
    bench.commit()
    row = bench.request(profile)

    with pytest.raises(JobFailed, match="cannot encrypt, and there is no challenge password"):
        bench.generate(row, bench.job(row))

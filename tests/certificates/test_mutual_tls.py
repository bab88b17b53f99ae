"""SCEP Server SSL Authentication through the product, at a demo CA that wants a certificate."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from audit import queries as audit
from certificates.services.exchange import Exchange
from domain.locations import SHARED
from profiles.spec import Challenge
from tests import issuing
from tests.certificates.workbench import Bench, current
from tests.democa_server import PASSWORD, RunningCa, run_democa
from tests.issuing import Issued, Wanted

DEVICES = issuing.ca("Device CA")
DEVICE = issuing.issue(Wanted("firewall"), DEVICES)
STRANGER = issuing.issue(Wanted("stranger"), issuing.ca("Another CA"))


class NetworkBench(Bench):
    """A device that reaches its server over the network."""

    @property
    def exchange(self) -> Exchange:
        return Exchange(clock=self._tell)


@pytest.fixture(scope="module")
def democa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCa]:
    folder = tmp_path_factory.mktemp("mutual-tls")
    client_ca = folder / "client-ca.pem"
    client_ca.write_bytes(DEVICES.pem)
    with run_democa(folder / "data", extra=("--client-ca", str(client_ca))) as running:
        yield running


@pytest.fixture
def bench(db: None, tmp_path: Path, democa: RunningCa) -> Bench:
    del db
    made = NetworkBench(datetime.now(UTC), tmp_path)
    root = x509.load_pem_x509_certificate(democa.root_pem())
    made.keep("demo-root", Issued(root, issuing.rsa_key("nobody")), location=SHARED)
    made.keep("other-root", DEVICES, location=SHARED)
    for issued, name in ((DEVICE, "firewall"), (STRANGER, "stranger")):
        made.keep(name, issued, location=SHARED, key_secret=made.seal_key(issued))
    return made


def settings(democa: RunningCa, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    wanted = {
        "name": "ndes",
        "server_url": f"{democa.tls_url}/certsrv/mscep/",
        "challenge": Challenge.DYNAMIC,
        "otp_server_url": f"{democa.tls_url}/CertSrv/mscep_admin/",
        "otp_username": "scep",
        "typed_otp_password": PASSWORD,
        "scep_ca_certificate": "demo-root",
        "scep_client_certificate": "firewall",
        "key_bits": 2048,
    }
    return {**wanted, **changes}


def test_a_profile_with_ca_and_client_certificate_is_committed_and_enrolls(
    bench: Bench, democa: RunningCa
) -> None:
    profile = bench.profile(**settings(democa))
    job = bench.commit()
    row = bench.request(profile)
    generation = bench.job(row)

    result = bench.generate(row, generation)

    assert "ndes-ca" in bench.names(), job.lines
    assert result.text.startswith("Certificate fw-1 was issued")
    row.refresh_from_db()
    assert row.entry_uuid is not None
    issued = x509.load_der_x509_certificate(bytes(current(row.entry_uuid).certificate_der))
    root = x509.load_pem_x509_certificate(democa.root_pem())
    issued.verify_directly_issued_by(root)
    (transcript,) = audit.transcripts_of_job(generation.id)
    assert "('Signed in by', 'NTLM')" in repr(transcript).replace("[", "(").replace("]", ")")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scep_client_certificate": ""}, "client certificate"),
        ({"scep_client_certificate": "stranger"}, "client certificate"),
        ({"scep_ca_certificate": "other-root"}, "is not issued by a trusted CA"),
    ],
)
def test_a_commit_says_what_is_wrong_with_tls(
    bench: Bench, democa: RunningCa, changes: dict[str, Any], words: str
) -> None:
    bench.profile(**settings(democa, **changes))

    job = bench.commit()

    assert words in " ".join(job.lines)
    assert "ndes-ca" not in bench.names()

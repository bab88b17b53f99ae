"""What a profile's server offered before is remembered, from commit to commit."""

from typing import Any

import pytest

from certificates.models import Enrollment, ScepAuthority
from profiles.spec import Minimum
from scep.cms import read_envelope, read_signed
from scep.vocabulary import Cipher
from scep.wire import HttpReply
from tests.certificates.workbench import Bench
from tests.configuration.fakes import FakeJob

ANOTHER = "http://other.example/certsrv/mscep/"


def warnings(job: FakeJob) -> list[str]:
    return [line for line in job.lines if line.startswith("warning")]


@pytest.mark.conformance("C12", "C23")
def test_a_server_that_offers_less_than_before_is_a_warning_at_every_commit(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    bench.ca.capabilities = ("DES3", "SHA-1")

    for subject in ("CN=$UDID", "CN=$USERNAME"):
        bench.profile(profile, name="ndes", subject=subject)
        (warning,) = warnings(bench.commit())

        assert 'SCEP profile "ndes": the server offers less than before.' in warning
        assert "AES is missing: requests would be encrypted with 3DES." in warning


@pytest.mark.conformance("C12")
def test_requests_stay_as_strong_as_before(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    bench.ca.capabilities = ()
    bench.profile(profile, name="ndes", subject="CN=$USERNAME,O=Acme")
    bench.commit()

    bench.generate(bench.request(profile))

    assert bench.ca.methods == ["POST"]
    message = read_signed(bench.ca.bodies[0])
    assert read_envelope(message.content).cipher is Cipher.AES_128
    assert Enrollment.objects.get().state == "issued"


@pytest.mark.conformance("C12")
def test_a_list_that_is_whole_again_is_no_warning(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    bench.ca.replies["GetCACaps"] = HttpReply(503, "text/plain", b"busy")
    bench.profile(profile, name="ndes", subject="CN=$UDID")
    assert warnings(bench.commit())
    bench.ca.replies.clear()

    bench.profile(profile, name="ndes", subject="CN=$USERNAME")

    assert warnings(bench.commit()) == []
    assert ScepAuthority.objects.get().remembered == ""


@pytest.mark.conformance("C12")
def test_another_server_has_no_past(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    bench.ca.capabilities = ("DES3", "SHA-1")

    bench.profile(profile, name="ndes", server_url=ANOTHER)

    assert warnings(bench.commit()) == []


@pytest.mark.conformance("C12")
def test_a_strict_profile_takes_nothing_from_a_server_that_offers_less(bench: Bench) -> None:
    strict: dict[str, Any] = {"name": "ndes", "minimum": Minimum.STRICT, "key_bits": 2048}
    profile = bench.running_profile(**strict)
    before = ScepAuthority.objects.get()
    bench.ca.capabilities = ("AES", "SHA-256")

    bench.profile(profile, **strict, subject="CN=$UDID")
    (warning,) = warnings(bench.commit())

    assert "The server no longer offers POSTPKIOperation" in warning
    assert ScepAuthority.objects.get().profile_digest == before.profile_digest


@pytest.mark.conformance("C12")
def test_a_legacy_profile_believes_the_shorter_list_after_one_warning(bench: Bench) -> None:
    legacy: dict[str, Any] = {"name": "ndes", "minimum": Minimum.LEGACY}
    profile = bench.running_profile(**legacy)
    bench.ca.capabilities = ("DES3", "SHA-1")

    bench.profile(profile, **legacy, subject="CN=$UDID")
    first = warnings(bench.commit())
    bench.profile(profile, **legacy, subject="CN=$USERNAME")

    assert (len(first), warnings(bench.commit())) == (1, [])

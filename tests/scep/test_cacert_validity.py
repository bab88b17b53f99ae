"""CA certificates in and out of their time: what stops, what is left out, what is named."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep import cms
from scep.cacert import CaBundle, check_validity, leave_out_expired, sort_out
from scep.client import FetchCa, FetchedCa
from scep.errors import ChainNotTrusted, FingerprintMismatch
from scep.messages import Identity
from scep.transcript import Outcome, StepName
from scep.wire import HttpReply, HttpRequest
from tests.fakes import FakeCa, Recording, drive
from tests.issuing import rsa_key
from tests.scep import factories
from tests.scep.factories import NOW

EXPIRED, COMING, VALID = (-900, -1), (1, 900), (-30, 900)
SIGN, ENCIPHER = ["digitalSignature"], ["keyEncipherment"]

ROOT, MIDDLE, ISSUING, RA = (rsa_key(f"validity {name}") for name in ("root", "mid", "ca", "ra"))


def root(days: tuple[int, int] = VALID) -> bytes:
    return factories.authority(ROOT, "Root", days=days)


def middle(days: tuple[int, int] = VALID) -> bytes:
    return factories.authority(MIDDLE, "Middle", issuer=("Root", ROOT), days=days)


def issuing(days: tuple[int, int] = VALID) -> bytes:
    return factories.authority(ISSUING, "Issuing", issuer=("Middle", MIDDLE), days=days)


def ra(usage: list[str], days: tuple[int, int] = VALID, key: RSAPrivateKey = RA) -> bytes:
    return factories.certificate("RA", key, issuer=("Issuing", ISSUING), usage=usage, days=days)


def pinned(der: bytes, *others: bytes) -> CaBundle:
    return sort_out([der, *others], cms.read_certificate(der).fingerprint("sha256"))


@pytest.mark.conformance("C20", "D41")
def test_valid_certificates_must_lead_up_to_the_pinned_root() -> None:
    check_validity(pinned(root(), middle(), issuing(), ra(SIGN), ra(ENCIPHER)), NOW)


@pytest.mark.conformance("C20")
@pytest.mark.parametrize(
    ("bundle", "words"),
    [
        pytest.param(
            pinned(root(), middle(EXPIRED), issuing()),
            "The CA certificate CN=Middle expired on 2026-11-22",
            id="intermediate",
        ),
        pytest.param(
            pinned(root(EXPIRED), middle(), issuing()),
            "The CA certificate CN=Root expired",
            id="pinned root",
        ),
        pytest.param(
            pinned(root(), middle(COMING), issuing()),
            "CN=Middle is not valid before 2026-11-24",
            id="intermediate to come",
        ),
        pytest.param(
            sort_out([issuing(EXPIRED), middle(), root()]),
            "CN=Issuing expired",
            id="issuing CA",
        ),
        pytest.param(
            sort_out([issuing(), ra(ENCIPHER, EXPIRED), ra(SIGN)]),
            "The RA certificate CN=RA expired",
            id="RA for encryption",
        ),
    ],
)
def test_what_is_in_use_must_be_valid_now(bundle: CaBundle, words: str) -> None:
    with pytest.raises(ChainNotTrusted, match=words) as caught:
        check_validity(leave_out_expired(bundle, NOW), NOW)

    assert "clock" in caught.value.hint


@pytest.mark.conformance("C20")
def test_a_second_intermediate_that_is_valid_will_do() -> None:
    bundle = pinned(root(), middle(EXPIRED), middle(), issuing())

    check_validity(bundle, NOW)


@pytest.mark.conformance("C20")
def test_an_ra_that_no_ca_of_the_pin_has_issued_is_not_trusted() -> None:
    stranger = factories.certificate("RA", RA, issuer=("Other", RA), usage=ENCIPHER)

    with pytest.raises(ChainNotTrusted, match="The RA certificate CN=RA does not chain"):
        check_validity(pinned(root(), middle(), issuing(), stranger), NOW)


@pytest.mark.conformance("C20")
@pytest.mark.parametrize(
    "others",
    [
        pytest.param([root(EXPIRED), middle()], id="the root above, which nobody pinned"),
        pytest.param([ra(SIGN), ra(ENCIPHER), ra(SIGN, EXPIRED)], id="the RA of last year"),
        pytest.param([ra(SIGN), ra(ENCIPHER), ra(ENCIPHER, EXPIRED)], id="for encryption"),
        pytest.param([issuing(COMING)], id="the CA certificate of next year"),
    ],
)
def test_what_is_not_in_use_and_not_valid_is_left_out(others: list[bytes]) -> None:
    bundle = sort_out([issuing(), *others])

    kept = leave_out_expired(bundle, NOW)

    check_validity(kept, NOW)
    left_out = {one.der for one in bundle.certificates} - {one.der for one in kept.certificates}
    assert len(left_out) == 1
    assert kept.ca.facts.not_after > NOW


@pytest.mark.conformance("C20", "D15")
def test_an_expired_ra_never_turns_into_a_request_for_the_ca() -> None:
    bundle = sort_out([issuing(), ra(SIGN, EXPIRED), ra(ENCIPHER, EXPIRED)])

    assert leave_out_expired(bundle, NOW) == bundle


@pytest.mark.parametrize("others", [[], [ra(SIGN)], [ra(SIGN), ra(ENCIPHER)]])
def test_a_bundle_whose_ca_is_not_valid_stays_as_it_is(others: list[bytes]) -> None:
    bundle = sort_out([issuing(EXPIRED), *others])

    assert leave_out_expired(bundle, NOW) == bundle


def fetched(record: Recording, *certificates: bytes) -> FetchedCa:
    fake = FakeCa(identity=Identity(certificates[0], ISSUING), now=NOW, chain=certificates[1:])
    return drive(FetchCa(now=NOW, record=record), fake.answer)


@pytest.mark.conformance("C20", "C22")
def test_the_transcript_names_what_is_left_out_because_of_its_time() -> None:
    record = Recording()

    found = fetched(record, issuing(), middle(), root(EXPIRED))

    step = record.steps[-1]
    assert (step.name, step.outcome) == (StepName.CHAIN, Outcome.PASSED)
    assert step.details == (("Not valid now, left out", "CN=Root, 2024-06-06 to 2026-11-22"),)
    assert [one.facts.subject for one in found.bundle.certificates] == ["CN=Issuing", "CN=Middle"]


@pytest.mark.conformance("C19")
def test_a_ca_whose_key_usage_allows_neither_is_used_with_two_warnings() -> None:
    # The CA of micromdm's scepserver.
    record = Recording()
    ca = factories.authority(ISSUING, "Issuing", usage=["keyCertSign", "cRLSign"])

    fetched(record, ca)

    step = record.steps[1]
    assert (step.name, step.outcome) == (StepName.CACERT, Outcome.WARNED)
    assert "The key usage of CN=Issuing lacks keyEncipherment" in step.fact
    assert "The key usage of CN=Issuing lacks digitalSignature" in step.fact


@pytest.mark.conformance("C18", "C19")
def test_an_ra_that_may_sign_stands_in_for_a_ca_that_may_not() -> None:
    ca = factories.authority(ISSUING, "Issuing", usage=["keyCertSign"])

    assert sort_out([ca, ra(SIGN), ra(ENCIPHER)]).remarks == ()


@pytest.mark.conformance("D43")
def test_a_server_that_ignores_the_ca_identifier_is_found_out_by_the_fingerprint() -> None:
    wanted = cms.read_certificate(root()).fingerprint("sha256")
    fake = FakeCa(identity=Identity(issuing(), ISSUING), now=NOW)
    asked: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpReply:
        asked.append(request)
        return fake.answer(request)

    with pytest.raises(FingerprintMismatch, match="SHA-256 fingerprint is"):
        drive(FetchCa(ca_ident="other", fingerprint=wanted, now=NOW), answer)

    assert all(("message", "other") in request.query for request in asked)

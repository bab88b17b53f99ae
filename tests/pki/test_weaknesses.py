"""What makes a certificate weak."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from pki import certinfo, weaknesses
from pki.certinfo import CertificateFacts
from tests import issuing
from tests.issuing import NOW, Wanted

_CLIENT = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)
_SERVER = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)


def facts(**changes: object) -> CertificateFacts:
    """A certificate without weaknesses, but for the changes."""
    wanted = Wanted("fw-1", sans=[x509.DNSName("fw-1.example.com")], extensions=[_SERVER])
    found = certinfo.read(issuing.issue(wanted, issuing.ca()).der)
    return replace(found, **changes)  # type: ignore[arg-type]  # each row knows its field


def codes(found: CertificateFacts) -> list[str]:
    """The weaknesses of a certificate."""
    return [finding.code for finding in weaknesses.find(found)]


def test_a_good_certificate_has_no_weakness() -> None:
    assert codes(facts()) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"key_bits": 1024}, "key-short", id="rsa 1024"),
        pytest.param({"algorithm": "EC", "key_bits": 192}, "key-short", id="ec 192"),
        pytest.param({"signature_algorithm": "SHA-1 with RSA"}, "digest-sha1", id="sha-1"),
        pytest.param({"signature_algorithm": "MD5 with RSA"}, "digest-md5", id="md5"),
        pytest.param({"signature_algorithm": "MD2 with RSA"}, "digest-md5", id="md2"),
        pytest.param({"not_after": NOW + timedelta(days=5000)}, "validity-long", id="long"),
        pytest.param({"san": ()}, "san-missing", id="server without alternative name"),
        pytest.param({"extended_key_usage": ()}, "eku-missing", id="no purposes"),
    ],
)
def test_each_weakness_is_found(changes: dict[str, object], code: str) -> None:
    assert codes(facts(**changes)) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"key_bits": 0}, id="a key that cannot be read"),
        pytest.param({"algorithm": "Ed25519", "key_bits": 256}, id="an algorithm of one size"),
        pytest.param({"public_key_der": b"\x30\x00"}, id="no key at all"),
        pytest.param(
            {"signature_algorithm": "SHA-1 with RSA", "self_issued": True}, id="a root's own"
        ),
        pytest.param({"san": (), "extended_key_usage": ("clientAuth",)}, id="clients need no name"),
        pytest.param({"is_ca": True, "san": (), "extended_key_usage": ()}, id="a CA"),
    ],
)
def test_what_is_no_weakness_is_not_called_one(changes: dict[str, object]) -> None:
    assert codes(facts(**changes)) == []


def test_a_small_exponent_is_found_in_the_key_itself() -> None:
    key = rsa.generate_private_key(public_exponent=3, key_size=2048)
    wanted = Wanted("fw-1", extensions=[_CLIENT], key=key)

    (finding,) = weaknesses.find(certinfo.read(issuing.issue(wanted, issuing.ca()).der))

    assert finding.code == "exponent-small"
    assert "exponent is 3;" in finding.fact


def test_elliptic_curves_have_no_exponent() -> None:
    wanted = Wanted("fw-1", extensions=[_CLIENT], key=ec.generate_private_key(ec.SECP256R1()))

    assert codes(certinfo.read(issuing.issue(wanted, issuing.ca()).der)) == []


def test_a_ca_may_last_longer_than_what_it_issues() -> None:
    begin = facts().not_before
    last = {"is_ca": True, "not_before": begin}

    assert codes(facts(**last, not_after=begin + weaknesses.LONGEST_CA)) == []
    too_long = begin + weaknesses.LONGEST_CA + timedelta(days=1)
    assert codes(facts(**last, not_after=too_long)) == ["validity-long"]


def test_every_finding_says_what_to_do() -> None:
    bad = facts(key_bits=512, signature_algorithm="MD5 with RSA", san=(), extended_key_usage=())

    for finding in weaknesses.find(bad):
        assert finding.title
        assert finding.fact.endswith(".")
        assert finding.hint.endswith(".")

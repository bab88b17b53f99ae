"""The command line under attack: its exit code, one line, and a folder without a certificate."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.errors import EnrollmentRefused
from tests import issuing, loopback
from tests.fakes import FakeCa, over_http, self_signed_ca
from tests.hostile import servers
from tests.hostile.attacks import ATTACKS, CACERT, PAGE, Attack
from tests.scep.commands.conftest import Cli, Ran, cli

__all__ = ["cli"]

TRANSCRIPT = "transcript.json"

# The command line waits 20 s for a slow server; test_refusals.py looks at deadlines.
QUICK = [attack for attack in ATTACKS if not attack.is_slow]


def enroll(cli: Cli, ca: FakeCa, attack: Attack, out: Path) -> Ran:
    """Ask for a certificate at a server that attacks."""
    ca_digits = hashlib.sha256(ca.identity.certificate_der).hexdigest()
    pin = ["--fingerprint", ca_digits] if attack.fingerprint else []
    with servers.serve(ca, attack.operation, attack.act()) as site:
        challenge = ["--challenge", "secret"]
        if attack.operation == PAGE:
            challenge = ["--challenge-url", site.url, "--user", "u", "--password", "pa55word"]
        return cli(
            "enroll", site.url, "--subject", "CN=fw1", "--bits", "1024", "--out", out,
            *challenge, *pin,
        )  # fmt: skip


@pytest.mark.conformance("C40", "C66")
@pytest.mark.parametrize("attack", QUICK, ids=str)
def test_an_attack_leaves_no_certificate_and_one_line(
    attack: Attack, cli: Cli, ca_key: RSAPrivateKey, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    ca = FakeCa(identity=self_signed_ca(ca_key, now), now=now)

    ran = enroll(cli, ca, attack, tmp_path)

    assert ran.code == attack.error.exit_code
    assert ran.err.startswith(f"{attack.stage}: ")
    assert attack.fact in ran.err
    assert ran.err.count("\n") == 1
    kept = {path.name: path.read_text("latin-1") for path in tmp_path.iterdir()}
    assert set(kept) == what_may_stay(attack)
    assert not [word for word in ("secret", "pa55word", "PRIVATE KEY") if word in kept[TRANSCRIPT]]


@pytest.mark.conformance("C40", "C66")
@pytest.mark.parametrize(
    ("url", "fact", "code"),
    [
        ("http://169.254.169.254/latest/meta-data", "a link-local address", 6),
        ("http://[fd00:ec2::254]/scep", "a cloud metadata service", 6),
        ("https://[::ffff:a9fe:a9fe]/scep", "a link-local address", 6),
        ("file:///etc/passwd", "does not begin with http:// or https://", 2),
        ("gopher://ca.example/scep", "does not begin with http:// or https://", 2),
    ],
)
def test_an_address_that_gives_secrets_away_is_never_asked(
    url: str, fact: str, code: int, cli: Cli, tmp_path: Path
) -> None:
    ran = cli("enroll", url, "--subject", "CN=fw1", "--challenge", "secret", "--out", tmp_path)

    assert ran.code == code
    assert fact in ran.err
    assert {path.name for path in tmp_path.iterdir()} <= {TRANSCRIPT}


@pytest.mark.conformance("C40", "C66")
def test_a_tls_server_that_nobody_vouches_for_gets_nothing(
    cli: Cli, ca_key: RSAPrivateKey, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    ca = FakeCa(identity=self_signed_ca(ca_key, now), now=now)
    context = loopback.tls_context(issuing.issue(issuing.Wanted("localhost")))
    with loopback.serve(over_http(ca.answer), context) as site:
        url = site.named("localhost")
        ran = cli("enroll", url, "--subject", "CN=fw1", "--challenge", "secret", "--out", tmp_path)

    assert ran.code == 6
    assert ran.err.startswith("TLS: The TLS certificate of localhost is not issued by a trusted CA")
    assert site.requests == []
    assert {path.name for path in tmp_path.iterdir()} == {TRANSCRIPT}


def what_may_stay(attack: Attack) -> set[str]:
    """Nothing of a CA that is not trusted; of an answer that is not, what asking again needs."""
    if attack.operation == CACERT:
        return {TRANSCRIPT}
    if attack.operation == PAGE:
        return {TRANSCRIPT, "ca.pem"}
    if attack.error is EnrollmentRefused:
        return {TRANSCRIPT, "ca.pem", "csr.der"}
    return {TRANSCRIPT, "ca.pem", "csr.der", "key.pem", "state.json"}

"""Our own client at the demo CA, over real HTTP: every algorithm, every operation."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from cryptography import x509

from pki import csr, names
from pki.csr import CsrSpec
from scep.__main__ import main
from scep.capabilities import Algorithms, Minimum
from scep.client import Enroll, FetchCa, FetchedCa, Issued
from scep.prepare import EnrollmentKey, prepare
from scep.transport import Server, drive
from scep.vocabulary import Cipher, Digest
from tests import issuing
from tests.democa_server import RunningCa, run_democa
from tests.interop.peers import assert_issued, assert_renewed, facts

pytestmark = pytest.mark.interop

KEY_BITS = (1024, 2048, 3072, 4096)
DIGESTS = {
    csr.Digest.SHA1: Digest.SHA_1,
    csr.Digest.SHA256: Digest.SHA_256,
    csr.Digest.SHA384: Digest.SHA_384,
    csr.Digest.SHA512: Digest.SHA_512,
}
EVERY_WAY = [
    pytest.param(bits, digest, cipher, post, id=f"{bits} {digest} {cipher} {word}")
    for bits, digest, cipher, (post, word) in product(
        KEY_BITS, DIGESTS, (Cipher.AES_128, Cipher.DES3), ((True, "POST"), (False, "GET"))
    )
]

Enrolls = Callable[..., int]


@pytest.fixture(scope="module")
def fetched(democa: RunningCa) -> FetchedCa:
    now = datetime.now(UTC)
    fetch = FetchCa(ca_ident="", fingerprint="", minimum=Minimum.DEFAULT, now=now)
    return drive(fetch, Server(democa.scep_url))


@pytest.mark.conformance("S01", "S18")
@pytest.mark.interop_case(
    "our client", "demo CA", "RSA 1024 to 4096, SHA-1 to SHA-512, AES-128 and 3DES, POST and GET"
)
@pytest.mark.parametrize(("bits", "digest", "cipher", "post"), EVERY_WAY)
def test_every_algorithm_works(
    democa: RunningCa,
    fetched: FetchedCa,
    bits: int,
    digest: csr.Digest,
    cipher: Cipher,
    post: bool,  # noqa: FBT001 - a table of switches
) -> None:
    key, now = EnrollmentKey(issuing.rsa_key("any way", bits), used_before=True), datetime.now(UTC)
    subject = names.parse(f"CN=fw-{bits}-{digest}")
    spec = CsrSpec(subject, digest, challenge_password=democa.one_time_password())
    prepared = prepare(
        csr_der=csr.build(spec, key.private_key),
        key=key,
        bundle=fetched.bundle,
        algorithms=Algorithms(cipher, DIGESTS[digest], post),
        now=now,
    )
    enroll = Enroll(prepared=prepared, reply_key=key.private_key, bundle=fetched.bundle, now=now)

    issued = drive(enroll, Server(democa.scep_url))

    assert isinstance(issued, Issued)
    assert issued.differences == ()
    certificate = x509.load_der_x509_certificate(issued.certificate_der)
    assert certificate.public_key() == key.private_key.public_key()


@pytest.fixture
def enroll(democa: RunningCa, tmp_path: Path) -> Enrolls:
    def run(out: str, challenge: str | None = None, ca: RunningCa = democa) -> int:
        challenge = ca.one_time_password() if challenge is None else challenge
        return main(
            [
                *("enroll", ca.scep_url, "--subject", f"CN={out},O=Example,C=CH", "--strict"),
                *("--challenge", challenge, "--out", str(tmp_path / out)),
            ]
        )

    return run


@pytest.mark.interop_case("our client", "demo CA", "wrong and used challenge")
def test_a_wrong_or_used_password_is_refused(enroll: Enrolls, democa: RunningCa) -> None:
    password = democa.one_time_password()
    assert enroll("first", password) == 0

    assert enroll("used", password) == 4
    assert enroll("wrong", "WRONG") == 4


@pytest.mark.interop_case("our client", "demo CA", "8 at once: no serial number twice")
def test_many_at_once_get_a_certificate_each(democa: RunningCa, root: Path, tmp_path: Path) -> None:
    code = main(
        [
            *("enroll", democa.scep_url, "--subject", "CN=crowd", "--bits", "1024"),
            *("--challenge-url", democa.challenge_url, "--user", democa.user),
            *("--password", democa.password, "--count", "24", "--parallel", "8"),
            *("--out", str(tmp_path / "crowd")),
        ]
    )

    issued = list((tmp_path / "crowd").glob("*/cert.pem"))
    assert code == 0
    assert len({facts(certificate)["serial"] for certificate in issued}) == 24
    assert_issued(issued[0], root)


def client(out: Path) -> list[str]:
    return ["--cert", str(out / "cert.pem"), "--key", str(out / "key.pem")]


@pytest.mark.interop_case("our client", "demo CA", "renewal: RenewalReq, PKCSReq, same key")
@pytest.mark.parametrize("how", [(), ("--compatible",), ("--same-key",)], ids=str)
def test_it_renews(
    enroll: Enrolls, democa: RunningCa, root: Path, tmp_path: Path, how: tuple[str, ...]
) -> None:
    enroll("old")
    old, new = tmp_path / "old", tmp_path / "new"

    code = main(["renew", democa.scep_url, *client(old), "--strict", *how, "--out", str(new)])

    assert code == 0
    assert_renewed(new / "cert.pem", old / "cert.pem", root)


@pytest.mark.interop_case("our client", "demo CA", "PENDING until approved")
def test_it_polls_until_somebody_approves(tmp_path: Path, enroll: Enrolls) -> None:
    with run_democa(tmp_path / "democa", extra=["--approve-by-hand"]) as ca:
        assert enroll("held", ca=ca) == 3
        assert main(["poll", str(tmp_path / "held")]) == 3
        ca.approve_all()

        assert main(["poll", str(tmp_path / "held")]) == 0
        (tmp_path / "root.pem").write_bytes(ca.root_pem())
    assert_issued(tmp_path / "held" / "cert.pem", tmp_path / "root.pem")


@pytest.mark.interop_case("our client", "demo CA", "GetCert, GetCRL with a revoked certificate")
def test_it_gets_certificates_and_crls(
    enroll: Enrolls, democa: RunningCa, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enroll("owner")
    owner = tmp_path / "owner"
    certificate = x509.load_pem_x509_certificate((owner / "cert.pem").read_bytes())
    serial = f"{certificate.serial_number:X}"

    got = main(
        [
            "getcert",
            democa.scep_url,
            *client(owner),
            "--serial",
            serial,
            "--out",
            str(tmp_path / "g"),
        ]
    )
    democa.revoke(certificate.serial_number)
    capsys.readouterr()
    crl = main(["crl", democa.scep_url, *client(owner), "--out", str(tmp_path / "c")])

    assert (got, crl) == (0, 0)
    assert "was revoked on" in capsys.readouterr().out


@pytest.mark.interop_case("our client", "demo CA", "GetNextCACert, and renewal after the rollover")
def test_it_follows_a_rollover(tmp_path: Path, enroll: Enrolls) -> None:
    with run_democa(tmp_path / "democa") as ca:
        enroll("old", ca=ca)
        assert main(["nextca", ca.scep_url, "--out", str(tmp_path / "early")]) == 4
        ca.press("/ca/make-next")
        assert main(["nextca", ca.scep_url, "--out", str(tmp_path / "next")]) == 0
        ca.press("/ca/take-over")
        new, old = tmp_path / "new", tmp_path / "old"

        code = main(["renew", ca.scep_url, *client(old), "--strict", "--out", str(new)])

        (tmp_path / "root.pem").write_bytes(ca.root_pem())
    assert code == 0
    assert_renewed(new / "cert.pem", old / "cert.pem", tmp_path / "root.pem")
    assert json.loads((new / "transcript.json").read_text())["steps"]

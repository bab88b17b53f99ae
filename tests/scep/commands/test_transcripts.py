"""The transcripts of the command line: complete, and without a secret."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pki import keys
from scep.vocabulary import Capability
from tests import loopback, secrecy
from tests.fakes import STANDARD_CAPABILITIES
from tests.loopback import Answer
from tests.scep.commands.conftest import CaSite, Cli
from tests.scep.commands.test_poll import approve
from tests.scep.commands.test_questions import revoke

CHALLENGE = "Zwölf-Boxkämpfer 99"
USER_PASSWORD = "sEcreT-of-the-RA"
PAGE = f"The enrollment challenge password is: <B> {CHALLENGE[:5]}0123456789 </B>"


@dataclass
class Shell:
    """Somebody at the command line.

    Attributes:
        out: everything that was printed.
    """

    cli: Cli
    site: CaSite
    folder: Path
    out: list[str] = field(default_factory=list)

    def run(self, *arguments: str | Path, code: int = 0) -> None:
        """Run a command that has to end with this code."""
        ran = self.cli(*arguments)
        self.out += [ran.out, ran.err]
        assert ran.code == code, ran.err

    def enroll(self, *more: str | Path, challenge: str = CHALLENGE, code: int = 0) -> None:
        """Enroll with a challenge."""
        self.run(
            "enroll", self.site.url, "--subject", "CN=fw1", "--bits", "1024",
            "--out", self.folder / "fw1", *(("--challenge", challenge) if challenge else ()),
            *more, code=code,
        )  # fmt: skip

    def kept(self) -> Iterator[bytes]:
        """Everything in every transcript, messages decoded, and everything printed."""
        for path in self.folder.rglob("transcript.json"):
            yield path.read_bytes()
            for step in json.loads(path.read_text("utf-8"))["steps"]:
                yield from (base64.b64decode(step.get(part, "")) for part in ("sent", "received"))
        yield from (text.encode() for text in self.out)


def issued(shell: Shell) -> None:
    shell.enroll()


def issued_for_programs(shell: Shell) -> None:
    shell.enroll("--json", "--get")


def refused(shell: Shell) -> None:
    # A key of one's own stays, so that it can be looked for.
    path = shell.folder / "key.pem"
    path.write_text(keys.to_pem(keys.generate_rsa(1024)))
    shell.site.ca.challenge = "another"
    shell.enroll("--key", path, code=4)


def dynamic(shell: Shell) -> None:
    shell.site.ca.challenge = f"{CHALLENGE[:5]}0123456789"
    with loopback.serve(lambda _: Answer(body=PAGE.encode())) as page:
        arguments = ("--challenge-url", page.url, "--user", "u", "--password", USER_PASSWORD)
        shell.enroll(*arguments, challenge="")


def pending_and_polled(shell: Shell) -> None:
    shell.site.ca.manual = True
    shell.enroll(code=3)
    approve(shell.site)
    shell.run("poll", shell.folder / "fw1")


def renewed_and_asked_about(shell: Shell) -> None:
    shell.site.ca.capabilities = (*STANDARD_CAPABILITIES, Capability.RENEWAL)
    shell.enroll()
    own = ("--cert", shell.folder / "fw1/cert.pem", "--key", shell.folder / "fw1/key.pem")
    new = ("--out", shell.folder / "new")
    shell.run("renew", shell.site.url, *own, "--challenge", CHALLENGE, "--bits", "1024", *new)
    revoke(shell.site)
    shell.run("crl", shell.site.url, *own, "--out", shell.folder / "crl")


def many(shell: Shell) -> None:
    shell.enroll("--count", "2")


JOURNEYS = [
    issued,
    issued_for_programs,
    refused,
    dynamic,
    pending_and_polled,
    renewed_and_asked_about,
    many,
]


@pytest.mark.conformance("C25", "C65")
@pytest.mark.parametrize("journey", JOURNEYS)
def test_no_secret_stands_in_a_transcript_or_on_the_screen(
    journey: Callable[[Shell], None], cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.challenge = CHALLENGE
    shell = Shell(cli, ca_site, tmp_path)

    journey(shell)

    secret = {
        **secrecy.of_password("the challenge", CHALLENGE),
        **secrecy.of_password("the one-time password", f"{CHALLENGE[:5]}0123456789"),
        **secrecy.of_password("the user's password", USER_PASSWORD),
    }
    for path in tmp_path.rglob("key.pem"):
        secret.update(secrecy.of_key(str(path), keys.from_pem(path.read_bytes())))
    assert any("d of" in name for name in secret)
    kept = list(shell.kept())
    assert any(len(value) > 1000 for value in kept)
    assert secrecy.found(kept, secret) == []


@pytest.mark.conformance("C65")
def test_a_transcript_has_every_step_of_an_enrollment(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.challenge = CHALLENGE
    shell = Shell(cli, ca_site, tmp_path)

    shell.enroll()

    transcript = json.loads((tmp_path / "fw1/transcript.json").read_text("utf-8"))
    assert [step["name"] for step in transcript["steps"]] == [
        "TCP",
        "GetCACaps",
        "GetCACert",
        "CA fingerprint",
        "CA chain",
        "Key pair",
        "CSR",
        "Algorithms",
        "PKIOperation",
        "Verify",
        "Match",
    ]
    assert all(step["fact"] for step in transcript["steps"])

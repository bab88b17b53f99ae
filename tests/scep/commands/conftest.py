"""A CA on loopback, and the command line run in this process."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.__main__ import main
from tests import loopback
from tests.fakes import FakeCa, over_http, self_signed_ca
from tests.loopback import Answer, Request, Site


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, object]]:
        """The JSON objects on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


Cli = Callable[..., Ran]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command: exit code, stdout, stderr."""

    def run(*argv: str | Path) -> Ran:
        code = main([str(argument) for argument in argv])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@dataclass
class CaSite:
    """A CA on loopback: its policy may be changed while it runs.

    Attributes:
        lose_answers: whether the answers to PKIOperation get lost on the way.
        busy: answers that come first, whatever is asked.
    """

    ca: FakeCa
    site: Site = field(default_factory=lambda: Site(0))
    lose_answers: bool = False
    busy: list[Answer] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return self.site.url

    def answer(self, request: Request) -> Answer:
        """Answer one HTTP request."""
        if self.busy:
            return self.busy.pop()
        answer = over_http(self.ca.answer)(request)
        lost = self.lose_answers and request.method == "POST"
        return Answer(504) if lost else answer


@pytest.fixture
def ca_site(ca_key: RSAPrivateKey) -> Iterator[CaSite]:
    """A CA that wants the challenge "secret"."""
    now = datetime.now(UTC)
    fake = FakeCa(identity=self_signed_ca(ca_key, now), now=now, challenge="secret")
    running = CaSite(fake)
    with loopback.serve(running.answer) as site:
        running.site = site
        yield running

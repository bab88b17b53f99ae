"""A CA on loopback, and the command line run in this process."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.__main__ import main
from tests import loopback
from tests.fakes import FakeCa, over_http, self_signed_ca
from tests.loopback import Site


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


@dataclass(frozen=True)
class CaSite:
    """A CA on loopback: its policy may be changed while it runs."""

    ca: FakeCa
    site: Site

    @property
    def url(self) -> str:
        """Where it is."""
        return self.site.url


@pytest.fixture
def ca_site(ca_key: RSAPrivateKey) -> Iterator[CaSite]:
    """A CA that wants the challenge "secret"."""
    now = datetime.now(UTC)
    fake = FakeCa(identity=self_signed_ca(ca_key, now), now=now, challenge="secret")

    with loopback.serve(over_http(fake.answer)) as site:
        yield CaSite(fake, site)

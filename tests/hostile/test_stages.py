"""Each stage of an exchange fails with an error of its own, provoked for real."""

import inspect
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scep import errors
from scep.cacert import read_bundle
from scep.capabilities import STANDARD, Minimum, choose, parse, remember, renewal_type
from scep.client import FetchCa
from scep.commands.caps import FetchCapabilities
from scep.errors import ScepError
from scep.messages import Identity
from scep.prepare import Renewal, prepare, prepare_renewal
from scep.tls import TlsMaterial
from scep.transcript import StepName
from scep.transport import Server, drive
from scep.wire import HttpReply
from tests import loopback
from tests.fakes import over_http
from tests.hostile.attacks import ATTACKS
from tests.scep import factories
from tests.scep.conftest import Enrollment
from tests.scep.factories import NOW
from tests.scep.test_cms_certificate import signed, tbs

PAGE: Final = HttpReply(200, "text/html", b"<html><title>Welcome</title>")

Provoke = Callable[[Enrollment], object]


def _fetch(url: str, **server: object) -> object:
    return drive(FetchCa(now=NOW), Server(url, timeout_s=5, **server))  # type: ignore[arg-type]


def _unknown(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(-2, "Name or service not known")


def _refused_by_http(enrollment: Enrollment) -> None:
    with loopback.serve(lambda _: loopback.Answer(503)) as site:
        drive(enrollment.enroll(), Server(site.url))


def _page_as_capabilities(_: Enrollment) -> None:
    with loopback.serve(over_http(lambda _: PAGE)) as site:
        drive(FetchCapabilities(), Server(site.url))


def _prepare(enrollment: Enrollment, **changes: object) -> None:
    arguments: dict[str, object] = {
        "csr_der": enrollment.prepared.csr_der,
        "key": enrollment.key,
        "bundle": enrollment.bundle,
        "algorithms": enrollment.prepared.algorithms,
        "now": NOW,
        **changes,
    }
    prepare(**arguments)  # type: ignore[arg-type]


def _ec_authority(enrollment: Enrollment) -> None:
    authority = factories.authority(ec.generate_private_key(ec.SECP256R1()), "EC CA")
    csr_der = factories.csr(enrollment.key.private_key)
    _prepare(enrollment, bundle=read_bundle(authority), csr_der=csr_der)


def _huge_recipient(enrollment: Enrollment) -> None:
    numbers = RSAPublicNumbers(e=65537, n=(1 << 16384) - 1)
    spki = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    _prepare(enrollment, bundle=read_bundle(signed(tbs(spki=spki))))


def _renew_too_late(enrollment: Enrollment) -> None:
    key = enrollment.key.private_key
    old = Identity(factories.certificate("old", key, days=(-400, -35)), key)
    prepare_renewal(
        csr_der=enrollment.prepared.csr_der,
        renewal=Renewal(old, enrollment.key),
        bundle=enrollment.bundle,
        algorithms=enrollment.prepared.algorithms,
        now=NOW,
    )


TABLE: Final[list[tuple[type[ScepError], StepName, str, str, Provoke]]] = [
    (
        errors.UrlUnusable,
        StepName.DNS,
        "does not begin with http:// or https://",
        "looks like http://server",
        lambda _: _fetch("file:///etc/passwd"),
    ),
    (
        errors.NameNotResolved,
        StepName.DNS,
        "The name ca.example is unknown",
        "Check the host name",
        lambda _: _fetch("http://ca.example/scep", resolve=_unknown),
    ),
    (
        errors.NotConnected,
        StepName.TCP,
        "refused the connection to port",
        "that the SCEP service is running",
        lambda _: _fetch(f"http://127.0.0.1:{loopback.free_port()}/scep"),
    ),
    (
        errors.TlsSettingsUnusable,
        StepName.TLS,
        "The CA certificate for TLS cannot be read",
        "in PEM form",
        lambda _: _fetch("https://127.0.0.1:9/scep", tls=TlsMaterial(ca_pem=b"junk")),
    ),
    (
        errors.HttpRefused,
        StepName.PKIOPERATION,
        "answered PKIOperation with HTTP 503",
        "application pool",
        _refused_by_http,
    ),
    (
        errors.CapabilitiesUnusable,
        StepName.CAPS,
        'an HTML page titled "Welcome" instead of a list of capabilities',
        "Check the server URL",
        _page_as_capabilities,
    ),
    (
        errors.Downgraded,
        StepName.CAPS,
        "The server no longer offers AES",
        "somebody may have shortened it",
        lambda _: remember(parse(b"SHA-256"), STANDARD, Minimum.STRICT),
    ),
    (
        errors.FingerprintUnusable,
        StepName.FINGERPRINT,
        "The CA certificate fingerprint is not one",
        "32, 40 or 64 hexadecimal digits",
        lambda _: FetchCa(fingerprint="abc", now=NOW),
    ),
    (
        errors.TooWeak,
        StepName.ALGORITHMS,
        "strict wants AES with SHA-256",
        "Enable AES and SHA-256 on the server",
        lambda _: choose(parse(b"DES3"), Minimum.STRICT),
    ),
    (
        errors.CsrUnusable,
        StepName.CSR,
        "The certificate request cannot be sent",
        "Make the request again",
        lambda enrollment: _prepare(enrollment, csr_der=b"junk"),
    ),
    (
        errors.RecipientUnusable,
        StepName.ALGORITHMS,
        "RSA key of",
        "Give the server an RSA certificate for SCEP",
        _huge_recipient,
    ),
    (
        errors.ChallengeMissing,
        StepName.ALGORITHMS,
        "key of CN=EC CA cannot encrypt",
        "Set a challenge password",
        _ec_authority,
    ),
    (
        errors.RenewalUnavailable,
        StepName.ALGORITHMS,
        "The server does not offer Renewal",
        "Enroll anew",
        lambda _: renewal_type(parse(b"AES")),
    ),
    (
        errors.SignerUnusable,
        StepName.CSR,
        "has expired",
        "Only a valid certificate can be renewed",
        _renew_too_late,
    ),
]
"""What no attack on an answer provokes."""

TESTS: Final = Path(__file__).parents[1]

WAYS: Final = {
    ScepError,
    errors.TransportFailed,
    errors.MalformedReply,
    errors.NotTrusted,
    errors.UnusableRequest,
}
"""Classes to catch, which nothing raises."""


@pytest.mark.conformance("C66")
@pytest.mark.parametrize(
    ("kind", "stage", "fact", "hint", "provoke"),
    [pytest.param(*row, id=row[0].__name__) for row in TABLE],
)
def test_a_stage_has_its_own_error_with_fact_and_hint(
    kind: type[ScepError],
    stage: StepName,
    fact: str,
    hint: str,
    provoke: Provoke,
    enrollment: Enrollment,
) -> None:
    with pytest.raises(ScepError) as caught:
        provoke(enrollment)

    error = caught.value
    assert (type(error), error.stage) == (kind, stage)
    assert fact in error.fact
    assert hint in error.hint
    assert hint


@pytest.mark.conformance("C66")
def test_every_class_of_error_is_provoked_by_some_test() -> None:
    own = {
        one
        for one in vars(errors).values()
        if inspect.isclass(one) and issubclass(one, ScepError) and one not in WAYS
    }
    here = {row[0] for row in TABLE} | {attack.error for attack in ATTACKS}
    tests = "".join(path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))

    missing = [one.__name__ for one in own - here if not _is_expected(one.__name__, tests)]

    assert missing == []


def _is_expected(name: str, tests: str) -> bool:
    return any(words in tests for words in (f"raises({name}", f"(errors.{name}, "))

"""Keys, vectors and a ready enrollment for the tests of the protocol."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.cacert import CaBundle, read_bundle
from scep.capabilities import Minimum, choose, parse
from scep.client import Enroll, Poll
from scep.messages import Identity
from scep.prepare import EnrollmentKey, PreparedRequest, prepare
from scep.server import cacert_reply, caps_reply
from tests.fakes import FakeCa, Recording
from tests.scep import factories
from tests.scep.factories import NOW

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Vectors of other projects, which stand beside the repository and are not part of it."""
    folder = REPOSITORY.parent / "shared" / "vectors"
    if not folder.is_dir():
        pytest.skip("vectors absent: ../shared/vectors is not there")
    return folder


@pytest.fixture(scope="session")
def captures() -> Path:
    """Our own captures of Debian's scepserver, scepclient and strongSwan."""
    return REPOSITORY / "tests" / "vectors" / "live-captures"


@pytest.fixture(scope="session")
def ca_key() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def ra_key() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def device_key() -> RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def ec_key() -> EllipticCurvePrivateKey:
    return factories.ec_key()


@pytest.fixture(scope="session")
def ca(ca_key: RSAPrivateKey) -> Identity:
    """A CA that signs and decrypts itself."""
    return Identity(factories.authority(ca_key), ca_key)


@dataclass
class Enrollment:
    """A CA and a request ready to be sent to it."""

    ca: FakeCa
    key: EnrollmentKey
    bundle: CaBundle
    prepared: PreparedRequest
    record: Recording = field(default_factory=Recording)

    def enroll(self, minimum: Minimum = Minimum.DEFAULT) -> Enroll:
        return Enroll(**self._arguments(minimum))  # type: ignore[arg-type]

    def poll(self, minimum: Minimum = Minimum.DEFAULT) -> Poll:
        return Poll(**self._arguments(minimum))  # type: ignore[arg-type]

    def _arguments(self, minimum: Minimum) -> dict[str, object]:
        return {
            "prepared": self.prepared,
            "reply_key": self.key.private_key,
            "bundle": self.bundle,
            "minimum": minimum,
            "now": NOW,
            "record": self.record,
        }

    def again(self, **changes: object) -> "Enrollment":
        """The same with another CA policy, and a request that fits its capabilities."""
        fake = replace(self.ca, **changes)  # type: ignore[arg-type]
        return enrollment_with(fake, self.key, self.prepared.csr_der)


def enrollment_with(fake: FakeCa, key: EnrollmentKey, csr_der: bytes) -> Enrollment:
    _, body = _certificates(fake)
    bundle = read_bundle(body)
    capabilities = parse(caps_reply(fake.capabilities))
    prepared = prepare(
        csr_der=csr_der,
        key=key,
        bundle=bundle,
        algorithms=choose(capabilities, Minimum.DEFAULT),
        now=NOW,
    )
    return Enrollment(fake, key, bundle, prepared)


@pytest.fixture
def enrollment(ca: Identity, device_key: RSAPrivateKey) -> Enrollment:
    """A device that asks the CA for a certificate with the right challenge."""
    csr_der = factories.csr(device_key, challenge="secret", dns="host.example")
    fake = FakeCa(identity=ca, now=NOW, challenge="secret")
    return enrollment_with(fake, EnrollmentKey(device_key), csr_der)


def _certificates(fake: FakeCa) -> tuple[str, bytes]:
    ra = (fake.ra.certificate_der,) if fake.ra is not None else ()
    return cacert_reply((*ra, fake.identity.certificate_der, *fake.chain))

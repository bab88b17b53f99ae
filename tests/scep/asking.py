"""A device that asks a CA in memory about certificates it has issued."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scep.cacert import CaBundle
from scep.capabilities import Minimum, choose, parse
from scep.client import GetCert, GetCrl, KnownCa
from scep.messages import Identity
from scep.wire import HttpReply, HttpRequest
from tests.fakes import FakeCa, Recording
from tests.scep.factories import NOW

SERIAL = 0x4711


@dataclass
class Questioner:
    """Who asks, and whom."""

    ca: FakeCa
    bundle: CaBundle
    identity: Identity
    record: Recording = field(default_factory=Recording)

    def get_cert(self, serial: int = SERIAL, minimum: Minimum = Minimum.DEFAULT) -> GetCert:
        return GetCert(
            serial=serial,
            identity=self.identity,
            ca=self.known(minimum),
            now=NOW,
            record=self.record,
        )

    def get_crl(self, serial: int = SERIAL, minimum: Minimum = Minimum.DEFAULT) -> GetCrl:
        return GetCrl(
            serial=serial,
            identity=self.identity,
            ca=self.known(minimum),
            now=NOW,
            record=self.record,
        )

    def known(self, minimum: Minimum) -> KnownCa:
        return KnownCa(self.bundle, choose(parse(b"SCEPStandard"), Minimum.DEFAULT), minimum)

    def answered_with(self, certificates: Sequence[bytes], request: HttpRequest) -> HttpReply:
        """What a CA says that answers with other certificates."""
        return self.ca.grant(self.ca.read(request), *certificates)

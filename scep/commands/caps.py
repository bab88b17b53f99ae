"""``caps URL``: what the server can do, and what we would use."""

import argparse

from scep.capabilities import Capabilities, Minimum, choose, parse
from scep.client.session import Exchange, Exchanges, require_ok
from scep.commands import console, inputs
from scep.errors import CapabilitiesUnusable, ScepError
from scep.transcript import StepName, drop
from scep.transport import drive
from scep.vocabulary import Operation
from scep.wire import HttpReply, HttpRequest

_REQUEST = HttpRequest(
    "GET", (("operation", Operation.GET_CA_CAPS.value),), max_reply_bytes=64 * 1024
)


class FetchCapabilities(Exchanges[Capabilities]):
    """GetCACaps alone; unlike an enrollment, it fails on what is no list."""

    def __init__(self) -> None:
        super().__init__(Exchange(StepName.CAPS, _REQUEST, self._take), record=drop)

    def _take(self, reply: HttpReply) -> None:
        require_ok(reply, StepName.CAPS, _REQUEST)
        capabilities = parse(reply.body)
        if capabilities.problem and reply.body.strip():
            raise CapabilitiesUnusable(
                capabilities.problem,
                stage=StepName.CAPS,
                hint="Check the server URL; NDES has its service at /certsrv/mscep/.",
            )
        self.finish(capabilities)


def run(options: argparse.Namespace) -> int:
    """Ask for the capabilities and show them."""
    try:
        capabilities = drive(FetchCapabilities(), inputs.server(options))
    except ScepError as error:
        raise console.as_failed(error) from error
    algorithms = choose(capabilities, Minimum.DEFAULT)
    if options.json:
        console.say_json(
            {
                "capabilities": sorted(capabilities.known),
                "unknown": list(capabilities.unknown),
                "cipher": algorithms.cipher,
                "digest": algorithms.digest,
                "method": "POST" if algorithms.post else "GET",
            }
        )
        return 0
    rows = [
        ("Capabilities", ", ".join(sorted(capabilities.known)) or "none"),
        ("Not in RFC 8894", ", ".join(capabilities.unknown)),
    ]
    rows += [
        ("We would use" if at == 0 else "", text) for at, text in enumerate(algorithms.reasons)
    ]
    console.say_table(tuple(rows))
    return 0

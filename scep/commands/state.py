"""``state.json``: what it takes to ask about a request again, in another process, days later.

The key stays in ``key.pem`` beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scep.cacert import CaBundle
from scep.capabilities import Minimum
from scep.commands import files
from scep.commands.console import Failed
from scep.errors import ScepError
from scep.prepare import PreparedRequest

FILE: Final = "state.json"

_VERSION: Final = 1


@dataclass(frozen=True)
class State:
    """A request that was made and not decided yet.

    Attributes:
        url: of the SCEP server.
        tls_files: paths that TLS to it needs, by argument: ``ca_file`` and so on.
        minimum: the weakest reply that is accepted.
        bundle: the CA's certificates as they were checked.
        prepared: the request; holds the challenge password.
        reply_key: absolute path of the key that opens the replies; empty for ``key.pem``.
        pending: whether the server has answered that it has to be decided; False before any
            answer has come.
    """

    url: str
    tls_files: Mapping[str, str]
    minimum: Minimum
    bundle: CaBundle = field(repr=False)
    prepared: PreparedRequest = field(repr=False)
    reply_key: str = ""
    pending: bool = False

    def to_json(self) -> str:
        """Write it down, for its owner's eyes only."""
        values = {
            "version": _VERSION,
            "url": self.url,
            "tls_files": dict(self.tls_files),
            "minimum": self.minimum,
            "reply_key": self.reply_key,
            "pending": self.pending,
        }
        head = json.dumps(values).removesuffix("}")
        bundle, prepared = self.bundle.to_json(), self.prepared.to_json()
        return f'{head}, "bundle": {bundle}, "prepared": {prepared}}}\n'


def read(folder: Path) -> State:
    """Read what an enrollment left in its folder.

    Raises:
        Failed: there is nothing (2), or not what we write (6).
    """
    text = files.read(str(folder / FILE))
    try:
        return _from_json(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, ScepError) as error:
        fact = f"{folder / FILE} is not what an enrollment leaves."
        raise Failed("poll", fact, "Enroll again, into another folder.", exit_code=6) from error


def _from_json(values: dict[str, Any]) -> State:
    if values["version"] != _VERSION:
        raise ValueError(values["version"])
    return State(
        url=str(values["url"]),
        tls_files={str(name): str(path) for name, path in values["tls_files"].items()},
        minimum=Minimum(values["minimum"]),
        bundle=CaBundle.from_json(json.dumps(values["bundle"])),
        prepared=PreparedRequest.from_json(json.dumps(values["prepared"])),
        reply_key=str(values["reply_key"]),
        pending=bool(values["pending"]),
    )

"""The seam to SCEP servers: who drives a session, what time it is, where the steps go.

Nothing here may run while a transaction is open: a server may take twenty seconds to answer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.conf import settings

from audit import services as audit
from audit.services import TranscriptStart
from certificates import queries
from device import queries as device
from device import secrets
from domain.errors import Refused
from pki import bundle, keys
from profiles import rules
from profiles.spec import ScepProfileSpec
from scep import transport
from scep.capabilities import Minimum
from scep.client import Session
from scep.transcript import Outcome, Recorder, Step
from scep.transport import Credentials, Server, TlsMaterial

ResultT = TypeVar("ResultT")

EntryFinder = Callable[[str], UUID | None]
"""Finds the entry that a name in a profile means."""


class TlsMaterialMissing(Refused):
    """A certificate that the profile names for TLS is not there."""


class FipsCcBroken(Refused):
    """The profile breaks the rules of the mode that the device is in; nothing is sent."""


class Drive(Protocol):
    """Runs a session against a server; tests run it against a server in memory."""

    def __call__(self, session: Session[ResultT], server: Server, *, record: Recorder) -> ResultT:
        """Return the session's result, or raise its :class:`scep.errors.ScepError`."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """How this run reaches servers and reads the clock.

    Attributes:
        clock: tells the time; jobs and commit steps pass the real one.
        drive: runs sessions.
    """

    clock: Callable[[], datetime]
    drive: Drive = transport.drive


class TranscriptWriter:
    """Writes the steps of one exchange into its transcript, each as it happens."""

    def __init__(self, start: TranscriptStart, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._uuid = audit.open_transcript(start, at=clock())
        self._outcome = Outcome.PASSED
        self._steps = 0

    def __call__(self, step: Step) -> None:
        """Write a step."""
        if step.outcome is Outcome.WARNED and self._outcome is Outcome.PASSED:
            self._outcome = Outcome.WARNED
        self._steps += 1
        audit.add_step(self._uuid, self._steps, step, at=self._clock())

    def close(self, *, failed: bool) -> None:
        """Note how the exchange ended."""
        outcome = Outcome.FAILED if failed else self._outcome
        audit.close_transcript(self._uuid, outcome, at=self._clock())


@contextmanager
def transcript(start: TranscriptStart, clock: Callable[[], datetime]) -> Iterator[TranscriptWriter]:
    """Keep a transcript of what happens inside; an exception makes it a failed one."""
    writer = TranscriptWriter(start, clock)
    try:
        yield writer
    except Exception:
        writer.close(failed=True)
        raise
    writer.close(failed=False)


def server(spec: ScepProfileSpec, find: EntryFinder) -> Server:
    """Describe a profile's SCEP server; unseals the client key, so use the result at once.

    Raises:
        FipsCcBroken: the device is in FIPS-CC mode, and the profile breaks its rules.
        TlsMaterialMissing: a certificate named in the profile is not there.
    """
    _require_fips_cc(spec)
    return Server(
        url=spec.server_url, timeout_s=settings.SCEP_TIMEOUT_S, tls=tls_material(spec, find)
    )


def page_server(spec: ScepProfileSpec, find: EntryFinder, password: str) -> Server:
    """Describe where a profile's one-time passwords come from; as for :func:`server`.

    Args:
        spec: the profile, with a dynamic challenge.
        find: finds the certificates that the profile names for TLS.
        password: of the user that the profile names.
    """
    _require_fips_cc(spec)
    return Server(
        url=spec.otp_server_url,
        timeout_s=settings.SCEP_TIMEOUT_S,
        tls=tls_material(spec, find),
        credentials=Credentials(spec.otp_username, password),
        credentials_need_tls=device.facts().fips_cc,
    )


def tls_material(spec: ScepProfileSpec, find: EntryFinder) -> TlsMaterial | None:
    """Return what the profile says about TLS: whom to trust, who we are; ``None`` for nothing.

    Raises:
        TlsMaterialMissing: a certificate named in the profile is not there.
    """
    ca_name, client_name = spec.scep_ca_certificate, spec.scep_client_certificate
    if not ca_name and not client_name:
        return None
    ca = _material(ca_name, find) if ca_name else None
    client = _material(client_name, find) if client_name else None
    if client and client.key_secret is None:
        raise TlsMaterialMissing(
            f"The client certificate {client_name} has no private key on this device.",
            hint="Choose another Client Certificate in the profile.",
        )
    key = secrets.unseal(client.key_secret) if client and client.key_secret else None
    return TlsMaterial(
        ca_pem=_pem(ca.certificate_der) if ca else None,
        client_certificate_pem=_pem(client.certificate_der) if client else None,
        client_key=keys.from_pkcs8_der(key) if key else None,
    )


def minimum(spec: ScepProfileSpec) -> Minimum:
    """Return the weakest algorithms accepted: the profile's, in FIPS-CC mode always strict."""
    return Minimum.STRICT if device.facts().fips_cc else Minimum(spec.minimum.value)


def _require_fips_cc(spec: ScepProfileSpec) -> None:
    """Hold the rules of the mode once more, where requests leave the device."""
    problems = list(rules.fips_cc(spec)) if device.facts().fips_cc else []
    if problems:
        raise FipsCcBroken(
            f"The SCEP profile {spec.name} breaks rules of FIPS-CC mode: {problems[0].message}",
            hint="Correct the profile, and commit.",
            problems=problems,
        )


def _material(name: str, find: EntryFinder) -> queries.CurrentMaterial:
    uuid = find(name)
    found = queries.current_material(uuid) if uuid else None
    if found is None or not found.certificate_der:
        raise TlsMaterialMissing(
            f"The certificate {name}, which the profile uses for TLS, is not available.",
            hint="Choose another one in the profile, and commit.",
        )
    return found


def _pem(der: bytes) -> bytes:
    return bundle.to_pem(der).encode("ascii")

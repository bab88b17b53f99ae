"""GetCACaps, then GetCACert: what a server can do, and its certificates."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from scep.cacert import (
    CaBundle,
    CaCertificate,
    check_chain,
    check_fingerprint,
    check_keys,
    check_validity,
    read_bundle,
    read_fingerprint,
    spell,
    weak_signatures,
)
from scep.capabilities import Capabilities, Minimum, parse
from scep.client.session import Exchange, Exchanges, describe_reply, require_ok
from scep.client.words import too_weak
from scep.errors import MalformedReply, ScepError
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.vocabulary import Operation
from scep.wire import HttpReply, HttpRequest

MAX_CAPS_REPLY_BYTES: Final = 64 * 1024
"""Most of a GetCACaps reply that is read; anything near it is judged to be no list."""

_LEAST_RSA_BITS: Final = {Minimum.LEGACY: 1024, Minimum.DEFAULT: 1024, Minimum.STRICT: 2048}


@dataclass(frozen=True, slots=True)
class FetchedCa:
    """What a server says about itself.

    Attributes:
        capabilities: what it can do.
        caps_body: the list as received.
        bundle: its certificates, checked.
        pinned: whether a fingerprint authenticated them.
    """

    capabilities: Capabilities
    caps_body: bytes
    bundle: CaBundle
    pinned: bool


class FetchCa(Exchanges[FetchedCa]):
    """GetCACaps, then GetCACert; checks fingerprint, chain and validity.

    A GetCACaps reply that cannot be used, or none at all, is a warning: RFC 8894 section 3.5.2
    wants it taken for a server without capabilities.
    """

    def __init__(
        self,
        *,
        ca_ident: str = "",
        fingerprint: str = "",
        minimum: Minimum = Minimum.DEFAULT,
        now: datetime,
        record: Recorder = drop,
    ) -> None:
        """Ask a server about itself.

        Args:
            ca_ident: which CA of the server; sent as ``message`` unless it is empty.
            fingerprint: of the CA certificate, MD5, SHA-1 or SHA-256; empty trusts any.
            minimum: STRICT wants RSA keys of 2048 bits and no SHA-1 under a certificate.
            now: for validity.
            record: takes the steps.

        Raises:
            FingerprintUnusable: the fingerprint is not one.
        """
        if fingerprint:
            _check_before_sending(fingerprint, record)
        caps = replace(
            _request(Operation.GET_CA_CAPS, ca_ident),
            max_reply_bytes=MAX_CAPS_REPLY_BYTES,
            optional=True,
        )
        certificates = _request(Operation.GET_CA_CERT, ca_ident)
        super().__init__(
            Exchange(StepName.CAPS, caps, self._take_capabilities),
            Exchange(StepName.CACERT, certificates, self._take_certificates),
            record=record,
        )
        self._certificates_request = certificates
        self._fingerprint = fingerprint
        self._minimum = minimum
        self._now = now
        self._capabilities = Capabilities()
        self._caps_body = b""

    def _take_capabilities(self, reply: HttpReply) -> None:
        if reply.status == 200:
            self._caps_body = reply.body
            self._capabilities = parse(reply.body)
        else:
            problem = f"The server answered GetCACaps with HTTP {reply.status}."
            if reply.status == 0:
                problem = "The server closed the connection instead of answering GetCACaps."
            self._capabilities = Capabilities(problem=problem)
        self._record(_capabilities_step(self._capabilities, reply))

    def _take_certificates(self, reply: HttpReply) -> None:
        require_ok(reply, StepName.CACERT, self._certificates_request)
        bundle = _read_bundle(reply)
        self._record(_certificates_step(bundle, reply))
        if self._fingerprint:
            bundle = check_fingerprint(bundle, self._fingerprint)
        self._record(_fingerprint_step(bundle, self._fingerprint))
        received, bundle = bundle, check_chain(bundle)
        check_validity(bundle, self._now)
        check_keys(bundle, _LEAST_RSA_BITS[self._minimum])
        weak = weak_signatures(bundle)
        if weak and self._minimum is Minimum.STRICT:
            raise too_weak(f"{weak[0]}, which strict does not accept.", StepName.CHAIN)
        self._record(
            _chain_step(bundle, [*_left_out(received, bundle), *(f"{one}." for one in weak)])
        )
        pinned = bool(self._fingerprint)
        self.finish(FetchedCa(self._capabilities, self._caps_body, bundle, pinned))


def _request(operation: Operation, ca_ident: str) -> HttpRequest:
    query = [("operation", operation.value)]
    if ca_ident:
        query.append(("message", ca_ident))
    return HttpRequest("GET", tuple(query))


def _read_bundle(reply: HttpReply) -> CaBundle:
    try:
        return read_bundle(reply.body, reply.content_type)
    except MalformedReply as error:
        status = ("HTTP status", str(reply.status))
        error.details = (status, *error.details)
        raise


def _check_before_sending(fingerprint: str, record: Recorder) -> None:
    try:
        read_fingerprint(fingerprint)
    except ScepError as error:
        record(Step(error.stage, Outcome.FAILED, error.fact, error.hint))
        raise


def _capabilities_step(capabilities: Capabilities, reply: HttpReply) -> Step:
    details = [("Offered", ", ".join(sorted(capabilities.known)) or "nothing that RFC 8894 knows")]
    if capabilities.unknown:
        details.append(("Not in RFC 8894", ", ".join(capabilities.unknown)))
    details += describe_reply(reply)
    if capabilities.known:
        fact = f"The server offers {', '.join(sorted(capabilities.known))}."
        return Step(
            StepName.CAPS,
            Outcome.PASSED,
            fact,
            details=tuple(details),
            duration_ms=reply.elapsed_ms,
        )
    fact = capabilities.problem or "The server lists no capability that RFC 8894 knows."
    return Step(
        StepName.CAPS,
        Outcome.WARNED,
        f"{fact} It is taken to have no capabilities.",
        hint=(
            "Requests then use 3DES and SHA-1 by GET, which old servers need. If this server is "
            "newer, check the server URL."
        ),
        details=tuple(details),
        duration_ms=reply.elapsed_ms,
    )


def _certificates_step(bundle: CaBundle, reply: HttpReply) -> Step:
    number = len(bundle.certificates)
    what = f"{number} certificates" if number > 1 else "its CA certificate"
    fact = f"The server sent {what}."
    details = [pair for one in bundle.certificates for pair in _describe(one)]
    details.append(("Requests are encrypted to", bundle.recipient.facts.subject))
    details += [("Replies may be signed by", one.facts.subject) for one in bundle.signers]
    details += [("Remark", remark) for remark in bundle.remarks]
    details += [("Content type", reply.content_type or "none")]
    return Step(
        StepName.CACERT,
        Outcome.WARNED if bundle.remarks else Outcome.PASSED,
        " ".join((fact, *bundle.remarks)),
        details=tuple(details),
        duration_ms=reply.elapsed_ms,
    )


def _describe(one: CaCertificate) -> list[tuple[str, str]]:
    facts, label = one.facts, one.role.value.upper() if len(one.role) == 2 else one.role.value
    valid = f"{facts.not_before:%Y-%m-%d} to {facts.not_after:%Y-%m-%d}"
    return [
        (f"{label}: subject", facts.subject),
        (f"{label}: issuer", facts.issuer),
        (f"{label}: serial number", facts.serial_hex),
        (f"{label}: valid", valid),
        (f"{label}: key", facts.key),
        (f"{label}: key usage", ", ".join(facts.key_usage) or "not limited"),
        (f"{label}: SHA-256", spell(facts.fingerprint_sha256)),
        (f"{label}: SHA-1", spell(facts.fingerprint_sha1)),
        (f"{label}: MD5", spell(facts.fingerprint_md5)),
    ]


def _fingerprint_step(bundle: CaBundle, fingerprint: str) -> Step:
    received = spell(bundle.ca.facts.fingerprint_sha256)
    if not fingerprint:
        return Step(
            StepName.FINGERPRINT,
            Outcome.WARNED,
            "The CA certificate is not authenticated: no fingerprint was given.",
            hint=f"Have the CA's operator confirm this SHA-256, then enter it: {received}",
        )
    if read_fingerprint(fingerprint)[0] == "md5":
        return Step(
            StepName.FINGERPRINT,
            Outcome.WARNED,
            "The CA certificate has the fingerprint given, but MD5 is weak.",
            hint=f"Enter the SHA-256 fingerprint instead: {spell(bundle.pinned_sha256)}",
        )
    return Step(
        StepName.FINGERPRINT, Outcome.PASSED, "The CA certificate has the fingerprint given."
    )


def _left_out(received: CaBundle, kept: CaBundle) -> list[str]:
    known = {one.der for one in kept.certificates}
    names = [one.facts.subject for one in received.certificates if one.der not in known]
    if not names:
        return []
    verb = (
        "does not belong to the CA and is" if len(names) == 1 else "do not belong to the CA and are"
    )
    return [f"{' and '.join(names)} {verb} left out."]


def _chain_step(bundle: CaBundle, remarks: list[str]) -> Step:
    facts = bundle.ca.facts
    fact = f"Every certificate in use is valid; {facts.subject} until {facts.not_after:%Y-%m-%d}."
    return Step(
        StepName.CHAIN,
        Outcome.WARNED if remarks else Outcome.PASSED,
        " ".join((fact, *remarks)),
    )

"""Making a request and sending it, whatever becomes of the certificate. Nothing here is stored."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from certificates.services.authority import Authority
from certificates.services.exchange import EntryFinder, Exchange, minimum, page_server, server
from pki import csr, keys, names
from profiles import services as profiles
from profiles import subject
from profiles.spec import Challenge, ScepProfileSpec, Transport
from profiles.subject import TokenValues
from scep import client, prepare
from scep.cacert import CaBundle
from scep.capabilities import choose
from scep.client import EnrollmentResult, FetchChallenge
from scep.prepare import EnrollmentKey, PreparedRequest
from scep.transcript import Outcome, Recorder, Step, StepName


@dataclass(frozen=True, slots=True)
class Order:
    """What a request is made from.

    Attributes:
        spec: the profile.
        values: what its tokens stand for.
        find: finds the certificates that the profile names for TLS.
        exchange: how servers are reached.
        record: the transcript.
        progress: takes how far the making is, in percent.
    """

    spec: ScepProfileSpec
    values: TokenValues
    find: EntryFinder
    exchange: Exchange
    record: Recorder
    progress: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A request that is made: what it takes to send it and to understand the answer.

    Attributes:
        reply_key: opens the answer: the new key, or when a certificate is renewed the old one.
    """

    prepared: PreparedRequest = field(repr=False)
    key: EnrollmentKey
    bundle: CaBundle
    reply_key: RSAPrivateKey = field(repr=False)


def make(order: Order, known: Authority) -> Ready:
    """Make a key and a request for it; a one-time password is used up.

    Raises:
        ScepError: the challenge could not be had, or the request cannot be made.
        Refused: the profile's subject, SAN, TLS certificates or secrets cannot be used.
        PkiError: the request cannot carry what the profile says.
    """
    spec = order.spec
    dn = subject.expand(spec.subject, order.values)
    san = subject.expand_san(spec, order.values)
    # Before a one-time password is used up: a server that is too weak gets no request.
    algorithms = choose(known.capabilities, minimum(spec), get=spec.transport is Transport.GET)
    key = new_key(order)
    order.progress(40)
    wanted = csr.CsrSpec(
        subject=dn,
        digest=spec.digest,
        challenge_password=_challenge(order, known.bundle),
        digital_signature=spec.use_as_digital_signature,
        key_encipherment=spec.use_for_key_encipherment,
        san=(san,) if san else (),
    )
    csr_der = csr.build(wanted, key.private_key)
    order.record(prepare.csr_step(wanted, csr_der, subject=names.text(names.to_x509(dn))))
    order.progress(60)
    prepared = prepare.prepare(
        csr_der=csr_der,
        key=key,
        bundle=known.bundle,
        algorithms=algorithms,
        now=order.exchange.clock(),
        record=order.record,
    )
    return Ready(prepared, key, known.bundle, key.private_key)


def ask(order: Order, ready: Ready, kind: type[client.Enroll | client.Poll]) -> EnrollmentResult:
    """Send a request, or poll for it, and verify the answer.

    Raises:
        ScepError: there was no usable answer, or the CA refused.
        Refused: the profile's TLS certificates or secrets cannot be used.
    """
    session = kind(
        prepared=ready.prepared,
        reply_key=ready.reply_key,
        bundle=ready.bundle,
        minimum=minimum(order.spec),
        now=order.exchange.clock(),
        record=order.record,
    )
    where = server(order.spec, order.find)
    return order.exchange.drive(session, where, record=order.record)


def new_key(order: Order) -> EnrollmentKey:
    """Make a key of the profile's size, and record the step."""
    bits = order.spec.key_bits
    began = time.perf_counter()
    key = keys.generate_rsa(bits)
    took_ms = (time.perf_counter() - began) * 1000
    fact = f"RSA key pair of {bits} bits generated."
    order.record(Step(StepName.KEY, Outcome.PASSED, fact, duration_ms=took_ms))
    return EnrollmentKey(key)


def _challenge(order: Order, bundle: CaBundle) -> str:
    """Return the challenge password; a one-time password is fetched now, as late as can be."""
    spec = order.spec
    match spec.challenge:
        case Challenge.NONE:
            return ""
        case Challenge.FIXED:
            fact = "The profile's fixed password is used."
            order.record(Step(StepName.CHALLENGE, Outcome.PASSED, fact))
            return profiles.challenge_password(spec)
        case Challenge.DYNAMIC:
            where = page_server(spec, order.find, profiles.otp_password(spec))
            session = FetchChallenge(bundle=bundle, record=order.record)
            return order.exchange.drive(session, where, record=order.record).password

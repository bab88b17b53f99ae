"""Making the request for the successor of a certificate, with a new key (RFC 8894 section 2.4)."""

from dataclasses import replace
from datetime import datetime

from cryptography import x509

from certificates.models import Material, MaterialStatus
from certificates.rules import RenewalMethod
from certificates.services import requesting
from certificates.services.authority import Authority
from certificates.services.exchange import minimum
from certificates.services.requesting import Order, Ready
from device import secrets
from pki import csr, keys, names
from pki.successor import successor
from profiles.spec import Transport
from scep import prepare
from scep.capabilities import choose, renewal_type
from scep.messages import Identity
from scep.prepare import Renewal
from scep.vocabulary import Capability


def make(order: Order, known: Authority, old: Material, method: RenewalMethod) -> Ready:
    """Make a key and the request that fits the server and the state of the old certificate.

    Raises:
        ScepError: the challenge could not be had, or the request cannot be made.
        Refused: the profile's TLS certificates or secrets cannot be used.
        PkiError: the request cannot carry what the old certificate says.
    """
    signs = can_sign(old, order.exchange.clock())
    if method is RenewalMethod.ENROLL or (method is RenewalMethod.AUTO and not signs):
        return requesting.make(order, known)
    offers = known.capabilities.offers(Capability.RENEWAL)
    compatible = method is RenewalMethod.COMPATIBLE or not offers
    return _signed_with(order, known, identity_of(old), compatible=compatible)


def identity_of(old: Material) -> Identity:
    """Return a certificate with its key, which signs the request and opens the answers.

    Raises:
        SecretUnreadable: the key cannot be read.
        KeyUnusable: it is not an RSA key.
    """
    if old.key_secret is None:
        message = f"material {old.uuid} is renewed without its key"
        raise RuntimeError(message)
    return Identity(bytes(old.certificate_der), keys.from_pkcs8_der(secrets.unseal(old.key_secret)))


def can_sign(old: Material, at: datetime) -> bool:
    """Tell whether a certificate can sign the request for its successor."""
    assert old.not_before is not None  # noqa: S101 - the table's constraint
    assert old.not_after is not None  # noqa: S101 - the table's constraint
    is_valid = old.status == MaterialStatus.VALID and old.key_secret is not None
    return is_valid and old.not_before <= at <= old.not_after


def _signed_with(order: Order, known: Authority, current: Identity, *, compatible: bool) -> Ready:
    spec = order.spec
    algorithms = choose(known.capabilities, minimum(spec), get=spec.transport is Transport.GET)
    like = successor(current.certificate_der)
    key = requesting.new_key(order)
    order.progress(40)
    # No challenge password: the signature with the old certificate stands in for it.
    wanted = replace(like, digest=spec.digest)
    csr_der = csr.build(wanted, key.private_key)
    order.record(prepare.csr_step(wanted, csr_der, subject=_text(wanted.subject)))
    order.progress(60)
    prepared = prepare.prepare_renewal(
        csr_der=csr_der,
        renewal=Renewal(current, key, renewal_type(known.capabilities, compatible=compatible)),
        bundle=known.bundle,
        algorithms=algorithms,
        now=order.exchange.clock(),
        record=order.record,
    )
    return Ready(prepared, key, known.bundle, current.private_key)


def _text(subject: names.Dn | x509.Name) -> str:
    return names.text(subject if isinstance(subject, x509.Name) else names.to_x509(subject))

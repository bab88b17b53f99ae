"""Whether a CA's certificates can be trusted: fingerprint, chain, validity, key length."""

import hmac
import re
from datetime import datetime
from typing import Final

from scep import cms
from scep.cacert.bundle import CaBundle, CaCertificate, Role, sort_out
from scep.cacert.chains import Chains
from scep.errors import ChainNotTrusted, FingerprintMismatch, FingerprintUnusable
from scep.transcript import StepName

_PREFIX: Final = re.compile(r"^\s*(md5|sha-?1|sha-?256)(\s+fingerprint)?\s*[=:]", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[\s:.,_-]")
_MAX_CHARACTERS: Final = 256
"""Longest text taken for a fingerprint; one with two blanks after each digit is shorter."""

_ALGORITHMS: Final = {32: "md5", 40: "sha1", 64: "sha256"}
_WORDS: Final = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}


def fingerprint_digits(text: str) -> str:
    """Take separators, and what OpenSSL prints before it, out of a fingerprint; lower case.

    Whether the rest is one, only :func:`read_fingerprint` can tell.
    """
    return _SEPARATORS.sub("", _PREFIX.sub("", text)).lower()


def read_fingerprint(text: str) -> tuple[str, str]:
    """Read a fingerprint as people paste it.

    Args:
        text: hexadecimal in any case with any separators, also as OpenSSL prints it.

    Returns:
        ``"md5"``, ``"sha1"`` or ``"sha256"``, by length, and the lower-case hexadecimal digits.

    Raises:
        FingerprintUnusable: not a fingerprint.
    """
    digits = fingerprint_digits(text) if len(text) <= _MAX_CHARACTERS else ""
    if len(digits) not in _ALGORITHMS or not re.fullmatch("[0-9a-f]+", digits):
        raise FingerprintUnusable(
            "The CA certificate fingerprint is not one.",
            stage=StepName.FINGERPRINT,
            hint="Enter MD5, SHA-1 or SHA-256: 32, 40 or 64 hexadecimal digits.",
        )
    return _ALGORITHMS[len(digits)], digits


def spell(digits: str) -> str:
    """Write a fingerprint's hexadecimal digits the way people compare them: ``AB:CD:...``."""
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).upper()


def check_fingerprint(bundle: CaBundle, text: str) -> CaBundle:
    """Compare the CA certificates with a fingerprint, and pin the bundle to the one that has it.

    Args:
        bundle: as received.
        text: MD5, SHA-1 or SHA-256 in hexadecimal, in any case, with any separators.

    Raises:
        FingerprintUnusable: the text is not a fingerprint.
        FingerprintMismatch: no CA certificate of the bundle has it.
    """
    algorithm, digits = read_fingerprint(text)
    matches = [
        one
        for one in bundle.certificates
        if hmac.compare_digest(one.certificate.fingerprint(algorithm), digits)
    ]
    authorities = [one for one in matches if one.role is not Role.RA]
    if authorities:
        ders = [one.der for one in bundle.certificates]
        return sort_out(ders, authorities[0].certificate.fingerprint("sha256"))
    received = [(one, spell(one.certificate.fingerprint(algorithm))) for one in bundle.certificates]
    fact = (
        f"The CA certificate's {_WORDS[algorithm]} fingerprint is {received[0][1]}, "
        f"not {spell(digits)}."
    )
    hint = (
        "Nothing was stored or sent. Ask the CA's operator for the fingerprint: either it was "
        "mistyped, the CA has a new certificate, or this is not your CA."
    )
    if matches:
        fact = f"The fingerprint is that of the RA certificate {matches[0].facts.subject}."
        hint = "Enter the fingerprint of the CA certificate that issued it."
    details = [("Expected", spell(digits))]
    details += [(f"Received ({one.role.name}, {one.facts.subject})", had) for one, had in received]
    raise FingerprintMismatch(fact, stage=StepName.FINGERPRINT, hint=hint, details=tuple(details))


def check_chain(bundle: CaBundle) -> CaBundle:
    """Verify that everything in use chains to the pinned certificate, or else to one top.

    Returns:
        The bundle with what belongs to its CA: certificates below the top and those above the CA.
        A fingerprint says nothing about others, so they must not get to issue anything.

    Raises:
        ChainNotTrusted: a certificate in use does not chain to it.
    """
    chains = Chains([one.certificate for one in bundle.issuers])
    above = chains.path(bundle.ca.certificate)
    top = bundle.pinned_sha256 or above[-1].fingerprint("sha256")
    in_use = _in_use(bundle)
    related = []
    for one in bundle.certificates:
        path = chains.path(one.certificate)
        if one.certificate in above or any(each.fingerprint("sha256") == top for each in path):
            related.append(one.der)
        elif one in in_use:
            raise _not_chained(one, path)
    return sort_out(related, bundle.pinned_sha256)


def weak_signatures(bundle: CaBundle) -> tuple[str, ...]:
    """Name the certificates whose trust hangs on a weak signature: ``CN=x is signed with SHA-1``.

    Signatures of roots on themselves play no part, and the fingerprint vouches for what is pinned.
    """
    chains = Chains([one.certificate for one in bundle.issuers])
    return tuple(
        f"{one.facts.subject} is signed with {one.certificate.scheme.digest}"
        for one in bundle.certificates
        if one.facts.fingerprint_sha256 != bundle.pinned_sha256
        and not one.certificate.is_self_issued
        and chains.issuers(one.certificate)
        and one.certificate.scheme.digest.is_weak
    )


def leave_out_expired(bundle: CaBundle, now: datetime) -> CaBundle:
    """Leave out what is not valid now, where something valid does the same job.

    Servers go on sending an RA or root certificate for a while after they have a new one, and
    send the next one ahead of its time. Nothing is left out whose loss would give a job to
    another certificate: an expired RA certificate must not turn into a request for the CA itself.
    """
    valid = [one.der for one in bundle.certificates if _is_valid(one.certificate, now)]
    try:
        kept = sort_out(valid, bundle.pinned_sha256)
    except cms.Unreadable:
        return bundle
    pinned = not bundle.pinned_sha256 or _pinned(kept) is not None
    return kept if pinned and _jobs(kept) == _jobs(bundle) else bundle


def check_validity(bundle: CaBundle, now: datetime, *, ahead: bool = False) -> None:
    """Verify that every certificate in use is valid now, up to the one that is pinned.

    Args:
        bundle: the certificates.
        now: the time.
        ahead: take certificates whose validity is yet to begin: those of the next CA.

    Raises:
        ChainNotTrusted: one is expired or not yet valid.
    """
    for one in _in_use(bundle):
        _check_validity(one, max(now, one.certificate.not_before) if ahead else now)
    pinned = _pinned(bundle)
    if pinned is not None:
        _check_path(bundle, pinned, now)


def check_keys(bundle: CaBundle, minimum_bits: int) -> None:
    """Verify that RSA keys in use are long enough.

    Raises:
        ChainNotTrusted: one is shorter.
    """
    for one in _in_use(bundle):
        bits = one.certificate.rsa_bits
        if bits is not None and bits < minimum_bits:
            raise ChainNotTrusted(
                f"The key of {one.facts.subject} has {bits} bits; "
                f"{minimum_bits} is the least that is accepted.",
                stage=StepName.CHAIN,
                hint="The CA or RA needs a new certificate with a longer key.",
            )


def _check_path(bundle: CaBundle, pinned: CaCertificate, now: datetime) -> None:
    """Verify that valid certificates lead from everything in use to the pinned one."""
    chains = Chains([one.certificate for one in bundle.issuers])
    for one in _in_use(bundle):
        top = pinned.facts.fingerprint_sha256
        if chains.leads_to(one.certificate, top, lambda each: _is_valid(each, now)):
            continue
        above = chains.path(one.certificate)
        for issuer in bundle.issuers:
            if issuer.certificate in above:
                _check_validity(issuer, now)
        raise _not_chained(one, above)


def _not_chained(one: CaCertificate, path: list[cms.Certificate]) -> ChainNotTrusted:
    return ChainNotTrusted(
        f"The {one.role.name} certificate {one.facts.subject} does not chain to the CA.",
        stage=StepName.CHAIN,
        hint="The reply mixes certificates of several CAs, or somebody changed it.",
        details=(("Issuer", one.facts.issuer), ("Chain ends at", path[-1].subject)),
    )


def _is_valid(certificate: cms.Certificate, now: datetime) -> bool:
    return certificate.not_before <= now <= certificate.not_after


def _pinned(bundle: CaBundle) -> CaCertificate | None:
    for one in bundle.certificates:
        if one.facts.fingerprint_sha256 == bundle.pinned_sha256:
            return one
    return None


def _jobs(bundle: CaBundle) -> tuple[bytes, Role, Role]:
    """Who issues, and of which kind those are who decrypt and sign."""
    return bundle.ca.certificate.subject_der, bundle.recipient.role, bundle.signers[0].role


def _check_validity(one: CaCertificate, now: datetime) -> None:
    start, end = one.certificate.not_before, one.certificate.not_after
    if start <= now <= end:
        return
    state = f"is not valid before {start:%Y-%m-%d %H:%M} UTC"
    if now > end:
        state = f"expired on {end:%Y-%m-%d %H:%M} UTC"
    what = "CA" if one.role is not Role.RA else "RA"
    raise ChainNotTrusted(
        f"The {what} certificate {one.facts.subject} {state}.",
        stage=StepName.CHAIN,
        hint="Check this device's clock; if it is right, the server needs a new certificate.",
        details=(
            ("Valid from", f"{start:%Y-%m-%d %H:%M:%S} UTC"),
            ("Valid until", f"{end:%Y-%m-%d %H:%M:%S} UTC"),
            ("Now", f"{now:%Y-%m-%d %H:%M:%S} UTC"),
        ),
    )


def _in_use(bundle: CaBundle) -> list[CaCertificate]:
    used = (bundle.ca, bundle.recipient, *bundle.signers)
    return list({one.der: one for one in used}.values())

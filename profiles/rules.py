"""Every rule of a SCEP profile, checked at once.

The same rules hold in the dialog, in the service behind every other door, and again at commit.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from domain.errors import Problem
from domain.locations import Location
from domain.names import CERTIFICATE_NAME_MAX, PROFILE_NAME_MAX, check_name
from pki import names
from profiles import subject
from profiles.spec import (
    KEY_BITS,
    Challenge,
    Digest,
    ProfileDraft,
    Renewal,
    SanType,
    ScepProfileSpec,
)
from scep.cacert import fingerprint_digits

FIXED_PASSWORD_MAX: Final = 1024
OTP_FIELD_MAX: Final = 255
CA_IDENT_MAX: Final = 255
FINGERPRINT_MAX: Final = 255
SERVER_URL_MAX: Final = 2048
"""Ours; IIS takes no longer query, and few servers a longer URL."""
SUBJECT_MAX: Final = 1024
"""Ours, far above what servers take."""

REFERENCE_MAX: Final = CERTIFICATE_NAME_MAX
"""Longest name of a certificate; a longer one names none."""

RENEWAL_PERCENTS: Final = range(50, 96)
"""Earlier, a certificate would be renewed more often than it is used; later, one refusal is one
too many."""

RENEWAL_DAYS: Final = range(1, 366)

REQUIRED: Final = "This field is required."
KEY_BITS_WANTED: Final = "Choose 1024, 2048 or 3072 bits."

_URL_TEXT: Final = re.compile(r"""[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+""")
_HEX: Final = re.compile(r"[0-9A-Fa-f]*")
_FINGERPRINT_DIGITS: Final = {32: "MD5", 40: "SHA-1", 64: "SHA-256"}
_FIELD_ORDER: Final = {field.name: place for place, field in enumerate(fields(ScepProfileSpec))}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rules look at beside the profile itself.

    Attributes:
        locations: where a profile may be.
        ca_certificates: names of CA certificates that the profile's location sees.
        client_certificates: names of certificates with a key that the profile's location sees.
        fips_cc: whether the device is in FIPS-CC mode.
    """

    locations: Collection[Location]
    ca_certificates: Collection[str] = ()
    client_certificates: Collection[str] = ()
    fips_cc: bool = False


def check(draft: ProfileDraft, around: Surroundings) -> list[Problem]:
    """List every broken rule in form order; an empty list means that the profile can be saved.

    Fields that the challenge or the SAN type does not use are not looked at.
    """
    spec = draft.spec
    problems = [
        *check_name(spec.name, max_length=PROFILE_NAME_MAX, spaces=True),
        *_location(spec, around),
        *_challenge(draft),
        *_server(spec),
        *subject_problems(spec.subject),
        *san_problems(spec.san_type, spec.san_value),
        *_crypto(spec),
        *_certificates(spec, around),
        *_renewal(spec),
        *(fips_cc(spec) if around.fips_cc else ()),
    ]
    return in_order(problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort problems by the place of their field in the form."""
    return sorted(problems, key=lambda problem: _FIELD_ORDER[problem.field])


def subject_problems(text: str) -> list[Problem]:
    """List what is wrong with a subject, tokens and all."""
    if problems := list(_text("subject", text, SUBJECT_MAX)):
        return problems
    try:
        dn = names.parse(text)
    except names.NameSyntax as error:
        return [Problem("subject", str(error))]
    problems = list(_unknown_tokens("subject", subject.subject_tokens(text)))
    if not dn.values("CN"):
        message = "The subject must contain a common name, for example CN=$USERNAME."
        problems.append(Problem("subject", message))
    try:
        names.to_x509(dn.replace_tokens(subject.SAMPLES[0].by_token()))
    except names.NameSyntax as error:
        problems.append(Problem("subject", str(error)))
    return problems


def san_problems(san_type: SanType, value: str) -> list[Problem]:
    """List what is wrong with a SAN value of a type; one that a sample value fits is fine."""
    if san_type is SanType.NONE:
        return []
    problems = list(_text("san_value", value, subject.SAN_VALUE_MAX))
    problems = problems or list(_unknown_tokens("san_value", subject.tokens_in(value)))
    if problems:
        return problems
    tries = [subject.replace_tokens(value, values) for values in subject.SAMPLES]
    complaints = [subject.san_problem(san_type, text) for text in tries]
    return [Problem("san_value", complaints[0])] if all(complaints) else []


def _location(spec: ScepProfileSpec, around: Surroundings) -> Iterator[Problem]:
    if spec.location not in around.locations:
        known = " or ".join(location.label for location in around.locations)
        yield Problem("location", f"A profile cannot be in {spec.location.label}. Choose {known}.")


def _challenge(draft: ProfileDraft) -> Iterator[Problem]:
    spec = draft.spec
    if spec.challenge is Challenge.FIXED:
        kept = spec.challenge_password is not None
        yield from _password(
            "challenge_password", draft.challenge_password, FIXED_PASSWORD_MAX, kept=kept
        )
    elif spec.challenge is Challenge.DYNAMIC:
        yield from _url("otp_server_url", spec.otp_server_url, OTP_FIELD_MAX)
        yield from _text("otp_username", spec.otp_username, OTP_FIELD_MAX)
        kept = spec.otp_password is not None
        yield from _password("otp_password", draft.otp_password, OTP_FIELD_MAX, kept=kept)


def _server(spec: ScepProfileSpec) -> Iterator[Problem]:
    problems = list(_url("server_url", spec.server_url, SERVER_URL_MAX))
    if not problems and "operation" in parse_qs(urlsplit(spec.server_url).query):
        message = "Remove operation= from the URL; each request adds its own."
        problems.append(Problem("server_url", message))
    yield from problems
    yield from _text("ca_ident", spec.ca_ident, CA_IDENT_MAX)


def _crypto(spec: ScepProfileSpec) -> Iterator[Problem]:
    if spec.key_bits not in KEY_BITS:
        yield Problem("key_bits", KEY_BITS_WANTED)
    if not spec.fingerprint:
        return
    problems = list(_text("fingerprint", spec.fingerprint, FINGERPRINT_MAX))
    yield from problems
    digits = fingerprint_digits(spec.fingerprint)
    if problems:
        return
    if not _HEX.fullmatch(digits):
        message = (
            "A fingerprint has hexadecimal digits only; spaces, colons and hyphens may part them."
        )
        yield Problem("fingerprint", message)
    elif len(digits) not in _FINGERPRINT_DIGITS:
        message = (
            f"The fingerprint has {len(digits)} hexadecimal digits; MD5 has 32, SHA-1 40 and "
            "SHA-256 64. Copy it whole."
        )
        yield Problem("fingerprint", message)


def _certificates(spec: ScepProfileSpec, around: Surroundings) -> Iterator[Problem]:
    for field, what, name, known in (
        ("scep_ca_certificate", "CA certificate", spec.scep_ca_certificate, around.ca_certificates),
        (
            "scep_client_certificate",
            "certificate with a private key",
            spec.scep_client_certificate,
            around.client_certificates,
        ),
    ):
        if name and name not in known:
            message = (
                f"{spec.location.label} sees no {what} named {name}. Choose one from the list."
            )
            yield Problem(field, message)


def _renewal(spec: ScepProfileSpec) -> Iterator[Problem]:
    if spec.renewal is Renewal.PERCENT and spec.renewal_percent not in RENEWAL_PERCENTS:
        yield Problem("renewal_percent", "Give a number from 50 to 95.")
    if spec.renewal is Renewal.DAYS and spec.renewal_days not in RENEWAL_DAYS:
        yield Problem("renewal_days", "Give a number from 1 to 365.")


def fips_cc(spec: ScepProfileSpec) -> Iterator[Problem]:
    """List the rules of FIPS-CC mode that a profile breaks."""
    dynamic = spec.challenge is Challenge.DYNAMIC
    digits = fingerprint_digits(spec.fingerprint)
    for broken, field, message in (
        (not dynamic, "challenge", "a Dynamic challenge"),
        (dynamic and _is_http(spec.otp_server_url), "otp_server_url", "an https URL"),
        (_is_http(spec.server_url), "server_url", "an https URL"),
        (spec.key_bits < 2048, "key_bits", "at least 2048 bits"),
        (spec.digest is Digest.SHA1, "digest", "sha256 or stronger"),
        (len(digits) in {32, 40}, "fingerprint", "a SHA-256 fingerprint (64 hexadecimal digits)"),
        (
            not spec.scep_ca_certificate,
            "scep_ca_certificate",
            "the CA certificate that the server's TLS certificate chains to",
        ),
    ):
        if broken:
            yield Problem(field, f"FIPS-CC mode requires {message}.")


def _text(field: str, value: str, limit: int) -> Iterator[Problem]:
    """Check what every text field must keep: not empty, not too long, XML can carry it."""
    if not value.strip():
        yield Problem(field, REQUIRED)
        return
    yield from _length(field, value, limit)
    if any(unicodedata.category(char) in {"Cc", "Cs"} or char in "\ufffe\uffff" for char in value):
        yield Problem(field, "Remove the line break or control character from this field.")


def _length(field: str, value: str, limit: int) -> Iterator[Problem]:
    if len(value) > limit:
        message = f"This field has {len(value)} characters; at most {limit} are allowed."
        yield Problem(field, message)


def _password(field: str, typed: str | None, limit: int, *, kept: bool) -> Iterator[Problem]:
    if typed == "" or (typed is None and not kept):
        yield Problem(field, REQUIRED)
    elif typed is not None:
        yield from _length(field, typed, limit)


def _unknown_tokens(field: str, found: Collection[str]) -> Iterator[Problem]:
    for token in dict.fromkeys(found):
        if token not in set(subject.Token):
            yield Problem(field, f"{token} is not a token. Use {subject.KNOWN_TOKENS}.")


def _url(field: str, value: str, limit: int) -> Iterator[Problem]:
    problems = list(_text(field, value, limit))
    yield from problems
    if problems:
        return
    if not _URL_TEXT.fullmatch(value):
        message = (
            "A URL has no spaces, quotes, angle brackets or characters outside ASCII. Write them "
            "percent-encoded, a host name in its xn-- form."
        )
        yield Problem(field, message)
        return
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        yield Problem(field, "The host or the port of the URL cannot be read.")
        return
    yield from (Problem(field, message) for message in _url_problems(parts, port))


def _url_problems(parts: SplitResult, port: int | None) -> Iterator[str]:
    if parts.scheme not in {"http", "https"}:
        yield "The URL must begin with http:// or https://."
    elif not parts.hostname:
        yield "The URL names no host."
    elif not subject.is_host(parts.hostname):
        yield "The host of the URL is neither a host name nor an IP address."
    if port == 0:
        yield "The port of the URL must be a number from 1 to 65535."
    if parts.username is not None or parts.password is not None:
        yield "The URL cannot carry a user name or a password."
    if parts.fragment:
        yield "Remove the part after #; it is never sent to a server."


def _is_http(url: str) -> bool:
    return url[:5].lower() == "http:"

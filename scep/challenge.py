"""The challenge page of NDES and its look-alikes: bytes in, one-time password out.

Facts about the page: its META says UTF-8 while the bytes are UTF-16LE, usually without a byte
order mark; the MD5 thumbprint of the CA certificate stands before the password and looks like
one; "cache full" and "no permission" come with status 200. Localized servers translate the
labels, so there is a second way by shape, for which the caller should warn.
"""

import codecs
import html
import re
from dataclasses import dataclass, field
from typing import Final

from scep.errors import ChallengeRefused
from scep.transcript import StepName

MAX_PAGE_BYTES: Final = 256 * 1024
"""Most of a page that is looked at; real ones have 1 to 2 kB."""

_SPACE: Final = r"(?:\s|&nbsp;|&#160;)"
# What was opened before the value may be closed first, but nothing that holds the value.
_TAGS: Final = (
    rf"(?:{_SPACE}{{0,20}}</[^<>]{{0,80}}>){{0,3}}"
    rf"(?:{_SPACE}{{0,20}}<(?!/)[^<>]{{0,80}}>){{0,4}}{_SPACE}{{0,20}}"
)
_PASSWORD: Final = re.compile(
    rf"enrollment challenge password(?:\s{{1,20}}is)?\s{{0,20}}:{_TAGS}([^<\s]{{1,1024}})",
    re.IGNORECASE,
)
# Without a colon it may be a sentence, such as "... password is required": a digit is wanted.
_PASSWORD_IN_SENTENCE: Final = re.compile(
    rf"enrollment challenge password is{_TAGS}(?=[^<\s]{{0,1024}}[0-9])([^<\s]{{1,1024}})",
    re.IGNORECASE,
)
_THUMBPRINT: Final = re.compile(
    rf"thumbprint[^:<]{{0,80}}:{_TAGS}([0-9A-F](?:[0-9A-F \t:-]{{0,120}}[0-9A-F])?)(?![0-9A-Z])",
    re.IGNORECASE,
)
_LIFETIME: Final = re.compile(r"within\s{1,10}(\d{1,6})\s{1,10}minutes", re.IGNORECASE)
_REUSABLE: Final = re.compile(r"multiple\s{1,10}times", re.IGNORECASE)
_BOLD: Final = re.compile(r"<(?:b|strong)(?:\s[^<>]{0,80})?>([^<]{1,400})</", re.IGNORECASE)
_HEX_RUN: Final = re.compile(r"[0-9A-Fa-f](?:[0-9A-Fa-f :-]{0,120}[0-9A-Fa-f])?")
_HEX_PASSWORD: Final = re.compile(r"[0-9A-Fa-f]{16,64}")
_HASH_LENGTHS: Final = frozenset({32, 40, 64})
"""Hexadecimal digits of MD5, SHA-1 and SHA-256."""

_TITLE: Final = re.compile(r"<title[^<>]{0,80}>([^<]{0,200})</title", re.IGNORECASE)
_PASSWORD_FIELD: Final = re.compile(r"<input[^<>]{0,200}type=.?password", re.IGNORECASE)

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class ChallengePage:
    """What the page says.

    Attributes:
        password: the challenge password.
        ca_thumbprint: hash of the CA certificate as lower-case hex without separators (NDES
            prints MD5); empty when the page has none.
        lifetime_minutes: how long the password is good; None when the page does not say.
        single_use: whether it is good for one request only.
        labelled: whether the password stood beside its English label; False means that it was
            recognized by its shape, as on a localized server.
    """

    password: str = field(repr=False)
    ca_thumbprint: str = ""
    lifetime_minutes: int | None = None
    single_use: bool = True
    labelled: bool = True


def read_page(body: bytes, content_type: str = "") -> ChallengePage:
    """Read the page that a GET of the challenge URL gave.

    Args:
        body: the page.
        content_type: the header; only its charset is looked at, and believed last.

    Raises:
        ChallengeRefused: there is no password on it; the fact says why, as far as it can be known.
    """
    page = _decode(body[:MAX_PAGE_BYTES], content_type)
    labelled = _PASSWORD.search(page) or _PASSWORD_IN_SENTENCE.search(page)
    if labelled:
        password, thumbprint = html.unescape(labelled[1]).strip(), _thumbprint(page)
    else:
        password, thumbprint = _by_shape(page)
    if not password:
        raise _refusal(page)
    lifetime = _LIFETIME.search(page)
    return ChallengePage(
        password=password,
        ca_thumbprint=thumbprint,
        lifetime_minutes=int(lifetime[1]) if lifetime else None,
        single_use=_REUSABLE.search(page) is None,
        labelled=labelled is not None,
    )


def _decode(body: bytes, content_type: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    # The tags of a page in UTF-16 have a zero in every second octet; no other charset has zeros.
    start = body[:512]
    if 0 in start:
        return body.decode(
            "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be", "replace"
        )
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        charset = re.search(r"charset=\"?([\w.-]{1,40})", content_type, re.IGNORECASE)
        return _decode_as(body, charset[1] if charset else "latin-1")


def _decode_as(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace")
    except LookupError:
        return body.decode("latin-1")


def _thumbprint(page: str) -> str:
    found = _THUMBPRINT.search(page)
    digits = _digits(found[1]) if found else ""
    return digits if len(digits) in _HASH_LENGTHS else ""


def _digits(text: str) -> str:
    return re.sub(r"[^0-9A-Fa-f]", "", text).lower()


def _by_shape(page: str) -> tuple[str, str]:
    """Find password and thumbprint by what stands in bold; either may be empty.

    The password is the last run of hexadecimal digits without gaps. A run as long as a hash is
    one only if another hash stands before it: alone it is the thumbprint.
    """
    runs = [text for text in map(_bold_text, _BOLD.findall(page)) if _HEX_RUN.fullmatch(text)]
    labelled = _thumbprint(page)
    hashes = [digits for digits in map(_digits, runs) if len(digits) in _HASH_LENGTHS]
    thumbprint = labelled or (hashes[0] if hashes else "")
    passwords = [
        text for text in runs if _HEX_PASSWORD.fullmatch(text) and text.lower() != thumbprint
    ]
    return (passwords[-1] if passwords else "", thumbprint)


def _bold_text(text: str) -> str:
    return html.unescape(text).strip()


def _refusal(page: str) -> ChallengeRefused:
    low = page.lower()
    for words, fact, hint in _REFUSALS:
        if words in low:
            return ChallengeRefused(fact, stage=StepName.CHALLENGE, hint=hint)
    if _PASSWORD_FIELD.search(page):
        return ChallengeRefused(
            "The challenge URL shows a sign-in form instead of a password.",
            stage=StepName.CHALLENGE,
            hint="It must accept the user name and password by HTTP authentication. Check the URL.",
        )
    title = _TITLE.search(page)
    words = " ".join(html.unescape(title[1]).split())[:80] if title else ""
    if words.lower() == "network device enrollment service":
        return ChallengeRefused(
            "The page of NDES shows no challenge password, and not in English why.",
            stage=StepName.CHALLENGE,
            hint=_NDES_HINT,
        )
    shown = f'a page titled "{words}"' if words else f"{len(page):,} characters without a title"
    # The page is not quoted: a password that was not recognized may stand on it.
    return ChallengeRefused(
        f"There is no challenge password on the page: the server sent {shown}.",
        stage=StepName.CHALLENGE,
        hint=(
            "Open the challenge URL in a browser: it must show the enrollment challenge password, "
            "as https://server/CertSrv/mscep_admin/ does."
        ),
    )


_NDES_HINT: Final = (
    "Its password cache may be full, the account may have no permission to enroll, or the server "
    "may want no password (EnforcePassword is 0: then set SCEP Challenge to None). Open the page "
    "in a browser."
)

_REFUSALS: Final = (
    (
        "password cache is full",
        "The server's password cache is full: all its one-time passwords are taken.",
        (
            "Wait until some expire (60 minutes by default), restart IIS on the server, or raise "
            r"HKLM\SOFTWARE\Microsoft\Cryptography\MSCEP\PasswordMax there (5 by default)."
        ),
    ),
    (
        "sufficient permission",
        "The account may sign in, but it has no permission to enroll with SCEP.",
        (
            "Give the account the Enroll permission on the certificate templates that the server "
            "uses, or use the account of a PKI administrator."
        ),
    ),
    (
        "mscep_admin",
        "This is the server's page for devices; challenge passwords are on another one.",
        "Use the address of the administration page: https://server/CertSrv/mscep_admin/",
    ),
)

"""HTTP as sessions see it: requests wanted, replies received, URLs joined (RFC 8894 section 4)."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from scep.transcript import StepName
from scep.vocabulary import MediaType, Operation

DEFAULT_PATH: Final = "/cgi-bin/pkiclient.exe"
"""Path of a server URL that has none (section 4.1)."""

GET_LIMIT: Final = 2048
"""Longest query that IIS takes unless told otherwise."""

MAX_REPLY_BYTES: Final = 2 * 1024 * 1024

TOLD_HEADERS: Final = ("Server", "Date", "Via", "Age", "Cache-Control")
"""Reply headers worth telling: who answered, by which clock, through what. Never cookies."""

_TITLE: Final = re.compile(r"<title[^>]{0,100}>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request that a session wants made.

    Attributes:
        method: ``"GET"``, ``"POST"``, or ``"HEAD"``, which asks for no body.
        query: parameters to append to the server URL, in order, not yet percent-encoded.
        body: request body; empty for GET. Sent with a Content-Length, never chunked: IIS
            refuses chunks.
        content_type: of the body.
        max_reply_bytes: read no more of the reply than this; the rest makes it truncated.
        optional: a server that hangs up instead of answering has answered with status 0.
        stage: the step it belongs to, where no ``operation`` in the query says it.
    """

    method: Literal["GET", "POST", "HEAD"]
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""
    max_reply_bytes: int = MAX_REPLY_BYTES
    optional: bool = False
    stage: StepName | None = None


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back, whatever its status.

    Attributes:
        status: HTTP status code; 0 when an optional request got no answer.
        content_type: the header as sent; empty when there was none.
        body: the body, at most ``max_reply_bytes`` of it.
        truncated: whether the body was longer than that.
        elapsed_ms: from the first byte sent to the last byte read; sessions put it into steps.
        retry_after_s: how long the server asks to wait before the next request; None when it
            does not say.
        url: where it came from, after redirects, as :func:`describe_url` writes it.
        headers: those that explain an answer (:data:`TOLD_HEADERS`), names and values.
        signed_in_by: the scheme by which a user was signed in; empty when none was.
    """

    status: int
    content_type: str
    body: bytes = field(repr=False)
    truncated: bool = False
    elapsed_ms: float = 0.0
    retry_after_s: float | None = None
    url: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    signed_in_by: str = ""


def join_url(server_url: str, query: Sequence[tuple[str, str]]) -> str:
    """Append parameters to a server URL, percent-encoded, keeping the query it has.

    A parameter of the URL with the name of one of ours gives way, because people paste URLs that
    end in ``?operation=GetCACert``. A URL without a path gets :data:`DEFAULT_PATH`, unless there
    is nothing to append (a challenge page).

    Args:
        server_url: what the profile says, such as ``http://host/certsrv/mscep/?profile=x``.
        query: names and values, in order.
    """
    if not query:
        return server_url
    parts = urlsplit(server_url)
    ours = {name.lower() for name, _ in query}
    kept = [pair for pair in parts.query.split("&") if pair and _name(pair) not in ours]
    path = parts.path or DEFAULT_PATH
    encoded = "&".join((*kept, _encode(query)))
    return urlunsplit((parts.scheme, parts.netloc, path, encoded, ""))


def describe_url(url: str) -> str:
    """Write a URL for people: without user, fragment and query, but with its SCEP operation.

    The rest of a query is left out because it may hold a whole message, or a token.
    """
    try:
        parts = urlsplit(url)
        operations = [value for name, value in parse_qsl(parts.query) if name == "operation"]
    except ValueError:
        return "an address that is none"
    host = parts.netloc.rpartition("@")[2]
    query = f"operation={quote(operations[0], safe='')}" if operations else ""
    return urlunsplit((parts.scheme, host, parts.path, query, ""))[:200]


def query_length(query: Sequence[tuple[str, str]]) -> int:
    """Count the characters that parameters have in a URL, percent-encoded."""
    return len(_encode(query))


def pki_operation(message: bytes, *, post: bool) -> HttpRequest:
    """Carry a pkiMessage by POST, or by GET in the standard alphabet without line breaks.

    Servers choke on anything else (RFC 8894 section 4.1).
    """
    operation = ("operation", Operation.PKI_OPERATION.value)
    if post:
        return HttpRequest("POST", (operation,), message, MediaType.PKI_MESSAGE)
    return HttpRequest("GET", (operation, ("message", base64.b64encode(message).decode())))


def looks_like_html(body: bytes) -> bool:
    """Tell whether a body is a page for people rather than a protocol answer."""
    start = _decode(body[:1024]).lstrip().lower()
    return start.startswith(("<!doctype", "<html", "<head", "<body", "<?xml")) or "<html" in start


def describe_body(body: bytes) -> str:
    """Say in a few words what a body is: its page title, its first characters or bytes."""
    if not body:
        return "an empty body"
    if looks_like_html(body):
        title = _TITLE.search(_decode(body[:4096]))
        words = " ".join(title[1].split()) if title else ""
        return f'an HTML page titled "{words[:80]}"' if words else "an HTML page without a title"
    return f"{len(body):,} bytes beginning with {excerpt(body, 40)}"


def excerpt(body: bytes, limit: int = 200) -> str:
    """Show the beginning of a body: text in quotes, anything else as hexadecimal bytes."""
    text = _decode(body[: 4 * limit])
    # A few wrong letters are another charset; many are no text at all.
    is_text = text.count("\ufffd") * 8 <= len(text)
    if not is_text or not all(letter.isprintable() or letter.isspace() for letter in text):
        return body[: min(limit, 16)].hex(" ")
    words = " ".join(text.split())
    return f'"{words[:limit]}…"' if len(words) > limit else f'"{words}"'


def media_type(content_type: str) -> str:
    """Reduce a Content-Type header to its type: lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def read_retry_after(header: str, now: datetime) -> float | None:
    """Read a Retry-After header, a number of seconds or a date (RFC 9110 section 10.2.3).

    Returns:
        Seconds from now, never negative; None when the header says neither.
    """
    if header.isascii() and header.isdigit():
        return float(header[:10])
    try:
        wanted = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    return max(0.0, (wanted - now).total_seconds())


def _encode(query: Sequence[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)


def _name(pair: str) -> str:
    return pair.partition("=")[0].lower()


def _decode(body: bytes) -> str:
    # NDES sends UTF-16LE, often without a byte order mark.
    if body.startswith((b"\xff\xfe", b"<\x00")):
        return body[: len(body) & ~1].decode("utf-16-le", "replace").lstrip("\ufeff")
    return body.decode("utf-8-sig", "replace")

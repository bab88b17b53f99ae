"""What the transport says when no usable answer comes: fact and hint for each cause."""

import ssl
from collections.abc import Iterator
from typing import Final

from scep import tls
from scep.addresses import Origin
from scep.errors import (
    AnswerBroken,
    HungUp,
    NameNotResolved,
    NotConnected,
    RedirectRefused,
    ScepError,
)
from scep.transcript import Outcome, Step, StepName
from scep.wire import HttpRequest, describe_url, join_url

_STAGES: Final = {
    "GetCACaps": StepName.CAPS,
    "GetCACert": StepName.CACERT,
    "GetNextCACert": StepName.NEXT_CA,
    "PKIOperation": StepName.PKIOPERATION,
}


def stage(request: HttpRequest) -> StepName:
    """Name the step that a request belongs to."""
    named = request.stage or StepName.CHALLENGE
    return _STAGES.get(dict(request.query).get("operation", ""), named)


def request_line(request: HttpRequest, server_url: str) -> str:
    """Tell what was asked of whom, for a step that failed before its answer."""
    try:
        url = join_url(server_url, request.query)
    except ValueError:
        url = server_url
    return f"{request.method} {describe_url(url)}"


def not_resolved(error: Exception, host: str) -> NameNotResolved:
    """The name has no address."""
    # EAI_AGAIN is -3 on Linux: a name server did not answer, rather than "no such name".
    if getattr(error, "errno", None) == -3:
        return NameNotResolved(
            f"No name server could say what {host} is.",
            stage=StepName.DNS,
            hint="Check the DNS servers of this machine and the network.",
        )
    return NameNotResolved(
        f"The name {host} is unknown.",
        stage=StepName.DNS,
        hint="Check the host name in the URL, and the DNS servers of this machine.",
    )


def no_name_service(host: str, timeout_s: float) -> NameNotResolved:
    """The resolver did not come back in time."""
    return NameNotResolved(
        f"The name {host} was not resolved within {timeout_s:g} s.",
        stage=StepName.DNS,
        hint="Check the DNS servers of this machine and the network.",
    )


def not_connected(error: OSError, host: str, port: int, timeout_s: float) -> NotConnected:
    """No address of the host took the connection."""
    if isinstance(error, ConnectionRefusedError):
        fact = f"{host} refused the connection to port {port}."
        hint = "Check the port in the URL, and that the SCEP service is running."
    elif isinstance(error, TimeoutError):
        fact = f"{host} did not answer on port {port} within {timeout_s:g} s."
        hint = "Check the address and the port, and firewalls in between that drop packets."
    else:
        fact = f"{host} cannot be reached on port {port}: {error.strerror}."
        hint = "Check the address and the route to it."
    return NotConnected(fact, stage=StepName.TCP, hint=hint)


def broken(
    error: Exception, request: HttpRequest, origin: Origin, timeout_s: float, *, begun: bool
) -> ScepError:
    """The connection was there, and no complete HTTP answer came.

    Args:
        error: what stopped it.
        request: what was asked.
        origin: of whom.
        timeout_s: how long the answer might have taken.
        begun: whether the head of an answer had come.
    """
    causes = tuple(_causes(error))
    for cause in causes:
        # An end without an alert is not a matter of TLS.
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return tls.failure(cause, origin.host, origin.port)
    kinds = [kind for cause in causes for kind in type(cause).__mro__]
    names = {f"{kind.__module__}.{kind.__name__}" for kind in kinds}
    words = next((words for name, words in _BROKEN if name in names), _NOT_HTTP)
    words = _CUT if begun and words is _CLOSED else words
    fact, hint = (text.format(host=origin.host, seconds=f"{timeout_s:g}") for text in words)
    kind = HungUp if words is _CLOSED else AnswerBroken
    return kind(fact, stage=stage(request), hint=hint)


def redirect_followed(request: HttpRequest, url: str) -> Step:
    """A redirect on the same host, worth a word because it costs a round trip each time."""
    return Step(
        stage(request),
        Outcome.WARNED,
        f"The server redirected to {describe_url(url)}, and we followed.",
        hint="Put that address into the settings to save a round trip.",
    )


def redirect_refused(request: HttpRequest, url: str, status: int) -> RedirectRefused:
    """A redirect to another host, or from https to http."""
    return RedirectRefused(
        f"The server redirects to {describe_url(url)}, which is not followed.",
        stage=stage(request),
        status=status,
        hint="If that is the right server, put its address into the settings.",
    )


def too_many_redirects(request: HttpRequest) -> RedirectRefused:
    """Redirects that come to no end."""
    return RedirectRefused(
        "The server redirects again and again.",
        stage=stage(request),
        status=310,
        hint="Check the server URL; NDES has its service at /certsrv/mscep/ with the last slash.",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it came from, without end-less rings."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            waiting += cause.args


_NOT_HTTP: Final = (
    "{host} did not answer in HTTP.",
    "Check the port, and use https:// in the URL if this port speaks TLS.",
)

_CLOSED: Final = (
    "{host} closed the connection without an answer.",
    (
        "Look into the log of the server. Use https:// if this port speaks TLS, and a client "
        "certificate if the server wants one."
    ),
)

_CUT: Final = (
    "{host} closed the connection in the middle of its answer.",
    "Try again; if it stays, look into the log of the server.",
)

# By the name of the exception's class: requests and urllib3 belong to the transport alone.
_BROKEN: Final = (
    (
        "builtins.TimeoutError",
        (
            "{host} did not finish its answer within {seconds} s.",
            "The server or the network is too slow, or something in between holds the answer.",
        ),
    ),
    ("http.client.IncompleteRead", _CUT),
    (
        "ssl.SSLEOFError",
        _CLOSED,
    ),
    (
        "builtins.ConnectionError",
        _CLOSED,
    ),
    (
        "urllib3.exceptions.DecodeError",
        (
            "{host} sent a compressed answer that cannot be decompressed.",
            "Switch HTTP compression off for the SCEP service.",
        ),
    ),
    (
        "requests.exceptions.InvalidURL",
        (
            "The URL has a host name that cannot exist: {host}.",
            "Check the URL.",
        ),
    ),
)

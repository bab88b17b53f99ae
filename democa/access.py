"""Sign-in to the pages that only the CA's operator may use: Basic, and NTLM as on NDES."""

import base64
import binascii
import hmac
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse

from democa import ntlm, secrets, services

USER: Final = "scep"
"""The one user of the admin page."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

_BASIC: Final = 'Basic realm="scepadmin demo CA", charset="UTF-8"'
_HANDSHAKES: Final = ntlm.Handshakes()


class SignInWanted(HttpResponse):
    """Status 401, with a WWW-Authenticate header for each scheme, as IIS sends them."""

    def __init__(self, *offers: str) -> None:
        text = "The user name or the password is missing or wrong.\n"
        super().__init__(text, content_type="text/plain", status=401)
        self["WWW-Authenticate"], *self.more_offers = offers
        self["Content-Length"] = str(len(text))

    def items(self) -> Iterator[tuple[str, str]]:
        """Give all headers to the web server: Django keeps one of each name."""
        yield from super().items()
        for offer in self.more_offers:
            yield "WWW-Authenticate", offer


def operator_only(view: View[P]) -> View[P]:
    """Ask for the operator's user name and password, by Basic, before a view answers."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if _is_operator(*_authorization(request)):
            return view(request, *args, **kwargs)
        return SignInWanted(_BASIC)

    return guarded


def operator_as_on_ndes(view: View[P]) -> View[P]:
    """Ask for the operator's user name and password by NTLM, Negotiate or Basic."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        scheme, credentials = _authorization(request)
        if _is_operator(scheme, credentials):
            return view(request, *args, **kwargs)
        turn = _windows_turn(request, scheme, credentials)
        if turn is None:
            return SignInWanted(*_offers())
        answer = f"{scheme} {base64.b64encode(turn.answer).decode()}"
        if not turn.done:
            return SignInWanted(answer)
        response = view(request, *args, **kwargs)
        if turn.answer:
            response["WWW-Authenticate"] = answer
        return response

    return guarded


def _authorization(request: HttpRequest) -> tuple[str, str]:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    return scheme, credentials.strip()


def _offers() -> tuple[str, ...]:
    # Without the file of NTLM users nobody could sign in that way.
    windows = ("Negotiate", "NTLM") if secrets.ntlm_users().exists() else ()
    return (*windows, _BASIC)


def _windows_turn(request: HttpRequest, scheme: str, credentials: str) -> ntlm.Turn | None:
    """Take a message of a handshake; None when it is none, or signs in nobody."""
    users = secrets.ntlm_users()
    if scheme.lower() not in {"ntlm", "negotiate"} or not users.exists():
        return None
    meta = request.META
    connection = tuple(str(meta.get(n, "")) for n in ("REMOTE_ADDR", "REMOTE_PORT", "SERVER_PORT"))
    try:
        message = base64.b64decode(credentials, validate=True)
        return _HANDSHAKES.take(connection, message, users)
    except (binascii.Error, ntlm.SignInRefused):
        return None


def _is_operator(scheme: str, encoded: str) -> bool:
    if scheme.lower() != "basic":
        return False
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    # Both are always looked at, so that the time taken does not say which one was wrong.
    right_user = hmac.compare_digest(user.encode(), USER.encode())
    right_password = services.is_admin_password(password)
    return right_user and right_password

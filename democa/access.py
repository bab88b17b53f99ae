"""Basic authentication of the pages that only the CA's operator may use."""

import base64
import binascii
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse

from democa import services

USER: Final = "scep"
"""The one user of the admin page."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def operator_only(view: View[P]) -> View[P]:
    """Ask for the admin page's user name and password before a view answers."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if _is_operator(request.headers.get("Authorization", "")):
            return view(request, *args, **kwargs)
        response = HttpResponse(
            "The user name or the password is missing or wrong.\n",
            content_type="text/plain",
            status=401,
        )
        response["WWW-Authenticate"] = 'Basic realm="scepadmin demo CA", charset="UTF-8"'
        return response

    return guarded


def _is_operator(header: str) -> bool:
    scheme, _, encoded = header.partition(" ")
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

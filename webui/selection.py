"""The rows ticked in a list, and whether a request asks about them or acts on them.

A list's tools post the rows: a URL that names some hundreds is longer than servers take. The
dialog that answers carries them on in hidden fields. Its own URL takes them too, a few at a time.
"""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest

OBJECT: Final = "object"
"""Name of the field that each ticked row sends."""

ASK: Final = "ask"
"""Name of the field that a list's tool sends, and its dialog does not."""


def chosen(request: HttpRequest) -> list[UUID]:
    """Return the rows that a request names, in its body or its URL.

    Raises:
        Http404: one of them is no UUID.
    """
    named = request.POST.getlist(OBJECT) or request.GET.getlist(OBJECT)
    try:
        return [UUID(text) for text in named]
    except ValueError as error:
        raise Http404 from error


def is_question(request: HttpRequest) -> bool:
    """Tell whether the dialog is to be shown, rather than done as it says."""
    return request.method != "POST" or ASK in request.POST

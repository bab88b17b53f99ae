"""The dialog that asks before the objects chosen in a list are deleted, and what comes of it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from domain.errors import Refused
from webui import htmx, selection


def answer(
    request: HttpRequest,
    *,
    template: str,
    items: Sequence[object],
    delete: Callable[[], object],
    event: str,
    otherwise: str,
) -> HttpResponse:
    """Ask whether to delete, or delete; a refusal is said in the dialog, and nothing is deleted.

    Args:
        request: names the objects; see :mod:`webui.selection`.
        template: of the dialog; see ``templates/delete_dialog.html``.
        items: the objects, for the dialog.
        delete: deletes them, all or none.
        event: what has happened then, for fragments that listen.
        otherwise: name of the URL to see next without htmx.
    """
    context: dict[str, Any] = {"items": items, "chosen": selection.chosen(request)}
    if not selection.is_question(request):
        try:
            delete()
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            return htmx.saved(request, event=event, otherwise=otherwise)
    status = htmx.UNPROCESSABLE if "refusal" in context else 200
    return htmx.dialog(request, template, context, status=status)

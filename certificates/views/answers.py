"""What the views of certificates have in common."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from certificates.forms.places import Places
from certificates.queries import listing
from certificates.queries.rows import CertificateRow
from device import access, selector
from domain.actions import Action
from domain.locations import DEVICE
from webui import htmx


def to_job(job_id: int) -> HttpResponse:
    """Go on to a job's dialog."""
    return see_other("jobs:job", job_id)


def see_other(name: str, *arguments: int) -> HttpResponse:
    """Go on to another dialog."""
    response = redirect(name, *arguments)
    response.status_code = 303  # htmx follows it too: that dialog takes this one's place
    return htmx.varying(response)


def chosen_rows(request: HttpRequest, chosen: Collection[UUID]) -> list[CertificateRow]:
    """List those of the certificates chosen that there are, and that the admin may look at."""
    by = access.actor(request)
    return [
        row
        for row in listing.chosen_rows(chosen, now())
        if access.may(by, Action.READ_CERTIFICATES, row.location)
    ]


def places(request: HttpRequest) -> Places:
    """Return where the admin may put a certificate."""
    by = access.actor(request)
    labels = {
        place: label
        for place, label in selector.shown(request).items()
        if place != DEVICE and access.may(by, Action.WRITE_CERTIFICATES, place)
    }
    return Places(labels, selector.usual(request))


def now() -> datetime:
    """Tell the time."""
    return timezone.now()  # noqa: TID251 - a view reads the clock for the services

"""What the frame around every page shows."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from configuration import queries as configuration
from device import access, selector
from device import queries as device
from domain.actions import Action
from jobs import queries as jobs
from webui import navigation


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values; to visitors who have not signed in only what the login shows."""
    facts = device.facts()
    shown: dict[str, Any] = {"frame_hostname": facts.hostname, "frame_fips_cc": facts.fips_cc}
    # An error page may be rendered before the middleware that finds the user has run.
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return shown
    signed_in = access.sign_in_facts(request)
    now = timezone.now()  # noqa: TID251 - a page is drawn at a moment
    by = access.actor(request)
    may = partial(access.may, by)
    menu = navigation.menu(request.path, may)
    systems = selector.choices(request)
    return shown | {
        "frame_virtual_systems": [(place.key, label) for place, label in systems.items()],
        "frame_virtual_system": (selector.selected(request) if systems else None),
        "location_labels": SimpleLazyObject(device.location_labels),
        "jobs_seen": SimpleLazyObject(partial(jobs.jobs_seen_by, by)),
        "menu": menu,
        "tree": navigation.tree(menu),
        "may": {action.replace("-", "_"): may(action) for action in Action},
        "pending_count": configuration.pending_count(),
        "confirmation": configuration.confirmation_bar(by, now),
        "lock_count": configuration.lock_count(),
        "running_jobs": jobs.running_count(),
        "frame_last_login": signed_in.previous_login_at,
        "frame_failed_attempts": signed_in.failed_attempts,
        "frame_session_expires": request.session.get_expiry_date(),
    }

"""Every route says what it takes to be let in."""

from collections.abc import Iterator
from typing import Final

import pytest

from django.urls import URLPattern, URLResolver, get_resolver

from domain.actions import Action

FOR_EVERYBODY: Final = {
    "device:home": "leads to a page that the role may read",
    "device:login": "before anybody has signed in",
    "device:logout": "whoever signed in may sign out",
    "device:message": "what is told after signing in",
    "device:own-sessions": "one's own sign-ins",
    "device:end-session": "one's own session; the service asks for more",
    "configuration:pending": "a number in the frame",
    "configuration:confirmation": "the bar of the frame; its buttons are for those who may commit",
    "configuration:locks": "whoever is kept out has to see by whom",
    "configuration:lock_count": "a number in the frame",
    "configuration:remove_lock": "one's own lock; the service asks for more",
    "device:virtual-system": "what one looks at oneself; only one's own can be chosen",
    "jobs:news": "a number in the frame, and the ends of one's own jobs",
    "jobs:job": "what one has started oneself; the view asks for more",
    "jobs:progress": "likewise",
    "monitor:entry": "the half of the log that it stands in decides; the view asks",
}


def _routes(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, object]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, inside)
        else:
            yield f"{space}{pattern.name}", pattern.callback


ROUTES: Final = dict(_routes(get_resolver().url_patterns, ""))


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_asks_for_an_action_or_is_for_everybody(name: str) -> None:
    action = getattr(ROUTES[name], "required_action", None)

    assert isinstance(action, Action) is (name not in FOR_EVERYBODY)


def test_what_is_for_everybody_exists() -> None:
    assert set(FOR_EVERYBODY) <= set(ROUTES)

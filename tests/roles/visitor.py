"""Somebody who follows every link and presses every button that a page shows."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, cast
from urllib.parse import urlsplit

from lxml import html

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

REFUSAL: Final = re.compile(r"Your role does not allow [^<]*\. Nothing was done\.")

ENOUGH: Final = 3
"""So many addresses of one route are visited: objects of several locations, and several filters."""

_LEFT_OUT: Final = frozenset({"device:logout", "device:login", ""})
"""What ends the visit, and what is no route of ours, such as styles."""

_LINKS: Final = ("href", "hx-get")


@dataclass(slots=True)
class Visitor:
    """A visit.

    Attributes:
        browser: signed in.
        refused: what was shown and then refused: the page, and what was pressed.
        pressed: how many buttons were.
    """

    browser: Client
    refused: list[str] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)
    pressed: int = 0

    def visit(self, start: str) -> None:
        """Look at everything that can be reached from a page, and try every button."""
        waiting = deque([start])
        seen: Counter[str] = Counter()
        while waiting:
            url = waiting.popleft()
            route = _route(url)
            if url in self.visited or route in _LEFT_OUT or seen[route] >= ENOUGH:
                continue
            self.visited.add(url)
            seen[route] += 1
            waiting.extend(self.look_at(url))

    def look_at(self, url: str) -> list[str]:
        """Press every button of a page; return where its links lead."""
        response = cast("HttpResponse", self.browser.get(url, follow=True))
        if response.status_code in {403, 405}:
            if response.status_code == 403:
                self.refused.append(f"the link to {url}")
            return []
        if response.streaming or "html" not in response.headers["Content-Type"]:
            return []
        page = cast("html.HtmlElement", html.document_fromstring(response.content, base_url=url))
        page.make_links_absolute(f"http://testserver{url}")
        for form in page.forms:
            for button in _buttons(form):
                self._press(url, form, button)
        return list(_links(page))

    def _press(self, url: str, form: html.FormElement, button: html.HtmlElement) -> None:
        action = urlsplit(button.get("formaction") or form.action or url)
        target = f"{action.path}?{action.query}" if action.query else action.path
        if _route(target) in _LEFT_OUT or form.method != "POST":
            return
        self.pressed += 1
        # Some rows can be exported and not changed: a button is for one row of the list at least.
        if not any(self._is_taken(target, values) for values in _filled_in(form, button)):
            words = " ".join(button.text_content().split()) or button.get("aria-label", "")
            self.refused.append(f"{url}: {words!r} to {target}")

    def _is_taken(self, target: str, values: dict[str, list[str]]) -> bool:
        """Send a form, and take it back."""
        with transaction.atomic():
            response = cast("HttpResponse", self.browser.post(target, values, follow=True))
            transaction.set_rollback(True)
        return response.status_code != 403 and not REFUSAL.search(_text(response))


def _route(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


def _links(page: html.HtmlElement) -> Iterator[str]:
    for attribute in _LINKS:
        for link in page.xpath(f"//*[@{attribute}]/@{attribute}"):
            parts = urlsplit(str(link))
            if parts.netloc in {"", "testserver"} and parts.path:
                yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def _buttons(form: html.FormElement) -> list[html.HtmlElement]:
    """List the buttons that send a form, those that wait for a row to be chosen among them."""
    return [
        button
        for button in form.xpath(".//button[not(@type) or @type='submit']")
        if button.get("disabled") is None or button.get("data-requires")
    ]


def _filled_in(form: html.FormElement, button: html.HtmlElement) -> Iterator[dict[str, list[str]]]:
    """Give what the browser would send: what stands in the fields, with each row ticked in turn."""
    values: dict[str, list[str]] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    if button.get("name"):
        values[button.get("name")] = [button.get("value", "")]
    rows = form.xpath(".//input[@type='checkbox'][@name='object']/@value")
    for row in rows or [""]:
        yield values | ({"object": [str(row)]} if row else {})


def _text(response: HttpResponse) -> str:
    return "" if response.streaming else response.content.decode(errors="replace")

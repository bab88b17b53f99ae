"""Presentation only: icons, links that open dialogs, fingerprints, times, counted words.

Load with ``{% load webui %}``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from lucide.templatetags.lucide import lucide

from django import forms, template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from domain.locations import Location

register = template.Library()

MAX_CONDITION: Final = 3
"""Most values that the condition of a row is spelled out for."""

_NOTICE_ICONS: Final = {"ok": "circle-check", "warn": "triangle-alert", "error": "octagon-x"}
_BETWEEN_PAIRS: Final = SafeString(":<wbr>")
_NEVER: Final = SafeString('<span class="quiet">never</span>')


@register.filter
def named_in(location: Location, labels: Mapping[Location, str]) -> str:
    """Say what admins call a location; one that is no longer there goes by its key."""
    return labels.get(location, str(location))


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, size: int = 16) -> SafeString:
    """Return a lucide icon as inline SVG, hidden from screen readers.

    Args:
        name: the icon's name on lucide.dev; an unknown one raises.
        size: width and height in pixels.
    """
    # lucide changes a copy of its parsed SVG at every call; a grid draws the same few icons.
    return SafeString(lucide(name, size=size, aria_hidden="true", focusable="false"))


@register.simple_tag
def notice_icon(level: str) -> SafeString:
    """Return the shape that goes with a notice of this level."""
    return icon(_NOTICE_ICONS.get(level, "info"), 17)


@register.simple_tag
def opens_dialog(url: str) -> SafeString:
    """Return the attributes of a link that opens the dialog living at the URL."""
    return format_html('href="{}" hx-get="{}" hx-target="#modal" hx-swap="innerHTML"', url, url)


@register.filter
def attention(form: forms.BaseForm) -> str:
    """Say how many fields of a form have errors; empty when only the form as a whole has."""
    count = len([name for name in form.errors if name != "__all__"])
    if count == 0:
        return ""
    return "1 field needs attention." if count == 1 else f"{count} fields need attention."


@register.filter
def condition(field: forms.BoundField) -> str:
    """Say in words when a row with ``data-show-when`` counts; empty for one that always does.

    Without JavaScript such rows are always there. Nor is anything said about a long list of values.
    """
    name, _, values = field.field.widget.attrs.get("data-show-when", "").partition("=")
    wanted = values.split("|")
    if not name or len(wanted) > MAX_CONDITION:
        return ""
    other = field.form[name]
    labels = {str(value): str(label) for value, label in getattr(other.field, "choices", ())}
    return f"Only with {other.label} {' or '.join(labels.get(one, one) for one in wanted)}."


@register.filter
def fingerprint(digest_hex: str) -> SafeString:
    """Group a hexadecimal digest in pairs that may wrap between any two."""
    compact = digest_hex.replace(":", "").replace(" ", "").upper()
    pairs = [compact[index : index + 2] for index in range(0, len(compact), 2)]
    return format_html_join(_BETWEEN_PAIRS, "{}", ((pair,) for pair in pairs))


@register.filter
def moment(at: datetime | None) -> SafeString:
    """Show a time in UTC, to the second, in a form that sorts and cannot be misread."""
    if at is None:
        return _NEVER
    utc = at.astimezone(UTC)
    return format_html(
        '<time datetime="{}">{}</time>',
        utc.isoformat(timespec="seconds"),
        utc.strftime("%Y-%m-%d %H:%M:%S"),
    )


@register.filter
def duration(milliseconds: float) -> str:
    """Show how long something took: ``"8 ms"``, ``"1.2 s"``, ``"2 min 5 s"``."""
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"

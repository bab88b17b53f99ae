"""Icons, links that open dialogs, fingerprints, times, counted words."""

from datetime import datetime, timedelta, timezone

import pytest
from lucide import IconDoesNotExist

from django import forms

from webui.templatetags import webui


class Names(forms.Form):
    """A form with two required fields."""

    first = forms.CharField()
    second = forms.CharField()


def test_an_icon_is_hidden_from_screen_readers_and_has_no_inline_style() -> None:
    svg = webui.icon("x", 18)

    assert 'aria-hidden="true"' in svg
    assert 'width="18"' in svg
    assert "style=" not in svg


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(IconDoesNotExist):
        webui.icon("no-such-icon")


@pytest.mark.parametrize("level", ["info", "ok", "warn", "error"])
def test_every_level_of_a_notice_has_a_shape(level: str) -> None:
    assert webui.notice_icon(level).startswith("<svg")


def test_a_link_to_a_dialog_works_with_and_without_htmx() -> None:
    attributes = webui.opens_dialog("/x/?a=1&b=2")

    assert attributes == (
        'href="/x/?a=1&amp;b=2" hx-get="/x/?a=1&amp;b=2" hx-target="#modal" hx-swap="innerHTML"'
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "2 fields need attention."),
        ({"first": "x"}, "1 field needs attention."),
        ({"first": "x", "second": "y"}, ""),
    ],
)
def test_fields_with_errors_are_counted(data: dict[str, str], words: str) -> None:
    assert webui.attention(Names(data)) == words


def test_an_error_of_the_whole_form_is_not_a_field() -> None:
    form = Names({"first": "x", "second": "y"})
    form.add_error(None, "Together they make no sense.")

    assert webui.attention(form) == ""


@pytest.mark.parametrize("digest", ["a656fa66", "A6:56:FA:66", "A656 FA66"])
def test_a_fingerprint_may_wrap_between_pairs(digest: str) -> None:
    assert webui.fingerprint(digest) == "A6:<wbr>56:<wbr>FA:<wbr>66"


def test_a_moment_is_shown_in_utc() -> None:
    at = datetime(2026, 11, 23, 9, 14, 2, tzinfo=timezone(timedelta(hours=1)))

    assert webui.moment(at) == (
        '<time datetime="2026-11-23T08:14:02+00:00">2026-11-23 08:14:02</time>'
    )


def test_a_moment_that_never_came_says_so() -> None:
    assert "never" in webui.moment(None)


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0.2, "0 ms"),
        (8.4, "8 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (1834.0, "1.8 s"),
        (125_000.0, "2 min 5 s"),
    ],
)
def test_a_duration_is_short_and_readable(milliseconds: float, words: str) -> None:
    assert webui.duration(milliseconds) == words


class Dependent(forms.Form):
    """A form whose rows depend on each other."""

    mode = forms.ChoiceField(label="Mode", choices=[("a", "First"), ("b", "Second")])
    signed = forms.BooleanField(label="Signed")
    first = forms.CharField(widget=forms.TextInput(attrs={"data-show-when": "mode=a"}))
    both = forms.CharField(widget=forms.TextInput(attrs={"data-show-when": "mode=a|b"}))
    many = forms.CharField(widget=forms.TextInput(attrs={"data-show-when": "mode=a|b|c|d"}))
    ticked = forms.CharField(widget=forms.TextInput(attrs={"data-show-when": "signed=on"}))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mode", ""),
        ("first", "Only with Mode First."),
        ("both", "Only with Mode First or Second."),
        ("many", ""),
        ("ticked", "Only with Signed on."),
    ],
)
def test_when_a_row_counts_is_said_in_the_words_of_the_form(name: str, words: str) -> None:
    assert webui.condition(Dependent()[name]) == words

"""The spans of the timeline and where its bars stand."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import timeline
from dashboard.timeline import MONTHS, WEEKS, Chart, Unit

DAYS = st.dates(date(2000, 1, 1), date(2900, 1, 1))


def months(counts: list[int], today: date = date(2026, 11, 23)) -> Chart:
    """A chart of 24 months, of which the first have these numbers."""
    rest = [0] * (MONTHS - len(counts))
    return timeline.chart(timeline.spans(today, Unit.MONTH), counts + rest)


def test_months_begin_today_and_say_their_year_where_it_begins() -> None:
    spans = timeline.spans(date(2026, 11, 23), Unit.MONTH)

    assert [(span.first, span.last) for span in spans[:2]] == [
        (date(2026, 11, 23), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 31)),
    ]
    assert [(span.words, span.label, span.group) for span in spans[:4]] == [
        ("November 2026", "Nov", "2026"),
        ("December 2026", "Dec", ""),
        ("January 2027", "Jan", "2027"),
        ("February 2027", "Feb", ""),
    ]
    assert len(spans) == MONTHS


def test_weeks_begin_on_mondays_and_say_their_month_where_it_begins() -> None:
    spans = timeline.spans(date(2026, 12, 27), Unit.WEEK)

    assert [(span.words, span.label, span.group) for span in spans[:3]] == [
        ("27 Dec 2026", "27", "Dec 26"),
        ("28 Dec 2026 to 3 Jan 2027", "28", ""),
        ("4 to 10 Jan 2027", "4", "Jan 27"),
    ]
    assert spans[5].words == "25 to 31 Jan 2027"
    assert timeline.spans(date(2026, 9, 30), Unit.WEEK)[0].words == "30 Sep to 4 Oct 2026"
    assert len(spans) == WEEKS


@given(DAYS, st.sampled_from(Unit))
def test_spans_follow_one_another_without_gaps(today: date, unit: Unit) -> None:
    spans = timeline.spans(today, unit)

    assert spans[0].first == today
    assert all(span.first <= span.last for span in spans)
    for before, after in pairwise(spans):
        assert after.first - before.last == timedelta(days=1)


@pytest.mark.parametrize(
    ("most", "values"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (11, [0, 5, 10, 15]),
        (87, [0, 20, 40, 60, 80, 100]),
        (501, [0, 200, 400, 600]),
    ],
)
def test_lines_stand_at_round_numbers_and_reach_the_highest_bar(
    most: int, values: list[int]
) -> None:
    chart = months([most])

    assert [rule.value for rule in chart.rules] == values
    assert chart.rules[0].y == chart.base
    assert chart.rules[-1].y == chart.top


def test_a_bar_is_as_high_as_its_number_and_stands_on_the_base() -> None:
    chart = months([100, 50, 0, 25])

    heights = [bar.height for bar in chart.bars[:4]]
    assert heights == [chart.slot_height, chart.slot_height / 2, 0, chart.slot_height / 4]
    assert all(bar.y + bar.height == chart.base for bar in chart.bars)
    assert (chart.most, chart.total) == (100, 175)


def test_one_certificate_among_thousands_is_still_seen() -> None:
    assert months([10_000, 1]).bars[1].height > 2


def test_what_begins_within_thirty_days_is_soon() -> None:
    assert [bar.is_soon for bar in months([1]).bars[:3]] == [True, True, False]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_no_bar_leaves_the_picture_or_its_slot(counts: list[int]) -> None:
    span = timeline.spans(date(2026, 11, 23), Unit.MONTH)[0]

    chart = timeline.chart([span] * len(counts), counts)

    for number, bar in enumerate(chart.bars):
        assert bar.slot_x <= bar.x
        assert bar.x + bar.width <= bar.slot_x + chart.slot + 0.01
        assert bar.y >= chart.top
        assert bar.slot_x + chart.slot <= chart.width + 0.01 * len(counts)
        assert bool(bar.height) is bool(counts[number])
    assert len(chart.rules) <= 7

"""What the list's URL means, and what is kept of it."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from django.http import QueryDict

from certificates.forms.asking import query_of
from certificates.forms.listing import COLUMNS, FILTERS, USUAL, ListForm
from certificates.queries.filters import Days, Filter, Offered
from certificates.rules import Status

PROFILE = UUID("00000000-0000-4000-8000-000000000001")
OFFERED = Offered(("CN=Acme",), ("RSA 2048",), (PROFILE,))
EVERYTHING = (
    f"q=fw&status=expired&issuer=CN%3DAcme&profile={PROFILE}&algorithm=RSA+2048&key=yes&within=30"
    "&weak=yes&view=flat&sort=-expires&col=subject&col=weak&density=compact&size=25"
)


def form(query: str = "", *, saved: str = "", offered: Offered = OFFERED) -> ListForm:
    """The form of a URL."""
    names = {PROFILE: "ndes"}
    return ListForm(QueryDict(query), saved=saved, offered=offered, profiles=names)


def test_a_url_says_everything() -> None:
    asked = form(EVERYTHING)

    wanted = asked.to_wanted(3)

    assert wanted.filter == Filter(
        "fw",
        Status.EXPIRED,
        "CN=Acme",
        PROFILE,
        "RSA 2048",
        has_key=True,
        within_days=30,
        is_weak=True,
    )
    assert (wanted.sort, wanted.descending, wanted.is_flat) == ("expires", True, True)
    assert (wanted.size, wanted.number, wanted.used_by) == (25, 3, False)
    assert asked.columns == ("subject", "weak")
    assert asked.is_compact


def test_its_own_query_asks_the_same_again() -> None:
    asked = form(EVERYTHING)

    again = form(asked.query().urlencode(), saved="status=valid&sort=name&density=&col=ca")

    assert again.to_wanted() == asked.to_wanted()
    assert (again.columns, again.is_compact) == (asked.columns, True)


def test_an_empty_url_shows_what_was_saved_without_the_search() -> None:
    saved = form(EVERYTHING).to_save()

    recalled = form("", saved=saved).to_wanted()

    assert recalled.filter.text == ""
    assert recalled.filter.status is Status.EXPIRED
    assert (recalled.sort, recalled.size) == ("expires", 25)


def test_one_filter_in_the_url_makes_the_saved_ones_step_back() -> None:
    asked = form("status=revoked", saved=form(EVERYTHING).to_save())

    assert asked.to_wanted().filter == Filter(status=Status.REVOKED)
    assert asked.columns == ("subject", "weak")


def test_a_page_number_alone_keeps_what_was_saved() -> None:
    asked = form("page=2", saved=form(EVERYTHING).to_save())

    assert asked.to_wanted().filter.status is Status.EXPIRED


def test_nothing_asked_is_the_tree_with_the_usual_columns() -> None:
    asked = form()

    assert asked.to_wanted().filter.is_empty
    assert asked.to_wanted().is_tree
    assert asked.columns == USUAL
    assert asked.query().urlencode() == "q=&view=tree"


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense",
        "profile=nonsense",
        "within=-3",
        "within=99999",
        "within=soon",
        "key=maybe",
        "weak=very",
        "size=100000",
        "sort=private_key",
        "col=password",
        f"q={'x' * 201}",
        "density=airy",
    ],
)
def test_what_cannot_be_read_asks_nothing(query: str) -> None:
    assert form(query).to_wanted() == form().to_wanted()
    assert form(query).columns == USUAL


def test_a_value_that_does_not_occur_stays_what_is_asked() -> None:
    other = uuid4()
    asked = form(f"issuer=CN%3DGone&profile={other}&algorithm=EC+256&within=45", offered=Offered())

    assert asked.to_wanted().filter == Filter(
        issuer="CN=Gone", profile_uuid=other, algorithm="EC 256", within_days=45
    )
    words = {name: value for name, _, value in asked.active()}
    assert words["profile"] == "No certificate of this profile"
    assert words["within"] == "within 45 days"


def test_chips_say_filters_in_words() -> None:
    assert form(EVERYTHING).active() == [
        ("q", "Search", '"fw"'),
        ("status", "Status", "Expired"),
        ("issuer", "Issuer", "CN=Acme"),
        ("profile", "SCEP profile", "ndes"),
        ("algorithm", "Algorithm", "RSA 2048"),
        ("key", "Private key", "On this device"),
        ("within", "Expires", "within 30 days"),
        ("weak", "Weaknesses", "With weaknesses"),
    ]


def test_a_profile_that_is_gone_is_said_to_be() -> None:
    gone = uuid4()

    found = form(f"profile={gone}", offered=Offered(profiles=(gone,)))

    assert found.active()[0][2] == f"Deleted ({gone})"


def test_every_filter_and_column_has_its_field() -> None:
    asked = form()

    assert [field.name for field in asked.filters] == [name for name in FILTERS if name != "q"]
    assert [box.value for box in asked.column_boxes] == list(COLUMNS)
    assert {box.value for box in asked.column_boxes if box.is_ticked} == set(USUAL)
    assert [field.name for field in asked.looks] == ["density", "size"]


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(text="fw & co"),
        Filter(status=Status.NOT_YET_VALID),
        Filter("fw", Status.EXPIRED, "CN=Acme", PROFILE, "RSA 2048", has_key=False, is_weak=True),
        Filter(has_key=True, within_days=7),
        Filter(ends_in=Days(date(2027, 3, 1), date(2027, 3, 31))),
    ],
    ids=str,
)
def test_a_link_to_the_list_asks_for_what_the_filter_lets_through(wanted: Filter) -> None:
    asked = form(query_of(wanted), saved="status=expired&weak=yes&view=flat")

    assert asked.to_wanted().filter == wanted
    assert form(asked.query().urlencode()).to_wanted().filter == wanted


def test_a_filter_by_days_is_told_in_words() -> None:
    asked = form("q=&within=2027-03-01..2027-03-31")

    assert asked.active() == [("within", "Expires", "2027-03-01 to 2027-03-31")]


@pytest.mark.parametrize("within", ["2027-03-01..", "..", "2027-02-30..2027-03-01", "a..b", "-1"])
def test_days_that_are_none_filter_nothing(within: str) -> None:
    assert form(f"q=&within={within}").to_wanted().filter == Filter()

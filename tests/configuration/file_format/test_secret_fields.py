"""Where an entry has secrets."""

from configuration.file_format import fill_secrets, secret_fields
from configuration.transfer import FilePlace
from tests.configuration.file_format.shapes import PLACES, note

PLACE = PLACES.by_kind["note"]
SEVERAL = (
    '<entry name="a"><keys><entry name="k"><code>2</code></entry>'
    '<entry name="l"><code>3</code></entry><entry name="m"><code/></entry></keys></entry>'
)


def test_secrets_are_found_with_their_purpose() -> None:
    assert secret_fields(note("a", code="1"), PLACE) == [("lock/code", "code", "1")]
    assert secret_fields(SEVERAL, PLACE) == [
        ("keys/entry/code", "key code", "2"),
        ("keys/entry/code", "key code", "3"),
    ]


def test_other_texts_take_their_place() -> None:
    filled = fill_secrets(SEVERAL, PLACE, {"2": "two", "3": "three", "4": "four"})

    assert [found[2] for found in secret_fields(filled, PLACE)] == ["two", "three"]


def test_a_secret_that_nothing_takes_the_place_of_is_emptied() -> None:
    filled = fill_secrets(note("a", code="1"), PLACE, {})

    assert filled == '<entry name="a"><text/><lock><code></code></lock></entry>'


def test_a_kind_without_secrets_stays_as_it_is() -> None:
    plain = FilePlace("plain")

    assert secret_fields(note("a", code="1"), plain) == []
    assert fill_secrets(note("a"), plain, {}) == note("a")

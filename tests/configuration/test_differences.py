"""What differs between two texts of an object."""

from hypothesis import given
from hypothesis import strategies as st

from configuration.differences import Difference, differences

OLD = '<entry name="a"><url>http://a/</url><algorithm><bits>1024</bits></algorithm></entry>'
NEW = '<entry name="b"><algorithm><bits>2048</bits></algorithm><digest>sha256</digest></entry>'


def test_fields_are_named_by_their_path() -> None:
    assert differences(OLD, NEW) == (
        Difference("algorithm/bits", "1024", "2048"),
        Difference("digest", "", "sha256"),
        Difference("url", "http://a/", ""),
    )


def test_a_new_object_has_all_its_fields_after_and_a_deleted_one_before() -> None:
    assert differences("", OLD) == (
        Difference("url", "", "http://a/"),
        Difference("algorithm/bits", "", "1024"),
    )
    assert [one.after for one in differences(OLD, "")] == ["", ""]


def test_equal_texts_do_not_differ() -> None:
    assert differences(OLD, OLD) == ()


def test_elements_of_one_name_are_counted() -> None:
    old, new = "<e><m>a</m><m>b</m></e>", "<e><m>a</m><m>c</m><m>d</m></e>"

    assert differences(old, new) == (Difference("m[2]", "b", "c"), Difference("m[3]", "", "d"))


def test_an_empty_element_counts_as_said() -> None:
    assert differences("<e/>", "<e><none/></e>") == (Difference("none", "", "yes"),)


def test_a_secret_is_never_shown() -> None:
    old = "<e><fixed>6f1c2b9e-4a53-4a8e-9a0f-000000000001</fixed></e>"
    new = "<e><fixed>7f1c2b9e-4a53-4a8e-9a0f-000000000001</fixed></e>"

    assert differences(old, new) == (Difference("fixed", "secret 6f1c2b9e", "secret 7f1c2b9e"),)


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1))
def test_a_changed_value_is_the_only_difference(value: str) -> None:
    found = differences("<e><a>-</a><b>1</b></e>", f"<e><a>{value}</a><b>1</b></e>")

    assert found == (Difference("a", "-", value),)

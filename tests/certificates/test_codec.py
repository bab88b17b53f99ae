"""Certificate entries as XML."""

from certificates import codec


def test_an_entry_holds_its_name_and_nothing_that_changes_with_the_certificate() -> None:
    assert codec.to_xml("fw-1") == '<entry name="fw-1"/>'

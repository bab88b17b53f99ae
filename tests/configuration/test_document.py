"""Canonical XML, entries and documents as values."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration import document
from configuration.document import (
    ChangedObject,
    Document,
    Entry,
    MalformedXml,
    Operation,
)
from domain.locations import SHARED, VSYS1

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def entry(uuid: UUID = ONE, name: str = "a", digest: str = "d", version: int = 1) -> Entry:
    return Entry(uuid, "note", SHARED, name, digest, version)


def load(digests: Sequence[str]) -> Mapping[str, str]:
    return {digest: f"<text of {digest}>" for digest in digests}


def listing(*entries: Entry) -> Document:
    return Document(document.in_order(entries), load)


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param('<entry name="a"><b>1</b><c/></entry>', id="plain"),
        pytest.param('<entry name="a">\n  <b>1</b>\n  <c></c>\n</entry>', id="indented"),
        pytest.param("<entry name='a'><!-- why --><b>1</b><c /></entry>", id="comment"),
        pytest.param('<?x y?><entry  name="a"><?x?><b>1</b><c/></entry>\n', id="instruction"),
        pytest.param('<entry name="a"><b><![CDATA[1]]></b><c/></entry>', id="CDATA"),
        pytest.param(
            '<?xml version="1.0" encoding="latin-1"?><entry name="a"><b>1</b><c/></entry>',
            id="declaration",
        ),
    ],
)
def test_every_spelling_has_one_canonical_form(spelling: str) -> None:
    assert document.canonical(spelling) == '<entry name="a"><b>1</b><c></c></entry>'


def test_text_and_the_order_of_elements_are_content() -> None:
    spaced = document.canonical("<entry><b> 1 </b><c> </c></entry>")

    assert spaced == "<entry><b> 1 </b><c> </c></entry>"
    assert document.digest("<entry><b/><c/></entry>") != document.digest("<entry><c/><b/></entry>")


def test_the_digest_is_the_sha_256_of_the_canonical_form() -> None:
    # printf '<entry name="a"></entry>' | sha256sum
    expected = "06b3fc95be9a19d9841e087be5c134b966f70e80fc6532c7cf0055e6e16e9233"

    assert document.digest('<entry name="a"/>') == expected
    assert len(expected) == document.DIGEST_LENGTH


def test_characters_beyond_ascii_survive() -> None:
    assert document.canonical("<entry>Zürich €</entry>") == "<entry>Zürich €</entry>"


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param("", id="nothing"),
        pytest.param("<entry>", id="unclosed"),
        pytest.param("<a/><b/>", id="two elements"),
        pytest.param("<a>\x00</a>", id="zero byte"),
        pytest.param("<a>\ud800</a>", id="lone surrogate"),
        pytest.param("<a>&unknown;</a>", id="unknown entity"),
        pytest.param("<!DOCTYPE a><a/>", id="document type"),
        pytest.param('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', id="entity"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', id="external entity"
        ),
        pytest.param("<a>" * 400 + "</a>" * 400, id="too deep"),
        pytest.param('<a xmlns:x="relative"/>', id="relative namespace"),
    ],
)
def test_what_is_not_the_xml_of_one_object_is_refused(xml: str) -> None:
    with pytest.raises(MalformedXml):
        document.canonical(xml)


@given(st.text(max_size=200))
def test_any_text_has_a_canonical_form_or_is_refused(text: str) -> None:
    for xml in (text, f"<a>{text}</a>"):
        try:
            once = document.canonical(xml)
        except MalformedXml:
            continue
        assert document.canonical(once) == once


def test_the_name_of_an_entry_is_its_attribute() -> None:
    assert document.entry_name('<entry name="a b"/>') == "a b"
    assert document.entry_name("<entry/>") == ""


@pytest.mark.parametrize(
    ("before", "after", "operation"),
    [
        (None, entry(), Operation.ADDED),
        (entry(), None, Operation.DELETED),
        (entry(), entry(digest="e"), Operation.EDITED),
        (entry(), entry(name="b", digest="e"), Operation.RENAMED),
        (entry(), Entry(ONE, "note", VSYS1, "b", "e"), Operation.MOVED),
    ],
)
def test_a_change_is_named(before: Entry | None, after: Entry | None, operation: Operation) -> None:
    change = ChangedObject(before, after)

    assert change.operation is operation
    assert change.entry == (after or before)
    assert (change.uuid, change.kind) == (ONE, "note")
    assert (change.location, change.name, change.digest) == (
        change.entry.location,
        change.entry.name,
        change.entry.digest,
    )


def test_a_change_needs_one_side() -> None:
    with pytest.raises(ValueError, match="before or after"):
        ChangedObject(None, None)


def test_the_version_is_no_part_of_the_content() -> None:
    assert entry(version=1) == entry(version=2)
    assert document.compare(listing(entry(version=1)), listing(entry(version=2))) == ()


def test_a_document_finds_its_objects() -> None:
    whole = listing(entry(TWO, "b", "e"), entry(ONE, "a", "d"), Entry(THREE, "x", VSYS1, "a", "d"))

    assert [found.name for found in whole.of_kind("note")] == ["a", "b"]
    assert whole.entry(TWO) == entry(TWO, "b", "e")
    assert whole.entry(uuid4()) is None
    assert whole.find("note", SHARED, "b") == entry(TWO, "b", "e")
    assert whole.find("note", VSYS1, "b") is None
    assert whole.text("d") == "<text of d>"
    assert list(whole.texts("x")) == [(Entry(THREE, "x", VSYS1, "a", "d"), "<text of d>")]
    assert "load" not in repr(whole)


entries = st.builds(
    entry,
    uuid=st.sampled_from([ONE, TWO, THREE]),
    name=st.sampled_from("ab"),
    digest=st.sampled_from("de"),
)
documents = st.lists(entries, unique_by=lambda e: e.uuid).map(lambda found: listing(*found))


@given(documents, documents)
def test_what_compare_finds_apply_carries_out(old: Document, new: Document) -> None:
    changes = document.compare(old, new)

    assert old.apply(changes) == new
    assert (changes == ()) == (old == new)
    assert len({change.uuid for change in changes}) == len(changes)

"""Kinds for tests of the file format, and configurations made of them."""

from collections.abc import Callable
from typing import Final
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from configuration import document
from configuration.file_format import ParsedFile, Places, read, write
from configuration.transfer import FileObject, FilePlace
from device.sealed import SealedSecret, SealedSecrets
from domain.locations import DEVICE, SHARED, Location

PLACES: Final = Places(
    {
        "note": FilePlace("notes", secrets={"lock/code": "code", "keys/entry/code": "key code"}),
        "stamp": FilePlace("office/stamp"),
        "clerk": FilePlace("mgt-config/clerks", on_device=True),
        "role": FilePlace("shared/role", on_device=True),
        "vsys": FilePlace(
            "devices/entry@localhost.localdomain/vsys", on_device=True, fields=("display-name",)
        ),
    }
)
ON_DEVICE: Final = ("clerk", "role", "vsys")

# What XML 1.0 can carry; other characters never get into a text of the configuration.
CHARACTERS: Final = st.characters(
    exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\x7f", "\ufffe", "\uffff"]
) | st.sampled_from("\t\n\r<>&\"'")
texts: Final = st.text(CHARACTERS, max_size=20)
names: Final = st.text(CHARACTERS, min_size=1, max_size=12)
elsewhere: Final = st.sampled_from(["shared", "vsys1", "vsys2", "vsys10", "vsys255"]).map(Location)
uuids: Final = st.uuids()


def note(name: str, text: str = "", code: str = "") -> str:
    """The XML of a note; with a code that is a secret."""
    lock = f"<lock><code>{escape(code)}</code></lock>" if code else ""
    return f"<entry name={quoteattr(name)}><text>{escape(text)}</text>{lock}</entry>"


def one(
    kind: str = "note",
    name: str = "a",
    location: Location = SHARED,
    xml: str = "",
    uuid: UUID | None = UUID(int=1),  # noqa: B008 - immutable
) -> FileObject:
    """An object."""
    return FileObject(kind, location, name, xml or note(name), uuid)


@st.composite
def objects(draw: Callable[..., object]) -> list[FileObject]:
    """Objects of all kinds, no two alike, as a configuration has them."""
    wanted = draw(st.lists(_wanted(), max_size=12, unique_by=lambda one: one[:3]))
    assert isinstance(wanted, list)
    return [
        FileObject(kind, location, name, _text(kind, name, text), UUID(int=number))
        for number, (kind, location, name, text) in enumerate(wanted, 1)
    ]


def _text(kind: str, name: str, text: str) -> str:
    if kind != "vsys":
        return document.canonical(note(name, text))
    shown = f"<display-name>{escape(text)}</display-name>" if text else ""
    return document.canonical(f"<entry name={quoteattr(name)}>{shown}</entry>")


def _wanted() -> st.SearchStrategy[tuple[str, Location, str, str]]:
    systems = st.integers(1, 255).map(lambda number: f"vsys{number}")
    return (
        st.tuples(st.sampled_from(["note", "stamp"]), elsewhere, names, texts)
        | st.tuples(st.sampled_from(["clerk", "role"]), st.just(DEVICE), names, texts)
        | st.tuples(st.just("vsys"), st.just(DEVICE), systems, texts)
    )


@st.composite
def sealed(draw: Callable[..., object]) -> SealedSecrets:
    """A table of secrets with anything in it."""
    rows = draw(
        st.lists(
            st.builds(SealedSecret, uuids, uuids, names, st.binary(), st.binary()),
            min_size=1,
            max_size=4,
            unique_by=lambda row: row.uuid,
        )
    )
    assert isinstance(rows, list)
    keys = draw(st.dictionaries(uuids, st.binary(max_size=60), max_size=3))
    assert isinstance(keys, dict)
    ordered = tuple(sorted(rows, key=lambda row: row.uuid))
    return SealedSecrets("0123456789abcdef", keys, ordered)


def parsed(file: bytes | str) -> ParsedFile:
    """What a file holds."""
    return read([file.encode() if isinstance(file, str) else file], PLACES)


def written(*objects: FileObject, sealed: SealedSecrets | None = None) -> bytes:
    """A file of ours."""
    return write(objects, PLACES, version="11.1.0", sealed=sealed)

"""Files of strangers: read, or refused in words that say where they are wrong."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration.file_format import FileUnusable, contents, read, reading
from configuration.transfer import LeftOut
from domain.locations import DEVICE, SHARED, VSYS1
from tests.configuration.file_format.shapes import PLACES, one, parsed, written

FIREWALL = """<?xml version="1.0"?>
<config version="11.1.0" urldb="paloaltonetworks">
  <mgt-config>
    <users><entry name="admin"/><entry name="eve"/></users>
    <clerks><entry name="joe" admin="eve" dirtyId="4" time="now"><text>t</text></entry></clerks>
  </mgt-config>
  <shared>
    <notes><entry name="s"><text admin="eve">1</text><a><entry name="x" uuid="y"/></a>
    </entry></notes>
    <address><entry name="a"/><entry name="b"><x><entry name="c"/></x></entry></address>
  </shared>
  <devices>
    <entry name="localhost.localdomain">
      <network><interface/></network>
      <vsys>
        <entry name="vsys1">
          <display-name>Main</display-name>
          <notes><entry name="v"/></notes>
          <rulebase><security/></rulebase>
        </entry>
        <entry name="other"><notes><entry name="w"/></notes></entry>
      </vsys>
    </entry>
    <entry name="elsewhere"><vsys/></entry>
  </devices>
</config>"""


def ours(content: str) -> str:
    return f'<config x-scepadmin="1">{content}</config>'


def test_objects_of_a_firewall_are_found_where_it_has_them() -> None:
    file = parsed(FIREWALL)

    assert not file.is_ours
    found = [(item.kind, item.location, item.name, item.line) for item in file.objects]
    assert found == [
        ("clerk", DEVICE, "joe", 5),
        ("note", SHARED, "s", 8),
        ("vsys", DEVICE, "vsys1", 16),
        ("note", VSYS1, "v", 18),
        ("vsys", DEVICE, "other", 21),
    ]
    assert [item.uuid for item in file.objects] == [None] * 5


def test_the_bookkeeping_of_a_firewall_is_dropped() -> None:
    clerk, note, system, *_ = parsed(FIREWALL).objects

    assert clerk.xml == '<entry name="joe"><text>t</text></entry>'
    assert note.xml == ('<entry name="s"><text>1</text><a><entry name="x"/></a>\n    </entry>')
    assert system.xml == '<entry name="vsys1"><display-name>Main</display-name></entry>'


def test_everything_else_is_listed_with_what_is_in_it() -> None:
    device = "/config/devices/entry[@name='localhost.localdomain']"

    assert parsed(FIREWALL).left_out == (
        LeftOut("/config/mgt-config/users", 2, 4),
        LeftOut("/config/shared/address", 3, 10),
        LeftOut(f"{device}/network", 0, 14),
        LeftOut(f"{device}/vsys/entry[@name='vsys1']/rulebase", 0, 19),
        LeftOut(f"{device}/vsys/entry[@name='other']/notes", 1, 21),
        LeftOut("/config/devices/entry[@name='elsewhere']", 0, 24),
    )


def test_what_is_unknown_twice_is_listed_once() -> None:
    file = parsed("<config><a><entry/></a><shared/><a><entry/><entry/></a></config>")

    assert file.left_out == (LeftOut("/config/a", 3, 1),)


def test_an_entry_without_a_name_is_left_out() -> None:
    file = parsed("<config><shared><notes><entry/><x/></notes></shared></config>")

    assert file.objects == ()
    assert [item.path for item in file.left_out] == [
        "/config/shared/notes/entry",
        "/config/shared/notes/x",
    ]


def test_a_table_of_secrets_in_the_file_of_a_firewall_is_unknown() -> None:
    file = parsed(
        '<config><x-scepadmin><secrets><secret uuid="u"/></secrets></x-scepadmin></config>'
    )

    assert file.sealed is None
    assert [item.path for item in file.left_out] == ["/config/x-scepadmin/secrets/secret"]


def test_a_table_without_secrets_is_none() -> None:
    assert parsed(ours('<x-scepadmin><secrets master-key="x"/></x-scepadmin>')).sealed is None


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("", "Line 1 of the file: this is not well-formed XML"),
        ("<config>\n<shared></config>", "Line 2 of the file: this is not well-formed XML"),
        ("\x00\x01", "this is not well-formed XML"),
        ('<?xml version="1.0" encoding="no-such"?><config/>', "not well-formed XML"),
        ('<?xml version="1.0" encoding="utf-7"?><config/>', "not well-formed XML"),
        ("<response/>", "a configuration begins with config, not with response."),
        ('<!DOCTYPE config [<!ENTITY a "b">]><config>&a;</config>', "a document type."),
        ('<!DOCTYPE config SYSTEM "http://127.0.0.1/x"><config/>', "a document type."),
        ('<config x-scepadmin="2"/>', "a later version of this product wrote it."),
        (
            "<config><shared><notes><entry name='a'/>\n<entry name='a'/></notes></shared></config>",
            "Line 2 of the file: this entry has the name of the one in line 1: a.",
        ),
        (
            ours("<shared><notes><entry name='a' uuid='x'/></notes></shared>"),
            "the attribute uuid of this entry is not a UUID.",
        ),
        (
            ours("<shared><notes><entry name='a'><b:c xmlns:b='d'/></entry></notes></shared>"),
            "not well-formed XML",
        ),
    ],
)
def test_a_broken_file_is_refused_with_its_line(file: str, said: str) -> None:
    with pytest.raises(FileUnusable) as refusal:
        parsed(file)

    assert said in refusal.value.message
    assert "Nothing was changed." in refusal.value.hint


def test_two_objects_cannot_have_one_identity() -> None:
    with pytest.raises(FileUnusable, match="too"):
        parsed(written(one(name="a"), one(name="b")))


ROW = '<secret uuid="{u}" data-key="{u}" purpose="p" mac="{mac}">{text}</secret>'
UUID_TEXT = "5e2f3a4c-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(ROW.format(u="x", mac="", text=""), id="no UUID"),
        pytest.param(ROW.format(u=UUID_TEXT, mac="!", text=""), id="MAC is no base64"),
        pytest.param(ROW.format(u=UUID_TEXT, mac="", text="ä"), id="seal is no base64"),
        pytest.param(ROW.format(u=UUID_TEXT, mac="", text="") * 2, id="twice"),
        pytest.param("<secret/>", id="no attributes"),
        pytest.param(f'<other uuid="{UUID_TEXT}"/>', id="unknown row"),
    ],
)
def test_a_damaged_table_of_secrets_is_refused(rows: str) -> None:
    table = f'<secrets master-key="0123456789abcdef">{rows}</secrets>'

    with pytest.raises(FileUnusable, match="damaged"):
        parsed(ours(f"<x-scepadmin>{table}</x-scepadmin>"))


def test_a_table_of_secrets_names_its_master_key() -> None:
    row = ROW.format(u=UUID_TEXT, mac="", text="")

    with pytest.raises(FileUnusable, match="does not name its master key"):
        parsed(ours(f"<x-scepadmin><secrets>{row}</secrets></x-scepadmin>"))


def test_there_is_one_table_of_secrets() -> None:
    with pytest.raises(FileUnusable, match="second table"):
        parsed(ours("<x-scepadmin><secrets/><secrets/></x-scepadmin>"))


def test_a_file_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 1 << 20)

    with pytest.raises(FileUnusable, match="larger than 1 MiB"):
        parsed(b"<config>" + b" " * (1 << 20))


def test_a_file_has_a_largest_count_of_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ELEMENTS", 1_000)

    with pytest.raises(FileUnusable, match="more than 1,000 elements"):
        parsed("<config>" + "<a/>" * 1_000 + "</config>")


def test_elements_have_a_deepest_nesting() -> None:
    with pytest.raises(FileUnusable, match="nested more than 100 deep"):
        parsed("<config>" + "<a>" * 100)


def test_an_object_has_a_greatest_length() -> None:
    entry = "<entry name='a'>" + "x" * (reading.MAX_OBJECT_CHARACTERS + 1) + "</entry>"

    with pytest.raises(FileUnusable, match="far longer than any object"):
        parsed(f"<config><shared><notes>{entry}</notes></shared></config>")


def test_unknown_elements_have_a_greatest_count() -> None:
    many = "".join(f"<a{number}/>" for number in range(contents.MAX_LEFT_OUT + 1))

    with pytest.raises(FileUnusable, match="more than 1,000 different unknown elements"):
        parsed(f"<config>{many}</config>")


def test_long_unknown_names_are_shortened() -> None:
    file = parsed(f"<config><{'a' * 500}><b/></{'a' * 500}></config>")

    assert file.left_out == (LeftOut("/config/" + "a" * 63, 0, 1),)


def test_what_is_left_out_takes_no_memory() -> None:
    def large() -> Iterator[bytes]:
        yield b"<config><shared><address>"
        for number in range(2_000):
            yield b"<entry name='%d'><ip-netmask>192.0.2.1</ip-netmask></entry>" % number * 20
        yield b"</address></shared></config>"

    tracemalloc.start()
    began = time.process_time()
    file = read(large(), PLACES)
    took = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert file.left_out == (LeftOut("/config/shared/address", 40_000, 1),)
    assert peak < 1 << 20
    assert took < 10  # under tracemalloc and on a busy machine; alone it is a tenth of a second


@given(st.binary() | st.text("<>/config =\"'&;!-[]?xshared", max_size=80).map(str.encode))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    with suppress(FileUnusable):
        parsed(octets)


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    file = bytearray(FIREWALL.encode() if data.draw(st.booleans()) else written(one()))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(file) - 1))
        file[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))

    with suppress(FileUnusable):
        parsed(bytes(file))

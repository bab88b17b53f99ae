"""A configuration as a file, and the same configuration out of it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from configuration import document
from configuration.document import Document, Entry
from configuration.file_format import read, write
from configuration.transfer import FileObject
from device.sealed import SealedSecrets
from domain.locations import DEVICE, VSYS1, Location
from tests.configuration.file_format import shapes
from tests.configuration.file_format.shapes import PLACES, one, parsed, written


def as_document(objects: Sequence[FileObject]) -> Document:
    texts = {document.digest(item.xml): document.canonical(item.xml) for item in objects}
    entries = [
        Entry(
            item.uuid or UUID(int=0), item.kind, item.location, item.name, document.digest(item.xml)
        )
        for item in objects
    ]
    return Document(document.in_order(entries), lambda digests: {d: texts[d] for d in digests})


@given(shapes.objects())
def test_what_is_read_is_what_was_written(objects: list[FileObject]) -> None:
    file = parsed(written(*objects))

    assert file.is_ours
    assert file.left_out == ()
    assert as_document(file.objects) == as_document(objects)
    texts = {item.uuid: document.canonical(item.xml) for item in file.objects}
    assert texts == {item.uuid: item.xml for item in objects}


@given(shapes.objects(), st.randoms(use_true_random=False))
def test_the_same_configuration_makes_the_same_file(
    objects: list[FileObject], order: random.Random
) -> None:
    shuffled = list(objects)
    order.shuffle(shuffled)

    assert written(*shuffled) == written(*objects)


@given(shapes.sealed())
def test_the_sealed_secrets_come_back_as_they_were(sealed: SealedSecrets) -> None:
    assert parsed(written(sealed=sealed)).sealed == sealed


def test_objects_stand_where_the_product_has_them() -> None:
    system = '<entry name="vsys2"><display-name>Branch</display-name></entry>'

    file = written(
        one("note", "n", Location("vsys2"), uuid=UUID(int=2)),
        one("note", "s", uuid=UUID(int=3)),
        one("vsys", "vsys2", DEVICE, system, uuid=UUID(int=4)),
        one("clerk", "c", DEVICE, uuid=UUID(int=5)),
        one("stamp", "t", Location("vsys10"), uuid=UUID(int=6)),
    ).decode()

    zeros = "00000000-0000-0000-0000-00000000000"
    assert (
        file
        == f"""<?xml version='1.0' encoding='utf-8'?>
<config version="11.1.0" x-scepadmin="1">
  <mgt-config>
    <clerks>
      <entry name="c" uuid="{zeros}5">
        <text/>
      </entry>
    </clerks>
  </mgt-config>
  <shared>
    <notes>
      <entry name="s" uuid="{zeros}3">
        <text/>
      </entry>
    </notes>
  </shared>
  <devices>
    <entry name="localhost.localdomain">
      <vsys>
        <entry name="vsys2" uuid="{zeros}4">
          <display-name>Branch</display-name>
          <notes>
            <entry name="n" uuid="{zeros}2">
              <text/>
            </entry>
          </notes>
        </entry>
        <entry name="vsys10">
          <office>
            <stamp>
              <entry name="t" uuid="{zeros}6">
                <text/>
              </entry>
            </stamp>
          </office>
        </entry>
      </vsys>
    </entry>
  </devices>
</config>"""
    )


def test_an_empty_configuration_is_a_file_too() -> None:
    assert parsed(written()).objects == ()


def test_the_entry_of_a_virtual_system_that_only_holds_objects_is_none_itself() -> None:
    file = parsed(written(one("note", "n", VSYS1)))

    assert [item.kind for item in file.objects] == ["note"]


def test_an_object_written_by_hand_has_no_uuid_yet() -> None:
    file = parsed(written(replace(one(), uuid=None)))

    assert [item.uuid for item in file.objects] == [None]


def test_a_file_can_be_read_octet_by_octet() -> None:
    file = write([one()], PLACES, version="11.1.0")

    assert read((bytes([octet]) for octet in file), PLACES) == read([file], PLACES)

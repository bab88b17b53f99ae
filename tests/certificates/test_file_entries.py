"""Certificate entries as configuration files have them."""

from datetime import UTC, datetime

import pytest

from certificates import codec
from certificates.codec import CarriedEntry, EntryXmlUnusable, ProductEntry
from certificates.spec import Usage
from pki import bundle
from tests.certificates.moving import LEAF, ROOT, pem_of
from tests.issuing import Wanted, issue

KEY = "5e2f3a4c-0000-4000-8000-000000000001"


def entry(content: str) -> str:
    return f'<entry name="a">{content}</entry>'


@pytest.mark.parametrize(
    "carried",
    [
        CarriedEntry(ProductEntry("a")),
        CarriedEntry(ProductEntry("a", ROOT.der), frozenset({Usage.TRUSTED_ROOT}), "import"),
        CarriedEntry(
            ProductEntry(
                "a", LEAF.der, private_key=KEY, revoked_at=datetime(2026, 1, 2, tzinfo=UTC)
            ),
            source="scep-ca",
            profile_uuid=KEY,
            revocation_reason="superseded",
        ),
    ],
)
def test_an_entry_survives_the_way_through_the_file(carried: CarriedEntry) -> None:
    assert codec.from_file("a", codec.to_file(carried)) == carried


def test_an_entry_looks_as_the_product_has_it_and_ours_stands_in_one_child() -> None:
    xml = codec.to_file(
        CarriedEntry(ProductEntry("a", LEAF.der), source="local", block_key_export=True)
    )

    assert xml.startswith('<entry name="a"><subject-hash>')
    assert xml.endswith(
        "<algorithm>RSA</algorithm><x-scepadmin><source>local</source>"
        "<block-private-key-export>yes</block-private-key-export></x-scepadmin></entry>"
    )
    assert codec.from_file("a", xml).left_out == ("private-key (its export is blocked)",)


def test_what_a_firewall_has_beyond_is_named() -> None:
    xml = entry(f"<public-key>{pem_of(LEAF)}{pem_of(ROOT)}</public-key><x/><y/><x/>")

    found = codec.from_file("a", xml)

    assert found.shown.certificate_der == LEAF.der
    assert found.left_out == ("x", "y", "public-key (the certificates above the first)")


def test_a_name_that_xml_cannot_write_is_written_in_hex_pairs() -> None:
    odd = issue(Wanted("a\x00b\x1f\ufffe"))

    xml = codec.to_file(CarriedEntry(ProductEntry("a", odd.der), source="import"))

    assert r"<common-name>a\00b\1F\EF\BF\BE</common-name>" in xml
    assert codec.from_file("a", xml).shown.certificate_der == odd.der


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<public-key>?</public-key>", "public-key cannot be read"),
        (f"<public-key>{bundle.to_pem(b'0')}</public-key>", "public-key is no certificate"),
        ("<csr>?</csr>", "csr cannot be read"),
        ("<status>revoked</status><revoke-date-epoch>x</revoke-date-epoch>", "is no time"),
        (f"<status>revoked</status><revoke-date-epoch>{9**40}</revoke-date-epoch>", "is no time"),
        ("<x-scepadmin><usage><member>x</member></usage></x-scepadmin>", "a usage other than"),
    ],
)
def test_a_value_that_no_entry_has_is_refused(content: str, said: str) -> None:
    with pytest.raises(EntryXmlUnusable, match=said):
        codec.from_file("a", entry(content))

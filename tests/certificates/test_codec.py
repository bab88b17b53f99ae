"""Certificate entries as XML."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from certificates import codec
from certificates.codec import EntryXmlUnusable, ProductEntry
from certificates.spec import Usage
from configuration.document import canonical
from pki import local, names, private_keys
from pki.csr import Digest
from pki.errors import CertificateUnreadable, CsrInvalid
from pki.local import Issuer, LocalSpec, Term
from pki.private_keys import KeyAlgorithm
from tests import openssl

AT = datetime(2026, 5, 4, 9, 36, 33, tzinfo=UTC)
KEY = private_keys.generate(KeyAlgorithm.EC, 256)
SPEC = LocalSpec(names.parse("C=DE,O=Acme,CN=fw.example.com"))
CERTIFICATE = local.issue(SPEC, KEY, Issuer(KEY), Term(0x58AE8792, AT, 365))


def _fields(xml: str) -> dict[str, str]:
    return {child.tag: child.text or "" for child in etree.fromstring(xml)}


def test_an_entry_holds_its_name_and_nothing_that_changes_with_the_certificate() -> None:
    assert codec.to_xml("fw-1") == '<entry name="fw-1"/>'


def test_an_entry_holds_what_it_is_used_for_in_a_fixed_order() -> None:
    text = codec.to_xml("ca", [Usage.TRUSTED_ROOT, Usage.FORWARD_TRUST])

    assert text == (
        '<entry name="ca"><x-scepadmin><usage><member>forward-trust-certificate</member>'
        "<member>trusted-root-CA</member></usage></x-scepadmin></entry>"
    )
    assert codec.usages_of(canonical(text)) == {Usage.TRUSTED_ROOT, Usage.FORWARD_TRUST}


def test_every_set_of_usages_is_read_back() -> None:
    for usages in (frozenset[Usage](), *(frozenset({usage}) for usage in Usage), frozenset(Usage)):
        assert codec.usages_of(codec.to_xml("x", usages)) == usages


def test_a_usage_that_there_is_not_is_refused() -> None:
    text = codec.to_xml("ca", [Usage.TRUSTED_ROOT]).replace("trusted-root-CA", "ssl-exclude")

    with pytest.raises(EntryXmlUnusable, match="has a usage other than"):
        codec.usages_of(text)


@openssl.needs_openssl
def test_the_product_s_entry_has_its_order_and_spelling() -> None:
    text = codec.product_entry(ProductEntry("fw-1", CERTIFICATE, private_key="-AQ==abc"))

    pem = openssl.run("x509", "-inform", "DER", stdin=CERTIFICATE).decode()
    digest = openssl.run("x509", "-noout", "-subject_hash_old", stdin=pem.encode()).decode()
    assert list(_fields(text).items()) == [
        ("subject-hash", digest.strip()),
        ("issuer-hash", digest.strip()),
        ("not-valid-before", "May  4 09:36:33 2026 GMT"),
        ("issuer", "/C=DE/O=Acme/CN=fw.example.com"),
        ("not-valid-after", "May  4 09:36:33 2027 GMT"),
        ("common-name", "fw.example.com"),
        ("expiry-epoch", "1809423393"),
        ("ca", "no"),
        ("subject", "/C=DE/O=Acme/CN=fw.example.com"),
        ("public-key", pem),
        ("algorithm", "EC"),
        ("private-key", "-AQ==abc"),
    ]
    assert etree.fromstring(text).get("name") == "fw-1"


def test_a_revoked_certificate_says_since_when() -> None:
    fields = _fields(codec.product_entry(ProductEntry("fw-1", CERTIFICATE, revoked_at=AT)))

    assert list(fields.items())[-2:] == [("status", "revoked"), ("revoke-date-epoch", "1777887393")]


def test_a_request_has_no_certificate_in_it() -> None:
    request = local.request(SPEC, KEY, Digest.SHA256)

    fields = _fields(codec.product_entry(ProductEntry("fw-1", csr_der=request, private_key="-A")))

    assert list(fields) == ["common-name", "subject", "csr", "algorithm", "private-key"]
    assert fields["csr"].startswith("-----BEGIN CERTIFICATE REQUEST-----")
    assert codec.product_entry(ProductEntry("scep")) == '<entry name="scep"/>'


def test_names_are_cut_where_the_schema_ends() -> None:
    long = LocalSpec(names.parse(",".join(f"OU={'x' * 60}" for _ in range(20))))
    made = local.issue(long, KEY, Issuer(KEY), Term(1, AT, 1))

    fields = _fields(codec.product_entry(ProductEntry("x", made)))

    assert len(fields["subject"]) == codec.MAX_NAME
    assert fields["common-name"] == ""


def test_bytes_of_another_kind_are_refused() -> None:
    with pytest.raises(CertificateUnreadable):
        codec.product_entry(ProductEntry("x", b"junk"))
    with pytest.raises(CsrInvalid):
        codec.product_entry(ProductEntry("x", csr_der=b"junk"))


def test_every_usage_has_words_and_one_of_them_many_holders() -> None:
    assert [usage.label for usage in Usage if not usage.is_unique] == ["Trusted Root CA"]

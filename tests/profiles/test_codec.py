"""Profiles as XML, and back."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration.document import canonical
from domain.locations import VSYS1
from profiles import codec
from profiles.spec import (
    Challenge,
    Digest,
    Minimum,
    Renewal,
    SanType,
    ScepProfileSpec,
    Transport,
)
from tests.profiles import factories

SECRET = UUID("5e2f3a4c-0000-4000-8000-000000000001")


def wrapped(content: str) -> str:
    return f'<entry name="x">{content}</entry>'


@given(factories.specs)
def test_a_profile_survives_the_way_through_xml(spec: ScepProfileSpec) -> None:
    assert codec.from_xml(spec.name, spec.location, codec.to_xml(spec)) == spec


@given(factories.specs)
def test_the_canonical_text_says_the_same(spec: ScepProfileSpec) -> None:
    text = canonical(codec.to_xml(spec))

    assert codec.from_xml(spec.name, spec.location, text) == spec


def test_element_names_are_those_of_the_product() -> None:
    spec = factories.spec(
        challenge=Challenge.DYNAMIC,
        otp_server_url="https://ndes/CertSrv/mscep_admin/",
        otp_username="svc",
        otp_password=SECRET,
        san_type=SanType.DNS,
        san_value="$HOSTID.example",
        fingerprint="AA",
        scep_ca_certificate="root-ca",
        scep_client_certificate="device",
        use_as_digital_signature=True,
    )

    assert codec.to_xml(spec) == (
        '<entry name="ndes"><scep-challenge><dynamic>'
        "<otp-server-url>https://ndes/CertSrv/mscep_admin/</otp-server-url>"
        f"<username>svc</username><password>{SECRET}</password></dynamic></scep-challenge>"
        "<scep-url>http://ca.example/certsrv/mscep/</scep-url>"
        "<ca-identity-name>CORP</ca-identity-name><subject>O=acme,CN=$USERNAME</subject>"
        "<certificate-attributes><dnsname>$HOSTID.example</dnsname></certificate-attributes>"
        "<algorithm><rsa><rsa-nbits>2048</rsa-nbits></rsa></algorithm><digest>sha256</digest>"
        "<use-as-digital-signature>yes</use-as-digital-signature>"
        "<use-for-key-encipherment>no</use-for-key-encipherment>"
        "<fingerprint>AA</fingerprint><scep-ca-cert>root-ca</scep-ca-cert>"
        "<scep-client-cert>device</scep-client-cert></entry>"
    )


def test_a_fixed_password_is_the_uuid_of_its_secret() -> None:
    spec = factories.spec(challenge=Challenge.FIXED, challenge_password=SECRET)

    assert f"<scep-challenge><fixed>{SECRET}</fixed></scep-challenge>" in codec.to_xml(spec)


@pytest.mark.parametrize(
    ("overrides", "element"),
    [
        pytest.param({}, "", id="absent at the defaults"),
        pytest.param(
            {"transport": Transport.GET},
            "<x-scepadmin><transport>get</transport></x-scepadmin>",
            id="transport",
        ),
        pytest.param(
            {"minimum": Minimum.STRICT},
            "<x-scepadmin><minimum>strict</minimum></x-scepadmin>",
            id="minimum",
        ),
        pytest.param(
            {"renewal": Renewal.OFF},
            "<x-scepadmin><renewal>off</renewal></x-scepadmin>",
            id="no renewal",
        ),
        pytest.param(
            {"check_revocation": False},
            "<x-scepadmin><check-revocation>no</check-revocation></x-scepadmin>",
            id="no check of revocation",
        ),
        pytest.param(
            {"renewal_percent": 90},
            "<x-scepadmin><renewal-percent>90</renewal-percent></x-scepadmin>",
            id="renewal by lifetime",
        ),
        pytest.param(
            {"renewal": Renewal.DAYS, "renewal_days": 14},
            "<renewal>days</renewal><renewal-days>14</renewal-days></x-scepadmin>",
            id="renewal by days",
        ),
    ],
)
def test_our_own_fields_stand_in_one_child(overrides: dict[str, object], element: str) -> None:
    xml = codec.to_xml(factories.spec(**overrides))

    assert ("x-scepadmin" in xml) == bool(element)
    assert element in xml


def test_what_is_missing_gets_the_defaults() -> None:
    spec = codec.from_xml("x", VSYS1, "<entry/>")

    assert spec == ScepProfileSpec("x", VSYS1, subject="")
    assert (spec.key_bits, spec.digest) == (2048, Digest.SHA256)


def test_indents_and_comments_do_not_matter() -> None:
    xml = "<entry name='x'>\n  <!-- mine -->\n  <scep-url>http://a/</scep-url>\n</entry>"

    assert codec.from_xml("x", VSYS1, xml).server_url == "http://a/"


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        pytest.param("", "not well-formed", id="nothing"),
        pytest.param("<entry>", "not well-formed", id="cut off"),
        pytest.param("\ud800", "not well-formed", id="half a surrogate pair"),
        pytest.param("<profile/>", "element named entry", id="another element"),
        pytest.param("<!DOCTYPE entry><entry/>", "document type", id="document type"),
        pytest.param(wrapped("<color/>"), "color is unexpected in entry", id="unknown element"),
        pytest.param(
            wrapped("<scep-url><a/></scep-url>"), "a is unexpected in scep-url", id="unknown child"
        ),
        pytest.param(
            wrapped("<algorithm><ec/></algorithm>"), "ec is unexpected in algorithm", id="EC key"
        ),
        pytest.param(wrapped("<digest/><digest/>"), "one digest too many", id="doubled"),
        pytest.param(
            wrapped("<scep-challenge><none/><fixed/></scep-challenge>"),
            "one fixed too many",
            id="two challenges",
        ),
        pytest.param(
            wrapped("<certificate-attributes><dnsname/><rfc822name/></certificate-attributes>"),
            "one rfc822name too many",
            id="two SANs",
        ),
        pytest.param("<entry>" + " " * codec.MAX_XML_CHARACTERS + "</entry>", "longer", id="long"),
    ],
)
def test_xml_that_is_no_profile_is_refused(xml: str, message: str) -> None:
    with pytest.raises(codec.ProfileXmlUnusable, match=message):
        codec.from_xml("x", VSYS1, xml)


@pytest.mark.parametrize(
    ("content", "field", "message"),
    [
        pytest.param(
            "<digest>md5</digest>",
            "digest",
            "The element digest must be one of: sha1, sha256, sha384, sha512.",
            id="digest",
        ),
        pytest.param(
            "<algorithm><rsa><rsa-nbits>many</rsa-nbits></rsa></algorithm>",
            "key_bits",
            "The element algorithm/rsa/rsa-nbits is not a number.",
            id="bits",
        ),
        pytest.param(
            "<algorithm><rsa><rsa-nbits>٣</rsa-nbits></rsa></algorithm>",
            "key_bits",
            "The element algorithm/rsa/rsa-nbits is not a number.",
            id="bits in other digits",
        ),
        pytest.param(
            "<use-as-digital-signature>true</use-as-digital-signature>",
            "use_as_digital_signature",
            "The element use-as-digital-signature must be yes or no.",
            id="flag",
        ),
        pytest.param(
            "<x-scepadmin><transport>carrier pigeon</transport></x-scepadmin>",
            "transport",
            "The element x-scepadmin/transport must be one of: auto, get.",
            id="transport",
        ),
    ],
)
def test_a_value_that_no_profile_has_is_refused(content: str, field: str, message: str) -> None:
    with pytest.raises(codec.ProfileXmlUnusable) as caught:
        codec.from_xml("x", VSYS1, wrapped(content))

    assert [(p.field, p.message) for p in caught.value.problems] == [(field, message)]


def test_a_password_in_the_clear_is_refused_and_not_repeated() -> None:
    xml = wrapped("<scep-challenge><fixed>hunter2</fixed></scep-challenge>")

    with pytest.raises(codec.ProfileXmlUnusable) as caught:
        codec.from_xml("x", VSYS1, xml)

    assert caught.value.problems[0].field == "challenge_password"
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for xml in (text, wrapped(text)):
        try:
            codec.from_xml("x", VSYS1, xml)
        except codec.ProfileXmlUnusable:
            continue

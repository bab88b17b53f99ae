"""Distinguished names: RFC 4514 text in, X.509 names out, and back."""

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from hypothesis import given
from hypothesis import strategies as st

from pki import names
from pki.names import Attribute, Dn, NameSyntax


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("CN=fw1", [("CN", "fw1")]),
        ("O=acme,CN=johndoe", [("O", "acme"), ("CN", "johndoe")]),
        (" o = acme , cn = john doe ", [("O", "acme"), ("CN", "john doe")]),
        ("CN=a=b", [("CN", "a=b")]),
        (r"CN=Doe\, John", [("CN", "Doe, John")]),
        (r"CN=a\+b\;c\<d\>e\"f\\g\#h\=i", [("CN", 'a+b;c<d>e"f\\g#h=i')]),
        (r"CN=\ a \ ", [("CN", " a  ")]),
        (r"CN=a\\ ", [("CN", "a\\")]),
        (r"CN=\#1", [("CN", "#1")]),
        (r"CN=Lu\C4\8Di\C4\87", [("CN", "Lučić")]),
        ("CN=Lučić", [("CN", "Lučić")]),
        (r"CN=a\0Ab", [("CN", "a\nb")]),
        ("E=a@b.example", [("emailAddress", "a@b.example")]),
        ("EMAILADDRESS=a@b.example", [("emailAddress", "a@b.example")]),
        ("S=Texas,T=CEO,GN=G,SN=N,street=S 1", None),
        ("UID=u1,DC=example,DC=com", [("UID", "u1"), ("DC", "example"), ("DC", "com")]),
        ("serialNumber=12,2.5.4.3=x", [("serialNumber", "12"), ("CN", "x")]),
        ("1.2.3.4=x", [("1.2.3.4", "x")]),
        ("CN=#0C0161", [("CN", "a")]),
        ("1.2.3=#1E040061010d", [("1.2.3", "ač")]),
        ("1.2.3=#1C0800000061000000e9", [("1.2.3", "aé")]),
        ("1.2.3=#1A0161,1.2.4=#140162", [("1.2.3", "a"), ("1.2.4", "b")]),
        pytest.param(
            "1.2.3=#0C8182" + "61" * 130, [("1.2.3", "a" * 130)], id="long form of the length"
        ),
        pytest.param(
            "1.2.3=#0C820102" + "61" * 258, [("1.2.3", "a" * 258)], id="longer form of the length"
        ),
        ('CN="Miller, Ann",O=b', [("CN", "Miller, Ann"), ("O", "b")]),
        ('CN=" a+b;c<d>=#1 " ,O=b', [("CN", " a+b;c<d>=#1 "), ("O", "b")]),
        (r'CN="say \"hi\" \C3\BC\\"', [("CN", 'say "hi" ü\\')]),
        ("", []),
        ("   ", []),
    ],
)
def test_text_is_taken_apart_in_its_order(text: str, pairs: list[tuple[str, str]] | None) -> None:
    dn = names.parse(text)

    found = [(item.type, item.value) for rdn in dn.rdns for item in rdn]
    expected = (
        [("ST", "Texas"), ("T", "CEO"), ("GN", "G"), ("SN", "N"), ("street", "S 1")]
        if pairs is None
        else pairs
    )
    assert found == expected


def test_a_plus_sign_joins_attributes_into_one_rdn() -> None:
    dn = names.parse("CN=a+serialNumber=1,O=b")

    assert dn == Dn(
        ((Attribute("CN", "a"), Attribute("serialNumber", "1")), (Attribute("O", "b"),))
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CN", '"CN" is not of the form attribute=value'),
        ("CN=a,b", '"b" is not of the form attribute=value'),
        ("CN=", "The value of CN is empty"),
        ("CN= ,O=x", "The value of CN is empty"),
        ("CN=a,", "empty part"),
        ("CN=a,,O=b", "empty part"),
        ("CN=a+", "empty part"),
        ("FOO=x", '"FOO" is not a known attribute'),
        ("2.5.x=y", "neither an attribute name nor a dotted OID"),
        ("=x", "neither an attribute name nor a dotted OID"),
        ("9.9.9=x", "neither an attribute name nor a dotted OID"),
        ("CN=a\\", "single backslash"),
        (r"CN=a\zb", 'In the value of CN, "\\zb" is not an escape'),
        ('CN="a', 'the character " needs a backslash'),
        ('CN=a"b,c"d', 'the character " needs a backslash'),
        ('CN="a"b', 'the character " needs a backslash'),
        (r'CN="a\zb"', 'In the value of CN, "\\zb" is not an escape'),
        ('CN="a\0b"', "the character NUL needs a backslash"),
        ('CN=\\"a"b,O=c"', 'the character " needs a backslash'),
        ("CN=a;O=b", "the character ; needs a backslash"),
        ("CN=a\0b", "the character NUL needs a backslash"),
        (r"CN=\C4", "not valid UTF-8"),
        ("CN=\ud800", "not valid UTF-8"),
        ("CN=#xyz", "begins with # but is not hex"),
        ("CN=#", "not one BER value"),
        ("CN=#0C", "not one BER value"),
        ("CN=#0C00", "not one BER value"),
        ("CN=#0C0261", "not one BER value"),
        ("CN=#0C8101", "not one BER value"),
        ("CN=#0C83000001" + "61", "not one BER value"),
        ("CN=#0201FF", "not a character string"),
        ("CN=#13018e", "octets that its string type cannot have"),
        ("CN=" + "a" * 5000, "at most 4096"),
    ],
)
def test_text_that_is_no_name_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(NameSyntax) as caught:
        names.parse(text)

    assert words in str(caught.value)


@given(st.text(max_size=80))
def test_any_text_gives_a_name_or_a_reason(text: str) -> None:
    try:
        dn = names.parse(text)
    except NameSyntax:
        return
    plain = tuple(tuple(Attribute(item.type, item.value) for item in rdn) for rdn in dn.rdns)
    assert names.parse(str(dn)) == Dn(plain)


@given(st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text))
def test_every_value_survives_writing_and_reading(value: str) -> None:
    dn = Dn(((Attribute("O", value), Attribute("CN", "x")), (Attribute("1.2.3", value),)))

    if not any(0xD800 <= ord(character) < 0xE000 for character in value):
        assert names.parse(str(dn)) == dn


def test_the_order_of_the_text_is_the_order_of_the_name() -> None:
    name = names.to_x509(names.parse("O=acme,CN=johndoe"))

    assert [attribute.value for attribute in name] == ["acme", "johndoe"]
    assert names.text(name) == "O=acme,CN=johndoe"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("CN=fw-1 (x)", _ASN1Type.PrintableString),
        ("CN=fw_1", _ASN1Type.UTF8String),
        ("CN=ü", _ASN1Type.UTF8String),
        ("C=DE", _ASN1Type.PrintableString),
        ("emailAddress=a@b.example", _ASN1Type.IA5String),
        ("DC=example", _ASN1Type.IA5String),
        ("serialNumber=b4:2e (1)", _ASN1Type.PrintableString),
        ("CN=#0C0161", _ASN1Type.UTF8String),
        ("CN=#120131", _ASN1Type.NumericString),
        ("CN=#130161", _ASN1Type.PrintableString),
        ("CN=#140161", _ASN1Type.T61String),
        ("CN=#1C0400000061", _ASN1Type.UniversalString),
        ("CN=#1E020061", _ASN1Type.BMPString),
    ],
)
def test_string_types_are_those_every_server_reads(text: str, kind: _ASN1Type) -> None:
    (attribute,) = names.to_x509(names.parse(text))

    assert attribute._type is kind


@pytest.mark.parametrize(
    ("type_", "limit"),
    [
        ("CN", 64),
        ("O", 64),
        ("OU", 64),
        ("T", 64),
        ("serialNumber", 64),
        ("DC", 63),
        ("telephoneNumber", 32),
        ("postalCode", 40),
        ("L", 128),
        ("ST", 128),
        ("street", 128),
        ("businessCategory", 128),
        ("pseudonym", 128),
        ("jurisdictionL", 128),
        ("jurisdictionST", 128),
        ("emailAddress", 255),
        ("unstructuredName", 255),
        ("unstructuredAddress", 255),
        ("UID", 256),
        ("description", 1024),
    ],
)
def test_upper_bounds_are_those_of_the_standards(type_: str, limit: int) -> None:
    names.to_x509(names.parse(f"{type_}={'a' * limit}"))

    with pytest.raises(NameSyntax, match=f"has {limit + 1} characters; at most {limit} are"):
        names.to_x509(names.parse(f"{type_}={'a' * (limit + 1)}"))


def test_upper_bounds_count_characters_as_x_520_does() -> None:
    (attribute,) = names.to_x509(names.parse("O=" + "ü" * 64))

    assert attribute.value == "ü" * 64


@pytest.mark.parametrize(
    ("text", "brought"),
    [
        ("CN=#120424464F4F", "x"),
        ("CN=#130424464F4F", "é"),
        ("CN=#160424464F4F", "é"),
        ("CN=#1E0800240046004F004F", "\U0001f600"),
    ],
)
def test_a_token_brings_no_character_that_the_string_type_lacks(text: str, brought: str) -> None:
    dn = names.parse(text).replace_tokens({"$FOO": brought})

    with pytest.raises(NameSyntax, match="string type after # cannot have"):
        names.to_x509(dn)


def test_a_token_in_a_string_type_that_has_its_characters_is_fine() -> None:
    dn = names.parse("CN=#1E0800240046004F004F").replace_tokens({"$FOO": "é"})

    (attribute,) = names.to_x509(dn)

    assert (attribute.value, attribute._type) == ("é", _ASN1Type.BMPString)


@pytest.mark.parametrize("text", ["CN=" + '"' * 4000 + "\\", "CN=" + '"\\' * 2000, '"' * 4095])
def test_quotes_without_end_are_refused_at_once(text: str) -> None:
    with pytest.raises(NameSyntax):
        names.parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C=USA", "country code of two letters"),
        ("C=D1", "country code of two letters"),
        ("jurisdictionC=x", "country code of two letters"),
        ("emailAddress=ü@b.example", "ASCII characters only"),
        ("DC=ü", "ASCII characters only"),
        ("CN=" + "a" * 65, "The value of CN has 65 characters; at most 64"),
        ("CN=" + "ü" * 33, "The value of CN has 66 bytes in UTF-8; at most 64"),
        ("serialNumber=a_b", "serialNumber can have letters, digits, spaces and"),
        ("CN=#130140", "the string type after # cannot have"),
        ("CN=#120161", "the string type after # cannot have"),
        (r"CN=a\00b", "control character"),
        (r"CN=a\7Fb", "control character"),
        (r"O=\C2\85", "control character"),
        ("CN=a+CN=b", "CN stands twice"),
        ("CN=$TOKEN", "The value of CN is empty"),
    ],
)
def test_values_a_certificate_cannot_carry_are_refused(text: str, words: str) -> None:
    dn = names.parse(text).replace_tokens({"$TOKEN": ""})

    with pytest.raises(NameSyntax) as caught:
        names.to_x509(dn)

    assert words in str(caught.value)


def test_a_token_lands_in_its_value_and_nowhere_else() -> None:
    dn = names.parse("O=acme,CN=$USERNAME+serialNumber=$HOSTID")

    expanded = dn.replace_tokens({"$USERNAME": "a,O=evil+CN=$HOSTID", "$HOSTID": "h1"})

    assert expanded.values("cn") == ("a,O=evil+CN=$HOSTID",)
    assert expanded.values("serialNumber") == ("h1",)
    assert str(expanded) == r"O=acme,CN=a\,O=evil\+CN=$HOSTID+serialNumber=h1"


def test_the_longest_token_wins() -> None:
    dn = names.parse("CN=$USERNAME2").replace_tokens({"$USERNAME": "a", "$USERNAME2": "b"})

    assert dn.values("CN") == ("b",)


def test_no_tokens_change_nothing() -> None:
    dn = names.parse("CN=$USERNAME")

    assert dn.replace_tokens({}) is dn


def test_a_certificates_name_is_written_with_everything_escaped() -> None:
    common = x509.NameAttribute(x509.NameOID.COMMON_NAME, " #a\u202eb ")
    email = x509.NameAttribute(x509.NameOID.EMAIL_ADDRESS, "e@x")
    other = x509.NameAttribute(x509.ObjectIdentifier("1.2.3.4"), "#x")
    unique = x509.NameAttribute(
        x509.NameOID.X500_UNIQUE_IDENTIFIER, b"\0\1", _type=_ASN1Type.BitString
    )
    rdns = ([common, email], [other], [unique])

    text = names.text(x509.Name([x509.RelativeDistinguishedName(rdn) for rdn in rdns]))

    first, *rest = text.split(",")
    assert sorted(first.split("+")) == [r"CN=\ #a\E2\80\AEb\ ", "emailAddress=e@x"]
    assert rest == [r"1.2.3.4=\#x", "2.5.4.45=#0001"]


def test_a_single_space_is_escaped_once() -> None:
    assert str(Dn(((Attribute("O", " "),),))) == r"O=\ "

"""Tokens and what they become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pki import names
from pki.csr import SanKind, SanValue
from profiles import subject
from profiles.spec import SanType
from profiles.subject import Token, TokenMissing, TokenValues, ValueUnusable
from tests.profiles import factories

ALL = TokenValues("jdoe", "jdoe@example.com", "host-1", "0079510001")

values = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=15).filter(
    str.strip
)


def attributes(dn: names.Dn) -> list[list[tuple[str, str]]]:
    return [[(item.type, item.value) for item in rdn] for rdn in dn.rdns]


@pytest.mark.parametrize(
    "value",
    [
        "x,O=evil",
        "a+CN=root",
        'say "hi"',
        "back\\slash",
        "Jürgen Müller",
        "#04024869",
        "$UDID",
        "a;b",
    ],
)
def test_a_value_stays_one_value(value: str) -> None:
    dn = subject.expand("O=acme,CN=$USERNAME", TokenValues(username=value))

    assert attributes(dn) == [[("O", "acme")], [("CN", value)]]


@given(values, values)
def test_the_name_has_exactly_the_attributes_of_the_profile(username: str, hostid: str) -> None:
    tokens = TokenValues(username=username, hostid=hostid)

    dn = subject.expand("O=acme,CN=$USERNAME+OU=host $HOSTID,L=here", tokens)

    assert attributes(dn) == [
        [("O", "acme")],
        [("CN", username), ("OU", f"host {hostid}")],
        [("L", "here")],
    ]
    assert len(names.to_x509(dn).rdns) == 3


def test_the_host_id_of_a_user_s_endpoint_stands_in_the_subject() -> None:
    dn = subject.expand_for_user("O=acme,CN=$USERNAME", ALL)

    assert attributes(dn) == [[("O", "acme")], [("CN", "jdoe")], [("serialNumber", "host-1")]]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("CN=$USERNAME", TokenValues("jdoe"), id="no host id known"),
        pytest.param("CN=$USERNAME+serialNumber=$UDID", ALL, id="a serialNumber of its own"),
    ],
)
def test_the_host_id_is_not_put_into_every_subject(text: str, values: TokenValues) -> None:
    assert subject.expand_for_user(text, values) == subject.expand(text, values)


@pytest.mark.parametrize("hostid", ["h" * 65, "a_b", "ü", "a\nb"])
def test_a_host_id_that_no_serial_number_can_be_is_refused(hostid: str) -> None:
    with pytest.raises(ValueUnusable, match="The value of serialNumber"):
        subject.expand_for_user("CN=a", TokenValues(hostid=hostid))


def test_every_token_has_a_value_of_its_own() -> None:
    dn = subject.expand("CN=$USERNAME $EMAILADDRESS $HOSTID $UDID", ALL)

    assert attributes(dn) == [[("CN", "jdoe jdoe@example.com host-1 0079510001")]]


def test_a_token_without_a_value_is_named_with_its_field() -> None:
    with pytest.raises(TokenMissing) as caught:
        subject.expand("CN=$USERNAME,serialNumber=$UDID,OU=$HOSTID", TokenValues(hostid="h"))

    assert caught.value.tokens == (Token.USERNAME, Token.UDID)
    assert caught.value.message == "The profile uses $USERNAME and $UDID, without a value here."
    assert [problem.field for problem in caught.value.problems] == ["username", "udid"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("CN", "The subject cannot be used: ", id="not a name"),
        pytest.param("C=$USERNAME,CN=x", "country code of two letters", id="not a country"),
    ],
)
def test_a_subject_that_no_certificate_carries_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueUnusable, match=message):
        subject.expand(text, ALL)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CN=plain", []),
        ("CN=$USERNAME", ["$USERNAME"]),
        ("CN=$USERNAME-laptop_$HOSTID1", ["$USERNAME", "$HOSTID"]),
        ("CN=$USERNAMELAPTOP", ["$USERNAMELAPTOP"]),
        ("CN=$username costs $5", ["$username"]),
    ],
)
def test_a_token_is_a_dollar_sign_and_all_letters_after_it(text: str, found: list[str]) -> None:
    assert subject.tokens_in(text) == found


def test_an_escaped_token_is_a_token() -> None:
    assert subject.subject_tokens("CN=\\24UDID") == ["$UDID"]
    with pytest.raises(TokenMissing):
        subject.expand("CN=\\24UDID", TokenValues())


def test_tokens_used_are_those_of_subject_and_san() -> None:
    spec = factories.spec(
        subject="CN=$USERNAME,OU=$HOSTID $OTHER", san_type=SanType.DNS, san_value="$UDID.example"
    )

    assert subject.tokens_used(spec) == {Token.USERNAME, Token.HOSTID, Token.UDID}
    with pytest.raises(ValueUnusable):
        subject.tokens_used(factories.spec(subject="nonsense"))


def test_a_san_that_is_not_used_uses_no_token() -> None:
    assert subject.tokens_used(factories.spec(subject="CN=a", san_value="$UDID")) == set()


def test_without_a_san_type_there_is_no_san() -> None:
    assert subject.expand_san(factories.spec(san_value="$USERNAME"), TokenValues()) is None


@pytest.mark.parametrize(
    ("san_type", "text", "expected"),
    [
        (SanType.RFC822, "$EMAILADDRESS", SanValue(SanKind.RFC822, "jdoe@example.com")),
        (SanType.DNS, "$HOSTID.example.com", SanValue(SanKind.DNS, "host-1.example.com")),
        (SanType.URI, "urn:uuid:$UDID", SanValue(SanKind.URI, "urn:uuid:0079510001")),
    ],
)
def test_tokens_work_in_the_san(san_type: SanType, text: str, expected: SanValue) -> None:
    spec = factories.spec(san_type=san_type, san_value=text)

    assert subject.expand_san(spec, ALL) == expected


@pytest.mark.parametrize(
    ("san_type", "value"),
    [
        (SanType.RFC822, "user@bücher.example"),
        (SanType.RFC822, "jürgen@example.com"),
        (SanType.DNS, "bücher.example"),
        (SanType.URI, "https://bücher.example/"),
    ],
)
def test_names_beyond_ascii_are_wanted_in_their_ascii_form(san_type: SanType, value: str) -> None:
    assert "in its xn-- form" in subject.san_problem(san_type, value)


def test_the_ascii_form_of_an_international_name_is_fine() -> None:
    assert subject.san_problem(SanType.DNS, "xn--bcher-kva.example") == ""


def test_a_san_token_without_a_value_is_refused() -> None:
    spec = factories.spec(san_type=SanType.DNS, san_value="$HOSTID.example.com")

    with pytest.raises(TokenMissing):
        subject.expand_san(spec, TokenValues())


@pytest.mark.parametrize("hostid", ["a b", "a,b", "00:11:22", "a\nb", "é"])
def test_a_value_that_breaks_the_san_is_refused(hostid: str) -> None:
    spec = factories.spec(san_type=SanType.DNS, san_value="$HOSTID.example.com")

    with pytest.raises(ValueUnusable, match=r"Enter one DNS name|xn-- form"):
        subject.expand_san(spec, TokenValues(hostid=hostid))


@pytest.mark.parametrize(
    ("san_type", "value", "fine"),
    [
        (SanType.RFC822, "user@example.com", True),
        (SanType.RFC822, "first.last+tag@example.com", True),
        (SanType.RFC822, "user", False),
        (SanType.RFC822, "@example.com", False),
        (SanType.RFC822, "a..b@example.com", False),
        (SanType.RFC822, "a@b@example.com", False),
        (SanType.RFC822, "User <user@example.com>", False),
        (SanType.RFC822, "u" * 64 + "@example.com", True),
        (SanType.RFC822, "u" * 65 + "@example.com", False),
        (SanType.RFC822, "user@" + "a." * 124 + "a", True),
        (SanType.RFC822, "user@" + "a." * 125 + "a", False),
        (SanType.DNS, "host", True),
        (SanType.DNS, "host.example.com.", True),
        (SanType.DNS, "*.example.com", True),
        (SanType.DNS, "_sip.example.com", True),
        (SanType.DNS, "host..example", False),
        (SanType.DNS, "-host.example", False),
        (SanType.DNS, "https://host/", False),
        (SanType.DNS, "a" * 63 + ".example", True),
        (SanType.DNS, "a" * 64 + ".example", False),
        (SanType.DNS, "a." * 126 + "a", True),
        (SanType.DNS, "a." * 126 + "ab", False),
        (SanType.URI, "https://host.example/path", True),
        (SanType.URI, "urn:uuid:1", True),
        (SanType.URI, "host.example", False),
        (SanType.URI, "https:///path", False),
        (SanType.URI, "https://[::1/", False),
        (SanType.URI, "urn:two words", False),
        (SanType.URI, "https://192.0.2.1/", True),
        (SanType.URI, "https://[2001:db8::1]/", True),
        (SanType.URI, "https://192.0.2/", False),
        (SanType.URI, "ldap://host..example/", False),
    ],
)
def test_syntax_of_san_values(san_type: SanType, value: str, *, fine: bool) -> None:
    assert (subject.san_problem(san_type, value) == "") is fine

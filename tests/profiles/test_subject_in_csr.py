"""From the profile to the bytes: the name in the request is the profile's, with the values given.

The request is read with asn1crypto, not with our own code.
"""

from typing import TypeAlias

import pytest
from asn1crypto import csr as asn1_csr
from hypothesis import given
from hypothesis import strategies as st

from pki import csr, names
from profiles import subject
from profiles.subject import TokenValues, ValueUnusable
from tests.issuing import rsa_key

Rdns: TypeAlias = list[set[tuple[str, str]]]
"""The RDNs of a name in their order: dotted OID and value of each attribute."""

CN, ORG, UNIT, PLACE, SERIAL = "2.5.4.3", "2.5.4.10", "2.5.4.11", "2.5.4.7", "2.5.4.5"

SUBJECT = "O=$EMAILADDRESS and co,CN=$USERNAME+OU=a\\, $HOSTID,1.2.3.4=$UDID,L=here"

any_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=70)
awkward = st.sampled_from(list(' ,+="#;<>\\$')) | st.sampled_from(
    ["$UDID", "$USERNAME", "CN=", ",O=evil", "\\2C", "x", "ü", "\x00"]
)
values = any_text | st.lists(awkward, min_size=1, max_size=12).map("".join)


def name_requested(dn: names.Dn) -> Rdns:
    """Make a request for the name and read what is in it."""
    der = csr.build(csr.CsrSpec(subject=dn), rsa_key("subject"))
    info = asn1_csr.CertificationRequest.load(der, strict=True)["certification_request_info"]
    return [
        {(item["type"].dotted, item["value"].native) for item in rdn}
        for rdn in info["subject"].chosen
    ]


def expected(given: TokenValues) -> Rdns:
    return [
        {(ORG, f"{given.emailaddress} and co")},
        {(CN, given.username), (UNIT, f"a, {given.hostid}")},
        {("1.2.3.4", given.udid)},
        {(PLACE, "here")},
    ]


@given(st.builds(TokenValues, values, values, values, values))
def test_the_request_has_the_attributes_of_the_profile_and_the_values_given(
    given: TokenValues,
) -> None:
    fits = max(len(given.username.encode()), len(f"a, {given.hostid}")) <= 64
    fits = fits and len(f"{given.emailaddress} and co") <= 64
    texts = (given.username, given.emailaddress, given.hostid, given.udid)
    fits = fits and not any(
        char < " " or "\x7f" <= char < "\xa0" for text in texts for char in text
    )

    if not fits:
        with pytest.raises(ValueUnusable):
            subject.expand(SUBJECT, given)
        return
    assert name_requested(subject.expand(SUBJECT, given)) == expected(given)


@given(values, values)
def test_the_host_id_of_a_user_is_one_attribute_more(username: str, hostid: str) -> None:
    try:
        dn = subject.expand_for_user("CN=$USERNAME", TokenValues(username, hostid=hostid))
    except ValueUnusable:
        return
    assert name_requested(dn) == [{(CN, username)}, {(SERIAL, hostid)}]


@pytest.mark.parametrize(
    "username",
    [
        "x,O=evil",
        "x+O=evil",
        'say "hi"',
        '"quoted"',
        "#0C0161",
        " leading and trailing ",
        "a\\,b",
        "\\00",
        "x;O=evil",
        "$HOSTID",
        "CN=root",
        "山田 太郎",
    ],
)
def test_what_looks_like_syntax_stays_one_value(username: str) -> None:
    dn = subject.expand("O=acme,CN=$USERNAME", TokenValues(username, hostid="h"))

    assert name_requested(dn) == [{(ORG, "acme")}, {(CN, username)}]


@pytest.mark.parametrize("username", ["x\x00.example.com", "a\nO=evil", "\x7f", "\x85"])
def test_control_characters_are_refused_not_cut(username: str) -> None:
    with pytest.raises(ValueUnusable, match="The value of CN has a control character"):
        subject.expand("CN=$USERNAME", TokenValues(username))

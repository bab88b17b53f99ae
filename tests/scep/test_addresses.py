"""Which URLs and addresses may be connected to."""

from ipaddress import ip_address, ip_network

import pytest

from scep import addresses
from scep.addresses import Origin
from scep.errors import TransportFailed, UnusableRequest


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://CA.example/certsrv/mscep/", Origin("http", "ca.example", 80)),
        ("https://ca.example", Origin("https", "ca.example", 443)),
        ("https://[2001:db8::1]:8443/x?y=z", Origin("https", "2001:db8::1", 8443)),
    ],
)
def test_a_url_has_an_origin(url: str, origin: Origin) -> None:
    assert addresses.origin(url) == origin


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "does not begin with http"),
        ("ca.example/scep", "does not begin with http"),
        ("http://", "no host"),
        ("http://ca.example:0/", "no host, a bad port"),
        ("http://ca.example/a b", "a space"),
        ("http://ca.example:port/", "cannot be read"),
        ("http://[::1/", "cannot be read"),
        ("http://user@ca.example/", "user name or password"),
    ],
)
def test_anything_but_a_plain_url_is_refused(url: str, words: str) -> None:
    with pytest.raises(UnusableRequest, match=words) as caught:
        addresses.origin(url)

    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        (Origin("http", "ca", 80), True),
        (Origin("https", "ca", 443), True),
        (Origin("https", "ca", 8443), True),
        (Origin("http", "ca", 8080), False),
        (Origin("http", "other", 80), False),
    ],
)
def test_redirects_stay_on_the_host(target: Origin, *, allowed: bool) -> None:
    assert Origin("http", "ca", 80).allows_redirect_to(target) is allowed


def test_a_redirect_never_falls_to_plain_http() -> None:
    assert not Origin("https", "ca", 443).allows_redirect_to(Origin("http", "ca", 443))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("169.254.169.254", "link-local"),
        ("fe80::1", "link-local"),
        ("::ffff:169.254.1.1", "link-local"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
        ("64:ff9b:1::a9fe:a9fe", "link-local"),
        ("::a9fe:a9fe", "link-local"),
        ("::ffff:0:a9fe:a9fe", "link-local"),
        ("2002:a9fe:a9fe::1", "link-local"),
        ("100.100.100.200", "metadata"),
        ("168.63.129.16", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("0.0.0.0", "not the address of a server"),  # noqa: S104 - refused
        ("::", "not the address of a server"),
        ("224.0.0.1", "not the address of a server"),
        ("255.255.255.255", "not the address of a server"),
    ],
)
def test_addresses_that_give_secrets_away_are_refused(text: str, words: str) -> None:
    with pytest.raises(TransportFailed, match=words):
        addresses.check("ca.example", (ip_address("10.0.0.1"), ip_address(text)), None)


def test_ordinary_addresses_pass_in_their_order() -> None:
    found = tuple(ip_address(text) for text in ("2001:db8::1", "127.0.0.1", "10.0.0.1"))

    assert addresses.check("ca.example", found, None) == found


def test_an_allow_list_leaves_what_it_names() -> None:
    found = (ip_address("10.0.0.1"), ip_address("192.0.2.1"))

    assert addresses.check("ca.example", found, (ip_network("192.0.2.0/24"),)) == found[1:]


def test_nothing_left_by_the_allow_list_is_a_failure() -> None:
    with pytest.raises(
        TransportFailed, match=r"ca\.example \(10\.0\.0\.1\) is outside the networks"
    ):
        addresses.check("ca.example", (ip_address("10.0.0.1"),), (ip_network("::/0"),))


def test_an_address_is_not_told_twice() -> None:
    with pytest.raises(TransportFailed) as caught:
        addresses.check("169.254.0.1", (ip_address("169.254.0.1"),), None)

    assert caught.value.fact == (
        "169.254.0.1 is a link-local address; connections there are refused."
    )

"""Which addresses are served how."""

import pytest

from scepadmin import web_process


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_this_machine_alone_is_loopback(host: str) -> None:
    assert web_process.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "firewall.example"])  # noqa: S104 - named, not bound
def test_anything_else_is_not(host: str) -> None:
    assert not web_process.is_loopback(host)


def test_loopback_is_served_in_the_clear_and_over_tls() -> None:
    assert web_process.addresses("127.0.0.1", 8080, 8443) == [
        "http://127.0.0.1:8080/",
        "https://127.0.0.1:8443/",
    ]


def test_other_hosts_are_served_over_tls_only() -> None:
    assert web_process.addresses("10.0.0.1", 8080, 8443) == ["https://10.0.0.1:8443/"]


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert web_process.addresses("::1", 1, 2) == ["http://[::1]:1/", "https://[::1]:2/"]


def test_on_loopback_the_settings_stay_as_they_are() -> None:
    assert web_process.environment("127.0.0.1", "") == {}


@pytest.mark.parametrize(
    ("host", "names", "allowed"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("2001:db8::1", "", "[2001:db8::1]"),
        ("0.0.0.0", "", "*"),  # noqa: S104 - named, not bound
        ("::", "", "*"),
        ("10.0.0.1", "fw.example,fw2.example", "fw.example,fw2.example"),
    ],
)
def test_elsewhere_cookies_are_for_https_and_the_host_answers_to_its_name(
    host: str, names: str, allowed: str
) -> None:
    assert web_process.environment(host, names) == {
        "SCEPADMIN_HOSTS": allowed,
        "SCEPADMIN_TLS_ONLY": "1",
    }

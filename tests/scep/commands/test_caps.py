"""``caps``: what the server can do, and what we would use."""

from scep.vocabulary import Capability
from tests import loopback
from tests.loopback import Answer
from tests.scep.commands.conftest import CaSite, Cli


def test_capabilities_and_the_choice_are_shown(cli: Cli, ca_site: CaSite) -> None:
    ca_site.ca.capabilities = (Capability.AES, Capability.POST, Capability.SHA_256, "Update")

    ran = cli("caps", ca_site.url)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Capabilities     AES, POSTPKIOperation, SHA-256",
        "Not in RFC 8894  Update",
        "We would use     AES-128-CBC: the server lists AES.",
        "                 SHA-256: the server lists SHA-256.",
        "                 POST: the server takes it.",
    ]


def test_capabilities_are_told_to_programs(cli: Cli, ca_site: CaSite) -> None:
    ca_site.ca.capabilities = (Capability.DES3, "Update")

    (found,) = cli("caps", ca_site.url, "--json").objects

    assert found == {
        "capabilities": ["DES3"],
        "unknown": ["Update"],
        "cipher": "3DES-CBC",
        "digest": "SHA-1",
        "method": "GET",
    }


def test_an_empty_list_is_an_answer(cli: Cli) -> None:
    with loopback.serve(lambda _: Answer(body=b"")) as site:
        ran = cli("caps", site.url)

    assert ran.code == 0
    assert "Capabilities  none" in ran.out


def test_a_page_is_no_list(cli: Cli) -> None:
    with loopback.serve(lambda _: Answer(body=b"<html><title>Hi</title>")) as site:
        ran = cli("caps", site.url)

    assert ran.code == 6
    assert ran.err.startswith('GetCACaps: The server sent an HTML page titled "Hi"')


def test_an_http_error_is_told(cli: Cli) -> None:
    with loopback.serve(lambda _: Answer(404)) as site:
        ran = cli("caps", site.url)

    assert ran.code == 6
    assert "HTTP 404" in ran.err

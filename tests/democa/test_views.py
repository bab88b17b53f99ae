"""The pages of the demo CA, and what it says to clients that ask wrongly."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from django.test import Client

from democa import services
from democa.hierarchy import Authority
from democa.models import IssuedCertificate
from pki import bundle
from scep import challenge
from scep.errors import ChallengeRefused
from tests.democa.rows import held_request

pytestmark = pytest.mark.usefixtures("ca")

Header = Callable[..., dict[str, str]]
ADMIN = "/CertSrv/mscep_admin/"


def test_the_admin_page_is_read_by_clients_of_ndes(
    ca: Authority, client: Client, basic: Header
) -> None:
    reply = client.get(ADMIN, headers=basic())

    page = challenge.read_page(reply.content, reply["Content-Type"])
    assert re.fullmatch(r"[0-9A-F]{16}", page.password)
    assert page.ca_thumbprint == hashlib.md5(ca.root.certificate_der).hexdigest()  # noqa: S324 - NDES shows MD5
    assert (page.lifetime_minutes, page.single_use, page.labelled) == (60, True, True)


def test_the_admin_page_is_utf_16_that_claims_to_be_utf_8(client: Client, basic: Header) -> None:
    reply = client.get(ADMIN, headers=basic())

    assert '<meta charset="utf-8">' in reply.content.decode("utf-16-le")
    assert "no-store" in reply["Cache-Control"]


def test_each_load_of_the_admin_page_makes_a_new_password(client: Client, basic: Header) -> None:
    pages = [client.get(ADMIN, headers=basic()).content for _ in range(3)]

    assert len({challenge.read_page(page).password for page in pages}) == 3


def test_a_full_cache_is_said_with_status_200_as_on_ndes(client: Client, basic: Header) -> None:
    services.configure(behavior=services.Behavior(password_max=1))
    client.get(ADMIN, headers=basic())

    reply = client.get(ADMIN, headers=basic())

    assert reply.status_code == 200
    with pytest.raises(ChallengeRefused, match="cache is full"):
        challenge.read_page(reply.content)


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("", id="none"),
        pytest.param("Bearer abc", id="another scheme"),
        pytest.param("Basic %%%", id="not base64"),
        pytest.param("Basic /////w==", id="not UTF-8"),
        pytest.param("Basic c2NlcA==", id="no password"),
    ],
)
def test_without_credentials_the_admin_page_asks_for_them(
    client: Client, authorization: str
) -> None:
    reply = client.get(ADMIN, headers={"Authorization": authorization})

    assert reply.status_code == 401
    offers = [value for name, value in reply.items() if name == "WWW-Authenticate"]
    assert [offer.split()[0] for offer in offers] == ["Negotiate", "NTLM", "Basic"]
    assert reply["Content-Type"] == "text/plain"


@pytest.mark.parametrize(("user", "password"), [("scep", "wrong"), ("admin", "correct horse")])
def test_a_wrong_user_or_password_gets_no_password(
    client: Client, basic: Header, user: str, password: str
) -> None:
    assert client.get(ADMIN, headers=basic(user, password)).status_code == 401
    assert b"0</b> of 5" in client.get("/").content


@pytest.mark.parametrize("path", ["/certsrv/mscep_admin", "/CERTSRV/MSCEP_ADMIN/", ADMIN])
def test_the_admin_page_is_found_in_any_case(client: Client, basic: Header, path: str) -> None:
    assert client.get(path, headers=basic()).status_code == 200


def test_the_admin_page_says_how_long_it_is(client: Client, basic: Header) -> None:
    reply = client.get(ADMIN, headers=basic())

    assert reply["Content-Length"] == str(len(reply.content))


@pytest.mark.parametrize("path", ["/", ADMIN])
def test_every_page_warns_loudly(client: Client, basic: Header, path: str) -> None:
    reply = client.get(path, headers=basic())

    text = reply.content.decode("utf-8" if path == "/" else "utf-16-le")
    assert "Never for production" in text


def test_the_own_page_shows_addresses_and_thumbprints(ca: Authority, client: Client) -> None:
    text = client.get("/", headers={"Host": "ca.example.com:8081"}).content.decode()

    assert "http://ca.example.com:8081/certsrv/mscep/" in text
    assert "http://ca.example.com:8081/CertSrv/mscep_admin/" in text
    digest = hashlib.sha256(ca.root.certificate_der).hexdigest().upper()
    assert digest in text.replace(" ", "")


def test_the_own_page_lists_the_newest_hundred_certificates(client: Client, now: datetime) -> None:
    for number in range(102):
        request = held_request(now, number)
        IssuedCertificate.objects.create(
            request=request,
            serial_hex=f"AA{number:04d}",
            certificate_der=b"",
            not_before=now,
            not_after=now,
            issued_at=now + timedelta(seconds=number),
        )

    text = client.get("/").content.decode()

    assert "AA0101" in text
    assert "AA0001" not in text
    assert "2 older ones are not shown" in text


def test_a_name_from_a_request_cannot_become_markup(client: Client, now: datetime) -> None:
    request = held_request(now)
    request.subject = "CN=<b>bold</b>"
    request.save()

    assert b"CN=&lt;b&gt;bold" in client.get("/").content


def test_the_root_certificate_can_be_downloaded(ca: Authority, client: Client) -> None:
    reply = client.get("/demo-root-ca.pem")

    assert bundle.from_pem(reply.content) == (ca.root.certificate_der,)
    assert "attachment" in reply["Content-Disposition"]


@pytest.mark.conformance("S26")
def test_a_wrong_url_is_answered_in_plain_text(client: Client) -> None:
    reply = client.get("/certsrv/other")

    assert (reply.status_code, reply["Content-Type"]) == (404, "text/plain")


@pytest.mark.conformance("S26")
def test_a_failure_of_ours_is_answered_in_plain_text(client: Client) -> None:
    from democa.models import AuthorityCertificate  # noqa: PLC0415 - what this test breaks

    AuthorityCertificate.objects.all().delete()
    client.raise_request_exception = False

    reply = client.get("/")

    assert (reply.status_code, reply["Content-Type"]) == (500, "text/plain")


@pytest.mark.conformance("S26")
def test_a_request_that_django_refuses_is_answered_in_plain_text(client: Client) -> None:
    reply = client.get("/", headers={"Host": "two words"})

    assert (reply.status_code, reply["Content-Type"]) == (400, "text/plain")


def test_pages_carry_a_strict_content_security_policy(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy

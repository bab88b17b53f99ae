"""Nothing of a web site stands before the protocol: devices have no cookies and follow nothing."""

import pytest

from django.test import Client

from tests.democa.device import PATH

pytestmark = pytest.mark.usefixtures("ca")


@pytest.mark.conformance("S07")
@pytest.mark.parametrize("path", [PATH, PATH.rstrip("/"), f"{PATH}mscep.dll/pkiclient.exe"])
def test_devices_need_no_sign_in_no_token_and_no_redirect(path: str) -> None:
    stranger = Client(enforce_csrf_checks=True)

    listed = stranger.get(f"{path}?operation=GetCACaps")
    posted = stranger.post(
        f"{path}?operation=PKIOperation", b"junk", content_type="application/x-pki-message"
    )

    assert (listed.status_code, b"AES" in listed.content) == (200, True)
    # Refused for what it is, not for want of a token or a session.
    assert (posted.status_code, posted["Content-Type"]) == (400, "text/plain")


@pytest.mark.conformance("S07")
@pytest.mark.parametrize("path", ["/CertSrv/mscep_admin/", "/certsrv/mscep_admin"])
def test_the_page_of_passwords_asks_by_http_and_never_redirects(path: str) -> None:
    reply = Client(enforce_csrf_checks=True).get(path)

    assert reply.status_code == 401
    assert "WWW-Authenticate" in reply

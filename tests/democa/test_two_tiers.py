"""An issuing CA below a root: clients that know either, the root sent or left out, the rollover."""

from datetime import UTC, datetime

import pytest

from django.test import Client

from democa import services
from democa.hierarchy import Authority, Design
from democa.models import Switches
from democa.services import authority as service
from pki import bundle, certinfo, chain
from scep.cacert import Role
from scep.capabilities import Minimum
from scep.client import FetchCa, FetchedCa, FetchNextCa, Issued
from scep.errors import FingerprintMismatch
from tests.democa.conftest import made_successor
from tests.democa.device import answer_with, new_device, one_time_password
from tests.democa.test_buttons import Header
from tests.fakes import drive

pytestmark = pytest.mark.django_db

TWO_TIERS = pytest.mark.parametrize(
    "authority", [Design.RSA_TWO_TIER, Design.EC_TWO_TIER], indirect=True
)


def sha256(certificate_der: bytes) -> str:
    return certinfo.read(certificate_der).fingerprint_sha256


def fetch(client: Client, fingerprint: str) -> FetchedCa:
    return drive(
        FetchCa(fingerprint=fingerprint, minimum=Minimum.STRICT, now=datetime.now(UTC)),
        answer_with(client),
    )


@pytest.mark.conformance("D40")
@TWO_TIERS
@pytest.mark.parametrize("sends_root", [True, False], ids=["root sent", "root left out"])
def test_a_device_enrolls_whether_the_root_is_sent_or_not(
    ca: Authority,
    client: Client,
    sends_root: bool,  # noqa: FBT001 - both of two
) -> None:
    services.send_root(sends_root=sends_root)
    device = new_device(client)

    issued = device.enroll(device.prepare(one_time_password()))

    assert isinstance(issued, Issued)
    assert device.ca.bundle.ca.der == ca.issuing.certificate_der
    roots = [one.der for one in device.ca.bundle.certificates if one.role is Role.ROOT]
    assert roots == [ca.root.certificate_der] * sends_root
    chain.verify_issued(issued.certificate_der, ca.issuing.certificate_der)


@pytest.mark.conformance("D40")
@TWO_TIERS
def test_clients_may_know_the_issuing_ca_or_the_root_that_is_sent(
    ca: Authority, client: Client
) -> None:
    issuing, root = sha256(ca.issuing.certificate_der), sha256(ca.root.certificate_der)

    assert fetch(client, issuing).pinned
    assert fetch(client, root).bundle.ca.der == ca.issuing.certificate_der

    services.send_root(sends_root=False)
    assert fetch(client, issuing).pinned
    with pytest.raises(FingerprintMismatch):
        fetch(client, root)


@pytest.mark.conformance("D40", "S23")
@TWO_TIERS
def test_a_rollover_below_the_same_root_needs_no_new_fingerprint(
    ca: Authority, client: Client
) -> None:
    root = sha256(ca.root.certificate_der)
    before = fetch(client, root)
    successor = made_successor(ca.design)
    service.keep_next(made=successor, generation=2)

    announced = drive(
        FetchNextCa(
            current=before.bundle,
            capabilities=fetch(client, root).capabilities,
            now=datetime.now(UTC),
        ),
        answer_with(client),
    )
    services.take_over()
    device = new_device(client)
    issued = device.enroll(device.prepare(one_time_password()))

    assert announced.bundle.ca.der == successor.issuing.certificate_der
    assert fetch(client, root).bundle.ca.der == successor.issuing.certificate_der
    assert isinstance(issued, Issued)
    chain.verify_issued(issued.certificate_der, successor.issuing.certificate_der)


@TWO_TIERS
def test_the_files_are_the_root_and_the_whole_chain(ca: Authority, client: Client) -> None:
    root, whole = (client.get(path).content for path in ("/demo-root-ca.pem", "/ca/1.pem"))

    assert bundle.from_pem(root) == (ca.root.certificate_der,)
    assert bundle.from_pem(whole) == (ca.issuing.certificate_der, ca.root.certificate_der)


@TWO_TIERS
def test_its_own_https_port_is_certified_by_the_root(ca: Authority) -> None:
    signer = service.tls_issuer()

    assert signer.certificate.public_key() == ca.root.private_key.public_key()


@pytest.mark.conformance("D40")
@pytest.mark.parametrize("authority", [Design.RSA_TWO_TIER], indirect=True)
def test_the_operator_leaves_the_root_out_on_the_page(
    ca: Authority, client: Client, basic: Header
) -> None:
    page = client.get("/").content.decode()
    fingerprint = sha256(ca.root.certificate_der).upper()
    assert "Leave the root out" in page
    assert fingerprint in page.replace(" ", "")
    assert client.post("/ca/root", {"root": "left-out"}).status_code == 401

    client.post("/ca/root", {"root": "left-out"}, headers=basic())

    assert not Switches.objects.get().sends_root
    page = client.get("/").content.decode()
    assert "Send the root, too" in page
    client.post("/ca/root", {"root": "sent"}, headers=basic())
    assert Switches.objects.get().sends_root


def test_where_the_root_issues_there_is_nothing_to_leave_out(ca: Authority, client: Client) -> None:
    del ca

    assert "Leave the root out" not in client.get("/").content.decode()

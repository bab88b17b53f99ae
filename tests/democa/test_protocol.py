"""The SCEP endpoint, with our own client on the other side, and with clients that misbehave."""

import base64
from dataclasses import replace
from urllib.parse import quote

import pytest
from asn1crypto import cms as asn1_cms

from django.test import Client

from democa import services
from democa.hierarchy import Authority
from democa.models import EnrollmentRequest, IssuedCertificate
from pki import chain
from scep.capabilities import Algorithms, Minimum, choose
from scep.client import Issued, Pending
from scep.errors import EnrollmentRefused
from scep.vocabulary import Capability, Cipher, Digest, FailInfo, MediaType
from tests.democa.device import PATH, Device

pytestmark = pytest.mark.usefixtures("ca")


def weak(device: Device) -> Algorithms:
    return replace(
        choose(device.ca.capabilities, Minimum.DEFAULT), cipher=Cipher.DES3, digest=Digest.SHA_1
    )


@pytest.mark.conformance("S01")
def test_a_device_enrolls_under_strict_rules(ca: Authority, device: Device, password: str) -> None:
    issued = device.enroll(device.prepare(password))

    assert isinstance(issued, Issued)
    assert issued.differences == ()
    chain.verify_issued(issued.certificate_der, ca.root.certificate_der)


@pytest.mark.conformance("S06")
@pytest.mark.parametrize(
    "path",
    [
        "/certsrv/mscep",
        "/CERTSRV/MSCEP/",
        "/certsrv/mscep/mscep.dll",
        "/CertSrv/mscep/MSCEP.DLL/pkiclient.exe",
        "/certsrv/mscep/pkiclient.exe/",
        "/cgi-bin/pkiclient.exe",
    ],
)
def test_every_path_of_ndes_leads_to_the_same_place(
    device: Device, password: str, path: str
) -> None:
    assert isinstance(device.enroll(device.prepare(password), path=path), Issued)


def test_a_request_may_come_by_get(device: Device, password: str) -> None:
    by_get = replace(choose(device.ca.capabilities, Minimum.STRICT), post=False)

    assert isinstance(device.enroll(device.prepare(password, algorithms=by_get)), Issued)


@pytest.mark.conformance("S08")
def test_a_get_that_was_damaged_on_the_way_is_still_read(device: Device, password: str) -> None:
    message = base64.b64encode(device.prepare(password).message_der).decode()
    damaged = quote(message.replace("+", " "), safe=" /").replace(" ", "+")

    reply = device.client.get(f"{PATH}?operation=PKIOperation&message={damaged}")

    assert reply["Content-Type"] == MediaType.PKI_MESSAGE
    assert IssuedCertificate.objects.count() == 1


@pytest.mark.conformance("S09")
def test_a_post_may_leave_out_operation_and_content_type(device: Device, password: str) -> None:
    message = device.prepare(password).message_der

    reply = device.client.post(PATH, message, content_type="application/octet-stream")

    assert reply["Content-Type"] == MediaType.PKI_MESSAGE
    assert IssuedCertificate.objects.count() == 1


@pytest.mark.conformance("S19")
def test_a_reply_that_was_lost_is_given_again(device: Device, password: str) -> None:
    prepared = device.prepare(password)

    assert device.enroll(prepared) == device.enroll(prepared)
    assert IssuedCertificate.objects.count() == 1


@pytest.mark.conformance("S13")
@pytest.mark.parametrize("challenge", ["", "WRONG"], ids=["none", "wrong"])
def test_without_a_good_password_the_answer_is_bad_request_with_the_reason(
    device: Device, challenge: str
) -> None:
    with pytest.raises(EnrollmentRefused) as refusal:
        device.enroll(device.prepare(challenge))

    assert refusal.value.fail_info is FailInfo.BAD_REQUEST
    assert "challenge password" in refusal.value.fail_info_text
    assert not EnrollmentRequest.objects.exists()


def test_a_held_request_is_polled_until_it_is_approved(device: Device, password: str) -> None:
    services.configure(behavior=services.Behavior(approve_by_hand=True))
    prepared = device.prepare(password)

    assert isinstance(device.enroll(prepared), Pending)
    assert isinstance(device.poll(prepared), Pending)
    services.approve(request_id=EnrollmentRequest.objects.get().pk, at=device.now)

    assert isinstance(device.poll(prepared), Issued)


@pytest.mark.conformance("S20")
def test_a_poll_for_nothing_is_refused(device: Device, password: str) -> None:
    with pytest.raises(EnrollmentRefused) as refusal:
        device.poll(device.prepare(password))

    assert refusal.value.fail_info is FailInfo.BAD_CERT_ID


@pytest.mark.conformance("D27", "D29")
def test_weak_algorithms_are_taken_for_old_clients_only(device: Device, password: str) -> None:
    prepared = device.prepare(password, algorithms=weak(device))
    services.configure(behavior=services.Behavior(allow_legacy=False))
    with pytest.raises(EnrollmentRefused, match="badAlg") as refusal:
        device.enroll(prepared, minimum=Minimum.DEFAULT)
    services.configure(behavior=services.Behavior(allow_legacy=True))

    assert refusal.value.fail_info_text == "This CA does not take 3DES-CBC and SHA-1."
    assert isinstance(device.enroll(prepared, minimum=Minimum.DEFAULT), Issued)


@pytest.mark.conformance("S02", "S03", "D31", "D38")
def test_the_capabilities_are_those_that_work(client: Client) -> None:
    lists = []
    for allow_legacy in (True, False):
        services.configure(behavior=services.Behavior(allow_legacy=allow_legacy))
        reply = client.get(f"{PATH}?operation=GetCACaps")
        assert reply["Content-Type"] == "text/plain"
        lists.append(set(reply.content.decode().split()))

    old, new = lists
    assert new == {
        *("AES", "POSTPKIOperation", "Renewal", "SCEPStandard", "SHA-256", "SHA-384", "SHA-512")
    }
    assert old - new == {Capability.DES3, Capability.SHA_1}


@pytest.mark.conformance("S05")
def test_the_ca_certificates_come_with_the_ras_first(ca: Authority, client: Client) -> None:
    reply = client.get(f"{PATH}?operation=GetCACert&message=anything")

    bundle, ras = asn1_cms.ContentInfo.load(reply.content)["content"]["certificates"], ca.ras
    assert ras is not None
    assert reply["Content-Type"] == "application/x-x509-ca-ra-cert"
    assert [item.chosen.dump() for item in bundle] == [
        ras.signature.certificate_der,
        ras.encryption.certificate_der,
        ca.root.certificate_der,
    ]


def test_answers_say_how_long_they_are_because_devices_read_no_chunks(client: Client) -> None:
    for reply in (
        client.get(f"{PATH}?operation=GetCACert"),
        client.get(f"{PATH}?operation=Unknown"),
        client.post(PATH, b"junk", content_type="application/x-pki-message"),
    ):
        assert reply["Content-Length"] == str(len(reply.content))


@pytest.mark.conformance("S26")
@pytest.mark.parametrize("operation", ["", "Unknown", "GetNextCACert"])
def test_an_operation_it_does_not_know_gets_plain_words(client: Client, operation: str) -> None:
    reply = client.get(PATH, {"operation": operation})

    assert (reply.status_code, reply["Content-Type"]) == (400, "text/plain")


@pytest.mark.conformance("S26", "D51")
@pytest.mark.parametrize(
    "body", [b"", b"junk", b"\x30\x80", b"<html></html>"], ids=["empty", "junk", "cut", "html"]
)
def test_a_message_that_cannot_be_read_gets_plain_words(client: Client, body: bytes) -> None:
    reply = client.post(
        f"{PATH}?operation=PKIOperation", body, content_type="application/x-pki-message"
    )

    assert (reply.status_code, reply["Content-Type"]) == (400, "text/plain")


@pytest.mark.conformance("S26")
def test_a_get_without_message_gets_plain_words(client: Client) -> None:
    reply = client.get(f"{PATH}?operation=PKIOperation")

    assert (reply.status_code, reply["Content-Type"]) == (400, "text/plain")


@pytest.mark.conformance("S09", "S10")
def test_a_message_over_two_mebibytes_is_not_read(client: Client) -> None:
    reply = client.post(PATH, b"0" * (2 * 1024 * 1024 + 1), content_type="application/octet-stream")

    assert (reply.status_code, reply["Content-Type"]) == (413, "text/plain")


def test_other_methods_are_not_allowed(client: Client) -> None:
    assert client.put(PATH).status_code == 405


@pytest.mark.conformance("S12")
def test_a_forged_message_gets_a_signed_refusal(device: Device, password: str) -> None:
    prepared = device.prepare(password)
    forged = bytearray(prepared.message_der)
    forged[-1] ^= 1

    with pytest.raises(EnrollmentRefused) as refusal:
        device.enroll(replace(prepared, message_der=bytes(forged)))

    assert refusal.value.fail_info is FailInfo.BAD_MESSAGE_CHECK
    assert not EnrollmentRequest.objects.exists()

"""Faults: what the demo CA does wrong on purpose."""

from datetime import UTC, datetime, timedelta

import pytest

from django.test import Client

from democa import services
from democa.faults import SLOW_S, Fault
from democa.models import Switches
from democa.services import Asked
from scep.cacert import read_bundle
from scep.capabilities import parse
from scep.client import Pending
from scep.errors import EnrollmentRefused
from scep.vocabulary import Capability
from tests.democa.device import PATH, Device
from tests.democa.test_buttons import Header

pytestmark = pytest.mark.usefixtures("ca")

REFUSING = [fault for fault in Fault if fault.fail_info is not None]


def asked(operation: str) -> Asked:
    return Asked(operation, f"operation={operation}", b"", post=False, address="192.0.2.1")


def test_a_server_that_is_down_answers_503_in_plain_text(client: Client) -> None:
    services.set_fault(fault=Fault.DOWN)

    answer = client.get(f"{PATH}?operation=GetCACaps")

    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/plain")


def test_a_slow_server_answers_right_and_late(now: datetime) -> None:
    services.set_fault(fault=Fault.SLOW)

    answer = services.answer(asked=asked("GetCACaps"), at=now)

    assert (answer.status, answer.delay_s) == (200, SLOW_S)


def test_without_aes_the_list_is_that_of_an_old_server(now: datetime) -> None:
    services.set_fault(fault=Fault.NO_AES)

    listed = parse(services.answer(asked=asked("GetCACaps"), at=now).body).known

    assert Capability.DES3 in listed
    assert not listed & {Capability.AES, Capability.SHA_256, Capability.SCEP_STANDARD}


def test_expired_certificates_of_the_ra_are_expired_and_nothing_else(now: datetime) -> None:
    services.set_fault(fault=Fault.EXPIRED_RA)
    answer = services.answer(asked=asked("GetCACert"), at=now)

    received = read_bundle(answer.body, answer.content_type).certificates

    ended = {one.facts.subject for one in received if one.facts.not_after < datetime.now(UTC)}
    assert ended == {"CN=scepadmin-demo-MSCEP-RA"}
    assert len(received) == 3


def test_certificates_of_the_ra_for_crls_only_can_neither_sign_nor_encrypt(now: datetime) -> None:
    services.set_fault(fault=Fault.WRONG_USAGE)
    answer = services.answer(asked=asked("GetCACert"), at=now)

    bundle = read_bundle(answer.body, answer.content_type)
    assert [one.facts.subject for one in bundle.signers] != ["CN=scepadmin-demo-MSCEP-RA"]
    assert bundle.recipient.facts.subject != "CN=scepadmin-demo-MSCEP-RA"


def test_pending_holds_each_request(device: Device, password: str) -> None:
    services.set_fault(fault=Fault.PENDING)

    assert isinstance(device.enroll(device.prepare(password)), Pending)


def test_a_full_cache_gives_no_password(now: datetime) -> None:
    services.set_fault(fault=Fault.CACHE_FULL)

    assert services.issue_password(at=now) is None


@pytest.mark.parametrize("fault", REFUSING)
def test_each_reason_of_a_failure_can_be_had(device: Device, password: str, fault: Fault) -> None:
    services.set_fault(fault=fault)

    with pytest.raises(EnrollmentRefused) as refused:
        device.enroll(device.prepare(password))

    assert refused.value.fail_info is fault.fail_info


def test_the_operator_switches_faults_on_the_page(client: Client, basic: Header) -> None:
    assert client.post("/fault", {"fault": "down"}).status_code == 401

    assert client.post("/fault", {"fault": "down"}, headers=basic()).status_code == 302
    assert Switches.objects.get().fault == "down"
    assert "is switched on" in client.get("/").content.decode()
    client.post("/fault", {"fault": "nonsense"}, headers=basic())
    assert Switches.objects.get().fault == "down"


def test_every_fault_has_words() -> None:
    assert Fault.BAD_ALG.label == "FAILURE with bad-alg"
    assert len({fault.label for fault in Fault}) == len(Fault)
    assert timedelta(seconds=SLOW_S) > timedelta(seconds=20)

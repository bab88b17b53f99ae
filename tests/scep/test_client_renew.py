"""RenewalReq against a CA in memory: the old key opens the reply, the new one is certified."""

from dataclasses import dataclass, replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep import cms
from scep.cacert import CaBundle, read_bundle
from scep.capabilities import Minimum, choose, parse, renewal_type
from scep.client import Enroll, Issued, Pending, Poll
from scep.errors import EnrollmentRefused, HttpRefused, NotTrusted
from scep.messages import Identity
from scep.prepare import EnrollmentKey, PreparedRequest, Renewal, prepare_renewal
from scep.server import caps_reply
from scep.vocabulary import Capability, MessageType
from scep.wire import HttpReply, HttpRequest
from tests.fakes import STANDARD_CAPABILITIES, FakeCa, Recording, drive
from tests.scep import factories
from tests.scep.factories import NOW


@dataclass
class Device:
    """A device with a certificate that it renews."""

    ca: FakeCa
    bundle: CaBundle
    current: Identity
    new_key: RSAPrivateKey
    record: Recording

    def prepare(self, *, compatible: bool = False) -> PreparedRequest:
        capabilities = parse(caps_reply(self.ca.capabilities))
        return prepare_renewal(
            csr_der=factories.csr(self.new_key, challenge=self.ca.challenge),
            renewal=Renewal(
                self.current,
                EnrollmentKey(self.new_key),
                renewal_type(capabilities, compatible=compatible),
            ),
            bundle=self.bundle,
            algorithms=choose(capabilities, Minimum.DEFAULT),
            now=NOW,
        )

    def session(
        self, prepared: PreparedRequest, kind: type[Enroll | Poll] = Enroll
    ) -> Enroll | Poll:
        return kind(
            prepared=prepared,
            reply_key=self.current.private_key,
            bundle=self.bundle,
            now=NOW,
            record=self.record,
        )


@pytest.fixture
def device(
    ca: Identity, ca_key: RSAPrivateKey, device_key: RSAPrivateKey, ra_key: RSAPrivateKey
) -> Device:
    issuer = ("Test CA", ca_key)
    current = Identity(factories.certificate("host.example", device_key, issuer=issuer), device_key)
    fake = FakeCa(identity=ca, now=NOW, capabilities=(*STANDARD_CAPABILITIES, Capability.RENEWAL))
    return Device(fake, read_bundle(ca.certificate_der), current, ra_key, Recording())


@pytest.mark.conformance("C56")
@pytest.mark.parametrize("compatible", [False, True], ids=["RenewalReq", "PKCSReq"])
def test_a_certificate_is_renewed_with_a_new_key(device: Device, *, compatible: bool) -> None:
    result = drive(device.session(device.prepare(compatible=compatible)), device.ca.answer)

    assert isinstance(result, Issued)
    renewed = x509.load_der_x509_certificate(result.certificate_der)
    assert renewed.public_key() == device.new_key.public_key()
    assert device.record.outline == [
        ("PKIOperation", "passed"),
        ("Verify", "passed"),
        ("Match", "passed"),
    ]


@pytest.mark.conformance("C56", "C46")
def test_the_reply_to_a_renewal_opens_with_the_old_key_only(device: Device) -> None:
    prepared = device.prepare()
    other = replace(device, current=replace(device.current, private_key=device.new_key))

    with pytest.raises(Exception, match="not usable"):
        drive(other.session(prepared), device.ca.answer)

    assert isinstance(drive(device.session(prepared), device.ca.answer), Issued)


@pytest.mark.conformance("C51", "C52")
def test_a_renewal_may_wait_and_be_polled_after_a_restart(device: Device) -> None:
    device.ca.manual = True
    prepared = device.prepare()

    first = drive(device.session(prepared), device.ca.answer)
    restored = PreparedRequest.from_json(prepared.to_json())
    device.ca.approved.add(prepared.transaction_id)
    second = drive(device.session(restored, Poll), device.ca.answer)

    assert isinstance(first, Pending)
    assert isinstance(second, Issued)
    public_key = x509.load_der_x509_certificate(second.certificate_der).public_key()
    assert public_key == device.new_key.public_key()


@pytest.mark.conformance("C47", "D35")
def test_a_server_that_hands_out_the_old_certificate_again_is_not_believed(
    device: Device,
) -> None:
    prepared = device.prepare()
    request = device.session(prepared).next_request()
    assert request is not None
    sent = device.ca.read(request)

    with pytest.raises(NotTrusted, match="no certificate for our key"):
        drive(
            device.session(prepared),
            lambda _: device.ca.grant(sent, device.current.certificate_der),
        )


@pytest.mark.conformance("D36")
def test_a_server_that_lists_renewal_and_refuses_it_gets_the_compatible_way_suggested(
    device: Device,
) -> None:
    prepared = device.prepare()
    device.ca.refuses = frozenset({MessageType.RENEWAL_REQ})

    with pytest.raises(EnrollmentRefused) as refused:
        drive(device.session(prepared), device.ca.answer)
    with pytest.raises(HttpRefused) as crashed:
        drive(device.session(prepared), _crash)

    assert "PKCSReq signed with the old certificate" in refused.value.hint
    assert "PKCSReq signed with the old certificate" in crashed.value.hint
    assert "compatible way" in device.record.steps[-1].hint
    compatible = drive(device.session(device.prepare(compatible=True)), device.ca.answer)
    assert isinstance(compatible, Issued)


def _crash(request: HttpRequest) -> HttpReply:
    assert request.method == "POST"
    return HttpReply(500, "text/plain", b"java.lang.NullPointerException")


@pytest.mark.conformance("C56")
def test_the_server_learns_who_renews(device: Device) -> None:
    request = device.session(device.prepare()).next_request()
    assert request is not None

    sent = device.ca.read(request)

    assert sent.message_type is MessageType.RENEWAL_REQ
    assert sent.signer_certificate_der == device.current.certificate_der
    assert sent.challenge == ""
    assert cms.read_csr(sent.csr_der).subject == "CN=host.example"

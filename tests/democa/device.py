"""An enrolling device: our own client, joined with the demo CA through Django's test client."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from django.test import Client

from democa import services
from pki import csr, names
from pki.csr import CsrSpec
from pki.san import SanValue
from scep import client as sessions
from scep import codec
from scep.capabilities import Algorithms, Minimum, choose
from scep.client import FetchedCa, Issued, Pending
from scep.messages import CertRep, Identity, Request
from scep.prepare import (
    EnrollmentKey,
    PreparedRequest,
    Renewal,
    prepare,
    prepare_renewal,
)
from scep.vocabulary import Cipher, Digest, MessageType
from scep.wire import HttpReply, HttpRequest
from tests import issuing
from tests.fakes import drive

PATH: Final = "/certsrv/mscep/"


def answer_with(client: Client, path: str = PATH) -> Callable[[HttpRequest], HttpReply]:
    """Carry a session's requests to the demo CA."""

    def answer(request: HttpRequest) -> HttpReply:
        url = f"{path}?{urlencode(request.query)}"
        if request.method == "POST":
            reply = client.post(url, request.body, content_type=request.content_type)
        else:
            reply = client.get(url)
        return HttpReply(reply.status_code, reply["Content-Type"], reply.content)

    return answer


@dataclass
class Device:
    """One enrolling device: its key, what it knows of the CA, and how it talks to it."""

    client: Client
    key: EnrollmentKey
    ca: FetchedCa
    now: datetime

    def prepare(
        self,
        challenge: str,
        *,
        subject: str = "CN=fw-01",
        san: tuple[SanValue, ...] = (),
        algorithms: Algorithms | None = None,
    ) -> PreparedRequest:
        """Make a PKCSReq."""
        spec = CsrSpec(names.parse(subject), challenge_password=challenge, san=san)
        return prepare(
            csr_der=csr.build(spec, self.key.private_key),
            key=self.key,
            bundle=self.ca.bundle,
            algorithms=algorithms or choose(self.ca.capabilities, Minimum.STRICT),
            now=self.now,
        )

    def prepare_renewal(
        self,
        current: Issued,
        *,
        subject: str = "CN=fw-01",
        san: tuple[SanValue, ...] = (),
        challenge: str = "",
        message_type: MessageType = MessageType.RENEWAL_REQ,
    ) -> PreparedRequest:
        """Make a request that the current certificate signs, with a new key."""
        new_key = issuing.rsa_key("successor")
        spec = CsrSpec(names.parse(subject), challenge_password=challenge, san=san)
        return prepare_renewal(
            csr_der=csr.build(spec, new_key),
            renewal=Renewal(
                Identity(current.certificate_der, self.key.private_key),
                EnrollmentKey(new_key),
                message_type,
            ),
            bundle=self.ca.bundle,
            algorithms=choose(self.ca.capabilities, Minimum.STRICT),
            now=self.now,
        )

    def ask(self, request: Request, *, signer: Identity | None = None) -> CertRep:
        """Send a message as it is, and read the reply."""
        signer = signer or issuing.identity("asking device")
        message = codec.encode_request(
            request,
            signer=signer,
            recipient_der=self.ca.bundle.recipient.der,
            cipher=Cipher.AES_128,
            digest=Digest.SHA_256,
            now=self.now,
        )
        reply = self.client.post(PATH, message, content_type="application/x-pki-message")
        signers = tuple(one.certificate for one in self.ca.bundle.signers)
        expected = codec.Expected(request, signer, signers)
        return codec.decode_reply(reply.content, expected)

    def enroll(
        self, prepared: PreparedRequest, *, path: str = PATH, minimum: Minimum = Minimum.STRICT
    ) -> Issued | Pending:
        session = sessions.Enroll(
            prepared=prepared,
            reply_key=self.key.private_key,
            bundle=self.ca.bundle,
            minimum=minimum,
            now=self.now,
        )
        return drive(session, answer_with(self.client, path))

    def poll(self, prepared: PreparedRequest) -> Issued | Pending:
        session = sessions.Poll(
            prepared=prepared,
            reply_key=self.key.private_key,
            bundle=self.ca.bundle,
            now=self.now,
        )
        return drive(session, answer_with(self.client))


def new_device(client: Client) -> Device:
    """A device that has fetched the CA's certificates just now."""
    now = datetime.now(UTC)
    fetch = sessions.FetchCa(ca_ident="any", fingerprint="", minimum=Minimum.STRICT, now=now)
    key = EnrollmentKey(issuing.rsa_key("device"))
    return Device(client, key, drive(fetch, answer_with(client)), now)


def one_time_password() -> str:
    """A password that is good now."""
    fresh = services.issue_password(at=datetime.now(UTC))
    assert fresh is not None
    return fresh.text

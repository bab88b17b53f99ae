"""Attacks inside the protocol: what a server, or somebody in its place, may say."""

from collections.abc import Callable
from dataclasses import replace

from pki import der
from scep import cms, server
from scep.messages import Identity, Nonce, TransactionId
from scep.server import ServerRequest
from scep.vocabulary import FailInfo
from scep.wire import HttpReply
from tests import fakes
from tests.fakes import FakeCa, self_signed_ca
from tests.hostile.servers import Act, Scene
from tests.hostile.wire_attacks import changes, says
from tests.issuing import rsa_key
from tests.scep import factories

CERTIFICATES = "application/x-x509-ca-ra-cert"
MESSAGE = "application/x-pki-message"

KEYS = ("stranger", "forged RA", "somebody else", "swapped")
"""Names of the keys that attackers use."""

html = says(HttpReply(200, "text/html", b"<html><title>Sign in</title><form></form></html>"))
json_text = says(HttpReply(200, "application/json", b'{"error": "no such CA"}'))
pdf = says(HttpReply(200, "application/pdf", b"%PDF-1.7 \x00\x01"))
nothing = says(HttpReply(200, "application/x-x509-ca-cert", b""))
nested = says(HttpReply(200, MESSAGE, b"\x30\x80" * 1000 + b"\x00\x00" * 1000))
crowd_of_stubs = says(
    HttpReply(200, CERTIFICATES, cms.write_certificates([der.sequence()] * 10000))
)


def crowd() -> Act:
    """Send 10,000 certificates, which takes a while to write."""
    one = factories.authority(rsa_key("stranger"))
    return says(HttpReply(200, CERTIFICATES, cms.write_certificates([one] * 10_000)))


def _stranger(scene: Scene) -> FakeCa:
    """Another CA of the same name."""
    key = rsa_key("stranger")
    return replace(scene.ca, identity=self_signed_ca(key, scene.ca.now))


def _other_ra(scene: Scene) -> HttpReply:
    """The right CA certificate beside the certificate of an RA that a stranger made."""
    forged = factories.certificate(
        "RA",
        rsa_key("forged RA"),
        issuer=("Test CA", _stranger(scene).identity.private_key),
        usage=("digitalSignature", "keyEncipherment"),
    )
    content_type, body = server.cacert_reply((forged, scene.ca.identity.certificate_der))
    return HttpReply(200, content_type, body)


swapped_ca = changes(lambda scene: _stranger(scene).answer(scene.request))
forged_ra = changes(_other_ra)


def _granting(change: Callable[[Scene, ServerRequest], bytes]) -> Act:
    """Answer a PKCSReq with a CertRep of one's own."""

    def answer(scene: Scene) -> HttpReply:
        request = server.read_request(scene.request.body, recipients=[scene.ca.identity])
        return HttpReply(200, MESSAGE, change(scene, request))

    return changes(answer)


def _success(scene: Scene, request: ServerRequest, *, signer: Identity | None = None) -> bytes:
    issued = fakes.issue(scene.ca.identity, request.csr_der, scene.ca.now)
    return server.certrep_success(request, issued, signer=signer or scene.ca.identity)


def _locked(scene: Scene, request: ServerRequest) -> bytes:
    other = self_signed_ca(rsa_key("somebody else"), scene.ca.now, common_name="Somebody else")
    issued = fakes.issue(scene.ca.identity, request.csr_der, scene.ca.now)
    return server.certrep_success(
        replace(request, signer_certificate_der=other.certificate_der),
        issued,
        signer=scene.ca.identity,
    )


def _swapped(scene: Scene, request: ServerRequest) -> bytes:
    other = factories.csr(rsa_key("swapped"))
    issued = fakes.issue(scene.ca.identity, other, scene.ca.now)
    return server.certrep_success(request, issued, signer=scene.ca.identity)


def _of_a_stranger(scene: Scene, request: ServerRequest) -> bytes:
    issued = fakes.issue(_stranger(scene).identity, request.csr_der, scene.ca.now)
    return server.certrep_success(request, issued, signer=scene.ca.identity)


replayed = _granting(
    lambda scene, request: _success(
        scene, replace(request, sender_nonce=Nonce(b"an older nonce.."))
    )
)
other_transaction = _granting(
    lambda scene, request: _success(scene, replace(request, transaction_id=TransactionId("0" * 64)))
)
forged_signer = _granting(
    lambda scene, request: _success(scene, request, signer=_stranger(scene).identity)
)
locked = _granting(_locked)
swapped_certificate = _granting(_swapped)
certificate_of_a_stranger = _granting(_of_a_stranger)
refusal = _granting(
    lambda scene, request: server.certrep_failure(
        request, FailInfo.BAD_REQUEST, text="<script>no</script>", signer=scene.ca.identity
    )
)
other_page = says(
    HttpReply(200, "text/html", b"<html><title>Printer status</title><b>0F1E2D3C</b></html>")
)
sign_in_form = says(
    HttpReply(200, "text/html", b"<html><form><input name=p type=password></form></html>")
)

"""``decode``: messages and bodies as trees; secrets are counted, not shown."""

import base64
import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from pki import bundle, csr, der, keys, names
from pki.csr import CsrSpec, SanKind, SanValue
from scep import cms
from scep.cacert import read_bundle
from scep.commands import facts
from scep.commands.explain import NotUnderstood, Opener, explain
from scep.messages import Identity
from scep.server import next_ca_reply
from scep.vocabulary import Cipher, Digest, Oid
from tests import issuing
from tests.fakes import FakeCa
from tests.issuing import rsa_key
from tests.scep.asking import Questioner
from tests.scep.commands.conftest import Cli
from tests.scep.conftest import Enrollment

CAPTURES = Path(__file__).parents[2] / "vectors" / "live-captures"
PAGES = Path(__file__).parents[2] / "vectors" / "ndes-pages-synthetic"
REQUEST = "scepclient-2.1.0-PKCSReq-descbc-sha1.der"
UNKNOWN = "1.2.840.113549.1.1.99"
CAPTURED = (CAPTURES / REQUEST).read_bytes()


def lines(body: bytes, opener: Opener | None = None) -> list[str]:
    """The explanation, line by line, without indentation."""
    return [line.strip() for line in explain(body, opener or Opener()).lines()]


def test_a_captured_request_is_decrypted_with_the_key_alone(cli: Cli) -> None:
    ran = cli("decode", CAPTURES / REQUEST, "--key", CAPTURES / "ca.key")

    found = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert found[0] == "pkiMessage: PKCSReq (19)"
    assert "  Signed with: SHA-1 (weak)" in found
    assert "  Signature: verifies with the key of O=scep-client,CN=SCEP SIGNER" in found
    assert "  Envelope: DES-CBC (weak)" in found
    assert "    Certificate request: C=US,O=scep-client,OU=MDM,CN=scepclient" in found
    assert "      Challenge password: 6 characters, not shown" in found
    assert "secret" not in ran.out


def test_a_captured_request_is_decrypted_with_key_and_certificate(cli: Cli) -> None:
    ran = cli(
        "decode", CAPTURES / REQUEST, "--key", CAPTURES / "ca.key", "--cert", CAPTURES / "ca.pem"
    )

    assert "Certificate request: C=US,O=scep-client" in ran.out


def test_without_a_key_the_envelope_stays_closed() -> None:
    found = lines((CAPTURES / REQUEST).read_bytes())

    assert "Recipient: serial number 01, RSAES-PKCS1-v1_5" in found
    assert "Not decrypted: give the recipient's key (--key)" in found


def test_a_wrong_key_is_told() -> None:
    found = lines((CAPTURES / REQUEST).read_bytes(), Opener(rsa_key("wrong")))

    assert "Not decrypted: The key does not open the envelope." in found


def test_a_granted_request_shows_its_certificate() -> None:
    key = keys.from_pem((CAPTURES / "client.key").read_bytes())
    body = (CAPTURES / "scepserver-2.1.0-CertRep-SUCCESS-descbc-constructed.der").read_bytes()

    found = lines(body, Opener(key))

    assert found[0] == "pkiMessage: CertRep (3)"
    assert "Status: SUCCESS (0)" in found
    assert "Certificates only, PKCS#7 (1)" in found
    assert found[-1].startswith("MD5: ")


def test_a_refusal_shows_its_reason() -> None:
    body = (CAPTURES / "scepserver-2.1.0-CertRep-FAILURE-badRequest.der").read_bytes()

    found = lines(body)

    assert "Status: FAILURE (2)" in found
    assert any(line.startswith("Reason: badRequest (2). ") for line in found)
    assert not any("Envelope" in line for line in found)


def test_a_poll_shows_what_it_asks_about(enrollment: Enrollment) -> None:
    request = enrollment.poll().next_request()
    assert request is not None

    found = lines(request.body, Opener(enrollment.ca.identity.private_key))

    assert found[0] == "pkiMessage: CertPoll (20)"
    assert found[-3:] == ["Asks about", "Issuer: CN=Test CA", "Subject: CN=host.example"]


@pytest.mark.parametrize(
    ("asking", "name"), [("get_cert", "GetCert (21)"), ("get_crl", "GetCRL (22)")]
)
def test_a_question_shows_which_certificate_it_is_about(
    ca: Identity, asking: str, name: str
) -> None:
    fake = FakeCa(identity=ca, now=issuing.NOW)
    questioner = Questioner(fake, read_bundle(ca.certificate_der), ca)
    request = getattr(questioner, asking)().next_request()

    found = lines(request.body, Opener(ca.private_key))

    assert found[0] == f"pkiMessage: {name}"
    assert found[-3:] == ["Asks about", "Issuer: CN=Test CA", "Serial number: 4711"]


def crl(authority: issuing.Issued, *, critical: bool = False) -> bytes:
    """A CRL with one certificate on it."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(issuing.NOW)
        .next_update(issuing.NOW + timedelta(days=7))
        .add_revoked_certificate(x509.RevokedCertificateBuilder(5, issuing.NOW).build())
        .add_extension(x509.CRLNumber(3), critical=critical)
    )
    return builder.sign(authority.rsa, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    "written",
    [lambda der: der, lambda der: bundle.to_pem(der, "X509 CRL").encode()],
    ids=["DER", "PEM"],
)
def test_a_crl_is_explained(written: Callable[[bytes], bytes]) -> None:
    found = lines(written(crl(issuing.ca())))

    assert found == [
        "Revocation list: CN=Test CA",
        "Number: 3",
        "Made: 2026-11-23 12:00:00 UTC",
        "Next due: 2026-11-30 12:00:00 UTC",
        "Revoked certificates: 1",
        "Signed with: SHA-256 with RSA",
    ]


def test_the_answer_to_get_crl_shows_the_crl() -> None:
    authority = issuing.ca()
    inner = cms.write_crls((crl(authority), crl(authority, critical=True)))
    content = cms.envelop(inner, authority.der, Cipher.AES_128)

    found = lines(message(authority, content, type_="3", status="0"), Opener(authority.rsa))

    assert "Revocation lists, PKCS#7 (2)" in found
    assert "Revocation list: CN=Test CA" in found
    assert found[-1].startswith("Revocation list: The CRL has the critical extension")
    assert lines(inner)[0] == "Revocation lists, PKCS#7 (2)"


def test_the_answer_to_get_next_ca_cert_shows_the_next_ca() -> None:
    present, coming = issuing.ca(), issuing.ca("Next CA")
    _, body = next_ca_reply([coming.der], signer=Identity(present.der, present.rsa))

    found = lines(body)

    assert found[0] == "pkiMessage: without a message type"
    assert "Next CA, PKCS#7 (1)" in found
    assert "Certificate: CN=Next CA" in found


def test_a_message_without_type_may_hold_an_envelope_all_the_same() -> None:
    authority = issuing.ca()
    content = cms.envelop(b"hello", authority.der, Cipher.AES_128)

    assert "Envelope: AES-128-CBC" in lines(message(authority, content))


def test_an_envelope_with_a_password_says_so(ec_key: EllipticCurvePrivateKey) -> None:
    authority = issuing.issue(issuing.Wanted("EC CA", ca=True, key=ec_key))
    whole = cms.envelop(b"hello", authority.der, Cipher.AES_128, password="TOP-SECRET")

    found = lines(whole)

    assert found[1].startswith("Recipient: whoever has the password, ")
    assert found[-1].startswith("Not decrypted: ")
    assert lines(whole, Opener(rsa_key("own")))[-1].startswith("Not decrypted: ")


def test_the_message_of_a_get_request_is_understood_without_its_name(
    enrollment: Enrollment,
) -> None:
    encoded = quote(base64.b64encode(enrollment.prepared.message_der).decode(), safe="")

    assert lines(encoded.encode())[0] == "pkiMessage: PKCSReq (19)"


def test_a_message_that_was_changed_does_not_verify(enrollment: Enrollment) -> None:
    message = bytearray(enrollment.prepared.message_der)
    message[-1] ^= 1

    found = lines(bytes(message))

    assert any(line.startswith("Signature: does NOT verify: ") for line in found)


def message(signer: issuing.Issued, content: bytes = b"", **attributes: str) -> bytes:
    """A signed message with any attributes of SCEP and any content."""
    oids = {
        "type_": Oid.MESSAGE_TYPE,
        "status": Oid.PKI_STATUS,
        "reason": Oid.FAIL_INFO,
        "hresult": Oid.MICROSOFT_HRESULT,
    }
    return cms.sign(
        content,
        {
            oids[name]: b"\x13" + bytes([len(text)]) + text.encode()
            for name, text in attributes.items()
        },
        signer=Identity(signer.der, signer.rsa),
        digest=Digest.SHA_256,
        certificates=(signer.der,),
    )


def test_numbers_nobody_knows_are_shown_as_they_are() -> None:
    found = lines(message(issuing.ca(), type_="99", status="1", reason="9"))

    assert found[0] == "pkiMessage: of an unknown type (99)"
    assert "Status: unknown (1)" in found
    assert "Reason: 9" in found


def test_a_microsoft_error_number_is_put_into_words() -> None:
    found = lines(message(issuing.ca(), hresult="-2147024891"))

    assert found[0] == "pkiMessage: without a message type"
    assert any(line.startswith("HRESULT: 0x80070005") for line in found)


def test_a_content_that_is_no_envelope_is_told() -> None:
    found = lines(message(issuing.ca(), b"not an envelope", type_="19"))

    assert found[-1].startswith("Content: ")


def test_an_envelope_with_something_else_inside_is_described() -> None:
    authority = issuing.ca()
    whole = cms.envelop(b"hello", authority.der, Cipher.AES_128)

    found = lines(whole, Opener(authority.rsa))

    assert found[0] == "Envelope: AES-128-CBC"
    assert found[-1] == 'Content: 5 bytes beginning with "hello"'


def test_a_poll_with_something_else_inside_is_told() -> None:
    authority = issuing.ca()
    content = cms.envelop(b"hello", authority.der, Cipher.AES_128)

    found = lines(message(authority, content, type_="20"), Opener(authority.rsa))

    assert found[-1].startswith("Not decrypted: ") or found[-1].startswith("Content: ")


def test_a_message_without_certificates_is_not_verified() -> None:
    authority = issuing.ca()
    whole = cms.sign(
        b"",
        {},
        signer=Identity(authority.der, authority.rsa),
        digest=Digest.SHA_256,
        certificates=(),
    )

    assert "Signature: not verified: the message carries no certificate" in lines(whole)


def test_a_message_with_unreadable_certificates_shows_that() -> None:
    authority = issuing.ca()
    whole = cms.sign(
        b"",
        {},
        signer=Identity(authority.der, authority.rsa),
        digest=Digest.SHA_256,
        certificates=(b"\x30\x00", authority.der),
    )

    found = lines(whole)

    assert "Certificate: The bytes are not an X.509 certificate." in found
    assert "Signature: verifies with the key of CN=Test CA" in found


def test_a_digest_we_do_not_have_is_told() -> None:
    sha256, md5ish = bytes.fromhex("608648016503040201"), bytes.fromhex("60864801650304027f")
    whole = message(issuing.ca(), type_="19").replace(sha256, md5ish)

    assert "Signed with: SHA-256" not in lines(whole)


def test_a_certificate_that_cannot_be_shown_has_no_subject() -> None:
    assert facts.subject_of(b"x") == "a certificate that cannot be shown"


SPEC = CsrSpec(
    subject=names.parse("CN=fw1"),
    challenge_password="TOP-SECRET",
    digital_signature=True,
    san=(SanValue(SanKind.DNS, "fw1.example"), SanValue(SanKind.IP, "192.0.2.1")),
)


def test_a_request_is_explained_and_its_challenge_hidden() -> None:
    found = lines(csr.build(SPEC, rsa_key("own")))

    assert found == [
        "Certificate request: CN=fw1",
        "Key: RSA 2048",
        "Digest: sha256",
        "Signature: verifies with the request's own key",
        "Challenge password: 10 characters, not shown",
        "Key usage: digitalSignature",
        "Alternative names",
        "dns:fw1.example",
        "ip:192.0.2.1",
        "Extensions",
        "Key usage",
        "Subject alternative name",
    ]


def test_a_request_that_does_not_verify_says_so() -> None:
    der = bytearray(csr.build(replace(SPEC, challenge_password=""), rsa_key("own")))
    der[-1] ^= 1

    found = lines(bytes(der))

    assert found[3].startswith("Signature: does NOT verify: ")
    assert not any(line.startswith("Challenge") for line in found)


@pytest.mark.parametrize(
    "written",
    [
        lambda der: der,
        lambda der: bundle.to_pem(der).encode(),
        base64.encodebytes,
    ],
    ids=["DER", "PEM", "base64"],
)
def test_a_certificate_is_explained_in_every_wrapping(written: object) -> None:
    assert callable(written)

    found = lines(written(issuing.ca("Acme CA").der))

    assert found[0] == "Certificate: CN=Acme CA"
    assert "Signed with: SHA-256 with RSA" in found
    assert any(line.startswith("Basic constraints (critical): CA: ") for line in found)


def test_several_certificates_are_listed() -> None:
    pem = bundle.chain_to_pem(issuing.ca("A").der, issuing.ca("B").der)

    found = lines(pem.encode())

    assert found[0] == "Certificates (2)"
    assert [line for line in found if line.startswith("Certificate:")] == [
        "Certificate: CN=A",
        "Certificate: CN=B",
    ]


def test_certificates_only_are_listed() -> None:
    found = lines(cms.write_certificates((issuing.ca("A").der,)))

    assert found[:2] == ["Certificates only, PKCS#7 (1)", "Certificate: CN=A"]


@pytest.mark.parametrize("prefix", ["http://ca/scep?operation=PKIOperation&", ""])
def test_the_url_of_a_get_request_is_understood(enrollment: Enrollment, prefix: str) -> None:
    encoded = quote(base64.b64encode(enrollment.prepared.message_der).decode(), safe="")

    found = lines(f"{prefix}message={encoded}".encode())

    assert found[0] == "pkiMessage: PKCSReq (19)"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"AES\nUpdate\n", ["Capabilities: AES", "Not in RFC 8894: Update"]),
        (b"SHA-256", ["Capabilities: SHA-256"]),
    ],
)
def test_capabilities_are_listed(body: bytes, expected: list[str]) -> None:
    assert lines(body) == expected


def test_a_challenge_page_is_read_and_its_password_hidden() -> None:
    once = lines((PAGES / "synthetic_otp.utf16le.html").read_bytes())
    many = lines((PAGES / "synthetic_single.utf8.html").read_bytes())

    assert once == [
        "Challenge page",
        "Password: 16 characters, not shown",
        "Single use: yes",
        "Lifetime: 60 minutes",
        "CA thumbprint: 00112233445566778899aabbccddeeff",
    ]
    assert "Single use: no" in many


def test_another_page_is_described() -> None:
    found = lines((PAGES / "synthetic_cache_full.utf8.html").read_bytes())

    assert found[0].startswith('Page: an HTML page titled "Network Device Enrollment Service"')
    assert "password cache is full" in found[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"message=%%%",
        b"http://[/?message=x",
        b"\x30\x03\x02\x01\x00",
        b"aGVsbG8=",
        b"-----BEGIN NONSENSE-----",
        bytes(range(256)),
    ],
)
def test_anything_else_ends_with_6(cli: Cli, tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(body)

    ran = cli("decode", file)

    assert (ran.code, ran.out) == (6, "")
    assert ran.err.startswith("decode: ")
    assert ran.err.count("\n") == 1


@given(st.binary(max_size=400))
def test_any_bytes_are_explained_or_refused(body: bytes) -> None:
    for whole in (body, b"\x30" + body, CAPTURED[: len(body)] + body + CAPTURED[len(body) * 2 :]):
        with contextlib.suppress(NotUnderstood):
            assert list(explain(whole, Opener()).lines())


def test_json_has_the_same_tree(cli: Cli) -> None:
    ran = cli("decode", CAPTURES / REQUEST, "--json")

    tree = json.loads(ran.out)
    assert (tree["label"], tree["value"]) == ("pkiMessage", "PKCSReq (19)")
    assert tree["children"][0]["label"] == "Transaction ID"


def test_files_that_are_not_there_end_with_2(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")

    assert cli("decode", tmp_path / "none").code == 2
    assert cli("decode", CAPTURES / REQUEST, "--key", tmp_path / "x").code == 2
    ran = cli("decode", CAPTURES / REQUEST, "--cert", tmp_path / "none")
    assert ran.code == 2
    (tmp_path / "empty").write_bytes(b"")
    assert cli("decode", CAPTURES / REQUEST, "--cert", tmp_path / "empty").code == 2


def test_a_recipient_who_cannot_be_served_is_named_all_the_same() -> None:
    message = cms.envelop(b"content", issuing.ca().der, Cipher.AES_128)
    unknown = message.replace(der.algorithm("1.2.840.113549.1.1.1"), der.algorithm(UNKNOWN))

    found = lines(unknown)

    assert found[1].startswith("Recipient: serial number ")
    assert found[2].startswith(f"Recipient: The content key is wrapped with {UNKNOWN}")

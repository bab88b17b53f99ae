"""Envelopes with a password: written, read, and hostile. OpenSSL's are in tests/interop."""

import time
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from pki import der
from scep.cms import ciphers, envelop, envelope_schema, password, read_envelope
from scep.cms.enveloped import MAX_TOTAL_ITERATIONS
from scep.cms.errors import NothingToEncryptWith, Undecipherable, Unreadable, Unsupported
from scep.cms.password import PasswordRecipient, read_password_recipient
from scep.messages import Identity
from scep.vocabulary import Cipher, Digest, KeyTransport, Oid
from tests.scep import factories

CONTENT = b"the content of an envelope"
HMAC_SHA_256 = der.algorithm("1.2.840.113549.2.9")
AES_128 = ciphers.OIDS[Cipher.AES_128]


@pytest.fixture(scope="session")
def ec_certificate(ec_key: EllipticCurvePrivateKey) -> bytes:
    return factories.authority(ec_key, "EC CA")


@pytest.mark.conformance("C35")
@pytest.mark.parametrize("cipher", [Cipher.AES_128, Cipher.AES_192, Cipher.AES_256, Cipher.DES3])
def test_a_key_that_cannot_encrypt_makes_way_for_the_password(
    ec_certificate: bytes, cipher: Cipher
) -> None:
    message = envelop(CONTENT, ec_certificate, cipher, password="secret")

    envelope = read_envelope(message)
    opened = envelope.open([], ["wrong", "secret"])

    assert (opened.content, opened.transport) == (CONTENT, KeyTransport.PASSWORD)
    assert (envelope.recipients, len(envelope.password_recipients)) == ((), 1)
    assert envelope_schema.EnvelopedContent.load(message)["content"]["version"].native == 3
    assert b"secret" not in repr(envelope).encode()


def test_a_password_is_not_used_where_the_key_can_encrypt(ca: Identity) -> None:
    envelope = read_envelope(envelop(CONTENT, ca.certificate_der, Cipher.AES_128, password="x"))

    assert envelope.open([ca], ["x"]).transport is KeyTransport.PKCS1
    assert envelope.password_recipients == ()


def test_without_a_password_nothing_is_written(ec_certificate: bytes) -> None:
    with pytest.raises(NothingToEncryptWith, match="The key of CN=EC CA cannot encrypt") as caught:
        envelop(CONTENT, ec_certificate, Cipher.AES_128)

    assert caught.value.hint.startswith("Set a challenge password")


def test_every_password_is_taken_as_utf_8(ec_certificate: bytes) -> None:
    message = envelop(CONTENT, ec_certificate, Cipher.AES_128, password="Zürich \U0001f511")

    assert read_envelope(message).open([], ["Zürich \U0001f511"]).content == CONTENT


@pytest.mark.parametrize("passwords", [[], ["wrong"], ["Secret", "secret "]])
def test_other_passwords_do_not_open(ec_certificate: bytes, passwords: list[str]) -> None:
    envelope = read_envelope(envelop(CONTENT, ec_certificate, Cipher.AES_128, password="secret"))

    with pytest.raises(Undecipherable, match="with a password that we do not have"):
        envelope.open([], passwords)


@pytest.mark.conformance("C35")
def test_trying_passwords_ends(ec_certificate: bytes) -> None:
    envelope = read_envelope(envelop(CONTENT, ec_certificate, Cipher.AES_128, password="secret"))
    guesses = [f"guess {number}" for number in range(10_000)]
    started_s = time.thread_time()

    with pytest.raises(Undecipherable):
        envelope.open([], guesses)

    assert time.thread_time() - started_s < 1
    tried = MAX_TOTAL_ITERATIONS // password.ITERATIONS
    assert envelope.open([], [*guesses[: tried - 1], "secret"]).content == CONTENT
    with pytest.raises(Undecipherable):
        envelope.open([], [*guesses[:tried], "secret"])


def recipient_info(
    *,
    derivation: bytes | None = None,
    salt: bytes = der.octet_string(b"salt"),
    iterations: int = 1000,
    more: bytes = HMAC_SHA_256,
    wrapping: bytes | None = None,
    vector: bytes = der.octet_string(bytes(16)),
    cipher: str = AES_128,
    key: bytes = bytes(32),
) -> PasswordRecipient:
    """Write one as somebody else would, and read it."""
    pbkdf2 = der.sequence(salt, der.integer(iterations), more)
    written = der.sequence(
        der.integer(0),
        der.tagged(0, der.oid(Oid.PBKDF2), pbkdf2) if derivation is None else derivation,
        wrapping or der.algorithm(Oid.PWRI_KEK, der.algorithm(cipher, vector)),
        der.octet_string(key),
    )
    return read_password_recipient(envelope_schema.Password.load(written))


@pytest.mark.parametrize(
    ("more", "digest"),
    [
        pytest.param(b"", Digest.SHA_1, id="nothing said"),
        pytest.param(der.algorithm("1.2.840.113549.2.7"), Digest.SHA_1, id="SHA-1"),
        pytest.param(der.algorithm("1.2.840.113549.2.11"), Digest.SHA_512, id="SHA-512"),
        pytest.param(der.integer(16) + HMAC_SHA_256, Digest.SHA_256, id="with the key's length"),
    ],
)
def test_derivations_of_others_are_read(more: bytes, digest: Digest) -> None:
    assert recipient_info(more=more).prf is digest


REFUSED = [
    ("no derivation", {"derivation": b""}, Unsupported, "not derived with PBKDF2"),
    (
        "another derivation",
        {"derivation": der.tagged(0, der.oid("1.3.6.1.4.1.11591.4.11"), der.sequence())},
        Unsupported,
        "not derived with PBKDF2",
    ),
    ("MD5", {"more": der.algorithm("1.2.840.113549.2.6")}, Unsupported, "not supported"),
    ("another wrapping", {"wrapping": der.algorithm("1.2.3.4")}, Unsupported, "1.2.3.4"),
    (
        "single DES",
        {"cipher": ciphers.OIDS[Cipher.DES], "vector": der.octet_string(bytes(8))},
        Unsupported,
        "single DES",
    ),
    ("no vector", {"vector": der.NULL}, Unreadable, "initialization vector"),
    ("short vector", {"vector": der.octet_string(b"x")}, Unreadable, "initialization vector"),
    ("no iterations", {"iterations": 0}, Unsupported, "derived with 0 iterations"),
    ("endless", {"iterations": 1_000_001}, Unsupported, "1,000,001 iterations; 1 to 1,000,000"),
    ("absurd", {"iterations": 1 << 4000}, Unsupported, "iterations"),
    ("other length", {"more": der.integer(32)}, Unreadable, "does not fit the cipher"),
    ("long salt", {"salt": der.octet_string(bytes(1025))}, Unreadable, "more than 1024 bytes"),
    ("one block", {"key": bytes(16)}, Unreadable, "wrapped key has a wrong length"),
    ("half a block", {"key": bytes(40)}, Unreadable, "wrapped key has a wrong length"),
    ("nine blocks", {"key": bytes(144)}, Unreadable, "wrapped key has a wrong length"),
]


@pytest.mark.parametrize(
    ("changes", "kind", "words"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED]
)
def test_what_is_odd_or_costly_is_refused(
    changes: dict[str, object], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        recipient_info(**changes)  # type: ignore[arg-type]


def test_a_content_key_of_another_length_opens_nothing(ec_certificate: bytes) -> None:
    message = envelop(CONTENT, ec_certificate, Cipher.AES_128, password="secret")
    envelope = replace(read_envelope(message), cipher=Cipher.AES_256)

    with pytest.raises(Undecipherable):
        envelope.open([], ["secret"])


def test_a_salt_from_elsewhere_is_unreadable() -> None:
    info = der.sequence(
        der.integer(0),
        der.tagged(
            0,
            der.oid(Oid.PBKDF2),
            der.sequence(der.algorithm("1.2.3"), der.integer(1000), HMAC_SHA_256),
        ),
        der.algorithm(Oid.PWRI_KEK, der.algorithm(AES_128, der.octet_string(bytes(16)))),
        der.octet_string(bytes(32)),
    )
    envelope = der.sequence(der.integer(3), der.set_of(der.element(0xA3, info[2:])), _content())

    message = der.sequence(der.oid(Oid.ENVELOPED_DATA), der.tagged(0, envelope))
    with pytest.raises(Unreadable, match="password recipient cannot be read"):
        read_envelope(message).open([], ["secret"])


def _content() -> bytes:
    algorithm = der.algorithm(AES_128, der.octet_string(bytes(16)))
    return der.sequence(der.oid(Oid.DATA), algorithm, der.element(0x80, bytes(16)))

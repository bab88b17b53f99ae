"""Envelopes: every cipher and dress that servers use, and one error for all that does not open."""

import contextlib
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import modes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from pki import der
from scep.cms import ciphers, envelop, read_certificate, read_envelope
from scep.cms.ciphers import Encrypted
from scep.cms.errors import Undecipherable, Unreadable, Unsupported
from scep.messages import Identity
from scep.vocabulary import Cipher, KeyTransport, Oid
from tests.scep import factories

CONTENT = b"the content of an envelope"


def wrap(
    identity: Identity,
    *,
    cipher: Cipher = Cipher.AES_128,
    rid: bytes | None = None,
    transport: bytes | None = None,
    rsa: padding.AsymmetricPadding | None = None,
    ciphertext: bytes | None = None,
    algorithm: bytes | None = None,
    others: tuple[bytes, ...] = (),
) -> bytes:
    """Write an EnvelopedData as another server would."""
    encrypted = _encrypt(cipher)
    certificate = read_certificate(identity.certificate_der)
    wrapped = identity.private_key.public_key().encrypt(
        encrypted.content_key, rsa or padding.PKCS1v15()
    )
    recipient = der.sequence(
        der.integer(0),
        rid or der.sequence(certificate.issuer_der, der.integer(certificate.serial)),
        transport or der.algorithm(Oid.RSA_ENCRYPTION),
        der.octet_string(wrapped),
    )
    content = der.sequence(
        der.oid(Oid.DATA),
        algorithm or der.algorithm(ciphers.OIDS[cipher], der.octet_string(encrypted.iv)),
        ciphertext if ciphertext is not None else der.element(0x80, encrypted.ciphertext),
    )
    enveloped = der.sequence(der.integer(0), der.set_of(recipient, *others), content)
    return der.sequence(der.oid(Oid.ENVELOPED_DATA), der.tagged(0, enveloped))


def _encrypt(cipher: Cipher) -> Encrypted:
    if cipher is not Cipher.DES:
        return ciphers.encrypt(cipher, CONTENT)
    # Single DES is triple DES with one key three times; we never write it ourselves.
    key, iv = b"8 bytes!", b"vector--"
    block = BlockCipher(TripleDES(key * 3), modes.CBC(iv)).encryptor()
    padded = CONTENT + bytes([6] * 6)
    return Encrypted(key, iv, block.update(padded) + block.finalize())


@pytest.mark.conformance("C34")
@pytest.mark.parametrize("cipher", list(Cipher))
def test_every_cipher_is_opened(ca: Identity, cipher: Cipher) -> None:
    envelope = read_envelope(wrap(ca, cipher=cipher))

    opened = envelope.open([ca])

    assert (opened.content, envelope.cipher) == (CONTENT, cipher)
    assert opened.transport is KeyTransport.PKCS1


@pytest.mark.conformance("C18", "C33", "D12", "D14")
def test_what_we_write_opens_with_openssl_and_names_one_recipient(ca: Identity) -> None:
    message = envelop(CONTENT, ca.certificate_der, Cipher.AES_128)

    certificate = x509.load_der_x509_certificate(ca.certificate_der)
    opened = pkcs7.pkcs7_decrypt_der(message, certificate, ca.private_key, [])

    assert opened == CONTENT
    assert [str(one.certificate_id) for one in read_envelope(message).recipients] == [
        f"serial number {read_certificate(ca.certificate_der).serial_hex}"
    ]


@pytest.mark.parametrize("cipher", [Cipher.AES_192, Cipher.AES_256, Cipher.DES3])
def test_what_we_write_we_can_read(ca: Identity, cipher: Cipher) -> None:
    envelope = read_envelope(envelop(CONTENT, ca.certificate_der, cipher))

    assert (envelope.open([ca]).content, envelope.cipher) == (CONTENT, cipher)


@pytest.mark.conformance("C10", "D26")
def test_single_des_is_never_written(ca: Identity) -> None:
    with pytest.raises(ValueError, match="never sent"):
        envelop(CONTENT, ca.certificate_der, Cipher.DES)


def _pieces(ca: Identity, outer: tuple[bytes, bytes]) -> bytes:
    """Write an envelope whose [0] is made of pieces, with these octets before and after them."""
    encrypted = ciphers.encrypt(Cipher.AES_128, CONTENT)
    pieces = der.octet_string(encrypted.ciphertext[:16]) + der.octet_string(
        encrypted.ciphertext[16:]
    )
    wrapped = ca.private_key.public_key().encrypt(encrypted.content_key, padding.PKCS1v15())
    certificate = read_certificate(ca.certificate_der)
    recipient = der.sequence(
        der.integer(0),
        der.sequence(certificate.issuer_der, der.integer(certificate.serial)),
        der.algorithm(Oid.RSA_ENCRYPTION),
        der.octet_string(wrapped),
    )
    algorithm = der.algorithm(ciphers.OIDS[Cipher.AES_128], der.octet_string(encrypted.iv))
    ciphertext = der.tagged(0, pieces) if outer == (b"", b"") else outer[0] + pieces + outer[1]
    content = der.sequence(der.oid(Oid.DATA), algorithm, ciphertext)
    enveloped = der.sequence(der.integer(0), der.set_of(recipient), content)
    return der.sequence(der.oid(Oid.ENVELOPED_DATA), der.tagged(0, enveloped))


@pytest.mark.conformance("C34", "D10")
@pytest.mark.parametrize(
    "outer",
    [
        pytest.param((b"", b""), id="definite, as micromdm and step-ca"),
        pytest.param((b"\xa0\x80", b"\x00\x00"), id="indefinite, as BouncyCastle"),
    ],
)
def test_content_in_pieces_is_opened(ca: Identity, outer: tuple[bytes, bytes]) -> None:
    assert read_envelope(_pieces(ca, outer)).open([ca]).content == CONTENT


OAEP_SHA_1 = padding.OAEP(
    padding.MGF1(hashes.SHA1()),  # noqa: S303 - NDES wraps like this
    hashes.SHA1(),  # noqa: S303
    None,
)


def label(value: bytes) -> bytes:
    return der.algorithm("1.2.840.113549.1.1.9", der.octet_string(value))


SHA_256 = der.algorithm("2.16.840.1.101.3.4.2.1")
MGF1_SHA_256 = der.sequence(der.oid("1.2.840.113549.1.1.8"), SHA_256)


@pytest.mark.conformance("C34")
@pytest.mark.parametrize(
    ("parameters", "rsa"),
    [
        pytest.param(
            der.sequence(),
            OAEP_SHA_1,
            id="SHA-1, as NDES",
        ),
        pytest.param(
            b"",
            OAEP_SHA_1,
            id="no parameters",
        ),
        pytest.param(
            der.sequence(der.tagged(0, SHA_256), der.tagged(1, MGF1_SHA_256)),
            padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
            id="SHA-256",
        ),
        pytest.param(
            der.sequence(der.tagged(0, SHA_256)),
            padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA256(), None),  # noqa: S303
            id="SHA-256 with a mask by SHA-1, as Java's default",
        ),
        pytest.param(
            der.sequence(der.tagged(1, MGF1_SHA_256)),
            padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA1(), None),  # noqa: S303
            id="SHA-1 with a mask by SHA-256",
        ),
        pytest.param(
            der.sequence(
                der.tagged(0, SHA_256), der.tagged(1, MGF1_SHA_256), der.tagged(2, label(b""))
            ),
            padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
            id="everything written out",
        ),
        pytest.param(
            der.sequence(der.tagged(2, label(b"SCEP"))),
            padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), b"SCEP"),  # noqa: S303
            id="with a label",
        ),
    ],
)
def test_oaep_is_opened(ca: Identity, parameters: bytes, rsa: padding.AsymmetricPadding) -> None:
    transport = der.sequence(der.oid(Oid.RSAES_OAEP), parameters)

    opened = read_envelope(wrap(ca, transport=transport, rsa=rsa)).open([ca])

    assert (opened.content, opened.transport) == (CONTENT, KeyTransport.OAEP)


@pytest.mark.conformance("C34")
def test_a_recipient_may_be_named_by_key_id(
    ca_key: RSAPrivateKey, device_key: RSAPrivateKey
) -> None:
    key_id = x509.SubjectKeyIdentifier.from_public_key(device_key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(factories.name("device"))
        .issuer_name(factories.name("Test CA"))
        .public_key(device_key.public_key())
        .serial_number(5)
        .not_valid_before(factories.NOW)
        .not_valid_after(factories.NOW)
        .add_extension(key_id, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    device = Identity(certificate.public_bytes(Encoding.DER), device_key)

    envelope = read_envelope(wrap(device, rid=der.element(0x80, key_id.digest)))

    assert envelope.open([device]).content == CONTENT
    assert str(envelope.recipients[0].certificate_id) == f"key id {key_id.digest.hex()}"


@pytest.mark.conformance("D18")
def test_a_reordered_issuer_name_is_forgiven_when_the_number_is_ours(ca: Identity) -> None:
    serial = read_certificate(ca.certificate_der).serial
    rid = der.sequence(der.sequence(), der.integer(serial))

    assert read_envelope(wrap(ca, rid=rid)).open([ca]).content == CONTENT


@pytest.mark.conformance("C34")
def test_ours_is_picked_among_several_recipients(ca: Identity, device_key: RSAPrivateKey) -> None:
    device = Identity(factories.certificate("device", device_key), device_key)
    other = der.sequence(
        der.integer(0),
        der.sequence(der.sequence(), der.integer(77)),
        der.algorithm(Oid.RSA_ENCRYPTION),
        der.octet_string(b"x" * 256),
    )
    password = der.tagged(3, der.integer(0))

    envelope = read_envelope(wrap(ca, others=(other, password)))

    assert envelope.open([device, ca]).content == CONTENT


def test_an_envelope_for_somebody_else_says_for_whom(
    ca: Identity, device_key: RSAPrivateKey
) -> None:
    device = Identity(factories.certificate("device", device_key), device_key)
    serial = read_certificate(ca.certificate_der).serial_hex

    with pytest.raises(Undecipherable, match=f"serial number {serial}"):
        read_envelope(wrap(ca)).open([device])


def test_a_key_opens_without_its_certificate(ca: Identity, device_key: RSAPrivateKey) -> None:
    envelope = read_envelope(wrap(ca))

    assert envelope.open_with(ca.private_key).content == CONTENT
    with contextlib.suppress(Undecipherable):
        # A wrong key opens one envelope in 256, to nonsense.
        assert envelope.open_with(device_key).content != CONTENT


def test_an_envelope_without_recipients_opens_with_no_key(ca: Identity) -> None:
    envelope = replace(read_envelope(wrap(ca)), recipients=())

    with pytest.raises(Undecipherable, match="key does not open"):
        envelope.open_with(ca.private_key)


@pytest.mark.conformance("S24")
def test_every_reason_not_to_open_gives_one_error(
    ca: Identity, device_key: RSAPrivateKey, ca_key: RSAPrivateKey
) -> None:
    other_key = Identity(ca.certificate_der, device_key)
    short = Identity(ca.certificate_der, ca_key)
    wrong_key, wrong_length = set(), set()
    for _ in range(8):
        # A random content key leaves valid padding behind once in 256 times.
        wrong_key.add(_open(wrap(ca), other_key))
        wrong_length.add(_open(wrap(ca, cipher=Cipher.AES_256, algorithm=_as_aes_128()), short))

    assert "The envelope cannot be opened with our key." in wrong_key & wrong_length
    assert len(wrong_key | wrong_length) <= 2


def _as_aes_128() -> bytes:
    return der.algorithm(ciphers.OIDS[Cipher.AES_128], der.octet_string(bytes(16)))


def _open(message: bytes, identity: Identity) -> str:
    try:
        read_envelope(message).open([identity])
    except Undecipherable as error:
        return error.fact
    return "opened by chance"


@pytest.mark.conformance("S24")
def test_a_wrapped_key_of_a_wrong_size_is_replaced_too(ca: Identity) -> None:
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    transport = der.sequence(der.oid(Oid.RSAES_OAEP), der.sequence())

    facts = {_open(wrap(ca, transport=transport, rsa=oaep), ca) for _ in range(8)}

    assert "The envelope cannot be opened with our key." in facts


REFUSED = [
    ("RC2", {"algorithm": der.algorithm("1.2.840.113549.3.2")}, Unsupported, "RC2-CBC"),
    ("unknown cipher", {"algorithm": der.algorithm("1.2.3.4")}, Unsupported, "1.2.3.4"),
    (
        "AES-GCM, as step-ca can be set to",
        {"algorithm": der.algorithm("2.16.840.1.101.3.4.1.46")},
        Unsupported,
        "encrypted with AES-256-GCM, which is not supported",
    ),
    ("no content", {"ciphertext": b""}, Unreadable, "envelope is empty"),
    ("empty content", {"ciphertext": b"\x80\x00"}, Unreadable, "content has a wrong length"),
    ("half a block", {"ciphertext": b"\x80\x01x"}, Unreadable, "content has a wrong length"),
    ("no vector", {"algorithm": der.algorithm(ciphers.OIDS[Cipher.AES_128])}, Unreadable, "vector"),
    ("many recipients", {"others": (der.tagged(3),) * 40}, Unreadable, "more than 32 recipients"),
]


@pytest.mark.parametrize(
    ("changes", "kind", "words"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED]
)
def test_what_cannot_be_read_is_refused(
    ca: Identity, changes: dict[str, object], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        read_envelope(wrap(ca, **changes))  # type: ignore[arg-type]


def test_a_label_that_is_no_octet_string_is_unreadable(ca: Identity) -> None:
    source = der.algorithm("1.2.840.113549.1.1.9", der.text("label"))
    transport = der.sequence(der.oid(Oid.RSAES_OAEP), der.sequence(der.tagged(2, source)))

    with pytest.raises(Unreadable, match="label of RSAES-OAEP is not an octet string"):
        read_envelope(wrap(ca, transport=transport))


def test_an_unknown_wrapping_is_a_matter_of_its_recipient_alone(ca: Identity) -> None:
    other = der.sequence(
        der.integer(0),
        der.sequence(der.sequence(), der.integer(77)),
        der.algorithm("1.2.3.5"),
        der.octet_string(b"x" * 256),
    )

    assert read_envelope(wrap(ca, others=(other,))).open([ca]).content == CONTENT
    ours = read_envelope(wrap(ca, transport=der.algorithm("1.2.3.5"), others=(other,)))
    with pytest.raises(Unsupported, match=r"wrapped with 1\.2\.3\.5, which is not supported"):
        ours.open([ca])
    with pytest.raises(Undecipherable, match="key does not open"):
        ours.open_with(ca.private_key)


def test_authenticated_envelopes_are_named_and_refused() -> None:
    message = der.sequence(der.oid(Oid.AUTH_ENVELOPED_DATA), der.tagged(0, der.sequence()))

    with pytest.raises(Unsupported, match="AES-GCM") as caught:
        read_envelope(message)

    assert "AES-128-CBC" in caught.value.hint


@pytest.mark.conformance("D47")
def test_a_signed_message_is_no_envelope() -> None:
    message = der.sequence(der.oid(Oid.SIGNED_DATA), der.tagged(0, der.sequence()))

    with pytest.raises(Unreadable, match="not a PKCS#7 enveloped message"):
        read_envelope(message)

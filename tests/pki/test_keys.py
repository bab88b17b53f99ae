"""Private keys: made, written, read."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from pki import keys
from pki.errors import KeyUnusable
from tests.issuing import rsa_key


def test_a_key_has_the_size_asked_for() -> None:
    assert keys.generate_rsa(1024).key_size == 1024


@pytest.mark.parametrize("bits", [512, 1023, 2047, 16384])
def test_odd_sizes_are_refused(bits: int) -> None:
    with pytest.raises(KeyUnusable, match=f"not {bits}"):
        keys.generate_rsa(bits)


def test_a_key_survives_sealed_storage() -> None:
    key = rsa_key("stored")

    again = keys.from_pkcs8_der(keys.to_pkcs8_der(key))

    assert again.private_numbers() == key.private_numbers()
    assert keys.public_der(again) == keys.public_der(key)


@pytest.mark.parametrize("der", [b"", b"junk", b"\x30\x03\x02\x01\x00"])
def test_bytes_that_are_no_key_are_refused(der: bytes) -> None:
    with pytest.raises(KeyUnusable):
        keys.from_pkcs8_der(der)


def test_a_key_file_is_read_with_and_without_a_passphrase() -> None:
    key = rsa_key("stored")

    assert keys.from_pem(keys.to_pem(key).encode()).key_size == 2048
    encrypted = keys.encrypted_pem(key, "geheim").encode()
    assert b"ENCRYPTED PRIVATE KEY" in encrypted
    assert keys.from_pem(encrypted, "geheim").key_size == 2048


@pytest.mark.parametrize(
    ("passphrase", "words"),
    [(None, "is encrypted: give its passphrase"), ("wrong", "or the passphrase is wrong")],
)
def test_an_encrypted_key_needs_its_passphrase(passphrase: str | None, words: str) -> None:
    encrypted = keys.encrypted_pem(rsa_key("stored"), "geheim").encode()

    with pytest.raises(KeyUnusable, match=words):
        keys.from_pem(encrypted, passphrase)


def test_a_passphrase_for_a_plain_key_is_told() -> None:
    with pytest.raises(KeyUnusable, match="has no passphrase"):
        keys.from_pem(keys.to_pem(rsa_key("stored")).encode(), "geheim")


@pytest.mark.parametrize(
    ("pem", "words"),
    [(b"", "not a private key"), (b"x" * 70_000, "too large")],
    ids=["empty", "large"],
)
def test_a_file_that_is_no_key_is_refused(pem: bytes, words: str) -> None:
    with pytest.raises(KeyUnusable, match=words):
        keys.from_pem(pem)


def test_a_key_that_is_not_rsa_is_refused() -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

    with pytest.raises(KeyUnusable, match="not an RSA key"):
        keys.from_pem(pem)


@pytest.mark.parametrize("passphrase", ["", "x" * 1024], ids=["empty", "long"])
def test_a_passphrase_has_a_sensible_length(passphrase: str) -> None:
    with pytest.raises(KeyUnusable, match="1 to 1023 bytes"):
        keys.encrypted_pem(rsa_key("stored"), passphrase)


def test_kinds_of_public_keys_are_named() -> None:
    assert keys.describe(rsa_key("stored").public_key()) == ("RSA", 2048)
    assert keys.describe(ec.generate_private_key(ec.SECP384R1()).public_key()) == ("EC", 384)
    assert keys.describe(ed25519.Ed25519PrivateKey.generate().public_key()) == ("Ed25519", 256)


def test_a_key_below_1024_bits_is_refused() -> None:
    # Made of two small primes: the library refuses to generate one.
    p, q, e = 2**127 - 1, 2**521 - 1, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(e, p * q)
    )
    key = numbers.private_key()

    with pytest.raises(KeyUnusable, match="648 bits"):
        keys.from_pem(keys.to_pem(key).encode())

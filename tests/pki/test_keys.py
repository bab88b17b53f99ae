"""Private keys: made, written, read."""

import subprocess
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from pki import bundle, der, keys
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


def encrypted_with(*derivation: bytes) -> bytes:
    """An encrypted key file whose key is derived in a way of somebody else's choice."""
    algorithm = der.sequence(*derivation)
    info = der.sequence(
        der.sequence(der.oid("1.2.840.113549.1.5.13"), der.sequence(algorithm, der.sequence())),
        der.octet_string(bytes(64)),
    )
    return bundle.to_pem(info, "ENCRYPTED PRIVATE KEY").encode()


PBKDF2 = der.oid("1.2.840.113549.1.5.12")
SCRYPT = der.oid("1.3.6.1.4.1.11591.4.11")
SALT = der.octet_string(b"salt")


@pytest.mark.parametrize(
    ("pem", "words"),
    [
        pytest.param(
            encrypted_with(PBKDF2, der.sequence(SALT, der.integer(1 << 31))),
            "at most 2,000,000 iterations",
            id="PBKDF2 for minutes",
        ),
        pytest.param(
            encrypted_with(
                SCRYPT, der.sequence(SALT, der.integer(1 << 20), der.integer(8), der.integer(1))
            ),
            "at most 2,000,000 iterations",
            id="scrypt with a gigabyte",
        ),
        pytest.param(
            encrypted_with(PBKDF2, der.sequence(SALT)), "cannot be read", id="without a number"
        ),
        pytest.param(encrypted_with(PBKDF2), "cannot be read", id="without parameters"),
        pytest.param(encrypted_with(PBKDF2, der.NULL), "cannot be read", id="NULL"),
        pytest.param(
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "cannot be read", id="without an end"
        ),
        pytest.param(
            encrypted_with(PBKDF2, der.sequence(SALT, der.integer(1000))),
            "passphrase is wrong",
            id="of a usual kind",
        ),
    ],
)
def test_trying_a_passphrase_is_bounded(pem: bytes, words: str) -> None:
    started_s = time.thread_time()

    with pytest.raises(KeyUnusable, match=words):
        keys.from_pem(pem, "geheim")

    assert time.thread_time() - started_s < 1


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-v2", "aes-256-cbc", "-iter", "50000"], id="PBKDF2"),
        pytest.param(["-v1", "PBE-SHA1-3DES"], id="PKCS#12"),
        pytest.param(["-scrypt"], id="scrypt"),
    ],
)
def test_key_files_of_openssl_are_read(tmp_path: Path, options: list[str]) -> None:
    key = rsa_key("stored")
    (tmp_path / "plain.pem").write_text(keys.to_pem(key))
    command = ["openssl", "pkcs8", "-topk8", *options, "-in", "plain.pem", "-out", "key.pem"]
    secret = ["-passout", "pass:geheim"]
    subprocess.run([*command, *secret], cwd=tmp_path, check=True, timeout=60)  # noqa: S603 - fixed arguments

    read = keys.from_pem((tmp_path / "key.pem").read_bytes(), "geheim")

    assert read.private_numbers() == key.private_numbers()


@pytest.mark.parametrize("passphrase", [None, "geheim"])
def test_a_key_of_many_bits_is_refused_before_its_primes_are_tested(passphrase: str | None) -> None:
    modulus = (1 << 16_000) + 1
    numbers = (0, modulus, 65537, 3, 5, 7, 1, 1, 1)
    pem = bundle.to_pem(
        der.sequence(*(der.integer(number) for number in numbers)), "RSA PRIVATE KEY"
    )
    if passphrase is not None:
        pem = _encrypted(pem, passphrase)
    started_s = time.thread_time()

    with pytest.raises(KeyUnusable, match="has 16001 bits; at most 8192 are read"):
        keys.from_pem(pem.encode(), passphrase)

    assert time.thread_time() - started_s < 1


def _encrypted(pem: str, passphrase: str) -> str:
    command = ["openssl", "pkcs8", "-topk8", "-passout", f"pass:{passphrase}"]
    done = subprocess.run(command, input=pem.encode(), capture_output=True, check=True)  # noqa: S603 - fixed arguments
    return done.stdout.decode()

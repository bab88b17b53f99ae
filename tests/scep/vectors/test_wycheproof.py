"""Known answers of Wycheproof (Apache-2.0) for the three primitives that we configure."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
)

from scep.cms import ciphers
from scep.cms.certificate_id import CertificateId
from scep.cms.ciphers import Encrypted
from scep.cms.errors import SignatureInvalid, Undecipherable
from scep.cms.key_transport import KeyRecipient
from scep.cms.signatures import Kind, Scheme, verify
from scep.vocabulary import Cipher, Digest, Oid

AES = {128: Cipher.AES_128, 192: Cipher.AES_192, 256: Cipher.AES_256}


def groups(vectors: Path, name: str) -> list[dict[str, Any]]:
    path = vectors / "wycheproof" / "testvectors_v1" / f"{name}_test.json"
    found: list[dict[str, Any]] = json.loads(path.read_text())["testGroups"]
    return found


def test_aes_cbc_decrypts_what_is_valid_and_refuses_wrong_padding(vectors: Path) -> None:
    verdicts = []
    for group in groups(vectors, "aes_cbc_pkcs5"):
        for case in group["tests"]:
            parts = (bytes.fromhex(case[part]) for part in ("key", "iv", "ct"))
            try:
                content = ciphers.decrypt(AES[group["keySize"]], Encrypted(*parts))
            except Undecipherable:
                verdicts.append((case["result"], "refused"))
            else:
                right = content == bytes.fromhex(case["msg"])
                verdicts.append((case["result"], "right" if right else "wrong"))

    assert {verdict: verdicts.count(verdict) for verdict in set(verdicts)} == {
        ("valid", "right"): 72,
        ("invalid", "refused"): 144,
    }


@pytest.mark.conformance("S24")
def test_rsa_unwraps_what_is_valid_and_puts_something_random_in_place_of_the_rest(
    vectors: Path,
) -> None:
    unwrapped = replaced = 0
    for group in groups(vectors, "rsa_pkcs1_2048"):
        key = load_der_private_key(bytes.fromhex(group["privateKeyPkcs8"]), None)
        assert isinstance(key, RSAPrivateKey)
        for case in group["tests"]:
            message = bytes.fromhex(case["msg"])
            # The length expected is part of the check: what is shorter or longer is no content key.
            length = len(message) or 16
            wrapped = bytes.fromhex(case["ct"])
            recipient = KeyRecipient(
                CertificateId(), Oid.RSA_ENCRYPTION, Digest.SHA_1, Digest.SHA_1, b"", wrapped
            )
            content_key = recipient.unwrap(key, length)
            assert len(content_key) == length
            if case["result"] == "valid" and message:
                assert content_key == message, case["comment"]
                unwrapped += 1
            else:
                assert content_key != recipient.unwrap(key, length), case["comment"]
                replaced += 1

    assert unwrapped + replaced == 67
    assert replaced >= 25


def test_rsa_signatures_are_believed_exactly_when_they_are_valid(vectors: Path) -> None:
    verdicts = []
    for group in groups(vectors, "rsa_signature_2048_sha256"):
        key = load_der_public_key(bytes.fromhex(group["publicKeyDer"]))
        for case in group["tests"]:
            signature, data = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
            try:
                verify(key, Scheme(Kind.RSA_PKCS1, Digest.SHA_256), signature, data)
            except SignatureInvalid:
                verdicts.append((case["result"], False))
            else:
                verdicts.append((case["result"], True))

    assert verdicts.count(("valid", True)) == 9
    assert verdicts.count(("invalid", False)) == 249
    # "Acceptable" is a DigestInfo without NULL parameters.
    assert len(verdicts) == 259

"""The SCEP certificates and keys that OpenXPKI and step-ca test with (both Apache-2.0)."""

from pathlib import Path

import pytest

from pki import keys
from scep import cms
from scep.cacert import check_chain, read_bundle
from scep.messages import Identity
from scep.vocabulary import Cipher
from tests.scep.vectors.files import load_identity

OPENXPKI = "openxpki/tools/testenv/certificates"
STEP_CA = "smallstep-certificates/authority/testdata/scep"

RA = f"{OPENXPKI}/OpenXPKI_SCEP_RA"
INTERMEDIATE = f"{STEP_CA}/intermediate"
PAIRS = [
    pytest.param(f"{RA}.crt", f"{RA}.key", "root", id="OpenXPKI"),
    pytest.param(f"{INTERMEDIATE}.crt", f"{INTERMEDIATE}.key", "pass", id="step-ca"),
]


@pytest.mark.parametrize(("certificate", "key", "password"), PAIRS)
def test_their_key_opens_what_is_encrypted_to_their_certificate(
    vectors: Path, certificate: str, key: str, password: str
) -> None:
    identity = load_identity(vectors / certificate, vectors / key, password.encode())

    message = cms.envelop(b"content", identity.certificate_der, Cipher.AES_128)

    assert cms.read_envelope(message).open([identity]).content == b"content"


@pytest.mark.parametrize(("certificate", "key", "password"), PAIRS)
def test_their_encrypted_key_files_are_read(
    vectors: Path, certificate: str, key: str, password: str
) -> None:
    read = keys.from_pem((vectors / key).read_bytes(), password)

    identity = load_identity(vectors / certificate, vectors / key, password.encode())
    assert Identity(identity.certificate_der, read).private_key.private_numbers() == (
        identity.private_key.private_numbers()
    )


def test_the_ca_of_step_ca_is_rsa_below_an_ec_root(vectors: Path) -> None:
    folder = vectors / STEP_CA
    body = (folder / "root.crt").read_bytes() + (folder / "intermediate.crt").read_bytes()

    bundle = check_chain(read_bundle(body))

    assert bundle.ca.facts.subject == "CN=sceptestintermediate"
    assert [one.facts.key for one in bundle.certificates] == ["RSA 2048", "EC secp256r1"]
    bundle.ca.certificate.verify_issued_by(bundle.certificates[1].certificate)

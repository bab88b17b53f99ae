"""Envelopes with a password, exchanged with OpenSSL's ``cms`` both ways."""

import shutil
import subprocess
from pathlib import Path

import pytest

from scep.cms import envelop, read_envelope
from scep.vocabulary import Cipher
from tests.scep import factories

CONTENT = b"content with a challenge: \x00\xff"
CIPHERS = {
    "-aes-128-cbc": Cipher.AES_128,
    "-aes-192-cbc": Cipher.AES_192,
    "-aes-256-cbc": Cipher.AES_256,
    "-des3": Cipher.DES3,
}

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module", autouse=True)
def _openssl() -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: apt install openssl")


def openssl(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(  # noqa: S603 - a fixed program with our own files
        ["openssl", "cms", *arguments],  # noqa: S607 - found by its name, as installed
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.conformance("C35")
@pytest.mark.parametrize("cipher", list(Cipher)[:4])
def test_openssl_opens_our_envelopes(tmp_path: Path, cipher: Cipher) -> None:
    certificate = factories.authority(factories.ec_key())
    message = envelop(CONTENT, certificate, cipher, password="NQ3C6-GS3ZN")
    (tmp_path / "message.der").write_bytes(message)

    opened = openssl(
        tmp_path, "-decrypt", "-binary", "-inform", "DER", "-in", "message.der",
        "-pwri_password", "NQ3C6-GS3ZN",
    )  # fmt: skip

    assert opened == CONTENT


@pytest.mark.conformance("C35")
@pytest.mark.parametrize("stream", [[], ["-stream"]], ids=["DER", "indefinite lengths"])
@pytest.mark.parametrize("option", CIPHERS)
def test_we_open_the_envelopes_of_openssl(tmp_path: Path, option: str, stream: list[str]) -> None:
    (tmp_path / "content").write_bytes(CONTENT)

    message = openssl(
        tmp_path, "-encrypt", "-binary", *stream, option, "-in", "content", "-outform", "DER",
        "-pwri_password", "NQ3C6-GS3ZN",
    )  # fmt: skip

    envelope = read_envelope(message)
    assert envelope.cipher is CIPHERS[option]
    assert envelope.open([], ["wrong", "NQ3C6-GS3ZN"]).content == CONTENT

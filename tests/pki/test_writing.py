"""Files we write, read by openssl."""

from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from pki import formats, private_keys
from pki.errors import KeyMismatch, KeyUnusable
from pki.formats import Bag, Pkcs12Profile
from pki.private_keys import PrivateKey
from tests import openssl
from tests.issuing import Issued, Wanted, issue, rsa_key

ROOT: Final = issue(Wanted("Root", ca=True, key=rsa_key("files root")))
RSA: Final = issue(Wanted("fw-rsa", key=rsa_key("files")), ROOT)
EC: Final = issue(Wanted("fw-ec", key=ec.generate_private_key(ec.SECP256R1())), ROOT)

pytestmark = openssl.needs_openssl
both = pytest.mark.parametrize("leaf", [RSA, EC], ids=["RSA", "EC"])


def _key(leaf: Issued) -> PrivateKey:
    return private_keys.usable(leaf.key)


def _public(pem: bytes) -> bytes:
    return openssl.run("pkey", "-pubout", stdin=pem)


@both
@pytest.mark.parametrize("profile", list(Pkcs12Profile))
def test_openssl_opens_our_pkcs12(leaf: Issued, profile: Pkcs12Profile, tmp_path: Path) -> None:
    bag = Bag("fw-1", leaf.der, _key(leaf), (ROOT.der,))
    made = tmp_path / "made.p12"
    made.write_bytes(formats.pkcs12(bag, "secret", profile))
    legacy = ("-legacy",) if profile is Pkcs12Profile.LEGACY else ()

    opened = openssl.run("pkcs12", "-in", made, "-nodes", "-passin", "pass:secret", *legacy)

    assert b"friendlyName: fw-1" in opened
    assert formats.read(opened).certificates == (leaf.der, ROOT.der)
    assert _public(opened) == _public(leaf.key_pem)


@both
def test_our_pkcs12_is_encrypted_as_its_profile_says(leaf: Issued, tmp_path: Path) -> None:
    for profile, words in (
        (Pkcs12Profile.STRONG, (b"PBES2", b"AES-256-CBC", b"hmacWithSHA256", b"MAC: sha256")),
        (Pkcs12Profile.LEGACY, (b"pbeWithSHA1And3-KeyTripleDES-CBC", b"MAC: sha1")),
    ):
        made = tmp_path / profile
        made.write_bytes(formats.pkcs12(Bag("fw", leaf.der, _key(leaf)), "x", profile))
        told = openssl.run(
            *("pkcs12", "-in", made, "-info", "-noout", "-passin", "pass:x", "-legacy"), stderr=True
        )
        assert [word for word in words if word not in told] == []


@both
def test_openssl_refuses_our_files_with_a_wrong_passphrase(leaf: Issued, tmp_path: Path) -> None:
    (tmp_path / "p12").write_bytes(formats.pkcs12(Bag("fw", leaf.der, _key(leaf)), "secret"))
    (tmp_path / "key").write_bytes(formats.encrypted_key_pem(_key(leaf), "secret"))

    for command in (("pkcs12", "-in", tmp_path / "p12"), ("pkey", "-in", tmp_path / "key")):
        with pytest.raises(openssl.Failed):
            openssl.run(*command, "-passin", "pass:wrong", "-noout")


@both
def test_openssl_opens_our_encrypted_keys(leaf: Issued) -> None:
    made = formats.encrypted_key_pem(_key(leaf), "secret")

    opened = openssl.run("pkey", "-passin", "pass:secret", "-pubout", stdin=made)

    assert b"BEGIN ENCRYPTED PRIVATE KEY" in made
    assert opened == _public(leaf.key_pem)


@both
def test_openssl_reads_our_pkcs7(leaf: Issued) -> None:
    made = formats.pkcs7([leaf.der, ROOT.der])

    opened = openssl.run("pkcs7", "-print_certs", stdin=made)

    assert set(formats.read(opened).certificates) == {leaf.der, ROOT.der}


def test_openssl_reads_our_pem_chain() -> None:
    made = formats.certificates_pem([RSA.der, ROOT.der])

    assert openssl.run("x509", "-outform", "DER", stdin=made) == RSA.der
    assert formats.read(made).certificates == (RSA.der, ROOT.der)


@both
def test_what_we_write_we_read(leaf: Issued) -> None:
    made = formats.pkcs12(Bag("fw", leaf.der, _key(leaf), (ROOT.der,)), "pä$$")

    contents = formats.read(made, "pä$$")

    assert set(contents.certificates) == {leaf.der, ROOT.der}
    assert private_keys.is_pair(contents.keys[0], leaf.der)


def test_a_pkcs12_file_needs_no_key() -> None:
    made = formats.pkcs12(Bag("root", ROOT.der, None), "x")

    assert formats.read(made, "x") == formats.Contents("PKCS#12", (ROOT.der,))


def test_a_key_of_another_certificate_is_not_written_beside_it() -> None:
    with pytest.raises(KeyMismatch, match="does not match the certificate CN=fw-rsa"):
        formats.pkcs12(Bag("fw", RSA.der, _key(EC)), "x")


@pytest.mark.parametrize("passphrase", ["", "x" * 1024])
def test_a_passphrase_has_1_to_1023_bytes(passphrase: str) -> None:
    with pytest.raises(KeyUnusable, match="1 to 1023 bytes"):
        formats.encrypted_key_pem(_key(RSA), passphrase)

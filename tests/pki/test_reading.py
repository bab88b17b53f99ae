"""Files that openssl wrote, read; and the fault of every file that cannot be."""

from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from pki import formats
from pki.errors import (
    AnotherKind,
    FileTooLarge,
    FileTruncated,
    FileUnusable,
    KeyUnusable,
    PassphraseMissing,
    PassphraseWrong,
)
from pki.private_keys import is_pair
from tests import openssl
from tests.issuing import Issued, Wanted, issue, rsa_key

ROOT: Final = issue(Wanted("Root", ca=True, key=rsa_key("files root")))
RSA: Final = issue(Wanted("fw-rsa", key=rsa_key("files")), ROOT)
EC: Final = issue(Wanted("fw-ec", key=ec.generate_private_key(ec.SECP256R1())), ROOT)
PASSPHRASE: Final = "pässword 1"

pytestmark = openssl.needs_openssl
both = pytest.mark.parametrize("leaf", [RSA, EC], ids=["RSA", "EC"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the certificates and keys as PEM files."""
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    for name, leaf in (("rsa", RSA), ("ec", EC)):
        (tmp_path / f"{name}.pem").write_bytes(leaf.pem)
        (tmp_path / f"{name}.key").write_bytes(leaf.key_pem)
    return tmp_path


def _name(leaf: Issued) -> str:
    return "rsa" if leaf is RSA else "ec"


def _pkcs12(folder: Path, leaf: Issued, *options: str) -> bytes:
    name = _name(leaf)
    files: tuple[str | Path, ...] = (
        *("-in", folder / f"{name}.pem", "-inkey", folder / f"{name}.key"),
        *("-certfile", folder / "root.pem"),
    )
    return openssl.run("pkcs12", "-export", "-name", "fw", *files, *options)


def _has(contents: formats.Contents, leaf: Issued, *chain: Issued) -> None:
    assert set(contents.certificates) == {leaf.der, *(one.der for one in chain)}
    assert [is_pair(key, leaf.der) for key in contents.keys] == [True]


@both
def test_a_certificate_is_read_as_pem_and_der(leaf: Issued) -> None:
    der = openssl.run("x509", "-outform", "DER", stdin=leaf.pem)

    assert formats.read(leaf.pem) == formats.Contents("PEM", (leaf.der,))
    assert formats.read(der) == formats.Contents("DER", (leaf.der,))
    assert formats.read(der + b"\r\n").certificates == (leaf.der,)


def test_pem_with_words_around_it_and_of_windows_is_read() -> None:
    text = openssl.run("x509", "-text", stdin=RSA.pem)

    for data in (text, text.decode().encode("utf-16"), b"\xef\xbb\xbf" + RSA.pem):
        assert formats.read(data).certificates == (RSA.der,)


def test_a_trusted_certificate_is_read_without_what_openssl_adds() -> None:
    trusted = openssl.run("x509", "-trustout", "-addtrust", "serverAuth", stdin=ROOT.pem)

    assert b"TRUSTED" in trusted
    assert formats.read(trusted).certificates == (ROOT.der,)


def test_a_certificate_that_stands_twice_is_read_once() -> None:
    assert formats.read(RSA.pem + ROOT.pem + RSA.pem).certificates == (RSA.der, ROOT.der)


@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_a_pkcs7_chain_is_read(folder: Path, form: str) -> None:
    made = openssl.run(
        *("crl2pkcs7", "-nocrl", "-outform", form),
        *("-certfile", folder / "rsa.pem", "-certfile", folder / "root.pem"),
    )

    assert set(formats.read(made).certificates) == {RSA.der, ROOT.der}


@both
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-keypbe", "AES-128-CBC", "-certpbe", "NONE", "-macalg", "sha512"),
        ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"),
        ("-nomac",),
    ],
    ids=["strong", "mixed", "3DES", "no MAC"],
)
def test_pkcs12_is_read_with_its_passphrase(
    folder: Path, leaf: Issued, options: tuple[str, ...]
) -> None:
    made = _pkcs12(folder, leaf, *options, "-passout", f"pass:{PASSPHRASE}")

    contents = formats.read(made, PASSPHRASE)

    assert contents.format == "PKCS#12"
    _has(contents, leaf, ROOT)


@both
def test_pkcs12_with_an_empty_passphrase_needs_none(folder: Path, leaf: Issued) -> None:
    _has(formats.read(_pkcs12(folder, leaf, "-passout", "pass:")), leaf, ROOT)


def test_pkcs12_without_a_key_is_read(folder: Path) -> None:
    made = openssl.run(
        *("pkcs12", "-export", "-nokeys", "-in", folder / "root.pem", "-passout", "pass:x"),
    )

    assert formats.read(made, "x") == formats.Contents("PKCS#12", (ROOT.der,))


@both
@pytest.mark.parametrize("form", ["PEM", "DER"])
@pytest.mark.parametrize("encrypted", [False, True])
def test_pkcs8_keys_are_read(leaf: Issued, form: str, *, encrypted: bool) -> None:
    options = ("-v2", "aes256", "-passout", f"pass:{PASSPHRASE}") if encrypted else ("-nocrypt",)
    made = openssl.run("pkcs8", "-topk8", "-outform", form, *options, stdin=leaf.key_pem)

    contents = formats.read(leaf.pem + made if form == "PEM" else made, PASSPHRASE)

    assert [is_pair(key, leaf.der) for key in contents.keys] == [True]


@both
@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_keys_of_the_traditional_kind_are_read(leaf: Issued, form: str) -> None:
    command = "rsa" if leaf is RSA else "ec"
    made = openssl.run(command, *_traditional(leaf), "-outform", form, stdin=leaf.key_pem)

    assert [is_pair(key, leaf.der) for key in formats.read(made).keys] == [True]


@both
def test_encrypted_keys_of_the_traditional_kind_are_read(leaf: Issued) -> None:
    command = "rsa" if leaf is RSA else "ec"
    made = openssl.run(
        command, *_traditional(leaf), "-aes256", "-passout", "pass:secret", stdin=leaf.key_pem
    )

    assert b"Proc-Type" in made
    assert [is_pair(key, leaf.der) for key in formats.read(made, "secret").keys] == [True]
    with pytest.raises(PassphraseWrong):
        formats.read(made, "wrong")
    with pytest.raises(PassphraseMissing):
        formats.read(made)


def _traditional(leaf: Issued) -> tuple[str, ...]:
    return ("-traditional",) if leaf is RSA else ()


def test_the_parameters_that_openssl_puts_before_an_ec_key_are_skipped() -> None:
    made = openssl.run("ecparam", "-genkey", "-name", "secp384r1")

    assert b"EC PARAMETERS" in made
    assert len(formats.read(made).keys) == 1


# Faults


@both
def test_a_wrong_or_missing_passphrase_of_pkcs12_is_named(folder: Path, leaf: Issued) -> None:
    made = _pkcs12(folder, leaf, "-passout", "pass:secret")

    with pytest.raises(PassphraseWrong, match=r"passphrase of the PKCS#12 file is wrong"):
        formats.read(made, "wrong")
    with pytest.raises(PassphraseMissing, match="give its passphrase"):
        formats.read(made)


@both
@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_a_wrong_or_missing_passphrase_of_a_key_is_named(leaf: Issued, form: str) -> None:
    made = openssl.run(
        "pkcs8", "-topk8", "-outform", form, "-passout", "pass:secret", stdin=leaf.key_pem
    )

    with pytest.raises(PassphraseWrong, match="passphrase of the private key is wrong"):
        formats.read(made, "wrong")
    with pytest.raises(PassphraseMissing):
        formats.read(made)


@both
def test_a_truncated_file_is_named_whatever_its_format(folder: Path, leaf: Issued) -> None:
    pkcs12 = _pkcs12(folder, leaf, "-passout", "pass:secret")
    key = openssl.run("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", stdin=leaf.key_pem)

    for whole in (leaf.der, pkcs12, key, leaf.pem, leaf.key_pem):
        for length in (len(whole) // 2, len(whole) - 9):
            with pytest.raises(FileTruncated, match="The file is cut off"):
                formats.read(whole[:length], "secret")
    for length in (1, 2, 3):
        with pytest.raises(FileUnusable):
            formats.read(pkcs12[:length], "secret")


def test_fifty_mebibytes_are_too_many() -> None:
    with pytest.raises(FileTooLarge, match="too large: at most 4 MiB are read"):
        formats.read(RSA.pem + b"\n" * (50 * 1024 * 1024 - len(RSA.pem)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"PK\x03\x04rest", "ZIP archive"),
        (b"%PDF-1.7", "PDF document"),
        (b"\xfe\xed\xfe\xed\x00", "Java keystore"),
        (b"  <html>", "web page"),
        (b"ssh-rsa AAAA", "SSH key"),
        (b"0123 some text", "text without a PEM block"),
        (b"\x00\x01\x02", "neither a certificate nor a private key"),
        (b"\x30\x03\x02\x01\x00", "neither a certificate nor a private key"),
        (b"\x30\x02\x02\x05", "neither a certificate nor a private key"),
        (b"\x30\x89\x01\x02\x03\x04\x05\x06\x07\x08\x09", "neither a certificate"),
        (b"\x30\x09\x30\x00\x30\x00\x03\x03\x00\x00\x00", "damaged"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(data: bytes, words: str) -> None:
    with pytest.raises(AnotherKind, match=words):
        formats.read(data)


def _csr(form: str) -> bytes:
    options = ("req", "-new", "-subj", "/CN=x", "-newkey", "rsa:1024", "-nodes")
    return openssl.run(*options, "-keyout", "/dev/null", "-outform", form)


def test_other_things_of_pki_are_called_by_their_names() -> None:
    public = openssl.run("x509", "-pubkey", "-noout", stdin=RSA.pem)
    for data, words in (
        (_csr("PEM"), "a certificate request"),
        (_csr("DER"), "a certificate request"),
        (public, "a public key"),
        (b"-----BEGIN PGP MESSAGE-----\n-----END PGP MESSAGE-----", "PGP MESSAGE"),
        (b"-----BEGIN EC PARAMETERS-----\n-----END EC PARAMETERS-----", "EC PARAMETERS"),
    ):
        with pytest.raises(AnotherKind, match=words):
            formats.read(data)


def test_a_key_of_another_kind_or_curve_is_named() -> None:
    ed25519 = openssl.run("genpkey", "-algorithm", "ed25519")
    curve = openssl.run("ecparam", "-genkey", "-noout", "-name", "secp256k1")
    short = openssl.run("genrsa", "-traditional", "512")

    with pytest.raises(KeyUnusable, match="Ed25519"):
        formats.read(ed25519)
    with pytest.raises(KeyUnusable, match="curve secp256k1 is not supported"):
        formats.read(curve)
    with pytest.raises(KeyUnusable, match=r"512 bits|cannot be read"):
        formats.read(short)


def test_a_key_of_an_unknown_kind_under_the_right_passphrase_is_named() -> None:
    sm2 = openssl.run("ecparam", "-genkey", "-noout", "-name", "SM2")
    made = openssl.run("pkcs8", "-topk8", "-passout", "pass:secret", stdin=sm2)

    with pytest.raises(KeyUnusable, match="of a kind that is not supported"):
        formats.read(made, "secret")


def test_damaged_base64_is_named() -> None:
    with pytest.raises(FileUnusable, match="not base64"):
        formats.read(RSA.pem.replace(b"MII", b"M!I", 1))


def test_bytes_behind_the_end_are_named() -> None:
    with pytest.raises(FileUnusable, match="5 bytes behind its end"):
        formats.read(RSA.der + b"abcde")

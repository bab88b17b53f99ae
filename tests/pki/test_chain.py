"""Who issued whom."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from pki import bundle, chain
from pki.errors import CertificateUnreadable, NotIssued
from tests import issuing
from tests.issuing import Issued, Wanted

ROOT = issuing.ca("Root")
MIDDLE = issuing.issue(Wanted("Middle", ca=True), ROOT)
LEAF = issuing.issue(Wanted("Leaf"), MIDDLE)
OTHER = issuing.ca("Other")


def test_an_issuer_is_recognized() -> None:
    chain.verify_issued(LEAF.der, MIDDLE.der)
    chain.verify_issued(MIDDLE.der, ROOT.der)
    chain.verify_issued(ROOT.der, ROOT.der)


def key_usage(*, key_cert_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


@pytest.mark.parametrize(
    ("issuer", "words"),
    [
        pytest.param(ROOT, "names another issuer", id="name"),
        pytest.param(
            issuing.issue(Wanted("Middle", ca=True, key=issuing.rsa_key("thief"))),
            "signature does not match",
            id="key",
        ),
        pytest.param(issuing.issue(Wanted("Middle")), "not a CA", id="no CA"),
        pytest.param(
            issuing.issue(
                Wanted("Middle", ca=True, extensions=((key_usage(key_cert_sign=False), True),))
            ),
            "key usage",
            id="key usage",
        ),
    ],
)
def test_anybody_else_did_not_issue_it(issuer: Issued, words: str) -> None:
    with pytest.raises(NotIssued, match=words):
        chain.verify_issued(LEAF.der, issuer.der)


def test_a_ca_that_says_it_signs_certificates_may_issue() -> None:
    usage = (key_usage(key_cert_sign=True), True)
    authority = issuing.issue(Wanted("CA", ca=True, extensions=(usage,)))

    chain.verify_issued(issuing.issue(Wanted("x"), authority).der, authority.der)


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=True)  # noqa: S603, S607 - fixed arguments


@pytest.fixture
def old_chain(tmp_path: Path) -> tuple[bytes, bytes]:
    """A certificate and its version 1 issuer, both signed with SHA-1."""
    openssl(tmp_path, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha1", "-days", "9",
            "-subj", "/CN=Old CA", "-keyout", "ca.key", "-out", "v3.pem")  # fmt: skip
    openssl(tmp_path, "req", "-new", "-key", "ca.key", "-subj", "/CN=Old CA", "-out", "ca.csr")
    openssl(tmp_path, "x509", "-req", "-in", "ca.csr", "-signkey", "ca.key", "-sha1", "-days", "9",
            "-out", "ca.pem")  # fmt: skip
    openssl(tmp_path, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=leaf", "-keyout",
            "leaf.key", "-out", "leaf.csr")  # fmt: skip
    openssl(tmp_path, "x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-sha1", "-days", "9", "-set_serial", "1", "-out", "leaf.pem")  # fmt: skip
    ((leaf,), (ca,)) = (
        bundle.to_ders((tmp_path / name).read_bytes()) for name in ("leaf.pem", "ca.pem")
    )
    return leaf, ca


def test_sha1_and_version_1_are_verified_like_any_other(old_chain: tuple[bytes, bytes]) -> None:
    leaf, ca = old_chain

    chain.verify_issued(leaf, ca)


def test_rsa_pss_is_verified() -> None:
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    signed = (
        x509.CertificateBuilder()
        .subject_name(ROOT.certificate.subject)
        .issuer_name(ROOT.certificate.subject)
        .public_key(ROOT.rsa.public_key())
        .serial_number(1)
        .not_valid_before(issuing.NOW)
        .not_valid_after(issuing.NOW)
        .sign(ROOT.rsa, hashes.SHA256(), rsa_padding=pss)
    )

    chain.verify_issued(Issued(signed, ROOT.key).der, ROOT.der)


def test_names_in_other_string_types_are_the_same() -> None:
    utf8 = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Twice")])
    printable = utf8.public_bytes().replace(b"\x0c\x05", b"\x13\x05")
    authority = issuing.issue(Wanted(utf8, ca=True))
    leaf = issuing.issue(Wanted("x"), authority)
    tampered = leaf.der.replace(utf8.public_bytes(), printable)

    with pytest.raises(NotIssued, match="signature does not match"):
        chain.verify_issued(tampered, authority.der)


def test_what_is_no_certificate_is_unreadable() -> None:
    with pytest.raises(CertificateUnreadable):
        chain.verify_issued(b"junk", ROOT.der)


def test_an_issuer_whose_key_cannot_be_read_is_unreadable() -> None:
    oid = bytes.fromhex("2a864886f70d010101")

    with pytest.raises(CertificateUnreadable, match="cannot be read"):
        chain.verify_issued(LEAF.der, MIDDLE.der.replace(oid, oid[:-1] + b"\x7f"))

"""Certificates made on the device: what the real product's look like, and what openssl says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from pki import certinfo, chain, csr, local, names, private_keys
from pki.csr import Digest
from pki.errors import CertificateUnreadable, CsrInvalid, KeyMismatch, KeyUnusable, NameSyntax
from pki.local import Issuer, LocalSpec, Term
from pki.private_keys import KeyAlgorithm, PrivateKey
from pki.san import SanKind, SanValue
from tests import openssl
from tests.issuing import Wanted, issue, rsa_key

AT: Final = datetime(2026, 5, 24, 19, 36, 33, 123456, tzinfo=UTC)
TERM: Final = Term(0x58AE8792, AT, 365)
CA: Final = LocalSpec(names.parse("O=Acme,CN=Acme Root"), is_ca=True)
FW: Final = LocalSpec(
    names.parse("C=DE,O=Acme,CN=fw.example.com"),
    san=(SanValue(SanKind.DNS, "fw.example.com"), SanValue(SanKind.IP, "192.0.2.1")),
)
EC: Final = private_keys.generate(KeyAlgorithm.EC, 256)
OTHER: Final = private_keys.generate(KeyAlgorithm.EC, 384)

every_ca = pytest.mark.parametrize("key", [rsa_key("local ca"), EC], ids=["RSA", "EC"])


def _root(key: PrivateKey) -> Issuer:
    return Issuer(key, local.issue(CA, key, Issuer(key), TERM))


def _extensions(der: bytes) -> list[tuple[str, bool, bytes]]:
    found = x509.load_der_x509_certificate(der).extensions
    return [(one.oid._name, one.critical, one.value.public_bytes()) for one in found]


def test_a_ca_has_the_extensions_of_the_real_product() -> None:
    der = local.issue(CA, EC, Issuer(EC), TERM)

    assert _extensions(der) == [
        ("basicConstraints", True, bytes.fromhex("30030101ff")),
        ("keyUsage", False, bytes.fromhex("03020204")),
    ]
    assert certinfo.read(der).self_issued
    chain.verify_issued(der, der)


def test_any_other_certificate_has_those_of_the_real_product() -> None:
    der = local.issue(LocalSpec(names.parse("CN=fw")), OTHER, _root(EC), TERM)
    facts = certinfo.read(der)

    assert [one[:2] for one in _extensions(der)] == [
        ("basicConstraints", False),
        ("keyUsage", False),
        ("extendedKeyUsage", False),
        ("authorityKeyIdentifier", False),
        ("subjectKeyIdentifier", False),
    ]
    assert facts.key_usage == (
        "digitalSignature",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
    )
    assert facts.extended_key_usage == ("serverAuth", "clientAuth", "ipsecEndSystem")
    assert ("authorityKeyIdentifier", False, b"\x30\x00") in _extensions(der)


def test_serial_validity_and_names_are_as_asked() -> None:
    facts = certinfo.read(local.issue(FW, OTHER, _root(EC), TERM))

    assert facts.serial_hex == "58AE8792"
    assert facts.not_before == AT.replace(microsecond=0)
    assert facts.not_after - facts.not_before == timedelta(days=365)
    assert (facts.subject, facts.issuer) == (
        "C=DE,O=Acme,CN=fw.example.com",
        "O=Acme,CN=Acme Root",
    )
    assert facts.san == ("DNS:fw.example.com", "IP:192.0.2.1")


@every_ca
@pytest.mark.parametrize("digest", list(Digest))
@openssl.needs_openssl
def test_openssl_verifies_what_a_ca_signed(key: PrivateKey, digest: Digest, tmp_path: Path) -> None:
    root = _root(key)
    leaf = local.issue(FW, OTHER, root, Term(5, datetime.now(UTC), 1, digest))
    pem = {"root": root.certificate_der, "leaf": leaf}
    for name, der in pem.items():
        made = openssl.run("x509", "-inform", "DER", stdin=der)
        (tmp_path / name).write_bytes(made)

    told = openssl.run(
        *("verify", "-auth_level", "0", "-no_check_time", "-CAfile", tmp_path / "root"),
        tmp_path / "leaf",
    )

    assert told.endswith(b"leaf: OK\n")


def test_sha1_is_signed_with_rsa_keys_only() -> None:
    term = Term(5, AT, 1, Digest.SHA1)

    made = [
        certinfo.read(local.issue(FW, OTHER, _root(key), term)).signature_algorithm
        for key in (rsa_key("local ca"), EC)
    ]

    assert made == ["SHA-1 with RSA", "SHA-256 with ECDSA"]


@every_ca
def test_a_renewed_certificate_differs_in_serial_and_validity_alone(key: PrivateKey) -> None:
    root = _root(key)
    old = local.issue(FW, OTHER, root, TERM)

    new = local.reissue(old, root, Term(0x58AE8793, AT + timedelta(days=300), 90))

    before, after = certinfo.read(old), certinfo.read(new)
    assert _extensions(new) == _extensions(old)
    assert (after.subject_der, after.issuer_der) == (before.subject_der, before.issuer_der)
    assert after.public_key_der == before.public_key_der
    assert after.serial_hex == "58AE8793"
    assert after.not_after - after.not_before == timedelta(days=90)
    chain.verify_issued(new, root.certificate_der)


def test_a_renewed_root_signs_itself() -> None:
    root = _root(EC)

    new = local.reissue(root.certificate_der, Issuer(EC), Term(9, AT, 90))

    chain.verify_issued(new, new)


def test_a_certificate_with_a_broken_extension_is_not_renewed() -> None:
    broken = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.15"), b"junk")
    old = issue(Wanted("odd", key=rsa_key("local ca"), extensions=[(broken, False)]))

    with pytest.raises(CertificateUnreadable):
        local.reissue(old.der, Issuer(rsa_key("local ca")), TERM)


def test_the_digest_of_a_certificate_is_found_again() -> None:
    sha384 = issue(Wanted("d", key=rsa_key("local ca"), digest=hashes.SHA384()))
    made = local.issue(FW, OTHER, _root(EC), Term(5, AT, 1, Digest.SHA512))

    assert local.digest_of(sha384.der) is Digest.SHA384
    assert local.digest_of(made) is Digest.SHA512


def test_a_digest_that_nothing_is_signed_with_becomes_sha256() -> None:
    key = private_keys.generate(KeyAlgorithm.EC, 256)
    builder = x509.CertificateBuilder(
        x509.Name([]), x509.Name([]), key.public_key(), 5, AT, AT + timedelta(days=1)
    )
    der = builder.sign(key, hashes.SHA3_256()).public_bytes(Encoding.DER)

    assert local.digest_of(der) is Digest.SHA256


def test_a_key_that_is_not_the_issuer_s_signs_nothing() -> None:
    with pytest.raises(KeyMismatch, match="does not match the certificate O=Acme,CN=Acme Root"):
        local.issue(FW, OTHER, Issuer(OTHER, _root(EC).certificate_der), TERM)


def test_names_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(NameSyntax):
        local.issue(LocalSpec(names.parse("C=Germany")), EC, Issuer(EC), TERM)
    no_address = LocalSpec(names.parse("CN=x"), san=(SanValue(SanKind.IP, "fw"),))
    with pytest.raises(CsrInvalid):
        local.issue(no_address, EC, Issuer(EC), TERM)


@pytest.mark.parametrize("key", [rsa_key("local ca"), EC], ids=["RSA", "EC"])
@pytest.mark.parametrize("spec", [CA, FW], ids=["CA", "leaf"])
def test_a_request_for_another_ca_says_what_the_certificate_would(
    key: PrivateKey, spec: LocalSpec
) -> None:
    der = local.request(spec, key, Digest.SHA256)

    csr.verify(der)
    facts = csr.read(der)
    assert facts.subject == names.text(names.to_x509(spec.subject))
    assert facts.san == spec.san
    assert ("keyCertSign" in facts.key_usage) == spec.is_ca


@openssl.needs_openssl
def test_openssl_reads_the_request() -> None:
    der = local.request(FW, OTHER, Digest.SHA384)

    told = openssl.run("req", "-inform", "DER", "-noout", "-verify", stdin=der, stderr=True)

    assert b"verify OK" in told


def test_an_answer_is_for_the_key_of_the_request() -> None:
    request = local.request(FW, OTHER, Digest.SHA256)

    local.require_answer(local.issue(FW, OTHER, _root(EC), TERM), request)
    with pytest.raises(KeyMismatch, match="is not for the key of the request"):
        local.require_answer(_root(EC).certificate_der, request)


# Keys


def test_keys_are_stored_and_read_back() -> None:
    for key in (rsa_key("local ca"), EC, OTHER):
        again = private_keys.from_der(private_keys.to_der(key))
        assert again.public_key() == key.public_key()


def test_sizes_that_no_key_has_are_refused() -> None:
    for algorithm, bits in ((KeyAlgorithm.RSA, 512), (KeyAlgorithm.EC, 255)):
        with pytest.raises(KeyUnusable):
            private_keys.generate(algorithm, bits)
    assert private_keys.generate(KeyAlgorithm.RSA, 1024).key_size == 1024


def test_bytes_that_are_no_stored_key_are_refused() -> None:
    with pytest.raises(KeyUnusable, match="stored private key cannot be read"):
        private_keys.from_der(b"junk")
    with pytest.raises(KeyUnusable, match="of the kind int"):
        private_keys.usable(5)

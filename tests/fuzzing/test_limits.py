"""Deep, many, huge and long: refused, or read, by every decoder within 1 s and 64 MiB."""

from functools import cache

import pytest

from pki import der
from scep import cms
from scep.vocabulary import Oid
from tests.fuzzing import captures
from tests.fuzzing.decoders import decoders
from tests.fuzzing.judging import judge, traced_bytes
from tests.scep.test_cms_certificate import extension, signed, tbs
from tests.scep.test_cms_signed import attribute, attributes_for, message

LARGE = 2_000_000
"""More than any HTTP body that is read."""

MAX_BYTES = 64 * 1024 * 1024

LONG_OID = der.element(0x06, b"\x2a" + b"\xff" * 1_000_000 + b"\x01")
MANY_ARCS = der.element(0x06, b"\x2a" + b"\x81\x01" * 500_000)
HUGE_INTEGER = der.integer(1 << (8 * LARGE))


def _nested(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = der.sequence(inner)
    return inner


def _name(kind: bytes, value: bytes, parts: int = 1) -> bytes:
    return der.sequence(*([der.set_of(der.sequence(kind, value))] * parts))


def _spki() -> bytes:
    return cms.read_certificate(captures.ca().certificate_der).spki_der


def _rsa(modulus: int, exponent: int) -> bytes:
    key = der.sequence(der.integer(modulus), der.integer(exponent))
    return der.sequence(der.algorithm(Oid.RSA_ENCRYPTION), der.bit_string(key))


def _certificate(oid: str, value: bytes) -> bytes:
    return signed(tbs(spki=_spki(), extensions=extension(oid, value)))


def _message(*attributes: bytes) -> bytes:
    return message(captures.ca(), attributes_for(b"x", *attributes))


def _request(attributes: bytes) -> bytes:
    info = der.sequence(
        der.integer(0), _name(der.oid("2.5.4.3"), der.text("x")), _spki(), attributes
    )
    return signed(info)


def _envelope(*recipients: bytes, iv: bytes = bytes(16)) -> bytes:
    content = der.sequence(
        der.oid(Oid.DATA),
        der.algorithm("2.16.840.1.101.3.4.1.2", der.octet_string(iv)),
        der.element(0x80, bytes(32)),
    )
    enveloped = der.sequence(der.integer(0), der.set_of(*recipients), content)
    return der.sequence(der.oid(Oid.ENVELOPED_DATA), der.tagged(0, enveloped))


def _recipient(serial: bytes, key: bytes) -> bytes:
    rid = der.sequence(der.sequence(), serial)
    return der.sequence(
        der.integer(0), rid, der.algorithm(Oid.RSA_ENCRYPTION), der.octet_string(key)
    )


@cache
def shapes() -> dict[str, bytes]:
    """Bodies by what is wrong with them."""
    one = captures.certificate("client-issued.pem")
    common_name = der.oid("2.5.4.3")
    return {
        "open sequences": b"\x30\x80" * (LARGE // 2),
        "1000 nested sequences": _nested(1000),
        "1000 nested in an attribute": _message(attribute(Oid.TRANSACTION_ID, _nested(1000))),
        "1000 nested in an extension": _certificate("2.5.29.17", _nested(1000)),
        "1000 nested in a name": signed(tbs(spki=_nested(1000))),
        "digits": b"0" * LARGE,
        "base64": b"QUJD" * (LARGE // 4),
        "PEM that never ends": b"-----BEGIN CERTIFICATE-----\n" * (LARGE // 28),
        "PEM without ends": b"-----BEGIN A-----AA" * (LARGE // 19),
        "HTML": b"<html><title>" + b"x" * LARGE,
        "lines": b"\n" * LARGE,
        "zeros": bytes(LARGE),
        "UTF-16": b"\xff\xfe" + b"<\x00" * (LARGE // 2),
        "percent signs": b"message=" + b"%41" * (LARGE // 3),
        "3,000 certificates": cms.write_certificates([der.sequence()] * 3000),
        "10,000 certificates": cms.write_certificates([one] * 10_000),
        "300,000 certificates": cms.write_certificates([der.sequence()] * 300_000),
        "10,000 CRLs": cms.write_crls([captures.crl()] * 10_000),
        "10,000 recipients": _envelope(*[_recipient(der.integer(5), b"x")] * 10_000),
        "9,000 attributes": _message(*[der.sequence(der.oid("1.2.3"), der.set_of())] * 4_500),
        "a long name": _name(common_name, der.text("x"), 2400),
        "a name of one long text": _name(common_name, der.text("x" * LARGE)),
        "a name of a long type": _name(LONG_OID, der.text("x")),
        "a name of many arcs": _name(MANY_ARCS, der.text("x")),
        "a subject of a long type": _request(der.tagged(0, der.sequence(LONG_OID, der.set_of()))),
        "an attribute of many arcs": _message(der.sequence(MANY_ARCS, der.set_of())),
        "a large number": der.sequence(der.oid(Oid.SIGNED_DATA), der.tagged(0, HUGE_INTEGER)),
        "a large serial number": signed(tbs(spki=_spki(), serial=HUGE_INTEGER)),
        "a large recipient's number": _envelope(_recipient(HUGE_INTEGER, b"x")),
        "a large version": der.sequence(HUGE_INTEGER, der.sequence(), der.sequence()),
        "a large status": _message(attribute(Oid.PKI_STATUS, HUGE_INTEGER)),
        "a long transaction": _message(attribute(Oid.TRANSACTION_ID, der.text("9" * LARGE))),
        "a long message type": _message(attribute(Oid.MESSAGE_TYPE, der.text("9" * LARGE))),
        "a long wrapped key": _envelope(_recipient(der.integer(5), bytes(LARGE))),
        "a long vector": _envelope(iv=bytes(LARGE)),
        "a long key usage": _certificate("2.5.29.15", der.bit_string(b"\xff" * LARGE)),
        "many alternative names": _certificate(
            "2.5.29.17", der.sequence(*[der.element(0x82, b"a.example")] * 100_000)
        ),
        "many purposes": _certificate("2.5.29.37", der.sequence(*[der.oid("1.2.3")] * 100_000)),
        "a large path length": _certificate(
            "2.5.29.19", der.sequence(b"\x01\x01\xff", HUGE_INTEGER)
        ),
        "a large modulus": signed(tbs(spki=_rsa((1 << 1_000_000) + 1, 65537))),
        "a large exponent": signed(tbs(spki=_rsa((1 << 2048) + 1, (1 << 1_000_000) + 1))),
        "a modulus and exponent of 8192 bits": signed(
            tbs(spki=_rsa((1 << 8191) + 1, (1 << 8190) + 1))
        ),
        "lengths of 127 octets": b"\x30\xff" + b"\xff" * LARGE,
        "a length of 4 GiB": b"\x30\x84\xff\xff\xff\xff",
    }


@pytest.mark.parametrize("shape", sorted(shapes()))
def test_every_decoder_stays_within_its_time_and_memory(shape: str) -> None:
    body = shapes()[shape]

    problems = {
        decoder.name: problem
        for decoder in decoders().values()
        if (problem := judge(decoder, body))
    }

    assert problems == {}


@pytest.mark.parametrize("name", ["request", "cacert", "csr"])
def test_memory_stays_in_bounds_as_python_counts_it(name: str) -> None:
    used = {shape: traced_bytes(decoders()[name], body) for shape, body in shapes().items()}

    assert {shape: octets for shape, octets in used.items() if octets > MAX_BYTES} == {}

"""Certificates and keys as files for other programs."""

from uuid import UUID, uuid4

import pytest

from audit.models import AuditEvent
from certificates.local import EXTERNAL, LocalWish
from certificates.services import exporting
from certificates.services.exporting import ExportedFile, ExportRefused, Format, Wanted
from device import services as device_services
from device.models import Admin
from device.services import PasswordWrong
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from pki import csr, formats, private_keys
from pki.private_keys import KeyAlgorithm
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import MARIA, Bench, current, make

PASSWORD = "maria's own"


def _export(bench: Bench, *uuids: UUID, by: Actor = MARIA, **wanted: object) -> ExportedFile:
    values = {"format": Format.PEM, **wanted}
    wish = Wanted(uuids=uuids, **values)  # type: ignore[arg-type]
    return exporting.export(wanted=wish, by=by, at=bench.now)


def _fields(bench: Bench, *uuids: UUID, **wanted: object) -> list[str]:
    with pytest.raises(ExportRefused) as refused:
        _export(bench, *uuids, by=MARIA, **wanted)
    return [one.field for one in refused.value.problems]


def _chain(bench: Bench) -> tuple[UUID, UUID, UUID]:
    root, issuing = bench.keep("root", ROOT), bench.keep("issuing", ISSUING)
    return root, issuing, bench.keep("fw-1", LEAF, key_secret=bench.seal_key(LEAF))


def _maria(bench: Bench) -> None:
    device_services.create_admin(username="maria", password=PASSWORD, at=bench.now)


def test_every_format_is_read_back(bench: Bench) -> None:
    _, _, leaf = _chain(bench)

    for format_, ending, passphrase in (
        (Format.PEM, "pem", ""),
        (Format.DER, "cer", ""),
        (Format.PKCS7, "p7b", ""),
        (Format.PKCS12, "p12", "pass phrase"),
        (Format.PKCS12_LEGACY, "p12", "pass phrase"),
    ):
        file = _export(bench, leaf, format=format_, passphrase=passphrase)
        assert file.name == f"fw-1.{ending}"
        assert formats.read(file.data, passphrase).certificates == (LEAF.der,)
        assert formats.read(file.data, passphrase).keys == ()


@pytest.mark.parametrize("format_", [Format.PEM, Format.PKCS7, Format.PKCS12])
def test_the_chain_goes_along_if_it_is_wanted(bench: Bench, format_: Format) -> None:
    _, _, leaf = _chain(bench)

    file = _export(bench, leaf, format=format_, chain=True, passphrase="x")

    assert set(formats.read(file.data, "x").certificates) == {LEAF.der, ISSUING.der, ROOT.der}


@pytest.mark.parametrize("format_", [Format.PEM, Format.PKCS12, Format.PKCS12_LEGACY])
def test_a_key_leaves_encrypted_for_the_admin_s_password(bench: Bench, format_: Format) -> None:
    _maria(bench)
    _, _, leaf = _chain(bench)

    file = _export(
        bench, leaf, format=format_, key=True, passphrase="pass phrase", password=PASSWORD
    )

    (key,) = formats.read(file.data, "pass phrase").keys
    assert private_keys.is_pair(key, LEAF.der)
    assert b"BEGIN PRIVATE KEY" not in file.data


def test_several_certificates_go_into_one_file_none_twice(bench: Bench) -> None:
    uuids = _chain(bench)

    file = _export(bench, *uuids, chain=True)

    assert file.name == "certificates.pem"
    assert file.data == ROOT.pem + ISSUING.pem + LEAF.pem


def test_a_request_is_exported_to_be_taken_to_the_other_ca(bench: Bench) -> None:
    wish = LocalWish("ext", "ext", EXTERNAL, algorithm=KeyAlgorithm.EC, key_bits=256)
    uuid = make(bench, wish)

    file = _export(bench, uuid, format=Format.CSR)

    assert file.name == "ext.csr"
    assert file.data.startswith(b"-----BEGIN CERTIFICATE REQUEST-----")
    csr.verify(bytes(current(uuid).csr_der))
    assert _fields(bench, uuid) == ["format"]


def test_what_does_not_fit_is_told_at_its_field(bench: Bench) -> None:
    _maria(bench)
    root, issuing, leaf = _chain(bench)

    assert _fields(bench, leaf, format=Format.CSR) == ["format"]
    assert _fields(bench, root, issuing, format=Format.DER) == ["format"]
    assert _fields(bench, leaf, format=Format.PKCS12) == ["passphrase"]
    assert _fields(bench, leaf, format=Format.DER, key=True) == ["key", "passphrase"]
    with_key = issuing  # has none
    with pytest.raises(Refused, match="key of issuing is not on this device"):
        _export(bench, with_key, key=True, passphrase="x", password=PASSWORD)
    too_long = {"key": True, "passphrase": "x" * 1024, "password": PASSWORD}
    assert _fields(bench, leaf, **too_long) == ["passphrase"]


def test_keys_are_exported_one_by_one(bench: Bench) -> None:
    leaf = bench.keep("a", LEAF, key_secret=bench.seal_key(LEAF))
    other = bench.keep("b", ISSUING, key_secret=bench.seal_key(ISSUING))

    assert _fields(bench, leaf, other, key=True, passphrase="x") == ["key"]


def test_a_wrong_password_gives_no_key_and_counts_as_a_failed_sign_in(bench: Bench) -> None:
    _maria(bench)
    _, _, leaf = _chain(bench)

    with pytest.raises(PasswordWrong) as refused:
        _export(bench, leaf, key=True, passphrase="x", password="guess")

    assert refused.value.problems[0].field == "password"
    assert Admin.objects.get(username="maria").failed_since_login == 1
    assert not AuditEvent.objects.filter(text__contains="exported").exists()


def test_a_key_whose_export_is_blocked_never_leaves(bench: Bench) -> None:
    _maria(bench)
    wish = LocalWish("fw", "fw", algorithm=KeyAlgorithm.EC, key_bits=256, block_key_export=True)
    uuid = make(bench, wish)

    with pytest.raises(Forbidden, match="may not leave this device"):
        _export(bench, uuid, key=True, passphrase="x", password=PASSWORD)
    assert _export(bench, uuid).name == "fw.pem"


def test_who_only_reads_exports_certificates_and_no_keys(bench: Bench) -> None:
    reader = Actor(name="reader", role=Role.SUPERREADER)
    _, _, leaf = _chain(bench)

    assert _export(bench, leaf, by=reader).data == LEAF.pem
    with pytest.raises(Forbidden):
        _export(bench, leaf, by=reader, key=True, passphrase="x", password=PASSWORD)


def test_what_is_not_there_is_not_exported(bench: Bench) -> None:
    root, _, _ = _chain(bench)

    for uuids in ((), (root, uuid4())):
        with pytest.raises(NotFound):
            _export(bench, *uuids)


def test_every_export_is_logged_without_secrets(bench: Bench) -> None:
    _maria(bench)
    _, _, leaf = _chain(bench)

    _export(bench, leaf)
    _export(bench, leaf, key=True, passphrase="pass phrase", password=PASSWORD)

    events = AuditEvent.objects.filter(text__contains="exported").order_by("pk")
    assert [event.text for event in events] == [
        "Certificate fw-1 exported without a key.",
        "Certificate fw-1 exported with its private key.",
    ]
    written = str([event.detail for event in events])
    wish = Wanted((), Format.PEM, passphrase="pass phrase", password=PASSWORD)
    for secret in ("pass phrase", PASSWORD):
        assert secret not in written + repr(wish)

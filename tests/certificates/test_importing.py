"""Certificates that come as files."""

from uuid import UUID

import pytest

from audit.models import AuditEvent
from certificates.local import EXTERNAL, LocalWish
from certificates.models import CertificateEntry, Material, Source
from certificates.rules import Status
from certificates.services import importing
from certificates.services.importing import Imported
from certificates.services.uploads import ImportRefused, Upload, UploadedFile
from configuration import queries as configuration
from device import secrets
from device import services as device_services
from domain.actors import Actor, Role
from domain.errors import Forbidden
from domain.locations import VSYS1
from pki import csr, formats, private_keys
from pki.formats import Bag
from pki.private_keys import KeyAlgorithm
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import MARIA, Bench, current, make
from tests.issuing import Issued, Wanted, issue, rsa_key

LEAF_P12 = formats.pkcs12(Bag("fw", LEAF.der, LEAF.rsa, (ISSUING.der, ROOT.der)), "secret")


def _import(bench: Bench, *files: UploadedFile, **upload: object) -> list[Imported]:
    wanted = Upload(files=files, location=VSYS1, **upload)  # type: ignore[arg-type]
    return importing.import_files(upload=wanted, by=MARIA, at=bench.now)


def _faults(bench: Bench, *files: UploadedFile, **upload: object) -> list[tuple[str, str]]:
    before = CertificateEntry.objects.count()
    with pytest.raises(ImportRefused) as refused:
        _import(bench, *files, **upload)
    assert CertificateEntry.objects.count() == before
    return [(one.field, one.message) for one in refused.value.problems]


def _file(issued: Issued, name: str) -> UploadedFile:
    return UploadedFile(name, issued.pem)


def test_a_certificate_joins_the_candidate_under_the_name_typed(bench: Bench) -> None:
    (done,) = _import(bench, _file(ROOT, "c.pem"), name="root")

    row = current(done.entry_uuid)
    place = configuration.candidate(done.entry_uuid)
    assert (row.source, row.key_secret, bytes(row.certificate_der)) == (
        Source.IMPORT,
        None,
        ROOT.der,
    )
    assert place is not None
    assert place.name == "root"
    assert done.text == "Successfully imported root into candidate configuration."


@pytest.mark.parametrize("key_in_same_file", [True, False])
def test_a_key_comes_in_the_same_file_or_another(bench: Bench, *, key_in_same_file: bool) -> None:
    if key_in_same_file:
        (done,) = _import(bench, UploadedFile("fw.pem", LEAF.pem + LEAF.key_pem))
    else:
        key = UploadedFile("fw.key", LEAF.key_pem)
        (done,) = _import(bench, _file(LEAF, "fw.pem"), key_file=key, block_key_export=True)

    row = current(done.entry_uuid)
    assert row.key_secret is not None
    key_der = secrets.unseal(row.key_secret)
    assert private_keys.is_pair(private_keys.from_der(key_der), LEAF.der)
    assert row.block_key_export is not key_in_same_file


def test_pkcs12_brings_key_and_chain_the_name_being_the_key_s_certificate(bench: Bench) -> None:
    _import(bench, UploadedFile("fw.p12", LEAF_P12), name="fw", passphrase="secret")

    assert bench.names() == ["Acme-Root", "Acme-Issuing", "fw"]
    assert [row.has_key for row in bench.rows()] == [False, False, True]


def test_a_chain_without_a_name_is_named_after_common_names(bench: Bench) -> None:
    _import(bench, UploadedFile("chain.p7b", formats.pkcs7([LEAF.der, ISSUING.der, ROOT.der])))

    assert bench.names() == ["Acme-Root", "Acme-Issuing", "fw-1"]


def test_several_files_are_named_after_themselves(bench: Bench) -> None:
    _import(bench, _file(ROOT, "C:\\certs\\my root.pem"), _file(LEAF, "fw.cer"))

    assert sorted(bench.names()) == ["fw", "my-root"]


def test_what_is_here_already_is_left_out_and_a_taken_name_gets_a_number(bench: Bench) -> None:
    _import(bench, _file(ROOT, "a.pem"))

    done = _import(bench, _file(ROOT, "b.pem"), _file(ISSUING, "a.pem"), _file(ISSUING, "c.pem"))

    assert [one.name for one in done] == ["a-2"]
    assert _faults(bench, _file(ROOT, "d.pem")) == [
        ("files", "Every certificate in the files is here already.")
    ]


def test_an_expired_certificate_is_imported_and_said_to_be(bench: Bench) -> None:
    old = issue(
        Wanted(
            "old",
            key=rsa_key("files"),
            not_before=ROOT.certificate.not_valid_before_utc,
            not_after=bench.pass_time(days=0),
        )
    )

    (done,) = _import(bench, _file(old, "old.pem"))

    assert done.text.endswith("Certificate is expired.")
    bench.pass_time(days=1)
    assert [row.status for row in bench.rows()] == [Status.EXPIRED]


# Answers to requests


def _request(bench: Bench, name: str = "fw-ext") -> tuple[UUID, Issued]:
    """A request made here, and the answer of a CA elsewhere."""
    wish = LocalWish(
        name, f"CN of {name}", EXTERNAL, algorithm=KeyAlgorithm.EC, key_bits=256,
        block_key_export=True,
    )  # fmt: skip
    uuid = make(bench, wish)
    public = csr.load(bytes(current(uuid).csr_der)).public_key()
    return uuid, issue(Wanted(name), ROOT, public_key=public)


@pytest.mark.parametrize("name", ["fw-ext", ""])
def test_the_answer_completes_the_request_whatever_the_file_is_called(
    bench: Bench, name: str
) -> None:
    uuid, answer = _request(bench)
    waiting = current(uuid)

    (done,) = _import(bench, _file(answer, "answer.pem"), name=name)

    row = current(uuid)
    assert (done.entry_uuid, done.answers, done.name) == (uuid, True, "fw-ext")
    assert bytes(row.certificate_der) == answer.der
    assert (row.key_secret, row.block_key_export) == (waiting.key_secret, True)
    assert bytes(row.csr_der) == bytes(waiting.csr_der)
    assert "is answered" in done.text


def test_each_of_several_answers_finds_its_request(bench: Bench) -> None:
    (first, one), (second, two) = _request(bench, "a"), _request(bench, "b")

    _import(bench, _file(two, "1.pem"), _file(one, "2.pem"), _file(ROOT, "root.pem"))

    assert bytes(current(first).certificate_der) == one.der
    assert bytes(current(second).certificate_der) == two.der
    issuers = {current(uuid).issuer_material for uuid in (first, second)}
    assert [one.subject for one in issuers if one] == ["CN=Acme Root"]


def test_an_answer_for_another_key_is_refused_under_the_request_s_name(bench: Bench) -> None:
    _request(bench)

    assert _faults(bench, _file(LEAF, "answer.pem"), name="fw-ext") == [
        (
            "files",
            "answer.pem: The certificate is not for the key of the request fw-ext.",
        )
    ]


# Faults


def test_each_fault_names_its_file_and_nothing_is_imported(bench: Bench) -> None:
    faults = _faults(
        bench,
        _file(ROOT, "good.pem"),
        UploadedFile("cut.der", LEAF.der[:200]),
        UploadedFile("photo.png", b"\x89PNG..."),
        UploadedFile("locked.p12", LEAF_P12),
        UploadedFile("big.pem", bytes(formats.MAX_FILE_BYTES + 1)),
        key_file=UploadedFile("root.pem", ROOT.pem),
        passphrase="wrong",
    )

    assert [(field, message.partition(":")[0]) for field, message in faults] == [
        ("files", "cut.der"),
        ("files", "photo.png"),
        ("files", "locked.p12"),
        ("files", "big.pem"),
        ("key_file", "root.pem"),
    ]
    words = ("cut off", "a picture", "passphrase", "at most 4 MiB", "no private key")
    assert [word in message for word, (_, message) in zip(words, faults, strict=True)] == [True] * 5


def test_a_key_that_matches_nothing_is_named_where_it_was_given(bench: Bench) -> None:
    other = UploadedFile("other.key", ISSUING.key_pem)

    assert _faults(bench, _file(LEAF, "fw.pem"), key_file=other) == [
        ("key_file", "other.key: The private key does not match the certificate CN=fw-1.")
    ]
    assert _faults(bench, _file(LEAF, "fw.pem"), _file(ROOT, "root.pem"), other) == [
        ("files", "other.key: The private key does not match any of the certificates.")
    ]
    assert _faults(bench, other) == [
        ("files", "other.key: There is a private key in the file, and no certificate for it.")
    ]


def test_a_name_that_is_taken_or_not_a_name_is_refused(bench: Bench) -> None:
    bench.keep("fw", ROOT)

    assert _faults(bench, _file(LEAF, "x.pem"), name="fw")[0][0] == "name"
    assert _faults(bench, _file(LEAF, "x.pem"), name="f w")[0][0] == "name"
    assert _faults(bench, _file(LEAF, "x.pem"), _file(ISSUING, "y.pem"), name="z")[0][0] == "name"


def test_there_is_a_file_and_not_a_hundred(bench: Bench) -> None:
    assert _faults(bench) == [("files", "Choose a file.")]
    assert _faults(bench, *[_file(ROOT, "r.pem")] * 101) == [
        ("files", "At most 100 files are imported at once.")
    ]


def test_fips_cc_mode_refuses_weak_certificates_in_the_product_s_words(bench: Bench) -> None:
    device_services.initialise(at=bench.now)
    device_services.set_fips_cc(on=True, by=MARIA, at=bench.now)
    weak = issue(Wanted("weak", key=rsa_key("weak", 1024)))

    assert _faults(bench, _file(ROOT, "root.pem"), _file(weak, "weak.pem")) == [
        ("files", "weak.pem: Unsupported digest or keys used in FIPS-CC mode.")
    ]
    assert len(_import(bench, _file(ROOT, "root.pem"))) == 1


def test_who_only_reads_imports_nothing(bench: Bench) -> None:
    reader = Actor(name="reader", role=Role.SUPERREADER)
    upload = Upload((_file(ROOT, "root.pem"),), VSYS1)

    with pytest.raises(Forbidden):
        importing.import_files(upload=upload, by=reader, at=bench.now)


def test_an_import_is_logged_without_passphrase_or_key(bench: Bench) -> None:
    _import(bench, UploadedFile("fw.p12", LEAF_P12), passphrase="secret")

    events = AuditEvent.objects.filter(kind="certificate", object_name="fw-1")
    (event,) = events
    assert event.text == "Successfully imported fw-1 into candidate configuration."
    assert event.detail["key"] == "yes"
    assert "secret" not in str(event.detail)
    assert "secret" not in repr(Upload((), VSYS1, passphrase="secret"))
    assert Material.objects.filter(key_secret__isnull=False).count() == 1

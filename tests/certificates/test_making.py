"""Certificates made on this device: the wish, the job, what is stored."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from audit.models import AuditEvent
from certificates import enrollment_jobs, queries
from certificates.local import EXTERNAL, LocalWish, problems
from certificates.models import CertificateEntry, Material, MaterialStatus, Source
from certificates.rules import Status
from certificates.services import making, revocation
from certificates.services.making import WishRefused
from device import secrets
from device import services as device_services
from domain.actors import Actor, Role
from domain.errors import Forbidden, NameTaken
from domain.locations import SHARED, VSYS1
from jobs.handlers import JobFailed
from jobs.models import Job
from pki import certinfo, chain, csr, private_keys
from pki.crl_writing import Reason
from pki.csr import Digest
from pki.private_keys import KeyAlgorithm
from tests.certificates.test_store import ROOT
from tests.certificates.workbench import MARIA, Bench, current, make, making_job

FULL = LocalWish(
    name="fw-1",
    common_name="fw.example.com",
    block_key_export=True,
    algorithm=KeyAlgorithm.EC,
    key_bits=384,
    digest=Digest.SHA384,
    days=30,
    country="DE",
    state="NRW",
    locality="Bonn",
    organization="Acme",
    departments=("Netz", "Edge"),
    email="pki@example.com",
    host_names=("fw.example.com", "*.example.com"),
    ip_addresses=("192.0.2.1",),
    alt_emails=("fw@example.com",),
)


def _wish(**values: Any) -> LocalWish:  # noqa: ANN401
    usual = {"name": "fw-1", "common_name": "fw", "algorithm": KeyAlgorithm.EC, "key_bits": 256}
    return LocalWish(**{**usual, **values})


def _root(bench: Bench, **values: Any) -> UUID:  # noqa: ANN401
    return make(bench, _wish(name="root", common_name="Root", is_ca=True, **values))


def _refused(bench: Bench, wish: LocalWish) -> list[tuple[str, str]]:
    with pytest.raises(WishRefused) as refused:
        making.request(wish=wish, location=VSYS1, by=MARIA, at=bench.now)
    return [(one.field, one.message) for one in refused.value.problems]


def test_everything_that_was_filled_in_is_in_the_certificate(bench: Bench) -> None:
    facts = certinfo.read(bytes(current(make(bench, FULL)).certificate_der))

    assert facts.subject == (
        "C=DE,ST=NRW,L=Bonn,O=Acme,OU=Netz,OU=Edge,CN=fw.example.com,emailAddress=pki@example.com"
    )
    assert facts.san == (
        "DNS:fw.example.com",
        "DNS:*.example.com",
        "IP:192.0.2.1",
        "email:fw@example.com",
    )
    assert (facts.algorithm, facts.key_bits) == ("EC", 384)
    assert facts.signature_algorithm == "SHA-384 with ECDSA"
    assert (facts.not_after - facts.not_before).days == 30
    assert facts.self_issued


def test_the_key_is_stored_sealed_beside_the_certificate(bench: Bench) -> None:
    row = current(make(bench, FULL))

    assert row.key_secret is not None
    key = private_keys.from_der(secrets.unseal(row.key_secret))
    assert private_keys.is_pair(key, bytes(row.certificate_der))
    assert (row.source, row.block_key_export) == (Source.LOCAL, True)


def test_an_rsa_certificate_is_signed_by_a_ca_of_this_device(bench: Bench) -> None:
    root = _root(bench)

    row = current(
        make(bench, _wish(algorithm=KeyAlgorithm.RSA, key_bits=1024, signed_by=str(root)))
    )

    assert row.issuer_material == current(root)
    chain.verify_issued(bytes(row.certificate_der), bytes(current(root).certificate_der))


def test_serials_count_up_whoever_signs(bench: Bench) -> None:
    first, second = _root(bench), make(bench, _wish())

    serials = [int(current(uuid).serial_hex, 16) for uuid in (first, second)]

    assert serials == [int(bench.now.timestamp()) + 1, int(bench.now.timestamp()) + 2]
    assert len(current(first).serial_hex) == 8


def test_the_entry_joins_the_candidate_and_the_job_says_what_it_did(bench: Bench) -> None:
    number = making.request(wish=_wish(), location=SHARED, by=MARIA, at=bench.now)
    job = making_job(number)

    result = enrollment_jobs.make(job, exchange=bench.exchange)

    assert CertificateEntry.objects.get().object.location == "shared"
    assert result.text == "Successfully generated certificate and key pair fw-1."
    assert job.lines == [
        "info: Key pair generated: EC, 256 bits",
        "info: Certificate signed by its own key, sha256",
    ]
    assert Job.objects.get(pk=number).arguments["wish"]["common_name"] == "fw"


def test_a_job_that_runs_again_makes_nothing_twice(bench: Bench) -> None:
    number = making.request(wish=_wish(), location=VSYS1, by=MARIA, at=bench.now)

    first, second = (
        enrollment_jobs.make(making_job(number), exchange=bench.exchange) for _ in range(2)
    )

    assert first == second
    assert Material.objects.count() == 1


def test_a_request_for_another_ca_waits_for_its_answer(bench: Bench) -> None:
    uuid = make(bench, _wish(signed_by=EXTERNAL, host_names=("fw",)))
    row = current(uuid)

    csr.verify(bytes(row.csr_der))
    assert (row.status, bytes(row.certificate_der)) == (MaterialStatus.PENDING, b"")
    assert row.subject == "CN=fw"
    (listed,) = bench.rows()
    assert (listed.status, listed.has_key) == (Status.PENDING, True)
    assert queries.names_for("client", VSYS1) == []


def test_all_problems_are_told_at_once_at_their_fields(bench: Bench) -> None:
    wish = _wish(
        name="my cert",
        common_name="",
        key_bits=255,
        digest=Digest.SHA512,
        days=0,
        country="Germany",
        departments=("x" * 65,),
        host_names=("a b",),
        ip_addresses=("fw",),
        alt_emails=("nobody",),
    )

    assert [field for field, _ in _refused(bench, wish)] == [
        "name",
        "key_bits",
        "digest",
        "days",
        "common_name",
        "country",
        "departments",
        "host_names",
        "ip_addresses",
        "alt_emails",
    ]
    assert Job.objects.count() == 0


def test_fields_with_several_values_have_a_limit(bench: Bench) -> None:
    wish = _wish(departments=("a",) * 101, host_names=("a",) * 101)

    assert _refused(bench, wish) == [
        ("departments", "At most 100 values are taken."),
        ("host_names", "At most 100 values are taken."),
    ]


def test_a_request_is_not_signed_with_sha1() -> None:
    wish = _wish(signed_by=EXTERNAL, algorithm=KeyAlgorithm.RSA, key_bits=2048, digest=Digest.SHA1)

    assert [one.field for one in problems(wish, fips_cc=False)] == ["digest"]


def test_fips_cc_mode_asks_for_strong_keys_and_digests(bench: Bench) -> None:
    weak = _wish(algorithm=KeyAlgorithm.RSA, key_bits=1024, digest=Digest.SHA1)
    assert problems(weak, fips_cc=False) == []
    device_services.initialise(at=bench.now)
    device_services.set_fips_cc(on=True, by=MARIA, at=bench.now)

    assert [field for field, _ in _refused(bench, weak)] == ["key_bits", "digest"]
    assert problems(_wish(), fips_cc=True) == []


def test_a_ca_that_cannot_sign_is_named(bench: Bench) -> None:
    keyless = bench.keep("keyless", ROOT, source=Source.IMPORT)
    leaf = make(bench, _wish(name="leaf"))
    elsewhere = make(bench, _wish(name="far", common_name="far", is_ca=True))
    revoked, expired = _root(bench), make(bench, _wish(name="old", is_ca=True, days=1))
    revocation.revoke(uuids=[revoked], reason=Reason.SUPERSEDED, by=MARIA, at=bench.now)
    bench.pass_time(days=2)

    for signer, words in (
        (keyless, "The private key of the CA keyless is not on this device."),
        (leaf, "There is no such CA in vsys1. Choose another one."),
        (uuid4(), "There is no such CA in vsys1. Choose another one."),
        (revoked, "The CA root is revoked."),
        (expired, "The CA old has expired."),
    ):
        assert _refused(bench, _wish(name="new", signed_by=str(signer))) == [("signed_by", words)]
    wish = _wish(name="new", signed_by=str(elsewhere))
    with pytest.raises(WishRefused):
        making.request(wish=wish, location=SHARED, by=MARIA, at=bench.now)


def test_a_ca_that_was_deleted_before_the_job_ran_fails_it(bench: Bench) -> None:
    root = _root(bench)
    number = making.request(wish=_wish(signed_by=str(root)), location=VSYS1, by=MARIA, at=bench.now)
    bench.delete(root)

    with pytest.raises(JobFailed, match="There is no such CA in vsys1"):
        enrollment_jobs.make(making_job(number), exchange=bench.exchange)


def test_a_name_is_taken_before_the_job_and_during_it(bench: Bench) -> None:
    wish = _wish()
    number = making.request(wish=wish, location=VSYS1, by=MARIA, at=bench.now)
    bench.keep("fw-1", ROOT)

    with pytest.raises(NameTaken):
        making.request(wish=wish, location=VSYS1, by=MARIA, at=bench.now)
    with pytest.raises(JobFailed, match="fw-1"):
        enrollment_jobs.make(making_job(number), exchange=bench.exchange)


def test_the_same_wish_twice_is_one_job(bench: Bench) -> None:
    first, second = (
        making.request(wish=_wish(), location=VSYS1, by=MARIA, at=bench.now) for _ in range(2)
    )

    assert first == second


def test_who_only_reads_makes_nothing(bench: Bench) -> None:
    reader = Actor(name="reader", role=Role.SUPERREADER)

    with pytest.raises(Forbidden):
        making.request(wish=_wish(), location=VSYS1, by=reader, at=bench.now)


def test_a_key_that_cannot_be_read_fails_the_job(bench: Bench) -> None:
    root = _root(bench)
    number = making.request(wish=_wish(signed_by=str(root)), location=VSYS1, by=MARIA, at=bench.now)
    secrets.forget(current(root).key_secret or uuid4())

    with pytest.raises(JobFailed, match="no longer exists"):
        enrollment_jobs.make(making_job(number), exchange=bench.exchange)


def test_making_is_logged_without_anything_secret(bench: Bench) -> None:
    make(bench, FULL)

    texts = [event.text for event in AuditEvent.objects.filter(kind="certificate")]
    assert texts == [
        "Certificate fw-1 requested, to be made on this device.",
        "Successfully generated certificate and key pair fw-1.",
    ]


def test_a_wish_travels_through_a_job() -> None:
    assert LocalWish.from_json(FULL.to_json()) == FULL

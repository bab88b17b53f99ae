"""What certificates are used for."""

from uuid import UUID, uuid4

import pytest

from certificates import queries
from certificates.local import EXTERNAL, LocalWish
from certificates.models import CertificateEntry
from certificates.section import CertificatesSection
from certificates.services import usage
from certificates.services.usage import Moved, UsageRefused
from certificates.spec import Usage
from configuration import queries as configuration
from domain.actors import Actor, Role
from domain.errors import EditConflict, Forbidden, NotFound
from domain.locations import SHARED, VSYS1
from pki.private_keys import KeyAlgorithm
from tests.certificates.test_store import LEAF, ROOT
from tests.certificates.workbench import MARIA, Bench, make


def _ca(bench: Bench, name: str, **values: object) -> UUID:
    usual = {"algorithm": KeyAlgorithm.EC, "key_bits": 256, "is_ca": True}
    return make(bench, LocalWish(name, name, **{**usual, **values}))  # type: ignore[arg-type]


def _set(bench: Bench, uuid: UUID, *usages: Usage) -> list[Moved]:
    return usage.set_usages(uuid=uuid, usages=usages, by=MARIA, at=bench.now)


def _held(uuid: UUID) -> frozenset[Usage]:
    return queries.usages(CertificateEntry.objects.get(pk=uuid))


def test_a_usage_is_configuration_and_waits_for_a_commit(bench: Bench) -> None:
    uuid = _ca(bench, "root")
    bench.commit()

    _set(bench, uuid, Usage.TRUSTED_ROOT, Usage.FORWARD_TRUST)

    assert _held(uuid) == {Usage.TRUSTED_ROOT, Usage.FORWARD_TRUST}
    (change,) = configuration.changed_objects()
    assert (change.name, change.operation) == ("root", "edited")
    bench.commit()
    _set(bench, uuid)
    assert _held(uuid) == frozenset()


def test_saving_what_is_there_already_is_no_change(bench: Bench) -> None:
    uuid = _ca(bench, "root")
    _set(bench, uuid, Usage.TRUSTED_ROOT)
    before = configuration.candidate(uuid)

    _set(bench, uuid, Usage.TRUSTED_ROOT)

    assert configuration.candidate(uuid) == before


def test_a_unique_usage_moves_from_its_former_holder_and_says_so(bench: Bench) -> None:
    first, second = _ca(bench, "first"), _ca(bench, "second")
    _set(bench, first, Usage.FORWARD_TRUST, Usage.TRUSTED_ROOT)

    moved = _set(bench, second, Usage.FORWARD_TRUST, Usage.TRUSTED_ROOT)

    assert moved == [Moved(Usage.FORWARD_TRUST, "first")]
    assert _held(first) == {Usage.TRUSTED_ROOT}
    assert _held(second) == {Usage.FORWARD_TRUST, Usage.TRUSTED_ROOT}


def test_forward_trust_has_one_holder_for_each_kind_of_key(bench: Bench) -> None:
    ec = _ca(bench, "ec")
    rsa = _ca(bench, "rsa", algorithm=KeyAlgorithm.RSA, key_bits=1024)
    for uuid in (ec, rsa):
        assert _set(bench, uuid, Usage.FORWARD_TRUST, Usage.SECURE_SYSLOG) == (
            [Moved(Usage.SECURE_SYSLOG, "ec")] if uuid == rsa else []
        )

    assert _held(ec) == {Usage.FORWARD_TRUST}


def test_a_certificate_that_is_not_fit_is_refused_at_its_box(bench: Bench) -> None:
    leaf, keyless = bench.keep("fw", LEAF), bench.keep("root", ROOT)
    waiting = _ca(bench, "ext", signed_by=EXTERNAL)

    for uuid, fields in (
        (leaf, ["forward-trust-certificate", "trusted-root-CA", "secure-syslog"]),
        (keyless, ["forward-trust-certificate", "secure-syslog"]),
        (waiting, ["forward-trust-certificate", "trusted-root-CA", "secure-syslog"]),
    ):
        with pytest.raises(UsageRefused) as refused:
            _set(bench, uuid, Usage.FORWARD_TRUST, Usage.TRUSTED_ROOT, Usage.SECURE_SYSLOG)
        assert [one.field for one in refused.value.problems] == fields
        assert _held(uuid) == frozenset()


def test_a_revert_brings_the_usages_back(bench: Bench) -> None:
    uuid = _ca(bench, "root")
    _set(bench, uuid, Usage.TRUSTED_ROOT)
    text = configuration.candidate(uuid)
    assert text is not None
    xml = configuration.texts([text.digest])[text.digest]
    _set(bench, uuid)

    CertificatesSection().restore(uuid=uuid, location=VSYS1, name="root", xml=xml)

    assert _held(uuid) == {Usage.TRUSTED_ROOT}


def test_who_may_not_write_there_or_saw_something_older_is_refused(bench: Bench) -> None:
    uuid = _ca(bench, "root")
    _set(bench, uuid, Usage.TRUSTED_ROOT)

    for by in (Actor("r", Role.SUPERREADER), Actor("v", scope=(SHARED,))):
        with pytest.raises(Forbidden):
            usage.set_usages(uuid=uuid, usages=[], by=by, at=bench.now)
    with pytest.raises(EditConflict):
        usage.set_usages(uuid=uuid, usages=[], by=MARIA, at=bench.now, expected_version=1)
    with pytest.raises(NotFound):
        _set(bench, uuid4())

"""Revoked certificates, and the lists that say so."""

from uuid import UUID, uuid4

import pytest

from certificates.local import EXTERNAL, LocalWish
from certificates.models import Material, MaterialStatus
from certificates.rules import Status
from certificates.services import renewal, revocation
from certificates.services.renewal import Renewal
from certificates.services.revocation import NotRevocable
from configuration import queries as configuration
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound, Refused
from pki import certinfo, crl
from pki.crl_writing import Reason
from pki.private_keys import KeyAlgorithm
from tests.certificates.test_store import LEAF, ROOT
from tests.certificates.workbench import MARIA, Bench, current, make


def _make(bench: Bench, name: str, signed_by: UUID | str = "", *, is_ca: bool = False) -> UUID:
    wish = LocalWish(
        name, name, str(signed_by), is_ca=is_ca, algorithm=KeyAlgorithm.EC, key_bits=256
    )
    return make(bench, wish)


def _revoke(bench: Bench, *uuids: UUID, reason: Reason = Reason.KEY_COMPROMISE) -> int:
    return revocation.revoke(uuids=uuids, reason=reason, by=MARIA, at=bench.now)


def _crl(bench: Bench, ca: UUID) -> crl.Crl:
    return crl.read(revocation.crl(entry_uuid=ca, by=MARIA, at=bench.now)[1])


def test_a_certificate_is_revoked_at_once_and_nothing_is_pending(bench: Bench) -> None:
    uuid = _make(bench, "fw")
    before, place = current(uuid), configuration.candidate(uuid)

    assert _revoke(bench, uuid) == 1

    row = current(uuid)
    assert (row.status, row.revoked_at, row.revocation_reason) == (
        MaterialStatus.REVOKED,
        bench.now,
        "keyCompromise",
    )
    assert bytes(row.certificate_der) == bytes(before.certificate_der)
    assert Material.objects.get(pk=before.pk).status == MaterialStatus.VALID
    assert configuration.candidate(uuid) == place
    assert [one.status for one in bench.rows()] == [Status.REVOKED]


def test_revoking_again_changes_nothing(bench: Bench) -> None:
    uuid = _make(bench, "fw")
    _revoke(bench, uuid)
    first = current(uuid)
    bench.pass_time(days=1)

    assert _revoke(bench, uuid, reason=Reason.SUPERSEDED) == 0
    assert current(uuid) == first


def test_the_list_of_a_ca_here_has_what_it_issued_and_revoked(bench: Bench) -> None:
    root = _make(bench, "root", is_ca=True)
    one, two, fine = (_make(bench, name, root) for name in ("one", "two", "fine"))
    other = _make(bench, "other", is_ca=True)
    _revoke(bench, one)
    bench.pass_time(hours=1)
    _revoke(bench, two, other, reason=Reason.UNSPECIFIED)

    made = _crl(bench, root)

    serials = [int(current(uuid).serial_hex, 16) for uuid in (one, two, fine, other)]
    found = [made.revocation(serial) for serial in serials]
    assert [line.reason if line else None for line in found] == ["keyCompromise", "", None, None]
    assert made.revoked == 2


def test_the_list_verifies_with_the_ca_s_certificate(bench: Bench) -> None:
    root = _make(bench, "root", is_ca=True)

    name, data = revocation.crl(entry_uuid=root, by=MARIA, at=bench.now)

    facts = certinfo.read(bytes(current(root).certificate_der))
    crl.read(data).verify(certinfo.load(bytes(current(root).certificate_der)).public_key())
    assert (name, crl.read(data).issuer_der) == ("root.crl", facts.subject_der)


def test_what_was_deleted_stays_on_the_list_and_so_after_the_ca_was_renewed(bench: Bench) -> None:
    root = _make(bench, "root", is_ca=True)
    leaf = _make(bench, "fw", root)
    serial = int(current(leaf).serial_hex, 16)
    _revoke(bench, leaf)
    bench.delete(leaf)
    renewal.renew(wanted=Renewal(root), by=MARIA, at=bench.now)

    assert _crl(bench, root).revocation(serial) is not None


def test_a_revoked_ca_keeps_what_it_issued_below_it_and_makes_no_more_lists(bench: Bench) -> None:
    root = _make(bench, "root", is_ca=True)
    leaf = _make(bench, "fw", root)

    _revoke(bench, root)

    assert current(leaf).issuer_material == current(root)
    with pytest.raises(Refused, match="The CA cannot sign"):
        _crl(bench, root)


def test_only_a_ca_whose_key_is_here_makes_lists(bench: Bench) -> None:
    keyless = bench.keep("keyless", ROOT)

    with pytest.raises(Refused, match="its key is not on this device"):
        _crl(bench, keyless)
    for uuid in (_make(bench, "fw"), uuid4()):
        with pytest.raises(NotFound):
            _crl(bench, uuid)


def test_all_or_none_are_revoked(bench: Bench) -> None:
    uuid, waiting = _make(bench, "fw"), _make(bench, "ext", EXTERNAL)

    with pytest.raises(NotRevocable) as refused:
        _revoke(bench, uuid, waiting)
    with pytest.raises(NotFound):
        _revoke(bench, uuid, uuid4())

    assert [one.message for one in refused.value.problems] == ["ext"]
    assert current(uuid).status == MaterialStatus.VALID


def test_who_only_reads_revokes_nothing(bench: Bench) -> None:
    uuid = bench.keep("fw", LEAF)
    reader = Actor(name="reader", role=Role.SUPERREADER)

    with pytest.raises(Forbidden):
        revocation.revoke(uuids=[uuid], reason=Reason.SUPERSEDED, by=reader, at=bench.now)

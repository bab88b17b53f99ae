"""Which certificates others are verified with beside the public CAs."""

from certificates.models import MaterialStatus
from certificates.queries.trust import trusted_roots_pem
from certificates.services import usage
from certificates.spec import Usage
from tests.certificates.test_store import ISSUING, ROOT
from tests.certificates.workbench import MARIA, Bench


def tick(bench: Bench, name: str, *usages: Usage) -> None:
    """Say what a certificate is used for."""
    row = bench.row(name)
    usage.set_usages(uuid=row.uuid, usages=frozenset(usages), by=MARIA, at=bench.now)


def test_only_what_runs_as_trusted_root_ca_is_trusted(bench: Bench) -> None:
    bench.keep("root", ROOT)
    bench.keep("issuing", ISSUING)
    bench.commit()
    tick(bench, "root", Usage.TRUSTED_ROOT)
    assert trusted_roots_pem() == ""

    bench.commit()
    assert trusted_roots_pem().encode() == ROOT.pem

    tick(bench, "root")
    assert trusted_roots_pem().encode() == ROOT.pem
    bench.commit()
    assert trusted_roots_pem() == ""


def test_a_revoked_root_is_trusted_no_more(bench: Bench) -> None:
    bench.keep("root", ROOT)
    tick(bench, "root", Usage.TRUSTED_ROOT)
    bench.commit()

    bench.restate(bench.row("root").uuid, MaterialStatus.REVOKED)

    assert trusted_roots_pem() == ""

"""Default trusted CAs: which are enabled, and what that is good for."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import certifi
import pytest

from audit import queries as audit
from certificates.queries import detail, trusted
from certificates.queries.trusted import TrustState
from certificates.section import DefaultCasSection
from certificates.services import trusting, usage
from certificates.spec import Usage
from configuration import file_format
from configuration import queries as configuration
from configuration import services as configuration_services
from configuration.document import Document, Entry
from configuration.file_format import Places
from configuration.transfer import FileObject
from domain.actors import Actor, Role
from domain.errors import Forbidden, NotFound
from domain.locations import SHARED, VSYS1
from pki import bundle, default_cas
from pki.default_cas import DefaultCa
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import MARIA, Bench
from tests.issuing import Issued

READER = Actor("rita", Role.SUPERREADER)
OF_VSYS1 = Actor("otto", Role.VSYSADMIN, scope=(VSYS1,))


@pytest.fixture
def first() -> DefaultCa:
    """The first CA of the list."""
    return default_cas.default_cas().cas[0]


def _disable(bench: Bench, *cas: DefaultCa) -> int:
    return trusting.disable(uuids=[ca.uuid for ca in cas], by=MARIA, at=bench.now)


def _enable(bench: Bench, *uuids: UUID) -> int:
    return trusting.enable(uuids=uuids, by=MARIA, at=bench.now)


def disable_unlisted(bench: Bench) -> UUID:
    """Disable a CA that the list has not, as one that an earlier version of it had."""
    reference = configuration_services.put(
        kind=trusted.KIND,
        location=SHARED,
        name="Old_Root-0123abcd",
        xml='<entry name="Old_Root-0123abcd"/>',
        by=MARIA,
        at=bench.now,
    )
    return reference.uuid


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Iterator[DefaultCa]:
    """A list that has one CA only, whose key the tests have."""
    monkeypatch.setattr(certifi, "contents", ROOT.pem.decode)
    default_cas.default_cas.cache_clear()
    yield default_cas.default_cas().cas[0]
    default_cas.default_cas.cache_clear()


def _words(bench: Bench, issued: Issued, name: str = "fw-1") -> tuple[str, str]:
    found = detail.certificate_detail(bench.keep(name, issued), bench.now, MARIA).hierarchy.trust
    assert found is not None
    return found.tone, found.words


def test_all_are_enabled_at_first_and_nothing_is_pending(bench: Bench) -> None:
    page = trusted.trusted_page(bench.now)

    assert page.total == page.count == len(default_cas.default_cas().cas)
    assert page.disabled == 0
    assert all(row.is_enabled and row.is_committed for row in page.rows)
    assert configuration.pending_count() == 0


def test_disabling_is_in_force_after_the_commit(bench: Bench, first: DefaultCa) -> None:
    assert _disable(bench, first) == 1
    assert _disable(bench, first) == 0
    row = trusted.trusted_page(bench.now).rows[0]
    assert (row.is_enabled, row.is_committed) == (False, False)
    assert trusted.disabled_names() == frozenset()

    bench.commit()

    row = trusted.trusted_page(bench.now).rows[0]
    assert (row.is_enabled, row.is_committed) == (False, True)
    assert trusted.disabled_names() == {first.name}


def test_enabling_again_leaves_nothing_to_commit(bench: Bench, first: DefaultCa) -> None:
    _disable(bench, first)

    assert _enable(bench, first.uuid) == 1
    assert _enable(bench, first.uuid) == 0

    assert configuration.pending_count() == 0


def test_two_admins_may_disable_two_cas_and_commit_their_own(
    bench: Bench, first: DefaultCa
) -> None:
    second = default_cas.default_cas().cas[1]
    _disable(bench, first)
    trusting.disable(uuids=[second.uuid], by=Actor("paul"), at=bench.now)

    assert configuration.pending_count() == 2


def test_the_list_is_searched_by_name_subject_and_fingerprint(
    bench: Bench, first: DefaultCa
) -> None:
    digits = ":".join(first.fingerprint_sha256[n : n + 2] for n in range(0, 12, 2)).upper()
    for text in (first.name.lower(), first.subject, digits):
        assert first.uuid in {row.uuid for row in trusted.trusted_page(bench.now, text=text).rows}
    assert trusted.trusted_page(bench.now, text="nobody's CA").rows == ()


def test_the_list_is_filtered_by_state(bench: Bench, first: DefaultCa) -> None:
    _disable(bench, first)

    disabled = trusted.trusted_page(bench.now, state=TrustState.DISABLED)
    enabled = trusted.trusted_page(bench.now, state=TrustState.ENABLED)

    assert [row.name for row in disabled.rows] == [first.name]
    assert enabled.count == enabled.total - 1


def test_a_page_beyond_the_end_is_the_last(bench: Bench) -> None:
    last = trusted.trusted_page(bench.now, number=99)
    begin = trusted.trusted_page(bench.now)

    assert (last.after, last.before) == (None, last.number - 1)
    assert (begin.before, begin.after) == (None, 2)


def test_a_ca_that_a_new_list_has_no_more_is_told_and_can_be_enabled_away(bench: Bench) -> None:
    entry = disable_unlisted(bench)

    row = trusted.trusted_page(bench.now).rows[0]
    assert (row.name, row.is_listed, row.is_enabled) == ("Old_Root-0123abcd", False, False)
    assert (row.tone, row.uuid) == ("neutral", entry)
    with pytest.raises(NotFound):
        trusted.trusted_detail(entry, bench.now)
    bench.commit()
    assert trusted.trusted_page(bench.now).rows[0].is_committed

    assert _enable(bench, entry) == 1

    assert trusted.trusted_page(bench.now).rows[0].is_listed


def test_a_ca_that_a_new_list_brings_is_enabled(bench: Bench, first: DefaultCa) -> None:
    _disable(bench, first)
    newer = default_cas.read([first.der, ROOT.der])

    rows = trusted.trusted_rows(bench.now, known=newer)

    assert {row.name: row.is_enabled for row in rows} == {
        first.name: False,
        next(ca.name for ca in newer.cas if ca.der == ROOT.der): True,
    }


def test_what_is_not_on_the_list_cannot_be_chosen(bench: Bench) -> None:
    for wanted in ([], [uuid4()]):
        with pytest.raises(NotFound):
            trusting.disable(uuids=wanted, by=MARIA, at=bench.now)
        with pytest.raises(NotFound):
            trusting.enable(uuids=wanted, by=MARIA, at=bench.now)
        with pytest.raises(NotFound):
            trusting.export(uuids=wanted, der=False, by=MARIA, at=bench.now)


def test_only_those_who_may_write_in_shared_change_the_list(bench: Bench, first: DefaultCa) -> None:
    for by in (READER, OF_VSYS1):
        with pytest.raises(Forbidden):
            trusting.disable(uuids=[first.uuid], by=by, at=bench.now)
        with pytest.raises(Forbidden):
            trusting.enable(uuids=[first.uuid], by=by, at=bench.now)
    with pytest.raises(Forbidden):
        trusting.export(uuids=[first.uuid], der=True, by=Actor("c", Role.CUSTOM), at=bench.now)


def test_cas_are_exported_and_that_is_logged(bench: Bench) -> None:
    one, other = default_cas.default_cas().cas[:2]

    name, pem = trusting.export(uuids=[other.uuid, one.uuid], der=False, by=READER, at=bench.now)
    assert (name, bundle.from_pem(pem)) == ("trusted-cas.pem", (one.der, other.der))
    assert trusting.export(uuids=[one.uuid], der=True, by=READER, at=bench.now) == (
        f"{one.name}.cer",
        one.der,
    )

    texts = [event.text for event in audit.events(kind="certificate")]
    assert texts.count(f"Default trusted CA {one.name} exported.") == 2


def test_a_default_ca_is_told_in_full(bench: Bench, first: DefaultCa) -> None:
    shown = trusted.trusted_detail(first.uuid, bench.now)

    assert shown.row.name == first.name
    assert shown.paper.facts.fingerprint_sha256 == first.fingerprint_sha256
    with pytest.raises(NotFound):
        trusted.trusted_detail(uuid4(), bench.now)


def test_a_chain_that_ends_at_a_default_ca_is_trusted_until_that_is_disabled(
    bench: Bench, acme: DefaultCa
) -> None:
    assert _words(bench, ISSUING, "a") == (
        "ok",
        f"The chain ends at {acme.name}, a default trusted CA.",
    )
    _disable(bench, acme)
    assert _words(bench, ISSUING, "b")[0] == "ok"

    bench.commit()

    tone, words = _words(bench, ISSUING, "c")
    assert (tone, words) == (
        "warn",
        f"The chain ends at {acme.name}, a default trusted CA that is disabled.",
    )


def test_the_default_ca_stands_at_the_top_of_the_chain(bench: Bench, acme: DefaultCa) -> None:
    bench.keep("issuing", ISSUING)
    leaf = bench.keep("fw-1", LEAF)

    tree = detail.certificate_detail(leaf, bench.now, MARIA).hierarchy

    assert [(one.label, one.level, one.default_ca) for one in tree.links] == [
        (acme.name, 1, acme.uuid),
        ("issuing", 2, None),
        ("fw-1", 3, None),
    ]
    assert tree.missing == ""


def test_a_default_ca_that_is_on_the_device_as_well_is_told_once(
    bench: Bench, acme: DefaultCa
) -> None:
    root = bench.keep("root", ROOT)

    tree = detail.certificate_detail(root, bench.now, MARIA).hierarchy

    assert [one.label for one in tree.links] == ["root"]
    assert tree.trust is not None
    assert tree.trust.ca == acme


def test_a_root_is_trusted_once_its_usage_says_so_and_that_is_committed(bench: Bench) -> None:
    root = bench.keep("root", ROOT)

    def told() -> str:
        found = detail.certificate_detail(root, bench.now, MARIA).hierarchy.trust
        assert found is not None
        return found.tone

    assert told() == "neutral"
    usage.set_usages(uuid=root, usages={Usage.TRUSTED_ROOT}, by=MARIA, at=bench.now)
    assert told() == "neutral"
    bench.commit()
    assert told() == "ok"


def test_where_the_issuer_is_unknown_nothing_is_said_about_trust(bench: Bench) -> None:
    leaf = bench.keep("fw-1", LEAF)

    assert detail.certificate_detail(leaf, bench.now, MARIA).hierarchy.trust is None


def test_the_section_leads_to_the_ca_and_knows_one_place_only(
    bench: Bench, first: DefaultCa
) -> None:
    section = DefaultCasSection()
    _disable(bench, first)
    [entry] = configuration.candidates(trusted.KIND)
    elsewhere = Entry(uuid4(), trusted.KIND, VSYS1, first.name, entry.digest)
    right = Entry(entry.uuid, trusted.KIND, SHARED, first.name, entry.digest)

    problems = section.validate(Document((elsewhere, right), lambda _: {}))

    assert [one.location for one in problems] == [VSYS1]
    assert section.url(uuid=entry.uuid).endswith(f"/trusted/{first.uuid}/")
    assert section.url(uuid=disable_unlisted(bench)) == ""
    assert section.url(uuid=uuid4()) == ""
    assert section.gone([entry.uuid]) == {}
    assert section.choices(purpose="ca", location=SHARED) == []


def test_a_configuration_file_has_the_disabled_cas_where_the_product_has_them(
    first: DefaultCa,
) -> None:
    places = Places({trusted.KIND: DefaultCasSection.in_file})
    xml = f'<entry name="{first.name}"/>'
    one = FileObject(trusted.KIND, SHARED, first.name, xml, uuid4())

    written = file_format.write([one], places, version="11.1.0")
    [read] = file_format.read([written], places).objects

    assert b"<root-ca-exclude-list>" in written
    assert (read.location, read.name, read.uuid) == (SHARED, first.name, one.uuid)
    assert DefaultCasSection().from_file(read, is_ours=True).left_out == ()

"""How profiles take part in a commit."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from configuration import queries as configuration
from configuration.document import Document, Entry
from configuration.sections import ObjectProblem
from configuration.services import put
from domain.errors import InUse
from domain.locations import SHARED, VSYS1
from jobs.handlers import JobFailed
from profiles import codec, queries
from profiles.models import ScepProfile
from profiles.section import ProfilesSection
from profiles.spec import CERTIFICATES, KIND
from tests.profiles import factories
from tests.profiles.conftest import MARIA, Workbench

SECTION = ProfilesSection()


def problems() -> list[ObjectProblem]:
    return SECTION.validate(configuration.candidate_document())


def test_a_restored_profile_has_its_typed_row_again(bench: Workbench) -> None:
    uuid = bench.save()
    xml = codec.to_xml(factories.spec(ca_ident="OLD"))

    SECTION.restore(uuid=uuid, location=VSYS1, name="ndes", xml=xml)

    assert queries.candidate_profile(uuid).spec.ca_ident == "OLD"


def test_removing_leaves_the_row_to_its_object(bench: Workbench) -> None:
    uuid = bench.save()

    SECTION.remove(uuid=uuid, at=bench.now)

    assert ScepProfile.objects.count() == 1


def test_profiles_that_are_fine_have_no_problems(bench: Workbench) -> None:
    bench.put_certificate("root-ca")
    bench.put_certificate("device", VSYS1)
    bench.save(scep_ca_certificate="root-ca", scep_client_certificate="device")
    bench.save(**factories.dynamic(name="dynamic"))

    assert problems() == []


def test_a_certificate_that_is_gone_is_a_problem(bench: Workbench) -> None:
    bench.put_certificate("device", VSYS1)
    bench.save(scep_ca_certificate="root-ca")

    [problem] = problems()

    assert problem == ObjectProblem(
        KIND,
        VSYS1,
        "ndes",
        "scep_ca_certificate",
        "vsys1 sees no CA certificate named root-ca. Choose one from the list.",
    )


def test_a_certificate_of_another_location_is_not_seen(bench: Workbench) -> None:
    bench.put_certificate("root-ca", VSYS1)
    bench.save(location=SHARED, scep_ca_certificate="root-ca")

    assert [problem.field for problem in problems()] == ["scep_ca_certificate"]


class _Counted(tuple[Entry, ...]):
    """Entries that count how often they are gone through."""

    __slots__ = ()
    passes: ClassVar[int] = 0

    def __iter__(self) -> Iterator[Entry]:
        _Counted.passes += 1
        return super().__iter__()


class _Counting(Document):
    """A document that counts how often its certificates are gone through."""

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        listed = super().of_kind(kind)
        return _Counted(listed) if kind == CERTIFICATES else listed


def test_certificates_are_gone_through_once_however_many_profiles_there_are(
    bench: Workbench,
) -> None:
    bench.put_certificate("root-ca")
    for number in range(5):
        bench.save(name=f"ndes-{number}", scep_ca_certificate="root-ca")
    document = configuration.candidate_document()
    _Counted.passes = 0

    assert SECTION.validate(_Counting(document.entries, document.load)) == []
    assert _Counted.passes == 1


def test_fips_cc_rules_hold_at_commit_too(bench: Workbench, request: pytest.FixtureRequest) -> None:
    bench.save()
    request.getfixturevalue("_fips_cc")

    fields = [problem.field for problem in problems()]
    assert fields == ["challenge", "server_url", "scep_ca_certificate"]
    with pytest.raises(JobFailed):
        bench.commit()


def test_a_text_that_is_no_profile_is_a_problem(bench: Workbench) -> None:
    xml = '<entry name="odd"><color/></entry>'
    put(kind=KIND, location=VSYS1, name="odd", xml=xml, by=MARIA, at=bench.tick())

    [problem] = problems()

    assert (problem.name, problem.field) == ("odd", "")
    assert problem.message == "The element color is unexpected in entry."
    assert queries.profile_rows() == []


def test_nothing_refers_to_profiles_yet() -> None:
    assert SECTION.choices(purpose="scep", location=VSYS1) == []
    assert SECTION.label == "SCEP profile"


def test_profiles_refer_to_the_certificates_they_name(bench: Workbench) -> None:
    bench.put_certificate("root-ca")
    bench.put_certificate("device", VSYS1)
    bench.save(scep_ca_certificate="root-ca", scep_client_certificate="device")
    bench.save(name="all", location=SHARED, scep_ca_certificate="root-ca")
    places = [(SHARED, "root-ca"), (VSYS1, "device")]

    found = configuration.references(CERTIFICATES, places)

    assert {place: [str(one) for one in who] for place, who in found.items()} == {
        (SHARED, "root-ca"): [
            "scep -> all -> scep-ca-cert -> root-ca",
            "vsys -> vsys1 -> scep -> ndes -> scep-ca-cert -> root-ca",
        ],
        (VSYS1, "device"): ["vsys -> vsys1 -> scep -> ndes -> scep-client-cert -> device"],
    }
    assert configuration.references("portal", places) == {}


def test_the_profiles_of_any_configuration_tell_which_certificates_they_name(
    bench: Workbench,
) -> None:
    bench.put_certificate("root-ca")
    uuid = bench.save(scep_ca_certificate="root-ca")
    bench.save(name="other")
    before = configuration.candidate_document()
    bench.save(uuid)
    odd = Entry(uuid4(), KIND, SHARED, "x", "0" * 64)
    texts = {odd.digest: '<entry name="x"><color/></entry>'}
    known = [entry.digest for entry in before.entries]
    document = Document((*before.entries, odd), lambda _: {**before.load(known), **texts})

    found = SECTION.references_in(document, kind=CERTIFICATES, names={"root-ca", "device"})

    assert [(one.by, str(one)) for one in found] == [
        (uuid, "vsys -> vsys1 -> scep -> ndes -> scep-ca-cert -> root-ca")
    ]
    assert SECTION.references_in(document, kind="portal", names={"root-ca"}) == []


def test_every_profile_has_a_dialog_of_its_own() -> None:
    uuid = uuid4()

    assert SECTION.url(uuid=uuid) == f"/device/scep/{uuid}/"


def test_profiles_follow_a_certificate_to_its_new_name(bench: Workbench) -> None:
    certificate = bench.put_certificate("root-ca")
    uuid = bench.save(scep_ca_certificate="root-ca")
    before = queries.candidate_profile(uuid)

    bench.put_certificate("corp-root", uuid=certificate)

    after = queries.candidate_profile(uuid)
    assert after.spec == replace(before.spec, scep_ca_certificate="corp-root")
    assert after.version == before.version + 1
    entry = configuration.candidate(uuid)
    assert entry is not None
    assert "<scep-ca-cert>corp-root</scep-ca-cert>" in entry.xml


def test_a_profile_that_is_referred_to_stays_and_is_followed(
    bench: Workbench, settings: Settings
) -> None:
    settings.CONFIG_SECTIONS = [*settings.CONFIG_SECTIONS, "tests.profiles.fakes.Portals"]
    uuid = bench.save()
    bench.put_portal("vpn", profile="ndes")

    with pytest.raises(InUse) as caught:
        bench.delete(uuid)
    bench.save(uuid, name="ndes-2")

    [path] = [problem.message for problem in caught.value.problems]
    assert path == (
        "vsys -> vsys1 -> global-protect-portal -> vpn -> client-certificate -> scep -> ndes"
    )
    [portal] = configuration.candidates("portal")
    assert "<scep>ndes-2</scep>" in portal.xml

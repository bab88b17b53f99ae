"""Saving, deleting and cloning."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from audit.models import AuditEvent
from configuration import queries as configuration
from device.models import Secret
from domain.actors import Actor, Role
from domain.errors import EditConflict, Forbidden, NameTaken, NotFound
from domain.locations import SHARED, VSYS1
from profiles import codec, queries, services
from profiles.models import ScepProfile
from profiles.services import ProfileDeleted, ProfileRefused
from profiles.spec import KIND, Challenge, Digest
from tests.profiles import factories
from tests.profiles.conftest import PAUL, Workbench

FIXED: dict[str, Any] = {"challenge": Challenge.FIXED, "typed_challenge_password": "hunter2"}


def test_a_profile_is_saved_as_a_row_and_as_xml(bench: Workbench) -> None:
    uuid = bench.save(digest=Digest.SHA384)

    saved = queries.candidate_profile(uuid)
    entry = configuration.candidate(uuid)
    assert saved.spec == factories.spec(digest=Digest.SHA384)
    assert entry is not None
    assert (entry.kind, entry.location, entry.name) == (KIND, VSYS1, "ndes")
    assert codec.from_xml(entry.name, entry.location, entry.xml) == saved.spec


def test_saving_is_logged(bench: Workbench) -> None:
    bench.save()

    texts = AuditEvent.objects.values_list("actor", "text")
    assert list(texts) == [("maria", "SCEP profile ndes in vsys1: added in the candidate.")]


def test_every_broken_rule_is_reported_and_nothing_is_written(bench: Workbench) -> None:
    with pytest.raises(ProfileRefused) as caught:
        bench.save(name="", ca_ident="c" * 256, **FIXED)

    assert [problem.field for problem in caught.value.problems] == ["name", "ca_ident"]
    assert not ScepProfile.objects.exists()
    assert not Secret.objects.exists()
    assert configuration.pending_count() == 0


@pytest.mark.usefixtures("_fips_cc")
def test_fips_cc_mode_is_that_of_the_device(bench: Workbench) -> None:
    with pytest.raises(ProfileRefused) as caught:
        bench.save()

    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["challenge", "server_url", "scep_ca_certificate"]


def test_certificates_are_those_the_location_sees(bench: Workbench) -> None:
    references: dict[str, Any] = {
        "scep_ca_certificate": "root-ca",
        "scep_client_certificate": "device",
    }
    bench.save(**references)

    with pytest.raises(ProfileRefused) as caught:
        bench.save(location=SHARED, **references)

    assert [problem.field for problem in caught.value.problems] == ["scep_client_certificate"]


def test_a_name_is_unique_in_its_location(bench: Workbench) -> None:
    bench.save()
    bench.save(location=SHARED)

    with pytest.raises(NameTaken) as caught:
        bench.save(**FIXED)

    assert caught.value.problems[0].field == "name"
    assert ScepProfile.objects.count() == 2
    assert not Secret.objects.exists()


def test_a_profile_can_be_renamed(bench: Workbench) -> None:
    uuid = bench.save()

    bench.save(uuid, name="other")

    assert queries.candidate_profile(uuid).spec.name == "other"
    assert ScepProfile.objects.count() == 1


def test_the_location_is_fixed_once_saved(bench: Workbench) -> None:
    uuid = bench.save()

    with pytest.raises(ProfileRefused) as caught:
        bench.save(uuid, location=SHARED, ca_ident="")

    assert [(problem.field, problem.message) for problem in caught.value.problems] == [
        ("location", "The profile is in vsys1; that is fixed once it is saved."),
        ("ca_ident", "This field is required."),
    ]


def test_a_typed_password_is_sealed(bench: Workbench) -> None:
    spec = queries.candidate_profile(bench.save(**FIXED)).spec

    assert spec.challenge_password is not None
    assert services.challenge_password(spec) == "hunter2"
    assert services.otp_password(spec) == ""
    secret = Secret.objects.get(pk=spec.challenge_password)
    assert b"hunter2" not in bytes(secret.sealed)


def test_a_dynamic_challenge_has_a_password_of_its_own(bench: Workbench) -> None:
    uuid = bench.save(**factories.dynamic(typed_challenge_password="unused"))

    spec = queries.candidate_profile(uuid).spec
    assert services.otp_password(spec) == "once"
    assert services.challenge_password(spec) == ""
    assert Secret.objects.count() == 1


def test_a_password_that_was_not_typed_is_kept(bench: Workbench) -> None:
    uuid = bench.save(**FIXED)
    before = queries.candidate_profile(uuid).spec

    bench.save(uuid, challenge=Challenge.FIXED, ca_ident="OTHER")

    after = queries.candidate_profile(uuid).spec
    assert after.ca_ident == "OTHER"
    assert after.challenge_password == before.challenge_password
    assert Secret.objects.count() == 1


def test_a_password_typed_again_takes_the_place_of_the_old_one(bench: Workbench) -> None:
    uuid = bench.save(**FIXED)

    bench.save(uuid, **{**FIXED, "typed_challenge_password": "hunter3"})

    assert services.challenge_password(queries.candidate_profile(uuid).spec) == "hunter3"


def test_challenge_none_drops_the_password(bench: Workbench) -> None:
    uuid = bench.save(**FIXED)

    bench.save(uuid)

    assert queries.candidate_profile(uuid).spec.challenge_password is None
    with pytest.raises(ProfileRefused) as caught:
        bench.save(uuid, challenge=Challenge.FIXED)
    assert [problem.field for problem in caught.value.problems] == ["challenge_password"]


def test_saving_what_is_there_already_changes_nothing(bench: Workbench) -> None:
    uuid = bench.save(**FIXED)
    bench.commit()

    bench.save(uuid, challenge=Challenge.FIXED)

    assert configuration.pending_count() == 0


def test_a_change_since_the_dialog_was_opened_is_a_conflict(bench: Workbench) -> None:
    uuid = bench.save()
    seen = queries.candidate_profile(uuid).version
    bench.save(uuid, ca_ident="PAULS", by=PAUL)

    with pytest.raises(EditConflict, match="paul changed"):
        bench.save(uuid, seen=seen, ca_ident="MARIAS")

    assert queries.candidate_profile(uuid).spec.ca_ident == "PAULS"


def test_a_profile_deleted_since_the_dialog_was_opened_says_by_whom(bench: Workbench) -> None:
    uuid = bench.save(**FIXED)
    bench.delete(uuid, by=PAUL)

    with pytest.raises(ProfileDeleted) as caught:
        bench.save(uuid, challenge=Challenge.FIXED)

    assert caught.value.message == "paul deleted this SCEP profile at 2026-11-23 12:02:00 UTC."


def test_a_profile_that_never_was_is_not_found(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        bench.save(uuid4())


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(Actor("rita", role=Role.SUPERREADER), id="may only read"),
        pytest.param(Actor("vera", scope=(SHARED,)), id="may write elsewhere"),
    ],
)
def test_whoever_may_not_write_changes_nothing(bench: Workbench, by: Actor) -> None:
    uuid = bench.save()

    with pytest.raises(Forbidden):
        bench.save(by=by, name="new")
    with pytest.raises(Forbidden):
        bench.save(uuid, by=by, ca_ident="OTHER")
    with pytest.raises(Forbidden):
        bench.delete(uuid, by=by)
    with pytest.raises(Forbidden):
        bench.clone(uuid, by=by)

    [row] = queries.profile_rows()
    assert row.spec == factories.spec()


def test_deleting_takes_all_or_none(bench: Workbench) -> None:
    first, second = bench.save(name="first"), bench.save(name="second")

    with pytest.raises(NotFound):
        bench.delete(first, uuid4())
    assert ScepProfile.objects.count() == 2

    bench.delete(first, second)
    assert not ScepProfile.objects.exists()
    assert configuration.candidate(first) is None


def test_only_profiles_are_deleted(bench: Workbench) -> None:
    bench.put_certificate("root-ca")
    [certificate] = configuration.candidates("certificate")

    with pytest.raises(NotFound):
        bench.delete(certificate.uuid)
    with pytest.raises(NotFound):
        bench.save(certificate.uuid)

    assert configuration.candidate(certificate.uuid) is not None


def test_what_runs_is_untouched_by_deleting(bench: Workbench) -> None:
    uuid = bench.save()
    bench.commit()

    bench.delete(uuid)

    assert queries.running_profile(uuid) is not None


def test_a_clone_has_everything_but_the_name(bench: Workbench) -> None:
    uuid = bench.save(**FIXED, ca_ident="MINE")

    clone = queries.candidate_profile(bench.clone(uuid)).spec

    assert clone.name == "ndes-copy"
    assert services.challenge_password(clone) == "hunter2"
    assert Secret.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("ndes", ["ndes-copy", "ndes-copy-2", "ndes-copy-3"], id="short"),
        pytest.param(
            "n" * 31, ["n" * 26 + "-copy", "n" * 24 + "-copy-2", "n" * 24 + "-copy-3"], id="long"
        ),
        pytest.param(
            "n" * 25 + " five", ["n" * 25 + "-copy", "n" * 24 + "-copy-2"], id="space at the cut"
        ),
    ],
)
def test_clones_find_free_names_that_fit(bench: Workbench, name: str, expected: list[str]) -> None:
    uuid = bench.save(name=name)

    clones = [bench.clone(uuid) for _ in expected]

    assert [queries.candidate_profile(clone).spec.name for clone in clones] == expected


def test_a_clone_may_be_given_a_name(bench: Workbench) -> None:
    uuid = bench.save()

    assert queries.candidate_profile(bench.clone(uuid, "mine")).spec.name == "mine"
    with pytest.raises(NameTaken):
        bench.clone(uuid, "mine")


def test_a_profile_that_is_not_there_cannot_be_cloned(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        bench.clone(uuid4())


def test_a_clone_can_lose_its_race_for_nothing(bench: Workbench, now: datetime) -> None:
    uuid = bench.save()
    bench.clone(uuid, "ndes-copy")

    copy = services.clone_profile(uuid=uuid, by=PAUL, at=now)

    assert queries.candidate_profile(copy).spec.name == "ndes-copy-2"

"""Two editors of one profile: who changed what, and what becomes of it."""

from typing import Any
from uuid import UUID

import pytest

from django.test import Client

from profiles import conflicts, queries, services
from profiles.conflicts import Conflict, Resolution, Way
from profiles.forms.profile import RETYPE_OR_KEEP
from profiles.spec import Challenge, SanType
from tests.profiles import factories
from tests.profiles.conftest import PAUL, Workbench
from tests.profiles.pages import FILLED, edit_url, post


def found(uuid: UUID, seen: int = 1, **draft: Any) -> Conflict:  # noqa: ANN401 - a draft's values
    answer = conflicts.conflict(uuid, seen=seen, draft=factories.draft(**draft))
    assert answer is not None
    return answer


def fields(conflict: Conflict) -> dict[str, str | None]:
    return {one.field: one.side for one in conflict.fields}


def test_nothing_stands_against_what_nobody_changed(bench: Workbench) -> None:
    uuid = bench.save()

    assert conflicts.conflict(uuid, seen=1, draft=factories.draft(ca_ident="X")) is None


def test_a_conflict_says_who_changed_what(bench: Workbench) -> None:
    uuid = bench.save()
    bench.save(uuid, ca_ident="PAULS", name="renamed", by=PAUL)

    answer = found(uuid, ca_ident="MARIAS", subject="CN=marias")

    assert (answer.version, answer.by, answer.is_deleted) == (2, "paul", False)
    assert fields(answer) == {"name": "theirs", "ca_ident": None, "subject": "mine"}


def test_a_version_that_is_not_known_is_compared_all_the_same(bench: Workbench) -> None:
    uuid = bench.save()

    answer = found(uuid, seen=0, ca_ident="MARIAS")

    assert answer.base is None
    assert fields(answer)["ca_ident"] is None
    assert conflicts.resolved(answer, factories.draft(), Resolution(Way.MINE, 1)) == (
        factories.draft()
    )


def test_a_password_is_compared_without_being_shown(bench: Workbench) -> None:
    uuid = bench.save(challenge=Challenge.FIXED, typed_challenge_password="old")
    bench.save(uuid, challenge=Challenge.FIXED, typed_challenge_password="theirs", by=PAUL)

    typed = found(uuid, challenge=Challenge.FIXED, typed_challenge_password="mine")
    left = found(uuid, challenge=Challenge.FIXED)
    unused = found(uuid, typed_challenge_password="unused")

    assert fields(typed) == {"challenge_password": None}
    assert fields(left) == {"challenge_password": "theirs"}
    assert fields(unused) == {"challenge": "mine", "challenge_password": None}
    assert "mine" not in repr(typed.fields).replace("Side.MINE", "").replace("mine='typed'", "")


@pytest.mark.parametrize(
    ("way", "password"), [(Way.MINE, "old"), (Way.MERGE, "theirs")], ids=["overwrite", "merge"]
)
def test_a_password_that_was_not_typed_is_the_one_that_was_seen_or_merged(
    bench: Workbench, maria: Client, way: Way, password: str
) -> None:
    uuid = bench.save(challenge=Challenge.FIXED, typed_challenge_password="old")
    bench.save(uuid, challenge=Challenge.FIXED, typed_challenge_password="theirs", by=PAUL)

    answer = post(
        maria, edit_url(uuid), version="1", challenge="fixed", resolve=way.value, about="2"
    )

    assert answer.status_code == 204
    spec = queries.candidate_profile(uuid).spec
    assert services.challenge_password(spec) == password


def test_the_dialog_shows_theirs_and_mine_and_saves_nothing(
    bench: Workbench, maria: Client
) -> None:
    uuid = bench.save()
    bench.save(uuid, ca_ident="<PAULS>", use_as_digital_signature=True, by=PAUL)

    answer = post(maria, edit_url(uuid), version="1", ca_ident="MARIAS", key_bits="3072")

    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#profile-conflict"
    for words in (
        "paul changed this object",
        "&lt;PAULS&gt; <span",
        "by paul",
        "MARIAS",
        "CA-IDENT Name",
        'name="choose-ca_ident"',
        'name="about" value="2"',
        "Save merged",
        "Overwrite with mine",
        "Take theirs",
    ):
        assert words in answer.text
    assert 'name="choose-key_bits"' not in answer.text
    assert "<dialog" not in answer.text
    assert queries.candidate_profile(uuid).spec.ca_ident == "<PAULS>"


def test_the_dialog_shows_values_in_words(bench: Workbench, maria: Client) -> None:
    uuid = bench.save(use_as_digital_signature=True)
    bench.save(uuid, san_type=SanType.DNS, san_value="$HOSTID.example", by=PAUL)

    text = " ".join(post(maria, edit_url(uuid), version="1").text.split())

    assert "<td>None</td> <td>DNS Name <span" in text
    assert "<td>empty</td> <td>$HOSTID.example <span" in text
    assert "<td>yes</td> <td>no <span" in text


def test_a_merge_waits_for_every_choice_and_keeps_those_made(
    bench: Workbench, maria: Client
) -> None:
    uuid = bench.save()
    bench.save(uuid, ca_ident="PAULS", subject="CN=pauls", by=PAUL)
    mine = {"version": "1", "ca_ident": "MARIAS", "subject": "CN=marias", "key_bits": "3072"}
    answer = {"resolve": "merge", "about": "2", "choose-ca_ident": "mine"}

    first = post(maria, edit_url(uuid), **mine, **answer)
    second = post(maria, edit_url(uuid), **mine, **answer, **{"choose-subject": "theirs"})

    assert first.status_code == 422
    assert "Choose whose value to keep" in first.text
    assert 'name="choose-ca_ident" value="mine" checked' in first.text
    assert second.status_code == 204
    spec = queries.candidate_profile(uuid).spec
    assert (spec.ca_ident, spec.subject, spec.key_bits) == ("MARIAS", "CN=pauls", 3072)


def test_an_edit_after_the_conflict_is_one_more(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()
    bench.save(uuid, ca_ident="PAULS", by=PAUL)
    bench.save(uuid, ca_ident="PAULS", subject="CN=later", by=PAUL)

    answer = post(maria, edit_url(uuid), version="1", ca_ident="MARIAS", resolve="mine", about="2")

    assert answer.status_code == 422
    assert 'name="about" value="3"' in answer.text
    assert queries.candidate_profile(uuid).spec.ca_ident == "PAULS"


def test_an_answer_that_is_none_is_an_ordinary_save(bench: Workbench, maria: Client) -> None:
    uuid = bench.save()

    for seen, way, about in (("1", "all", "1"), ("2", "mine", "x")):
        saved = post(maria, edit_url(uuid), version=seen, resolve=way, about=about)
        assert saved.status_code == 204
    again = post(maria, edit_url(uuid), version="9", resolve="merge", about="9")
    assert again.status_code == 422


def test_what_was_merged_must_keep_the_rules(bench: Workbench, maria: Client) -> None:
    uuid = bench.save(challenge=Challenge.FIXED, typed_challenge_password="old")
    bench.save(uuid, challenge=Challenge.FIXED, key_bits=3072, by=PAUL)

    answer = post(
        maria,
        edit_url(uuid),
        version="1",
        challenge="fixed",
        subject="O=no common name",
        resolve="merge",
        about="2",
    )

    assert answer.status_code == 422
    assert "must contain a common name" in answer.text
    assert queries.candidate_profile(uuid).spec.key_bits == 3072


def test_without_javascript_the_whole_dialog_comes_back(bench: Workbench, maria: Client) -> None:
    uuid = bench.save(challenge=Challenge.FIXED, typed_challenge_password="old")
    bench.save(uuid, challenge=Challenge.FIXED, ca_ident="PAULS", by=PAUL)
    typed = {"challenge": "fixed", "challenge_password": "hunter2", "ca_ident": "MARIAS"}

    page = maria.post(edit_url(uuid), {**FILLED, **typed, "version": "1"}).text

    assert "<html" in page
    assert 'value="MARIAS"' in page
    assert 'name="choose-ca_ident"' in page
    assert RETYPE_OR_KEEP in page
    assert "hunter2" not in page


def test_a_profile_deleted_meanwhile_can_be_saved_as_new_with_its_password(
    bench: Workbench, maria: Client
) -> None:
    uuid = bench.save(challenge=Challenge.FIXED, typed_challenge_password="old")
    bench.delete(uuid, by=PAUL)
    mine = {"version": "1", "challenge": "fixed", "ca_ident": "MINE"}

    first = post(maria, edit_url(uuid), **mine)
    second = post(maria, edit_url(uuid), **mine, resolve="new", about="2")

    assert first.status_code == 422
    assert "paul deleted this SCEP profile" in first.text
    assert "Save as new" in first.text
    assert "Overwrite" not in first.text
    assert second.status_code == 204
    [row] = queries.profile_rows()
    assert (row.uuid != uuid, row.spec.ca_ident) == (True, "MINE")
    assert services.challenge_password(row.spec) == "old"

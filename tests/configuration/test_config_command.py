"""``manage.py config``."""

from io import StringIO

import pytest

from django.core.management import CommandError, call_command

from configuration import queries
from device.models import Admin
from domain.actors import Role
from domain.locations import VSYS1
from tests.configuration.fakes import PAUL
from tests.configuration.test_loading import notes
from tests.configuration.workbench import Workbench, candidate

pytestmark = pytest.mark.django_db


def call(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("config", *arguments, stdout=out)
    return out.getvalue().splitlines()


def two_revisions(bench: Workbench) -> None:
    bench.put("a", "1")
    bench.commit()
    bench.put("b", "1")
    bench.commit()


def test_it_lists_revisions_and_what_was_saved(bench: Workbench) -> None:
    two_revisions(bench)
    call("save", "--by", "cron")
    call("save", "before", "--by", "cron")

    listed = call("list")

    assert listed[0].startswith("revision 2 (running): ")
    assert listed[1].endswith(" by maria, 1 added, 0 changed, 0 removed")
    assert listed[2].startswith("saved: ")
    assert listed[3].startswith("snapshot before: ")
    assert listed[3].endswith(" UTC by cron, 2 objects")


def test_it_says_the_description_of_a_revision(bench: Workbench) -> None:
    bench.put("a", "1")
    bench.run(bench.job(description="nightly"))

    assert call("list")[0].endswith("1 added, 0 changed, 0 removed: nightly")


def test_it_loads_revisions_snapshots_and_what_was_saved_last(bench: Workbench) -> None:
    two_revisions(bench)
    call("save")
    call("save", "both")

    assert call("load", "1") == [
        "The candidate was made equal to revision 1: 1 removed",
        "Objects that differ from the running configuration: 1. Commit them",
    ]
    assert call("load", "both") == ["The candidate was made equal to snapshot both: 1 added"]
    assert call("load", "0")[0] == "The candidate was made equal to revision 0: 2 removed"
    assert call("load", "saved")[0].startswith("The candidate was made equal to the last saved")
    assert set(candidate()) == {"shared/a", "shared/b"}


def test_it_says_what_is_left_out(bench: Workbench) -> None:
    ref = bench.put("a", "1")
    bench.commit()
    bench.delete(ref.uuid)
    bench.commit()
    notes().lost.add(ref.uuid)

    assert call("load", "1") == [
        "The candidate was made equal to revision 1: no change",
        "Left out: Note a in Shared: It is gone for good.",
    ]


def test_it_reverts_all_changes_or_some(bench: Workbench) -> None:
    two_revisions(bench)
    bench.put("hers")
    bench.put("his", by=PAUL)
    bench.put("branch", location=VSYS1)

    assert call("revert", "--admin", "paul")[0] == "Reverted changes made by paul: 1 removed"
    assert call("revert", "--location", "vsys1")[0].endswith("in vsys1: 1 removed")
    assert call("revert") == ["Reverted all changes: 1 removed"]
    assert queries.pending_count() == 0


def test_it_fails_with_the_reason(bench: Workbench) -> None:
    two_revisions(bench)
    call("save", "before")
    Admin.objects.create(username="rita", role=Role.SUPERREADER, created_at=bench.now)

    for arguments, words in (
        (("save", "before"), "There is a snapshot before"),
        (("load", "9"), "There is no revision 9"),
        (("load", "nothing"), "There is no snapshot nothing"),
        (("load", "1", "--by", "rita"), "Your role does not allow loading"),
        (("revert", "--admin", "paul"), "There are no changes to revert"),
    ):
        with pytest.raises(CommandError, match=words):
            call(*arguments)
    call("save", "before", "--overwrite")

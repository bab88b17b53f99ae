"""How long Config Audit takes at 10,000 revisions, and comparing and loading one of them.

``python -m bench.history [--write docs/performance.md]`` commits 1,000 SCEP profiles, writes
10,000 revisions after that, each of which changed one profile, and asks for the pages.
"""

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.test import Client

from bench import empty_device, pages
from bench.measuring import machine

if TYPE_CHECKING:
    from domain.actors import Actor

PROFILES, REVISIONS, DIFFERING = 1000, 10_000, 50
LIST_MS: Final = 100
LOOK_MS: Final = 1000
AT_ONCE: Final = 500


def _measured() -> str:
    settings.COMMIT_STEPS = []
    fill()
    table = "\n".join((pages.COLUMNS, *_looks()))
    facts = f"{machine()} {PROFILES} profiles, {REVISIONS + 1} revisions; medians of "
    return f"{facts}{pages.ROUNDS} answers.\n\n{table}"


def fill(profiles: int = PROFILES, revisions: int = REVISIONS) -> None:
    """Commit profiles, then write revisions that change one after another of them.

    In the end each has the text that the candidate has: ``revisions / profiles`` is even.
    """
    # Models can be imported only when Django is ready.
    from configuration import services  # noqa: PLC0415
    from domain.locations import SHARED  # noqa: PLC0415
    from jobs import runner  # noqa: PLC0415
    from profiles.services import save_profile  # noqa: PLC0415
    from profiles.spec import ProfileDraft, ScepProfileSpec  # noqa: PLC0415

    for number in range(profiles):
        spec = ScepProfileSpec(
            name=f"profile-{number:04}",
            location=SHARED,
            server_url="http://127.0.0.1:1/",
            ca_ident="CORP",
            subject="O=acme,CN=$USERNAME",
        )
        save_profile(draft=ProfileDraft(spec), by=_by(), at=_now())
    runner.run_now(services.commit(by=_by(), description="all profiles", at=_now()))
    _write_revisions(profiles, revisions)


def _write_revisions(profiles: int, revisions: int) -> None:
    from configuration import document, queries  # noqa: PLC0415
    from configuration.models import ObjectText, Revision, RevisionEntry  # noqa: PLC0415

    entries = queries.entries_of(1)
    texts = queries.texts([entry.digest for entry in entries])
    edited = {one.uuid: texts[one.digest].replace("CORP", "EDITED") for one in entries}
    others = {uuid: document.digest(xml) for uuid, xml in edited.items()}
    ObjectText.objects.bulk_create(
        [ObjectText(digest=others[uuid], xml=xml) for uuid, xml in edited.items()], AT_ONCE
    )
    begun, rows, versions = _now(), [], []
    for number in range(2, revisions + 2):
        turn, place = divmod(number - 2, profiles)
        entry = entries[place]
        rows.append(
            RevisionEntry(
                object_uuid=entry.uuid,
                kind=entry.kind,
                location=entry.location.key,
                name=entry.name,
                text_id=entry.digest if turn % 2 else others[entry.uuid],
                since_id=number,
                until_id=number + profiles if number + profiles < revisions + 2 else None,
            )
        )
        at = begun + timedelta(minutes=number)
        job_id, is_last = 1_000_000 + number, number == revisions + 1
        versions.append(
            Revision(number=number, created_at=at, by="bench", job_id=job_id, running=is_last)
        )
    Revision.objects.filter(number=1).update(running=False)
    Revision.objects.bulk_create(versions, AT_ONCE)
    for place, entry in enumerate(entries):
        RevisionEntry.objects.filter(object_uuid=entry.uuid).update(until=place + 2)
    RevisionEntry.objects.bulk_create(rows, AT_ONCE)
    assert queries.pending_count() == 0  # noqa: S101 - a wrong measurement is worth nothing
    assert len(queries.entries_of(revisions + 1)) == profiles  # noqa: S101 - as above


def _looks() -> list[str]:
    from configuration import services  # noqa: PLC0415
    from configuration.services import snapshots  # noqa: PLC0415
    from configuration.sources import RUNNING, Source  # noqa: PLC0415
    from device.models import Admin  # noqa: PLC0415

    client = Client(HTTP_HOST="localhost")
    client.force_login(Admin.objects.create(username="bench", created_at=_now()))
    audit, last = "/device/config-audit/", REVISIONS + 1
    older = Source.parse(f"revision-{last - DIFFERING}")
    to_and_fro = itertools.cycle((older, RUNNING))

    def load() -> None:
        services.load_source(source=next(to_and_fro), by=_by(), at=_now())

    listed = {
        "Config Audit, the newest": pages.get(client, audit),
        "Config Audit, in the middle": pages.get(client, f"{audit}?page=100"),
        "Config Audit, the oldest": pages.get(client, f"{audit}?page=201"),
    }
    looked = {
        "compare two neighbours": pages.get(
            client, f"{audit}compare/?old=revision-5000&new=revision-5001"
        ),
        f"compare {DIFFERING} objects with the candidate": pages.get(
            client, f"{audit}compare/?old={older.key}&new=candidate"
        ),
        "dialog of a load": pages.get(client, f"{audit}load/?source={older.key}"),
        f"load {DIFFERING} objects, or revert them": load,
        "save the candidate": lambda: snapshots.save(by=_by(), at=_now()),
    }
    return [
        *(pages.line(what, ask, LIST_MS) for what, ask in listed.items()),
        *(pages.line(what, ask, LOOK_MS) for what, ask in looked.items()),
    ]


def _now() -> datetime:
    return datetime.now(UTC)


def _by() -> "Actor":
    from domain.actors import Actor  # noqa: PLC0415

    return Actor(name="bench")


if __name__ == "__main__":
    empty_device.main(_measured, about=__doc__, name="history")

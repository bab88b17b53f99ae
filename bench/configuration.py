"""How long the configuration's life cycle takes when it is large.

``python -m bench.configuration [--write docs/performance.md]`` fills an empty database with 1,000
SCEP profiles, changes 50, and asks for what the commit dialog offers; then commits 200 profiles
whose servers take 50 ms for each answer.
"""

import time
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.test import Client

from bench import empty_device, pages
from bench.measuring import machine
from bench.slow_ca import ANSWER_S, REQUESTS, run_slow_ca

if TYPE_CHECKING:
    from uuid import UUID

    from domain.actors import Actor

PROFILES, CHANGED, FETCHED = 1000, 50, 200
LOOK_MS: Final = 1000
BADGE_MS: Final = 5
COMMIT_S: Final = 3


def _measured() -> str:
    with run_slow_ca(FETCHED) as url:
        return _measured_with(url)


def _measured_with(url: str) -> str:
    profiles = [_save(number, f"{url}{number}") for number in range(FETCHED)]
    fetching = _fetching()
    settings.COMMIT_STEPS = []
    profiles += [_save(number, url) for number in range(FETCHED, PROFILES)]
    _commit()
    for number, uuid in enumerate(profiles[:CHANGED]):
        _save(number, f"{url}changed", uuid)
    facts = f"{machine()} {PROFILES} profiles, {CHANGED} of them changed; medians of "
    table = "\n".join((pages.COLUMNS, *_looks()))
    return f"{facts}{pages.ROUNDS} answers.\n\n{table}\n\n{fetching}"


def _save(number: int, server_url: str, uuid: "UUID | None" = None) -> "UUID":
    # Models can be imported only when Django is ready.
    from domain.locations import SHARED  # noqa: PLC0415
    from profiles import services  # noqa: PLC0415
    from profiles.spec import ProfileDraft, ScepProfileSpec  # noqa: PLC0415

    spec = ScepProfileSpec(
        name=f"profile-{number:04}",
        location=SHARED,
        server_url=server_url,
        ca_ident="CORP",
        subject="O=acme,CN=$USERNAME",
    )
    return services.save_profile(draft=ProfileDraft(spec), uuid=uuid, by=_by(), at=_now())


def _commit() -> tuple[float, float]:
    """Commit everything; return how long the job took, and of that the processor, in seconds."""
    from configuration import queries, services  # noqa: PLC0415
    from jobs import runner  # noqa: PLC0415

    job_id = services.commit(by=_by(), description="bench", at=_now())
    began, worked = time.perf_counter(), time.process_time()
    runner.run_now(job_id)
    took_s, cpu_s = time.perf_counter() - began, time.process_time() - worked
    assert queries.pending_count() == 0  # noqa: S101 - a wrong measurement is worth nothing
    return took_s, cpu_s


def _fetching() -> str:
    from certificates.models import ScepAuthority  # noqa: PLC0415
    from certificates.services.fetching import PARALLEL  # noqa: PLC0415

    took_s, cpu_s = _commit()
    assert ScepAuthority.objects.count() == FETCHED  # noqa: S101 - as above
    network_s = FETCHED * REQUESTS * ANSWER_S / PARALLEL
    beyond_s = took_s - network_s
    met = "met" if beyond_s < COMMIT_S else "missed"
    return (
        f"A commit that fetches {FETCHED} CA certificates, {PARALLEL} servers at a time, each "
        f"answer after {ANSWER_S * 1000:.0f} ms: {took_s:.1f} s ({cpu_s:.1f} s of the processor), "
        f"which is {beyond_s:.1f} s beyond the network's {network_s:.1f} s. Aim: less than "
        f"{COMMIT_S} s; {met}."
    )


def _looks() -> list[str]:
    from configuration import queries, services  # noqa: PLC0415
    from device.models import Admin  # noqa: PLC0415
    from jobs import runner  # noqa: PLC0415

    client = Client(HTTP_HOST="localhost")
    client.force_login(Admin.objects.create(username="bench", created_at=_now()))

    def validate() -> None:
        runner.run_now(services.validate(by=_by(), at=_now()))

    asked = {
        "commit dialog": pages.get(client, "/commit/", {"HX-Request": "true"}),
        "Preview Changes": pages.get(client, "/commit/preview/?scope=all"),
        "Preview Changes, side by side, all lines": pages.get(
            client, "/commit/preview/?scope=all&layout=side&context=all"
        ),
        "Change Summary": pages.get(client, "/commit/summary/?scope=all"),
        "Validate Commit, the job": validate,
        "export of the candidate": _export,
        "import of that file, nothing new": _import,
    }
    lines = [pages.line(what, ask, LOOK_MS) for what, ask in asked.items()]
    return [*lines, pages.line("count of pending changes", queries.pending_count, BADGE_MS)]


def _export() -> bytes:
    from configuration import services  # noqa: PLC0415
    from configuration.sources import CANDIDATE  # noqa: PLC0415

    return services.export(source=CANDIDATE, by=_by(), at=_now())


@cache
def _file() -> bytes:
    return _export()


def _import() -> None:
    from configuration import services  # noqa: PLC0415
    from configuration.imports import Wish  # noqa: PLC0415

    file = services.parse([_file()])
    report = services.import_file(file=file, wish=Wish("bench.xml"), by=_by(), at=_now())
    assert not report.changed  # noqa: S101 - a wrong measurement is worth nothing


def _now() -> datetime:
    return datetime.now(UTC)


def _by() -> "Actor":
    from domain.actors import Actor  # noqa: PLC0415

    return Actor(name="bench")


if __name__ == "__main__":
    empty_device.main(_measured, about=__doc__, name="configuration")

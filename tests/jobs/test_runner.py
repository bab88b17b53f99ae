"""Moving jobs, in this process."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from huey.registry import Message
from pytest_django.fixtures import Settings

from jobs import leases, queries, runner
from jobs.folder import FolderLock
from jobs.models import Job, Result
from tests.jobs import factories, work
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of one's own, so that no other runner has its lock."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def embedded(folder: Path) -> Iterator[runner.EmbeddedRunner]:
    """A started runner."""
    del folder
    started = runner.EmbeddedRunner()
    started.start()
    yield started
    work.open_gate()
    started.stop()


def real_now() -> datetime:
    return datetime.now(UTC)


def finished(number: int) -> queries.JobView | None:
    shown = queries.job(number)
    return shown if shown.is_finished else None


@pytest.mark.usefixtures("embedded")
def test_an_enqueued_job_runs() -> None:
    number = factories.job(real_now())

    assert wait_until(lambda: finished(number), 10).result == "ok"


@pytest.mark.usefixtures("embedded")
def test_jobs_of_the_default_queue_run_side_by_side() -> None:
    waiting = factories.job(real_now(), kind="gated")
    wait_until(work.somebody_waits, 10)

    other = factories.job(real_now())

    assert wait_until(lambda: finished(other), 10).result == "ok"
    assert not finished(waiting)


@pytest.mark.usefixtures("embedded")
def test_commits_run_in_order_even_with_two_workers() -> None:
    first = factories.job(real_now(), kind="gated", queue="commit")
    wait_until(work.somebody_waits, 10)
    others = [factories.job(real_now(), kind="count", queue="commit") for _ in range(3)]
    after = factories.job(real_now())
    wait_until(lambda: finished(after), 10)
    assert work.ran == []

    work.open_gate()
    wait_until(lambda: finished(others[-1]), 10)

    assert work.ran == [first, *others]


@pytest.mark.usefixtures("embedded")
def test_a_row_that_no_message_announced_is_found() -> None:
    number = factories.job(real_now(), run_at=real_now() + timedelta(hours=1))

    Job.objects.update(run_at=None)  # As if another process had enqueued it.

    assert wait_until(lambda: finished(number), 10).result == "ok"


@pytest.mark.usefixtures("embedded")
def test_a_job_runs_when_it_is_due() -> None:
    number = factories.job(real_now(), run_at=real_now() + timedelta(milliseconds=300))

    assert wait_until(lambda: finished(number), 10).result == "ok"


@pytest.mark.usefixtures("embedded")
def test_a_doubled_message_runs_nothing_twice() -> None:
    number = factories.job(real_now(), kind="count")
    for _ in range(5):
        runner.announce(number)
    last = factories.job(real_now())
    wait_until(lambda: finished(last), 10)
    wait_until(lambda: finished(number), 10)

    assert work.ran == [number]


def test_a_job_of_a_dead_runner_goes_on_at_the_next_start(folder: Path) -> None:
    (folder / "runner.lock").write_text("dead runner")
    number = factories.job(real_now())
    leases.claim(number, owner="dead runner", now=real_now())
    started = runner.EmbeddedRunner()

    started.start()
    try:
        shown = wait_until(lambda: finished(number), 10)
    finally:
        started.stop()

    assert (shown.result, shown.attempts) == ("ok", 2)
    assert (folder / "runner.lock").read_text() == started.owner


def test_what_is_queued_before_the_start_runs(folder: Path) -> None:
    del folder
    number = factories.job(real_now(), kind="count")
    runner.announce(number)
    started = runner.EmbeddedRunner()

    started.start()
    try:
        wait_until(lambda: finished(number), 10)
    finally:
        started.stop()

    assert work.ran == [number]


def test_a_second_runner_stands_by_and_takes_over(embedded: runner.EmbeddedRunner) -> None:
    second = runner.EmbeddedRunner()
    second.start()
    assert (embedded.is_running_jobs, second.is_running_jobs) == (True, False)

    embedded.stop()
    try:
        wait_until(lambda: second.is_running_jobs, 10)
        number = factories.job(real_now())
        assert wait_until(lambda: finished(number), 10).result == "ok"
    finally:
        second.stop()


def test_a_runner_that_stands_by_can_be_stopped(embedded: runner.EmbeddedRunner) -> None:
    second = runner.EmbeddedRunner()
    second.start()

    second.stop()

    assert not second.is_running_jobs
    assert embedded.is_running_jobs


def test_a_folder_that_is_not_there_is_reported_and_the_lock_is_free(
    settings: Settings, folder: Path
) -> None:
    settings.DATA_DIR = folder / "missing"
    started = runner.EmbeddedRunner()

    with pytest.raises(FileNotFoundError):
        started.start()
    started.stop()


def test_a_start_that_fails_gives_the_lock_back(folder: Path) -> None:
    (folder / "jobs.db").mkdir()

    with pytest.raises(IsADirectoryError):
        runner.EmbeddedRunner().start()

    assert FolderLock.acquire(folder) is not None


@pytest.mark.usefixtures("embedded")
def test_a_runner_that_cannot_take_over_tries_again(
    folder: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    second = runner.EmbeddedRunner()
    second.start()

    settings.DATA_DIR = folder / "missing"
    wait_until(lambda: "could not be taken over" in caplog.text, 10)
    settings.DATA_DIR = folder

    assert not second.is_running_jobs
    second.stop()


def test_a_sweep_that_fails_is_logged_and_repeated(caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()
    stop.set()
    sweeper = runner._Sweeper(None, stop)  # Without a queue nothing can be announced.

    sweeper.loop()

    assert "could not be swept" in caplog.text


def test_the_housekeeping_is_done_at_the_start_and_then_every_hour(settings: Settings) -> None:
    settings.HOUSEKEEPING = ["tests.jobs.work.keep_house"]
    sweeper = runner._Sweeper(None, threading.Event())
    start = real_now()

    for minutes in (0, 59, 60, 61):
        sweeper._tidy(start + timedelta(minutes=minutes))

    assert work.house_kept == [start, start + timedelta(minutes=60)]


def test_what_may_be_due_is_looked_for_every_minute(settings: Settings) -> None:
    settings.EVERY_MINUTE = ["tests.jobs.work.keep_house"]
    sweeper = runner._Sweeper(None, threading.Event())
    start = real_now()

    for seconds in (0, 59, 60, 61):
        sweeper._look(start + timedelta(seconds=seconds))

    assert work.house_kept == [start, start + timedelta(seconds=60)]


def test_a_stop_does_not_wait_for_ever_for_a_job(folder: Path) -> None:
    started = runner.EmbeddedRunner(stop_within_s=0.1)
    started.start()
    number = factories.job(real_now(), kind="gated")
    wait_until(work.somebody_waits, 10)

    started.stop()
    lock_while_busy = FolderLock.acquire(folder)
    work.open_gate()

    assert lock_while_busy is None  # Nobody may think that this process's jobs are dead.
    assert wait_until(lambda: finished(number), 10).result == "ok"
    wait_until(lambda: not any("Worker" in thread.name for thread in threading.enumerate()), 10)


def test_a_message_is_the_number_of_a_job_as_json() -> None:
    serializer = runner._JobNumbers()

    data = serializer.serialize(Message(id="a", name="run", args=(7,), kwargs={}))

    assert data == b'["a", "run", 7]'
    assert serializer.deserialize(data).args == (7,)


def test_others_cannot_read_the_queue(folder: Path) -> None:
    runner.announce(1)

    modes = {file.name: file.stat().st_mode & 0o777 for file in folder.glob("jobs.db*")}
    assert set(modes.values()) == {0o600}, modes


def test_a_job_whose_process_died_is_run_to_its_end() -> None:
    long_ago = real_now() - timedelta(hours=1)
    number = factories.job(long_ago)
    assert leases.claim(number, owner="the dead", now=long_ago)

    runner.run_to_end(number, pause=lambda _: pytest.fail("nobody else runs it"))

    shown = queries.job(number)
    assert (shown.result, shown.attempts) == ("ok", 2)


def test_the_commits_before_a_commit_are_run_first_and_nothing_else() -> None:
    now = real_now()
    other = factories.job(now)
    first, second, third = (factories.job(now, kind="count", queue="commit") for _ in range(3))

    runner.run_to_end(second, pause=lambda _: pytest.fail("nobody else runs it"))

    assert work.ran == [first, second]
    assert queries.job(other).state == queries.job(third).state == "queued"


def test_a_job_that_another_process_runs_is_waited_for() -> None:
    number = factories.job(real_now())
    claim = leases.claim(number, owner="another process", now=real_now())
    assert claim is not None
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        leases.finish(claim, leases.Ending(Result.OK, "Done."), now=real_now())

    runner.run_to_end(number, pause=pause)

    assert waits == [runner.LISTEN_EVERY_S]

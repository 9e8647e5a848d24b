from __future__ import annotations

import hashlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from desktop.core import backoff, disk_space, download_run
from desktop.core.downloads import Downloads
from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.errors import DatabaseBusy, DiskFull, HubFault, InvalidInput
from desktop.domain.hub import RemoteFile
from desktop.hub.connection import HubConnection
from desktop.storage.downloads import StoredDownloads
from tests.helpers.fake_hub import FakeHub, FakeRepository, remote_file

CONTENTS = {f"{name}.gguf": hashlib.shake_256(name.encode()).digest(300_000) for name in "abcd"}
QUEUED, RUNNING, WAITING = DownloadState.QUEUED, DownloadState.RUNNING, DownloadState.WAITING
PAUSED, FAILED, DONE = DownloadState.PAUSED, DownloadState.FAILED, DownloadState.DONE


class Reports:
    """What was reported, and waiting for it."""

    def __init__(self) -> None:
        self.seen: list[Download] = []
        self._news = threading.Condition()

    def __call__(self, download: Download) -> None:
        with self._news:
            self.seen.append(download)
            self._news.notify_all()

    def wait_for(self, condition: Callable[[Download], bool]) -> Download:
        """The newest report of which it is true, once there is one."""

        def found() -> Download | None:
            return next((row for row in reversed(self.seen) if condition(row)), None)

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, 30), self.seen[-3:]
            download = found()
            assert download is not None
            return download

    def wait_until(self, number: int, state: DownloadState) -> Download:
        """The newest report of a download, once that is in `state`."""

        def newest() -> Download | None:
            return next((row for row in reversed(self.seen) if row.id == number), None)

        with self._news:
            assert self._news.wait_for(lambda: getattr(newest(), "state", None) is state, 30), (
                self.seen[-3:]
            )
            download = newest()
            assert download is not None
            return download


@pytest.fixture
def hub():
    with FakeHub(FakeRepository("a/m", dict(CONTENTS))) as hub:
        yield hub


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def request_for(hub, folder):
    def request_for(*names: str) -> DownloadRequest:
        files = tuple(remote_file(f"{name}.gguf", CONTENTS[f"{name}.gguf"]) for name in names)
        return DownloadRequest("a/m", hub.repositories["a/m"].revision, names[0], files, folder)

    return request_for


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def start(hub, database, reports, monkeypatch):
    """Starts the list of downloads, as each start of Quern does."""
    monkeypatch.setattr(download_run, "REPORT_SECONDS", 0.0)
    started: list[Downloads] = []

    def start(at_once: int = 2) -> Downloads:
        downloads = Downloads(
            StoredDownloads(database),
            lambda: HubConnection(hub.endpoint),
            lambda: at_once,
            reports,
        )
        started.append(downloads)
        downloads.start()
        return downloads

    yield start
    for downloads in started:
        downloads.close()


def names(folder) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def wait_for_names(folder, expected: set[str]) -> None:
    deadline = time.monotonic() + 30
    while names(folder) != expected:
        assert time.monotonic() < deadline, names(folder)
        time.sleep(0.005)


def test_a_download_ends_with_its_files_in_the_folder(start, request_for, reports, folder):
    downloads = start()
    added = downloads.add(request_for("a", "b"))
    assert (added.state, added.received) in ((QUEUED, 0), (RUNNING, 0))
    done = reports.wait_until(added.id, DONE)
    assert done.path == folder / "a.gguf"
    assert done.received == done.request.size
    assert names(folder) == {"a.gguf", "b.gguf"}
    assert (folder / "b.gguf").read_bytes() == CONTENTS["b.gguf"]
    assert downloads.list() == [done]


def test_only_so_many_run_at_once_and_the_others_wait_their_turn(
    start, request_for, hub, reports, monkeypatch
):
    monkeypatch.setattr(backoff, "FIRST_SECONDS", 0.01)
    hub.misbehave(stall_at=100)
    downloads = start(at_once=2)
    ids = [downloads.add(request_for(name)).id for name in "abcd"]
    for number in ids[:2]:
        reports.wait_until(number, RUNNING)
    assert [row.state for row in downloads.list()][2:] == [QUEUED, QUEUED]
    downloads.pause(ids[0])
    reports.wait_until(ids[2], RUNNING)
    assert [row.state for row in downloads.list()] == [PAUSED, RUNNING, RUNNING, QUEUED]
    hub.behave()
    downloads.resume(ids[0])
    for number in ids:
        reports.wait_until(number, DONE)


def test_the_same_request_is_the_same_download(start, request_for, hub, reports):
    hub.misbehave(stall_at=100, times=1)
    downloads = start()
    first = downloads.add(request_for("a"))
    assert downloads.add(request_for("a")).id == first.id
    hub.release()
    reports.wait_until(first.id, WAITING)  # it broke off
    downloads.add(request_for("a"))  # tries at once, instead of in some seconds
    done = reports.wait_until(first.id, DONE)
    assert downloads.add(request_for("a")) == done
    assert downloads.add(replace(request_for("a"), revision="1" * 40)) == done  # a new README
    assert downloads.list() == [done]
    assert hub.sent["a.gguf"] == len(CONTENTS["a.gguf"])


def test_what_is_in_the_folder_already_is_done_without_the_hub(
    start, request_for, hub, reports, folder
):
    folder.mkdir()
    (folder / "a.gguf").write_bytes(CONTENTS["a.gguf"])
    number = start().add(request_for("a")).id
    assert reports.wait_until(number, DONE).path == folder / "a.gguf"
    assert hub.requests == []


def test_a_file_that_was_removed_is_fetched_again(start, request_for, reports, folder):
    downloads = start()
    number = downloads.add(request_for("a")).id
    reports.wait_until(number, DONE)
    (folder / "a.gguf").unlink()
    reports.seen.clear()
    assert downloads.add(request_for("a")).id == number
    reports.wait_until(number, DONE)
    assert (folder / "a.gguf").read_bytes() == CONTENTS["a.gguf"]


def test_pause_and_resume_fetch_nothing_twice(start, request_for, hub, reports, folder):
    hub.misbehave(stall_at=200_000)
    downloads = start()
    number = downloads.add(request_for("a")).id
    reports.wait_for(lambda row: row.received == 200_000)
    downloads.pause(number)
    assert downloads.list()[0].state is PAUSED
    hub.behave()
    downloads.resume(number)
    reports.wait_until(number, DONE)
    assert (folder / "a.gguf").read_bytes() == CONTENTS["a.gguf"]
    assert hub.sent["a.gguf"] == len(CONTENTS["a.gguf"])


def test_resume_of_one_that_is_just_leaving_starts_it_again(start, request_for, hub, reports):
    hub.misbehave(stall_at=0)
    downloads = start(at_once=1)
    number = downloads.add(request_for("a")).id
    reports.wait_until(number, RUNNING)
    for _ in range(5):
        downloads.pause(number)
        downloads.resume(number)
    assert downloads.list()[0].state in (QUEUED, RUNNING)
    hub.behave()
    reports.wait_until(number, DONE)


def test_cancelling_removes_what_arrived(start, request_for, hub, reports, folder):
    hub.misbehave(stall_at=200_000)
    downloads = start()
    running = downloads.add(request_for("a", "b")).id
    paused = downloads.add(request_for("c")).id
    reports.wait_for(lambda row: row.id == running and row.received == 200_000)
    reports.wait_for(lambda row: row.id == paused and row.received == 200_000)
    downloads.pause(paused)
    assert {"a.gguf.part", "c.gguf.part"} < names(folder)
    downloads.cancel(running)
    downloads.cancel(paused)
    assert downloads.list() == []
    wait_for_names(folder, set())
    reported = len(reports.seen)
    hub.behave()
    assert downloads.add(request_for("d")).id > paused
    reports.wait_for(lambda row: row.state is DONE)
    assert {row.request.name for row in reports.seen[reported:]} == {"d"}


@pytest.mark.parametrize("stop", [False, True], ids=["running", "paused"])
def test_cancelling_removes_whole_files_that_came_with_it_and_no_others(
    start, request_for, hub, reports, folder, stop
):
    folder.mkdir()
    (folder / "a.gguf").write_bytes(CONTENTS["a.gguf"])
    hub.misbehave("c.gguf", stall_at=1)
    downloads = start()
    number = downloads.add(request_for("a", "b", "c")).id
    reports.wait_for(lambda row: row.received == 600_001)
    assert {"a.gguf", "b.gguf", "c.gguf.part"} < names(folder)
    if stop:
        downloads.pause(number)
        reports.wait_until(number, PAUSED)
    downloads.cancel(number)
    wait_for_names(folder, {"a.gguf"})


def test_a_restart_does_not_forget_what_came_with_a_download(
    start, request_for, hub, reports, folder
):
    hub.misbehave("b.gguf", stall_at=1)
    first = start()
    number = first.add(request_for("a", "b")).id
    reports.wait_for(lambda row: row.received == 300_001)
    first.close()
    again = start()
    again.cancel(number)
    wait_for_names(folder, set())


def test_a_file_that_comes_from_elsewhere_meanwhile_is_not_removed(
    start, request_for, hub, reports, folder
):
    hub.misbehave("a.gguf", stall_at=1)
    downloads = start()
    number = downloads.add(request_for("a", "b")).id
    reports.wait_for(lambda row: row.received == 1)
    downloads.pause(number)
    wait_for_names(folder, {"a.gguf.part", "a.gguf.part.json"})
    (folder / "a.gguf").write_bytes(CONTENTS["a.gguf"])
    hub.misbehave("b.gguf", stall_at=1)
    downloads.resume(number)
    reports.wait_for(lambda row: row.received == 300_001)
    downloads.cancel(number)
    wait_for_names(folder, {"a.gguf"})


def test_cancelling_what_is_done_leaves_its_files(start, request_for, reports, folder):
    downloads = start()
    number = downloads.add(request_for("a")).id
    reports.wait_until(number, DONE)
    downloads.cancel(number)
    downloads.close()
    assert names(folder) == {"a.gguf"}


def test_fetching_again_what_was_partly_removed_owns_only_what_it_brings(
    start, request_for, hub, reports, folder
):
    downloads = start()
    number = downloads.add(request_for("a", "b")).id
    reports.wait_until(number, DONE)
    (folder / "b.gguf").unlink()
    hub.misbehave("b.gguf", stall_at=1)
    reports.seen.clear()
    downloads.add(request_for("a", "b"))
    reports.wait_for(lambda row: row.received == 300_001)
    downloads.cancel(number)
    wait_for_names(folder, {"a.gguf"})


def test_what_failed_says_why_and_can_be_tried_again(start, request_for, hub, reports):
    hub.repositories["a/m"].gate = "manual"
    downloads = start()
    number = downloads.add(request_for("a")).id
    failed = reports.wait_until(number, FAILED)
    assert "accepted its terms" in failed.problem
    assert failed.advice
    hub.repositories["a/m"].gate = ""
    downloads.resume(number)
    done = reports.wait_until(number, DONE)
    assert (done.problem, done.advice) == ("", "")


def test_what_ended_can_be_forgotten_and_nothing_else(start, request_for, hub, reports, folder):
    hub.misbehave("b.gguf", stall_at=1)
    downloads = start()
    done = downloads.add(request_for("a")).id
    going = downloads.add(request_for("b")).id
    reports.wait_until(done, DONE)
    downloads.forget(done)
    assert (folder / "a.gguf").exists()
    with pytest.raises(InvalidInput, match="has not ended"):
        downloads.forget(going)
    for action in (downloads.pause, downloads.resume, downloads.cancel, downloads.forget):
        with pytest.raises(InvalidInput, match="not on the list"):
            action(done)
    assert [row.id for row in downloads.list()] == [going]


def test_a_restart_goes_on_where_the_last_one_ended(start, request_for, hub, reports, folder):
    hub.misbehave(stall_at=200_000)
    first = start(at_once=1)
    running = first.add(request_for("a")).id
    paused = first.add(request_for("b")).id
    waiting = first.add(request_for("c")).id
    reports.wait_for(lambda row: row.id == running and row.received == 200_000)
    first.pause(paused)
    first.close()
    hub.behave()
    again = start(at_once=1)
    assert [row.received for row in again.list()] == [200_000, 0, 0]
    for number in (running, waiting):
        reports.wait_until(number, DONE)
    assert [row.state for row in again.list()] == [DONE, PAUSED, DONE]
    assert hub.sent["a.gguf"] == len(CONTENTS["a.gguf"])
    again.close()
    assert [row.state for row in start().list()] == [PAUSED]  # the others are in the library


def test_what_was_done_and_moved_away_is_off_the_list(start, request_for, reports, folder):
    downloads = start()
    gone, here = (downloads.add(request_for(name)).id for name in "ab")
    for number in (gone, here):
        reports.wait_until(number, DONE)
    (folder / "a.gguf").unlink()
    downloads.forget_missing()
    assert [row.id for row in downloads.list()] == [here]


def test_closing_does_not_wait_for_a_hub_that_says_nothing(start, request_for, hub, reports):
    hub.misbehave(stall_at=0)
    downloads = start()
    number = downloads.add(request_for("a")).id
    reports.wait_until(number, RUNNING)
    downloads.close()
    assert not [t for t in threading.enumerate() if t.name == "download"]
    assert downloads.list()[0].state is RUNNING  # nobody is told of the end


def test_what_does_not_fit_beside_the_others_is_refused(
    start, request_for, hub, reports, monkeypatch
):
    hub.misbehave(stall_at=0)
    downloads = start()
    first = downloads.add(request_for("a")).id
    free = disk_space.RESERVE + 2 * 300_000 - 1
    usage = disk_space.shutil._ntuple_diskusage(0, 0, free)
    monkeypatch.setattr(disk_space.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(DiskFull, match="beside the other downloads"):
        downloads.add(request_for("b"))
    assert [row.id for row in downloads.list()] == [first]
    downloads.pause(first)
    second = downloads.add(request_for("b")).id
    with pytest.raises(DiskFull):
        downloads.resume(first)
    assert [row.state for row in downloads.list()] == [PAUSED, RUNNING] or second


def test_a_hostile_name_is_refused_before_anything_is_kept(start, request_for, folder):
    evil = RemoteFile("../evil.gguf", 5, sha256="ab" * 32)
    downloads = start()
    with pytest.raises(HubFault, match="no safe name"):
        downloads.add(replace(request_for("a"), files=(evil,)))
    assert downloads.list() == []


def test_a_database_that_fails_at_the_end_loses_no_model(
    start, request_for, reports, monkeypatch, folder
):
    def busy(self, download):
        raise DatabaseBusy("Another program is using Quern's database.")

    monkeypatch.setattr(StoredDownloads, "update", busy)
    number = start().add(request_for("a")).id
    assert reports.wait_until(number, DONE).path == folder / "a.gguf"


def test_a_mistake_of_ours_is_reported_and_told(start, request_for, reports, monkeypatch):
    told: queue.SimpleQueue[threading.ExceptHookArgs] = queue.SimpleQueue()
    monkeypatch.setattr(threading, "excepthook", told.put)
    monkeypatch.setattr(download_run.DownloadRun, "run", lambda self: 1 / 0)
    number = start().add(request_for("a")).id
    assert "mistake in Quern" in reports.wait_until(number, FAILED).problem
    # It is told after it was reported.
    assert told.get(timeout=30).exc_type is ZeroDivisionError
